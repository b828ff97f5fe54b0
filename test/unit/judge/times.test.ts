import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isAtLeast, isBefore } from '../../../src/judge/broker/kafka-version.ts';
import { readNumericDate, toMillis } from '../../../src/judge/broker/numeric-date.ts';
import { judgeTimes } from '../../../src/judge/broker/times.ts';
import { readObject } from '../../../src/judge/jws/json.ts';
import { toDate, when } from '../../../src/judge/moment.ts';

/** Times at the very second, and the very millisecond, where a broker changes its mind. */

const NOW = 1_795_000_000;
const LEEWAY = 30;

function judge(claims: Record<string, unknown>, { version = '4.1', at = NOW * 1000 } = {}) {
  const text = JSON.stringify(claims).replace(/"(-?\d+)n"/g, '$1');
  const expected = { issuer: null, audiences: [], subjectClaim: 'sub', kafkaVersion: version };
  return judgeTimes(readObject(text)?.object ?? new Map(), expected, new Date(at));
}

const claimsOf = (of: ReturnType<typeof judge>) => of.refusals.map(({ claim }) => claim);
/** Of which claims the clock of a broker decides, and whether a session would end at once. */
const noted = ({ notes }: ReturnType<typeof judge>) =>
  notes.map(
    (note) => /^(exp|nbf) is within 5 s/.exec(note)?.[1] ?? (/has expired/.test(note) ? 'at once' : note),
  );

const good = { iat: NOW - 600, exp: NOW + 600 };

describe('a broker accepts, and says', () => {
  for (const [what, claims, notes, at] of [
    ['a token of the usual kind', good, []],
    ['exp in a second', { exp: NOW + 1 }, []],
    ['exp in a millisecond', { exp: NOW + 1 }, [], NOW * 1000 + 999],
    ['exp now', { exp: NOW }, ['at once']],
    ['exp this second', { exp: NOW }, ['at once'], NOW * 1000 + 999],
    ['exp 6 s from the end of the leeway', { exp: NOW - LEEWAY + 6 }, ['at once']],
    ['exp 5 s from the end of the leeway', { exp: NOW - LEEWAY + 5 }, ['at once', 'exp']],
    ['exp a second from the end of the leeway', { exp: NOW - LEEWAY + 1 }, ['at once', 'exp']],
    [
      'exp in the last millisecond of the leeway',
      { exp: NOW - LEEWAY + 1 },
      ['at once', 'exp'],
      NOW * 1000 + 999,
    ],
    ['exp equal to iat', { exp: NOW + 60, iat: NOW + 60 }, []],
    ['exp equal to nbf', { exp: NOW + 20, nbf: NOW + 20 }, []],
    ['iat of 1970', { iat: 0 }, []],
    ['nbf long over', { nbf: 0 }, []],
    ['nbf before 1970', { nbf: -1 }, []],
    ['nbf 6 s within the leeway', { nbf: NOW + LEEWAY - 6 }, []],
    ['nbf 5 s within the leeway', { nbf: NOW + LEEWAY - 5 }, ['nbf']],
    ['nbf at the leeway', { nbf: NOW + LEEWAY }, ['nbf']],
  ] as [string, object, string[], number?][]) {
    test(what, () => {
      const judged = judge({ ...good, ...claims }, at === undefined ? {} : { at });
      assert.deepEqual(claimsOf(judged), []);
      assert.deepEqual(noted(judged), notes);
    });
  }
});

