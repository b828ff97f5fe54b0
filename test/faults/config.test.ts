import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  differences,
  nameOf,
  readValues,
  SETTINGS,
  type Setting,
  sameEffect,
  toUserConfig,
  type UserConfig,
} from '../../src/kafka/settings.ts';
import { strays } from '../../src/kafka/survivors.ts';
import type { Json } from '../../src/plan.ts';
import { anyConfig, anyWanted } from './arbitraries.ts';

/** Any `user_config`, and anything asked of it. */

describe('any user_config', () => {
  test('is sent only what differs', () => {
    const property = fc.property(anyConfig, anyWanted, (config, wanted) => {
      const present = readValues(config);
      const changes = differences(present, wanted);
      const sent = leaves(toUserConfig(changes));
      const due = (SETTINGS as readonly Setting[]).filter((setting) => {
        const after = wanted[nameOf(setting)];
        return after !== undefined && !sameEffect(setting, present[nameOf(setting)], after);
      });
      assert.deepEqual(new Set(sent.keys()), new Set(due.map(nameOf)));
      for (const [name, value] of sent) assert.equal(value, wanted[name as keyof typeof wanted]);
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('is as asked after the update, and needs none again', () => {
    const property = fc.property(anyConfig, anyWanted, (config, wanted) => {
      const after = merged(config, toUserConfig(differences(readValues(config), wanted)));
      assert.deepEqual(differences(readValues(after), wanted), []);
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('keeps every setting that nobody named', () => {
    const property = fc.property(anyConfig, anyWanted, (config, wanted) => {
      const update = toUserConfig(differences(readValues(config), wanted));
      const after = merged(config, update);
      const sent = new Set(leaves(update).keys());
      for (const [path, value] of leaves(config)) {
        if (!sent.has(path) && !isObject(value)) assert.deepEqual(leaves(after).get(path), value, path);
      }
      assert.deepEqual(strays(config, after, update), []);
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('that loses a setting meanwhile does not go unnoticed', () => {
    const property = fc.property(anyConfig, anyWanted, fc.nat(), (config, wanted, index) => {
      const update = toUserConfig(differences(readValues(config), wanted));
      const names = Object.keys(config).filter(
        (name) => !Object.hasOwn(update, name) && typeof config[name] !== 'object',
      );
      const lost = names[index % Math.max(1, names.length)];
      fc.pre(lost !== undefined);
      const after = Object.fromEntries(
        Object.entries(merged(config, update)).filter(([name]) => name !== lost),
      );
      const told = strays(config, after, update).map(({ path, what }) => ({ path, what }));
      assert.deepEqual(told, [{ path: lost, what: 'lost' }]);
    });
    fc.assert(property, { numRuns: 300 });
  });
});

/** As Aiven merges: objects deeply, `null` clears. */
function merged(present: UserConfig, part: UserConfig): UserConfig {
  const result = new Map<string, Json>(Object.entries(present));
  for (const [name, value] of Object.entries(part)) {
    const before = Object.hasOwn(present, name) ? (present[name] ?? null) : null;
    if (value === null) result.delete(name);
    else if (isObject(value)) result.set(name, merged(isObject(before) ? before : {}, value));
    else result.set(name, value);
  }
  return Object.fromEntries(result);
}

/** What is not an object, by its path; an empty object counts as one. */
function leaves(config: UserConfig, prefix = ''): Map<string, Json> {
  return new Map(
    Object.entries(config).flatMap(([name, value]) =>
      isObject(value) && Object.keys(value).length > 0
        ? [...leaves(value, `${prefix}${name}.`)]
        : [[`${prefix}${name}`, value] as const],
    ),
  );
}

function isObject(value: Json): value is UserConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
