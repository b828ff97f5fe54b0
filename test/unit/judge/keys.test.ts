import assert from 'node:assert/strict';
import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { describe, test } from 'node:test';
import { judgeKeySet } from '../../../src/judge/broker/key-set.ts';
import { keyName, sortKeys } from '../../../src/judge/broker/keys.ts';

/** Keys by what a broker can do with them. */

const rsa = (modulusLength: number): JsonWebKey =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' });
const ec = (namedCurve: string): JsonWebKey =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' });

const RSA = rsa(2048);
const SECRET = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });

function kinds(key: object): string[] {
  return Object.entries(sortKeys([key as Record<string, unknown>])).flatMap(([kind, keys]) =>
    keys.length > 0 ? [kind] : [],
  );
}

describe('a broker can verify with', () => {
  for (const [what, key] of Object.entries({
    'RSA of 2048 bits': RSA,
    'RSA for signatures': { ...RSA, use: 'sig', alg: 'RS256', kid: 'x' },
    'P-256': ec('P-256'),
    'P-384': ec('P-384'),
    'P-521': ec('P-521'),
  })) {
    test(what, () => assert.deepEqual(kinds(key), ['usable']));
  }
});

describe('a broker cannot verify with', () => {
  for (const [what, key] of Object.entries({
    'RSA of 1024 bits': rsa(1024),
    'a key for encryption': { ...RSA, use: 'enc' },
    'a curve that nobody knows': { ...ec('P-256'), crv: 'P-1' },
    'a type that nobody knows': { kty: 'XYZ' },
    'RSA without a modulus': { kty: 'RSA', e: 'AQAB' },
    nothing: {},
  })) {
    test(what, () => assert.deepEqual(kinds(key), []));
  }
});

test('a private key is told as one', () => assert.ok(kinds(SECRET).includes('private')));

test('a symmetric key is told as one', () => {
  assert.deepEqual(kinds({ kty: 'oct', k: 'c2VjcmV0' }), ['symmetric']);
});

test('a key is called by its ID, or by its type', () => {
  assert.equal(keyName({ kid: 'one', kty: 'RSA' }), '“one”');
  assert.equal(keyName({ kty: 'RSA' }), 'a key without an ID (RSA)');
});

describe('nothing secret is in', () => {
  for (const [what, extra] of Object.entries({
    'no other primes': { oth: [] },
    'other primes without anything in them': { oth: [{}] },
    'a private exponent that is null': { d: null },
    'a private exponent that is empty': { d: '' },
    'private parameters that are blanked out': { d: '***', p: ' ' },
    'primes that are null': { p: null, q: null, dp: null, dq: null, qi: null, oth: null },
  })) {
    test(what, () => assert.ok(!kinds({ ...RSA, ...extra }).includes('private')));
  }
  for (const [what, key] of Object.entries({
    'a symmetric key without its value': { kty: 'oct', kid: 'x' },
    'a symmetric key that is null': { kty: 'oct', k: null },
    'a symmetric key that is empty': { kty: 'oct', k: '' },
  })) {
    test(what, () => assert.deepEqual(kinds(key), []));
  }
});

describe('a private key is told by', () => {
  for (const extra of [{ d: 'AQ' }, { p: 'AQ' }, { oth: [{ r: 'AQ' }] }, { d: 65_537 }]) {
    test(JSON.stringify(extra), () => assert.ok(kinds({ ...RSA, ...extra }).includes('private')));
  }
});

describe('a key set that is of no use says', () => {
  const problem = (json: unknown) => {
    const { objection } = judgeKeySet('https://idp.example.com/jwks', JSON.stringify(json));
    return `${objection?.problem} ${objection?.remedy}`;
  };
  for (const [what, json] of Object.entries({
    'no keys': { keys: [] },
    'an empty object': {},
    'null for keys': { keys: null },
    'a null among no keys': { keys: [null] },
  })) {
    test(`${what}: where they come from`, () =>
      assert.match(problem(json), /publishes no keys\. .*authentik, .*HS256.*ZITADEL .*first token/));
  }
  for (const [extra, why] of [
    [{ n: undefined }, 'its n is missing'],
    [{ e: undefined }, 'its e is missing'],
    [{ e: 65_537 }, 'its e is not a string'],
    [{ x5c: null }, 'its x5c is null'],
    [{ use: 'enc' }, 'it has the use “enc”, not “sig”'],
    [{ key_ops: ['sign'] }, 'it has key_ops without “verify”'],
    [rsa(1024), 'it is an RSA key of 1024 bits'],
  ] as const) {
    test(why, () => {
      const said = problem({ keys: [{ kid: 'one', ...RSA, ...extra }] });
      assert.ok(
        said.includes(
          `publishes 1 key(s), but none that a broker can verify signatures with: “one” (${why}).`,
        ),
        said,
      );
    });
  }
  test('why, for each of several', () => {
    const said = problem({ keys: [{ kid: 1, ...RSA }, { kty: 'EC', crv: 'P-1' }, { kty: 'oct' }] });
    assert.match(
      said,
      /3 key\(s\), but none .*: the kid 1 \(its kid is not a string\), .*its curve “P-1” is unknown/,
    );
    assert.match(said, /its k is missing/);
  });
  test('still that something else is no key set', () =>
    assert.match(problem({ error: 'not_found' }), /is not a key set/));
});

describe('a key set that gives a key away names what kind of key that is:', () => {
  const hush = { kty: 'oct', k: 'c2VjcmV0', kid: 'hush' };
  for (const [kind, keys] of [
    ['private', [{ ...SECRET, kid: 'mine' }]],
    ['symmetric', [hush]],
    ['private', [hush, { ...SECRET, kid: 'mine' }]],
  ] as const) {
    test(`${kind}, of ${keys.length}`, () => {
      const { objection, keys: taken } = judgeKeySet(
        'https://idp.example.com/jwks',
        JSON.stringify({ keys }),
      );
      assert.match(objection?.problem ?? '', new RegExp(`^ALARM: .* publishes a ${kind} key \\(`));
      assert.deepEqual(taken, []);
    });
  }
});
