import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserConfig } from '../../../src/kafka/settings.ts';
import { strays } from '../../../src/kafka/survivors.ts';
import type { Json } from '../../../src/plan.ts';

/** What moved beside what was sent; a row each: before, after, sent, and what is told. */

type Row = [what: string, before: UserConfig, after: UserConfig, update: UserConfig, ...told: string[]];

const ROWS: Row[] = [
  ['nothing moves', { a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 }, {}],
  ['what was sent moves', { a: { b: 1 } }, { a: { b: 2 } }, { a: { b: 2 } }],
  ['what was sent is cleared', { a: { b: 1 } }, { a: {} }, { a: { b: null } }],
  ['the last of an object is cleared', { a: { b: 1 } }, {}, { a: { b: null } }],
  ['absent and null are the same', { a: null }, { b: null }, {}],
  ['an empty object and none are the same', { a: {} }, {}, {}],
  ['another value changes', { a: 1, b: 1 }, { a: 1, b: 2 }, {}, 'lost b'],
  [
    'a neighbor of what was sent changes',
    { a: { b: 1, c: 1 } },
    { a: { b: 2, c: 2 } },
    { a: { b: 2 } },
    'lost a.c',
  ],
  ['a neighbor of what was sent goes', { a: { b: 1, c: 1 } }, { a: { b: 2 } }, { a: { b: 2 } }, 'lost a.c'],
  ['a whole object goes', { a: { b: 1, c: { d: 2 } } }, {}, {}, 'lost a.b', 'lost a.c.d'],
  ['something appears', {}, { a: 1, b: { c: 2 } }, {}, 'appeared a', 'appeared b.c'],
  ['a list changes', { a: [1, 2] }, { a: [2, 1] }, {}, 'lost a'],
  ['a list gets longer', { a: [1] }, { a: [1, 2] }, {}, 'lost a'],
  ['an object in a list changes', { a: [{ b: 1 }] }, { a: [{ b: 2 }] }, {}, 'lost a'],
  ['an object becomes a value', { a: { b: 1 } }, { a: 1 }, {}, 'lost a'],
  ['a value becomes an object', { a: 1 }, { a: { b: 1 } }, {}, 'lost a'],
  ['a secret that one answer hides', { a: [{ b: '<redacted>' }] }, { a: [{ b: 'secret' }] }, {}],
  ['a name of every object’s', {}, { constructor: 1 }, {}, 'appeared constructor'],
];

for (const [what, before, after, update, ...told] of ROWS) {
  test(what, () => {
    assert.deepEqual(
      strays(before, after, update).map(({ what: kind, path }) => `${kind} ${path}`),
      told,
    );
  });
}

/** From what to what a setting moved, where its value is of a kind that keeps no secret. */
const MOVES: readonly (readonly [what: string, was: Json, is: Json, told: boolean])[] = [
  ['a version', '3.9', '4.1', true],
  ['a number', 1, 2, true],
  ['a switch', true, false, true],
  ['a number that goes', 1, null, true],
  ['a text', 'secret', 'other', false],
  ['a text in the place of a version', '3.9', 'secret', false],
  ['a text of digits alone, such as a PIN', '123456', '654321', false],
  ['a list', ['a'], ['b'], false],
];

for (const [what, was, is, told] of MOVES) {
  test(`${what} is ${told ? 'told' : 'not told'}`, () => {
    assert.deepEqual(strays({ a: was }, { a: is }, {})[0]?.move, told ? { was, is } : undefined);
  });
}
