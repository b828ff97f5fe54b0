import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserConfig } from '../../../src/kafka/settings.ts';
import { strays } from '../../../src/kafka/survivors.ts';

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
    'a neighbour of what was sent changes',
    { a: { b: 1, c: 1 } },
    { a: { b: 2, c: 2 } },
    { a: { b: 2 } },
    'lost a.c',
  ],
  ['a neighbour of what was sent goes', { a: { b: 1, c: 1 } }, { a: { b: 2 } }, { a: { b: 2 } }, 'lost a.c'],
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
