import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judgeKeySet } from '../../../src/judge/broker/key-set.ts';
import { keyName, sortKeys, uselessness } from '../../../src/judge/broker/keys.ts';
import type { Jwk } from '../../../src/judge/jws/jwk.ts';

/** A key set as it is published: what brokers read of it, and what it gives away. */

const URL = 'https://idp.example.com/jwks';
const RSA = { kty: 'RSA', e: 'AQAB', n: Buffer.alloc(256, 255).toString('base64url') };
const EC = { kty: 'EC', crv: 'P-256', x: 'AQ', y: 'AQ' };
const SMALL = { ...RSA, n: Buffer.alloc(255, 255).toString('base64url') };

const problem = (text: string) => judgeKeySet(URL, text).objection?.problem ?? '';

describe('what is no key set is told:', () => {
  for (const [text, told] of [
    ['', 'with nothing instead'],
    [' \n', 'with nothing instead'],
    ['<html>', 'with an HTML page instead'],
    [' \n<html>', 'with an HTML page instead'],
    ['not < found', 'with text instead'],
    ['[]', 'with text instead'],
    ['\ufeff{"keys":[]}', 'with a byte order mark'],
    ['{"keys":[]}\ufeff', 'with text instead'],
    ['{"keys":[],"keys":[]}', 'has the name “keys” more than once'],
    ['{"keys":[{"kty":"RSA","kid":"a","kid":"b"}]}', 'has the name “kid” more than once'],
    ['{"error":"x"}', 'is not a key set'],
    ['{"keys":{}}', 'is not a key set'],
    ['{"keys":"x"}', 'is not a key set'],
    ['{"keys":["x"]}', 'is not a key set'],
    ['{"keys":[null,[]]}', 'is not a key set'],
    ['{}', 'publishes no keys'],
    ['{"keys":null}', 'publishes no keys'],
    ['{"keys":[null]}', 'publishes no keys'],
  ] as const) {
    test(JSON.stringify(text), () => {
      const { keys, usable, objection } = judgeKeySet(URL, text);
      assert.ok(objection?.problem.includes(told), objection?.problem);
      assert.ok(objection?.problem.includes(URL));
      assert.notEqual(objection?.remedy, '');
      assert.deepEqual([keys, usable], [[], 0]);
    });
  }
});

test('of a good key set, all keys are handed on as they are, and those that are of use counted', () => {
  const keys = [
    { ...RSA, kid: 'a', nested: { list: [1, 1.5, { b: null }], yes: true } },
    null,
    { ...SMALL, kid: 'b' },
    { ...EC, kid: 'c' },
  ];
  assert.deepEqual(judgeKeySet(URL, JSON.stringify({ keys })), { keys, usable: 2, objection: null });
});

describe('why no key is of use is told', () => {
  const names = (count: number) =>
    JSON.stringify({
      keys: Array.from({ length: count }, (_, index) => ({ ...SMALL, kid: `k${index + 1}` })),
    });
  const WHY = '(it is an RSA key of 2040 bits)';
  for (const [count, told] of [
    [1, `1 key(s), but none that a broker can verify signatures with: “k1” ${WHY}.`],
    [4, `“k3” ${WHY}, “k4” ${WHY}.`],
    [5, `“k4” ${WHY}, and 1 more.`],
    [7, `“k4” ${WHY}, and 3 more.`],
  ] as const) {
    test(`of ${count}`, () => assert.ok(problem(names(count)).endsWith(told), problem(names(count))));
  }
});

describe('a key is of no use:', () => {
  for (const [what, key, why] of [
    ['one that is', RSA, null],
    ['an EC key that is', EC, null],
    ['a secret', { kty: 'oct', k: 'AQ' }, 'it is symmetric'],
    ['RSA that is too short', SMALL, 'it is an RSA key of 2040 bits'],
    ['RSA for encryption', { ...RSA, use: 'enc' }, 'it has the use “enc”, not “sig”'],
    ['an EC key for encryption', { ...EC, use: 'enc' }, 'it has the use “enc”, not “sig”'],
    [
      'an EC key on a curve of no algorithm',
      { ...EC, crv: 'secp256k1' },
      'it is a key on the curve secp256k1',
    ],
    ['a key that is skipped', { ...RSA, n: 5 }, 'its n is not a string'],
    ['nothing', {}, 'it has no kty'],
  ] as const) {
    test(what, () => assert.equal(uselessness(key), why));
  }
});

describe('what a key gives away:', () => {
  const kinds = (key: Jwk) => {
    const { private: secret, symmetric } = sortKeys([key]);
    return secret.length > 0 ? 'private' : symmetric.length > 0 ? 'symmetric' : null;
  };
  for (const [key, kind] of [
    ...['d', 'p', 'q', 'dp', 'dq', 'qi'].map((name) => [{ ...RSA, [name]: 'AQ' }, 'private'] as const),
    [{ ...RSA, oth: [{ r: 'AQ' }] }, 'private'],
    [{ ...RSA, oth: { r: 'AQ' } }, 'private'],
    [{ ...RSA, oth: [{ r: '' }, null] }, null],
    [{ ...RSA, d: true }, null],
    [{ ...RSA, d: 0 }, 'private'],
    [{ ...RSA, k: 'AQ' }, null],
    [{ ...EC, d: 'AQ' }, 'private'],
    [{ d: 'AQ' }, 'private'],
    [{ kty: 'oct', k: 'AQ' }, 'symmetric'],
    [{ kty: 'oct', k: '', d: 'AQ' }, null],
    [{ kty: 'oct', d: 'AQ' }, null],
    [{ kty: 'OCT', k: 'AQ' }, null],
  ] as readonly (readonly [Jwk, string | null])[]) {
    test(JSON.stringify(key).replace(RSA.n, 'n'), () => {
      assert.equal(kinds(key), kind);
      const alarm = problem(JSON.stringify({ keys: [{ ...key, kid: 'one' }] }));
      assert.equal(alarm.startsWith(`ALARM: ${URL} publishes a ${kind} key (“one”)`), kind !== null, alarm);
    });
  }

  test('all of them, by their names', () => {
    const keys = [{ kty: 'oct', k: 'AQ', kid: 'hush' }, RSA, { ...EC, d: 'AQ', kid: 7 }, { ...EC, d: 'AQ' }];
    const { objection } = judgeKeySet(URL, JSON.stringify({ keys }));
    assert.ok(
      objection?.problem.includes('a private key (the kid 7, a key without an ID (EC), “hush”)'),
      objection?.problem,
    );
  });

  test('a key is called by its ID, if it is a text or a number', () => {
    assert.equal(keyName({ kid: '', kty: 'RSA' }), '“”');
    assert.equal(keyName({ kid: 0 }), 'the kid 0');
    assert.equal(keyName({ kid: null }), 'a key without an ID (undefined)');
  });
});