describe('a broker refuses', () => {
  for (const [what, claims, refused, notes] of [
    ['exp at the end of the leeway', { exp: NOW - LEEWAY }, ['exp'], ['exp']],
    ['exp 5 s past it', { exp: NOW - LEEWAY - 5 }, ['exp'], ['exp']],
    ['exp 6 s past it', { exp: NOW - LEEWAY - 6 }, ['exp'], []],
    ['exp a second before iat', { exp: NOW + 60, iat: NOW + 61 }, ['exp'], []],
    ['exp a second before nbf', { exp: NOW + 20, nbf: NOW + 21 }, ['exp'], []],
    ['no exp', { exp: undefined }, ['exp'], []],
    ['no iat', { iat: undefined }, ['iat'], []],
    ['no iat, and exp before 1970', { iat: undefined, exp: -5 }, ['iat', 'exp'], []],
    ['exp before 1970', { iat: 0, exp: -5 }, ['exp', 'exp'], []],
    ['neither', { iat: undefined, exp: null }, ['exp', 'iat'], []],
    ['texts', { iat: `${NOW}`, exp: `${NOW + 60}`, nbf: `${NOW}` }, ['exp', 'iat', 'nbf'], []],
    ['iat before 1970', { iat: -1 }, ['iat'], []],
    ['iat whose milliseconds no long holds', { iat: '9223372036854775807n' }, ['exp', 'iat'], []],
    ['iat far below zero', { iat: '-9223372036854775808n' }, ['iat'], []],
    ['nbf a second past the leeway', { nbf: NOW + LEEWAY + 1 }, ['nbf'], ['nbf']],
    ['nbf 5 s past it', { nbf: NOW + LEEWAY + 5 }, ['nbf'], ['nbf']],
    ['nbf 6 s past it', { nbf: NOW + LEEWAY + 6 }, ['nbf'], []],
    ['exp whose milliseconds no long holds', { exp: '9223372036854775807n' }, ['exp'], []],
  ] as [string, object, string[], string[]][]) {
    test(what, () => {
      const judged = judge({ ...good, ...claims });
      assert.deepEqual(claimsOf(judged), refused);
      assert.deepEqual(noted(judged), notes);
      for (const { has, expects, remedy } of judged.refusals) assert.ok(has && expects && remedy);
    });
  }

  test('what is missing and what is malformed with different words', () => {
    const [missing] = judge({ ...good, exp: undefined }).refusals;
    const [malformed] = judge({ ...good, exp: 'soon' }).refusals;
    assert.equal(missing?.has, 'none');
    assert.match(missing?.expects ?? '', /without it/);
    assert.equal(malformed?.has, '“soon”');
    assert.doesNotMatch(malformed?.expects ?? '', /without it/);
    assert.match(judge({ ...good, iat: {} }).refusals[0]?.remedy ?? '', /put iat into/);
  });

  test('saying when, and how long ago', () => {
    const [objection] = judge({ ...good, exp: NOW - 60 }).refusals;
    assert.equal(objection?.has, '2026-11-18T11:05:40Z, 60 s ago');
    assert.match(objection?.expects ?? '', /30 s of leeway/);
  });
});

describe('a session of 292 years', () => {
  // What a Java long holds of nanoseconds, in milliseconds.
  const LONGEST = 9_223_372_036_854;
  const exp = Math.floor((NOW * 1000 + LONGEST) / 1000);
  // The moment at which the session would last the longest time to the millisecond.
  const at = exp * 1000 - LONGEST;
  for (const [version, moment, accepted] of [
    ['4.2', at, true],
    ['4.2', at - 1, false],
    ['4.1', at - 1, true],
    ['3.9', at - 1, true],
    ['4.10', at - 1, false],
    ['', at - 1, false],
  ] as const) {
    test(`${moment - at} ms, Kafka ${version}`, () =>
      assert.deepEqual(claimsOf(judge({ ...good, exp }, { version, at: moment })), accepted ? [] : ['exp']));
  }
});

