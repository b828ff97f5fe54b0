import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { closestNames, looksTheSame, spelled } from '../../../src/modes/names.ts';

describe('the closest names', () => {
  const KNOWN = ['streams', 'streams-dev', 'orders', 'billing', 'ab'];

  for (const [wrong, ...near] of [
    ['straems', 'streams'],
    ['STREAMS', 'streams'],
    ['stream', 'streams', 'streams-dev'],
    ['order', 'orders'],
    ['dev', 'streams-dev'],
    ['xyz-nothing'],
    ['x', 'ab'],
    ['streams-dve', 'streams-dev'],
  ] as const) {
    test(`to ${wrong}`, () => assert.deepEqual(closestNames(wrong, KNOWN), near));
  }

  test('are three at most, the closest first', () => {
    assert.deepEqual(closestNames('a1', ['a1xx', 'a2', 'a1x', 'a3', 'zzzzzz']), ['a2', 'a1x', 'a3']);
  });

  test('of nothing are none', () => assert.deepEqual(closestNames('x', []), []));
});

describe('names that look the same', () => {
  for (const [one, other] of [
    ['Example', 'example'],
    ['My  Team', ' my team '],
    ['Caf\u00e9', 'Cafe\u0301'],
    ['Team\u00a01', 'team 1'],
    ['Ｅｘａｍｐｌｅ', 'Example'],
    ['Straße', 'STRASSE'],
    ['İstanbul', 'istanbul'],
    ['ΣΟΦΟΣ', 'σοφος'],
    ['Тест', 'тест'],
    ['«Example»', "'Example`"],
    ['Data\u00adBase', 'Database'],
    ['Ехаmрlе', 'EXAMPLE'],
    ['Βank', 'bank'],
    ['νalue', 'value'],
    ['Open AI', 'Open Al'],
  ] as const) {
    test(`${one} and ${other}`, () => assert.ok(looksTheSame(one, other)));
  }

  for (const [one, other] of [
    ['Example', 'Examples'],
    ['Example', 'Exampl'],
    ['Example', 'Exämple'],
    ['Example', ''],
    ['Team A1', 'Team AI'],
    ['Mail', 'Mall'],
    ['A-B', 'AB'],
    ['漢字', '汉字'],
  ] as const) {
    test(`are not ${one} and ${other}`, () => assert.ok(!looksTheSame(one, other)));
  }

  const name = fc.string({ unit: 'binary', maxLength: 20 });

  test('each looks like itself', () => fc.assert(fc.property(name, (one) => looksTheSame(one, one))));

  test('in both directions', () => {
    const alike = fc
      .array(fc.constantFrom(...'aAаАΑαlIӏ" \u200b'), { maxLength: 5 })
      .map((each) => each.join(''));
    fc.assert(
      fc.property(fc.oneof(name, alike), fc.oneof(name, alike), (one, other) => {
        return looksTheSame(one, other) === looksTheSame(other, one);
      }),
      { numRuns: 1_000 },
    );
  });

  test('whatever is put between or around its letters that is read over', () => {
    const readOver = fc.constantFrom(' ', '\u00a0', '\u200b', '"', '’', '»', '\t');
    fc.assert(
      fc.property(name, fc.array(fc.tuple(fc.nat(20), readOver)), (one, more) => {
        const letters = [...one];
        for (const [at, extra] of more) letters.splice(at, 0, extra);
        return looksTheSame(one, letters.join(''));
      }),
    );
  });
});

describe('a name as a message spells it', () => {
  for (const [name, told] of [
    ['Example', '“Example”'],
    ['Тест', '“Тест”'],
    ['Ex\u0430m\u03bfle', '“Ex\u0430m\u03bfle” (in which “\u0430” is Cyrillic, “\u03bf” is Greek)'],
    ['Exam\u200bple', '“Exam\\u200bple”'],
  ] as const) {
    test(told, () => assert.equal(spelled(name), told));
  }
});
