import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { closestNames, listed, looksTheSame, spelled } from '../../../src/modes/names.ts';

describe('the closest names', () => {
  const KNOWN = ['streams', 'streams-dev', 'orders', 'billing', 'ab'];

  for (const [wrong, ...near] of [
    ['straems', 'streams'],
    ['STREAMS', 'streams'],
    ['stream', 'streams', 'streams-dev'],
    ['order', 'orders'],
    ['dev', 'streams-dev'],
    ['xyz-nothing'],
    ['de', 'ab'],
    ['x', 'ab'],
    ['streams-dve', 'streams-dev'],
  ] as const) {
    test(`to ${wrong}`, () => assert.deepEqual(closestNames(wrong, KNOWN), near));
  }

  test('are three at most, the closest first', () => {
    assert.deepEqual(closestNames('a1', ['a1xx', 'a2', 'a1x', 'a3', 'zzzzzz']), ['a2', 'a1x', 'a3']);
  });

  for (const [wrong, other] of [
    ['abcd', 'xyzcd'],
    ['ab', 'wxyz'],
    ['abcdefghijklm', 'abcdefghi1234'],
  ] as const) {
    test(`to ${wrong} are not ${other}, which ends alike or is as long`, () =>
      assert.deepEqual(closestNames(wrong, [other]), []));
  }

  test('lie a quarter of their letters apart at most, and two where they are short', () => {
    assert.deepEqual(closestNames('abcdefghijkl', ['abcdefghi123', 'abcdefgh1234']), ['abcdefghi123']);
    assert.deepEqual(closestNames('abcdefgh', ['abcdef12', 'abcde123']), ['abcdef12']);
    assert.deepEqual(closestNames('a', ['bc', 'bcd']), ['bc']);
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
    ['Straße-\u0261', 'STRASSE-G'],
    ['\u00a8a', '\u0308a'],
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

  for (const [alphabet, letters, latin] of [
    ['Cyrillic capitals', 'АВСЕԌНІӀЈКМОРԚЅТѴԜХУҮ', 'ABCEGHIIJKMOPQSTVWXYY'],
    ['Greek capitals', 'ΑΒϹΕϜΗΙͿΚΜϺΝΟΡΤΧΥΖ', 'ABCEFHIJKMMNOPTXYZ'],
    ['Armenian capitals', 'ՕՏՍ', 'OSU'],
    ['Cyrillic small letters', 'асԁеһіјкӏорԛгѕѵԝхуү', 'acdehijklopqrsvwxyy'],
    ['Greek small letters', 'αϲιϳκοσρυνωχγ', 'acijkoopuvwxy'],
    ['special small letters', 'ɑɡı', 'agi'],
    ['Armenian small letters', 'ցհոօզս', 'ghnoqu'],
  ] as const) {
    test(`are spelled in ${alphabet} or in Latin ones`, () => assert.ok(looksTheSame(letters, latin)));
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
    ['Ex\u0585', '“Ex\u0585” (in which “\u0585” is Armenian)'],
    ['Exam\u200bple', '“Exam\\u200bple”'],
  ] as const) {
    test(told, () => assert.equal(spelled(name), told));
  }
});

describe('names in a message', () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);

  test('are all there up to 50', () => {
    assert.equal(listed(names(50)), names(50).join(', '));
    assert.equal(listed([]), '');
  });
  test('are counted from there on', () =>
    assert.equal(listed(names(52), '; '), `${names(50).join('; ')}; and 2 more`));
});
