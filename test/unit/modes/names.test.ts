import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { closestNames, looksTheSame } from '../../../src/modes/names.ts';

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
  ] as const) {
    test(`${one} and ${other}`, () => assert.ok(looksTheSame(one, other)));
  }

  test('are not those with another letter', () => {
    for (const other of ['Examples', 'Exampl', 'Exämple', ''])
      assert.ok(!looksTheSame('Example', other), other);
  });
});