describe('a date is read', () => {
  const [SMALLEST, LARGEST] = [-(2n ** 63n), 2n ** 63n - 1n];
  for (const [value, seconds] of [
    [undefined, null],
    [null, null],
    [0n, 0n],
    [SMALLEST, SMALLEST],
    [LARGEST, LARGEST],
    [1.9, 1n],
    [-1.9, -1n],
    [2 ** 63, LARGEST],
    [2 ** 63 - 1024, 2n ** 63n - 1024n],
    [Number.POSITIVE_INFINITY, LARGEST],
    [-(2 ** 63), SMALLEST],
    [-(2 ** 63) + 1024, 1024n - 2n ** 63n],
    [Number.NEGATIVE_INFINITY, SMALLEST],
  ] as const) {
    test(String(value), () =>
      assert.deepEqual(
        readNumericDate(value),
        seconds === null ? { kind: 'none' } : { kind: 'date', seconds },
      ),
    );
  }
  for (const value of [SMALLEST - 1n, LARGEST + 1n, '1', '', true, [], [1n], new Map()]) {
    test(`${typeof value} ${String(value)}, which is none`, () => {
      const read = readNumericDate(value);
      assert.equal(read.kind, 'malformed');
      assert.match(
        read.kind === 'malformed' ? read.expects : '',
        typeof value === 'bigint' ? /plausible/ : /seconds/,
      );
    });
  }
});

describe('milliseconds, as a long has them, of', () => {
  const MOST = (2n ** 63n - 1n) / 1000n;
  for (const [seconds, millis] of [
    [0n, 0n],
    [1n, 1000n],
    [-1n, -1000n],
    [MOST, MOST * 1000n],
    [MOST + 1n, null],
    [-MOST, -MOST * 1000n],
    [-MOST - 1n, null],
    // It overflows to more than itself, which Java does not notice.
    [27_670_116_110_564_327n, BigInt.asIntN(64, 27_670_116_110_564_327_000n)],
    [2n ** 61n, null],
    [-(2n ** 61n), null],
  ] as const) {
    test(String(seconds), () => assert.equal(toMillis(seconds), millis));
  }
});

describe('a version of Kafka', () => {
  for (const [version, before, atLeast] of [
    ['4.2', false, true],
    ['4.2.1', false, true],
    ['4.1', true, false],
    ['4.1.9', true, false],
    ['4.10', false, true],
    ['3.9', true, false],
    ['5.0', false, true],
    ['10.0', false, true],
    ['', false, false],
    [null, false, false],
    [undefined, false, false],
    ['latest', false, false],
    ['4', false, false],
    ['v4.9', false, false],
    ['4.x', false, false],
  ] as const) {
    test(`${version}, beside 4.2`, () => {
      assert.equal(isBefore(version, 4, 2), before);
      assert.equal(isAtLeast(version, 4, 2), atLeast);
    });
  }
});

describe('a moment is told', () => {
  for (const [at, told] of [
    [NOW, '2026-11-18T11:06:40Z, 0 s ago'],
    [NOW + 1, '2026-11-18T11:06:41Z, 1 s ahead'],
    [NOW - 119, '2026-11-18T11:04:41Z, 119 s ago'],
    [NOW - 120, '2026-11-18T11:04:40Z, 2 minutes ago'],
    [NOW + 7199, '2026-11-18T13:06:39Z, 119 minutes ahead'],
    [NOW + 7200, '2026-11-18T13:06:40Z, 2 hours ahead'],
    [NOW - 172_799, '2026-11-16T11:06:41Z, 47 hours ago'],
    [NOW - 172_800, '2026-11-16T11:06:40Z, 2 days ago'],
    [8_640_000_000_000, '+275760-09-13T00:00:00Z, 99979224 days ahead'],
    [8_640_000_000_001, 'the number 8640000000001'],
    [-8_640_000_000_001, 'the number -8640000000001'],
  ] as const) {
    test(told, () => assert.equal(when(BigInt(at), BigInt(NOW)), told));
  }
  test('as far as a Date goes', () => {
    assert.equal(toDate(8_640_000_000_000n)?.getTime(), 8.64e15);
    assert.equal(toDate(-8_640_000_000_000n)?.getTime(), -8.64e15);
    assert.equal(toDate(8_640_000_000_001n), null);
    assert.equal(toDate(-8_640_000_000_001n), null);
  });
});
