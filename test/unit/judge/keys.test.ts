import assert from 'node:assert/strict';
import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { describe, test } from 'node:test';
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
