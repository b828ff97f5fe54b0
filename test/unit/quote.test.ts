import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { quote } from '../../src/quote.ts';
import { inertLine } from '../../src/report/inert.ts';

describe('what cannot be seen', () => {
  for (const [character, spelled] of [
    ['\n', '\\n'],
    ['\r', '\\r'],
    ['\u0007', '\\u0007'],
    ['\u0085', '\\u0085'],
    ['\u2028', '\\u2028'],
    ['\u202e', '\\u202e'],
    ['\ufeff', '\\ufeff'],
  ] as const) {
    test(`is spelled ${spelled}, in a quote as in the log`, () => {
      assert.equal(quote(`a${character}b`), `“a${spelled}b”`);
      assert.equal(inertLine(`a${character}b`), `a${spelled}b`);
    });
  }

  test('is spelled in a quote where it makes two values look the same', () => {
    assert.equal(quote('a\u00a0b\u200b\t\u{e0001}\ud800'), '“a\\u00a0b\\u200b\\t\\udb40\\udc01\\ud800”');
    assert.equal(quote('é 👍 “a”\\'), '“é 👍 “a”\\”');
  });
});

test('a quote is bounded, and cut between characters', () => {
  assert.equal(quote('👍'.repeat(100_000)), `“${'👍'.repeat(160)}…”`);
  assert.equal(quote('x'.repeat(160)), `“${'x'.repeat(160)}”`);
});
