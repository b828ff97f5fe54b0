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
  ['a secret that the other answer hides', { a: ['secret'] }, { a: ['<redacted>'] }, {}],
  ['a secret that is gone', { a: '<redacted>' }, {}, {}, 'lost a'],
  ['a secret that is another kind of value', { a: '<redacted>' }, { a: 1 }, {}, 'lost a'],
  ['a value in the place of a secret', { a: 1 }, { a: '<redacted>' }, {}, 'lost a'],
  ['a text that only looks hidden', { a: '<hidden>' }, { a: '<HIDDEN>' }, {}, 'lost a'],
  ['a text that is cut', { a: 'ab' }, { a: 'a' }, {}, 'lost a'],
  ['one item of a list', { a: [1, 2] }, { a: [1, 3] }, {}, 'lost a'],
  ['a list becomes empty', { a: [1] }, { a: [] }, {}, 'lost a'],
  ['a list becomes a text', { a: ['b'] }, { a: 'b' }, {}, 'lost a'],
  ['a text becomes a list', { a: 'b' }, { a: ['b'] }, {}, 'lost a'],
  ['null in a list is left out', { a: [1, null] }, { a: [1] }, {}, 'lost a'],
  ['one member of an object in a list', { a: [{ b: 1, c: 1 }] }, { a: [{ b: 1, c: 2 }] }, {}, 'lost a'],
  ['an object in a list becomes a value', { a: [{}] }, { a: [1] }, {}, 'lost a'],
  ['a value in a list becomes an object', { a: [1] }, { a: [{}] }, {}, 'lost a'],
  ['an object is set as a whole', { a: { b: 1 } }, { a: 2 }, { a: 2 }],
  ['an object is cleared as a whole', { a: { b: 1 } }, {}, { a: null }],
  ['a value is set to an object', { a: 1 }, { a: { b: 1 } }, { a: { b: 1 } }],
  ['a value that was sent is another', { a: 1 }, { a: 3 }, { a: 2 }],
  ['a list that was sent is another', { a: [1] }, { a: [3] }, { a: [2] }],
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
  ['a version of four numbers', '10.20.30.40', '10.20.30.41', true],
  ['a text of five numbers', '1.2.3.4.5', '1.2.3.4.6', false],
  ['a text that begins as a version', '3.9-secret', '4.1', false],
  ['a text that ends as a version', '3.9', 'secret 4.1', false],
  ['a text that ends with a dot', '3.9.', '4.1', false],
  ['a list in the place of a number', 1, ['b'], false],
  ['an object in the place of a list', ['a'], { b: 1 }, false],
];

for (const [what, was, is, told] of MOVES) {
  test(`${what} is ${told ? 'told' : 'not told'}`, () => {
    assert.deepEqual(strays({ a: was }, { a: is }, {})[0]?.move, told ? { was, is } : undefined);
  });
}
