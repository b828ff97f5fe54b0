import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { strayLetter } from '../../src/alphabet.ts';

/** A letter that looks right and is another one. */

describe('a stray letter is told in', () => {
  for (const [name, says] of [
    [
      'str\u0435ams',
      'the Cyrillic letter “\u0435” (U+0435) as character 4, which only looks like a Latin one',
    ],
    ['\u0391cme', 'the Greek letter “\u0391” (U+0391) as character 1, which only looks like a Latin one'],
    [
      '\u{1f680} Ex\u0430mple',
      'the Cyrillic letter “\u0430” (U+0430) as character 5, which only looks like a Latin one',
    ],
    [
      'kafka\uff11',
      'the full-width letter “\uff11” (U+FF11) as character 6, which only looks like a Latin one',
    ],
  ] as const) {
    test(name, () => assert.equal(strayLetter(name), says));
  }
});

describe('there is none in', () => {
  for (const name of ['streams', 'Müller & Søn', 'Пример', 'ΑΒΓ', '会社 Example', ''])
    test(JSON.stringify(name), () => assert.equal(strayLetter(name), null));
});
