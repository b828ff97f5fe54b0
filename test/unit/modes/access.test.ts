import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matches } from '../../../src/modes/kafka-oidc/access.ts';

/** The patterns of Aiven's ACLs: `*` for any characters, `?` for one. */

test('a pattern fits what an expression of the same meaning fits', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 });
  const property = fc.property(letters, letters, (pattern, name) => {
    const source = [...pattern].map((one) => ({ '*': '.*', '?': '.' })[one] ?? `[${one}]`).join('');
    assert.equal(matches(pattern, name), new RegExp(`^${source}$`).test(name));
  });
  fc.assert(property, { numRuns: 5_000 });
});

test('a pattern of many stars takes no longer than a short one', { timeout: 5_000 }, () => {
  assert.equal(matches(`${'*a'.repeat(200)}b`, 'a'.repeat(2_000)), false);
});
