import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import * as z from 'zod/mini';
import {
  anyObject,
  boolean,
  fit,
  list,
  mapped,
  nullish,
  number,
  object,
  optional,
  type Shape,
  text,
} from '../../src/shape.ts';

/** The same shape, for this project and for a schema library that judges it. */
const OURS = object({
  name: text,
  count: number,
  on: optional(boolean),
  note: nullish(text),
  parts: nullish(list(object({ name: text, size: nullish(number) }))),
  config: anyObject,
});
const THEIRS = z.object({
  name: z.string(),
  count: z.number(),
  on: z.optional(z.boolean()),
  note: z.nullish(z.string()),
  parts: z.nullish(z.array(z.object({ name: z.string(), size: z.nullish(z.number()) }))),
  config: z.record(z.string(), z.json()),
});

/** A value that fits, or nearly: each field may be missing, of another kind, or joined by others. */
function nearly(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> {
  const field = (good: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 12, arbitrary: good }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) });
  const record = fc.record(
    Object.fromEntries(Object.entries(fields).map(([name, good]) => [name, field(good)])),
    { requiredKeys: [] },
  );
  const whole = fc.record(
    Object.fromEntries(Object.entries(fields).map(([name, good]) => [name, field(good)])),
  );
  const others = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 });
  return fc.oneof(
    { weight: 1, arbitrary: fc.jsonValue() },
    { weight: 2, arbitrary: record },
    {
      weight: 6,
      arbitrary: fc.tuple(others, whole).map(([more, some]) => ({ ...more, ...(some as object) })),
    },
  );
}

const part = nearly({ name: fc.string(), size: fc.option(fc.double({ noNaN: true })) });
const VALUE = nearly({
  name: fc.string(),
  count: fc.double({ noNaN: true }),
  on: fc.boolean(),
  note: fc.option(fc.string()),
  parts: fc.option(fc.array(part, { maxLength: 3 })),
  config: fc.dictionary(fc.string(), fc.jsonValue()),
});

describe('a shape', () => {
  test('takes and refuses what a schema library does, keeps the same, and names the same place', () => {
    let fitting = 0;
    fc.assert(
      fc.property(VALUE, (made) => {
        const written = JSON.stringify(made);
        // The library drops a field of this name; here it stays as what it is, a field.
        fc.pre(!written.includes('__proto__'));
        const json: unknown = JSON.parse(written);
        const ours = fit(OURS, json);
        const theirs = THEIRS.safeParse(json);
        assert.equal(ours.fits, theirs.success);
        if (ours.fits) {
          fitting++;
          assert.deepEqual(JSON.parse(JSON.stringify(ours.value)), JSON.parse(JSON.stringify(theirs.data)));
        } else assert.equal(ours.where, theirs.error?.issues[0]?.path.map(String).join('.'));
      }),
      { numRuns: 3_000 },
    );
    assert.ok(fitting > 300, `${fitting} values fitted`);
  });

  test('names the place in a list', () => {
    const projects = object({ projects: list(object({ project_name: text })) });
    assert.deepEqual(fit(projects, { projects: [{ project_name: 'a' }, { project_name: 1 }] }), {
      fits: false,
      where: 'projects.1.project_name',
    });
    assert.deepEqual(fit(projects, []), { fits: false, where: '' });
  });

  test('drops what it does not name', () => {
    const fitted = fit(object({ name: text }), { name: 'kafka', password: 'hunter2' });
    assert.deepEqual(fitted, { fits: true, value: { name: 'kafka' } });
  });

  test('takes no number that is none', () => {
    assert.equal(fit(number, JSON.parse('1e999')).fits, false);
  });

  test('can make something else of what it reads', () => {
    const length: Shape<number> = mapped(text, (value) => value.length);
    assert.deepEqual(fit(length, 'abc'), { fits: true, value: 3 });
    assert.deepEqual(fit(length, 3), { fits: false, where: '' });
  });
});
