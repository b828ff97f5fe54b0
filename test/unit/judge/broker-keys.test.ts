import assert from 'node:assert/strict';
import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { generate } from 'selfsigned';
import { magnitude, takeIn } from '../../../src/judge/broker/broker-keys.ts';
import type { Jwk } from '../../../src/judge/jws/jwk.ts';
import { makeCertificates } from '../../world/certificates.ts';

/** What a broker takes in from a key set, at the limits of each parameter. */

const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
/** A number as a key has it. */
const number = (value: bigint) => {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
};
const bits = (count: number) => number(1n << BigInt(count - 1));

const RSA = { kty: 'RSA', n: bits(2048), e: 'AQAB' };
const EC = { kty: 'EC', crv: 'P-256', x: b64(Buffer.alloc(32, 1)), y: b64(Buffer.alloc(32, 2)) };
const OKP = { kty: 'OKP', crv: 'Ed25519', x: b64(Buffer.alloc(32, 1)) };
const OCT = { kty: 'oct', k: 'c2VjcmV0' };
const WHOLE = { d: 'AQ', p: 'AQ', q: 'AQ', dp: 'AQ', dq: 'AQ', qi: 'AQ' };

const pem = (key: string) => b64(new X509Certificate(key).raw);
const EC_CERTIFICATE = (await makeCertificates()).cert;
const RSA_CERTIFICATE = (await generate([{ name: 'commonName', value: 'rsa' }], { keySize: 1024 })).cert;
const certified = (certificate: string): Jwk =>
  createPublicKey(certificate).export({ format: 'jwk' }) as Record<string, unknown>;

describe('a broker takes in', () => {
  for (const [what, key] of Object.entries<Jwk>({
    'RSA of 512 bits': { ...RSA, n: bits(512) },
    'RSA of 16384 bits': { ...RSA, n: bits(16_384) },
    'RSA with e of 3': { ...RSA, e: 'Aw' },
    'RSA with e as large as n': { ...RSA, e: RSA.n },
    'RSA of 3072 bits with e of 65 bits': { ...RSA, n: bits(3072), e: bits(65) },
    'RSA of 3073 bits with e of 64 bits': { ...RSA, n: bits(3073), e: bits(64) },
    'RSA with d alone': { ...RSA, d: 'AQ' },
    'RSA, private and whole': { ...RSA, ...WHOLE },
    'RSA with p and no d, which is not looked at': { ...RSA, p: null },
    'RSA with zeros before its numbers': {
      ...RSA,
      n: b64(Buffer.concat([Buffer.alloc(3), Buffer.alloc(256, 255)])),
    },
    'P-256': EC,
    'P-256 with x at its limit': { ...EC, x: number((1n << 256n) - 1n) },
    'P-256 with zeros before x': { ...EC, x: b64(Buffer.concat([Buffer.alloc(9), Buffer.alloc(32, 255)])) },
    'P-384 with y at its limit': { ...EC, crv: 'P-384', y: number((1n << 384n) - 1n) },
    'P-521 with y at its limit': { ...EC, crv: 'P-521', y: number((1n << 528n) - 1n) },
    'secp256k1 with y at its limit': { ...EC, crv: 'secp256k1', y: number((1n << 256n) - 1n) },
    'P-256 with an empty x': { ...EC, x: '' },
    'P-256, private': { ...EC, d: 'AQ' },
    Ed25519: OKP,
    'Ed25519, private': { ...OKP, d: b64(Buffer.alloc(32)) },
    'Ed448, private': { ...OKP, crv: 'Ed448', d: b64(Buffer.alloc(57)) },
    'X25519, private': { ...OKP, crv: 'X25519', d: b64(Buffer.alloc(32)) },
    'X448, private': { ...OKP, crv: 'X448', d: b64(Buffer.alloc(56)) },
    'a secret': OCT,
    'a secret, whatever its certificate': { ...OCT, x5c: null, x5t: 1 },
    'RSA with parameters that are null': {
      ...RSA,
      kid: null,
      use: null,
      alg: null,
      key_ops: null,
      x5t: null,
      'x5t#S256': null,
      x5u: null,
    },
    'RSA without certificates': { ...RSA, x5c: [] },
    'an EC key with its certificate': { ...certified(EC_CERTIFICATE), x5c: [pem(EC_CERTIFICATE)] },
    'an RSA key with its certificate': { ...certified(RSA_CERTIFICATE), x5c: [pem(RSA_CERTIFICATE)] },
    'an RSA key with another after its certificate': {
      ...certified(RSA_CERTIFICATE),
      x5c: [pem(RSA_CERTIFICATE), pem(EC_CERTIFICATE)],
    },
  })) {
    test(what, () => {
      const { keys, skipped } = takeIn([key]);
      assert.deepEqual(skipped, []);
      assert.equal(keys.length, 1);
      assert.equal(keys[0]?.jwk, key);
      assert.equal(keys[0]?.kty, key.kty);
    });
  }

  test('nothing for null', () => {
    assert.deepEqual(takeIn([null, undefined]), { keys: [], skipped: [] });
  });
});

describe('a broker skips', () => {
  const INCOMPLETE = 'its private parameters are incomplete';
  for (const [key, why] of [
    [{}, 'it has no kty'],
    [{ kty: 5 }, 'it has no kty'],
    [{ ...RSA, kty: 'rsa' }, 'its kty “rsa” is unknown to them'],
    [{ ...RSA, kid: 5 }, 'its kid is not a string'],
    [{ ...RSA, use: 5 }, 'its use is not a string'],
    [{ ...RSA, alg: 5 }, 'its alg is not a string'],
    [{ ...RSA, key_ops: {} }, 'its key_ops is not a list'],
    [{ ...RSA, n: 5 }, 'its n is not a string'],
    [{ ...RSA, n: '' }, 'its n is empty'],
    [{ ...RSA, n: 'AAAA' }, 'its n is empty'],
    [{ ...RSA, n: null }, 'its n is missing'],
    [{ ...RSA, e: 'AAAA' }, 'its e is empty'],
    [{ ...RSA, n: bits(511) }, 'it has 511 bits'],
    [{ ...RSA, n: bits(16_385) }, 'it has 16385 bits'],
    [{ ...RSA, e: 'Ag' }, 'its e is out of bounds'],
    [{ ...RSA, e: number((1n << 2047n) + 1n) }, 'its e is out of bounds'],
    [{ ...RSA, n: bits(3073), e: bits(65) }, 'its e is out of bounds'],
    [{ ...RSA, d: null }, INCOMPLETE],
    ...['d', 'p', 'q', 'dp', 'dq', 'qi'].map(
      (name) => [{ ...RSA, ...WHOLE, [name]: 5 }, INCOMPLETE] as const,
    ),
    [{ ...RSA, d: 'AQ', p: 'AQ' }, INCOMPLETE],
    [{ ...EC, crv: undefined }, 'its crv is missing'],
    [{ ...EC, crv: 5 }, 'its crv is not a string'],
    [{ ...EC, crv: 'Ed25519' }, 'its curve “Ed25519” is unknown to them'],
    [{ ...EC, x: undefined }, 'its x is missing'],
    [{ ...EC, y: 5 }, 'its y is not a string'],
    [{ ...EC, x: number(1n << 256n) }, 'its x is too long for its curve'],
    [{ ...EC, y: number(1n << 256n) }, 'its y is too long for its curve'],
    [{ ...EC, d: 5 }, INCOMPLETE],
    [{ ...OKP, crv: 'P-256' }, 'its curve “P-256” is unknown to them'],
    [{ ...OKP, crv: null }, 'its crv is missing'],
    [{ ...OKP, x: undefined }, 'its x is missing'],
    [{ ...OKP, x: '' }, 'its x is empty'],
    [{ ...OKP, x: 5 }, 'its x is not a string'],
    [{ ...OKP, d: b64(Buffer.alloc(31)) }, INCOMPLETE],
    [{ ...OKP, d: 5 }, INCOMPLETE],
    [{ ...OCT, k: undefined }, 'its k is missing'],
    [{ ...OCT, k: '' }, 'its k is empty'],
    [{ ...OCT, k: 5 }, 'its k is not a string'],
    [{ ...RSA, x5t: 5 }, 'its x5t is not a string'],
    [{ ...RSA, 'x5t#S256': 5 }, 'its x5t#S256 is not a string'],
    [{ ...RSA, x5u: 5 }, 'its x5u is not a string'],
    [{ ...RSA, x5c: null }, 'its x5c is null'],
    [{ ...RSA, x5c: 'AAAA' }, 'its x5c is not a list of certificates'],
    [{ ...RSA, x5c: [5] }, 'its x5c is not a list of certificates'],
    [{ ...RSA, x5c: [pem(RSA_CERTIFICATE), 5] }, 'its x5c is not a list of certificates'],
    [{ ...RSA, x5c: ['AAAA'] }, 'its x5c contains no readable certificate'],
    [{ ...RSA, x5c: [pem(RSA_CERTIFICATE)] }, 'its x5c is the certificate of another key'],
    [{ ...RSA, x5c: [pem(EC_CERTIFICATE)] }, 'its x5c is the certificate of another key'],
    ...(['n', 'e'] as const).map(
      (name) =>
        [
          { ...certified(RSA_CERTIFICATE), [name]: { n: RSA.n, e: 'Aw' }[name], x5c: [pem(RSA_CERTIFICATE)] },
          'its x5c is the certificate of another key',
        ] as const,
    ),
    ...(['x', 'y'] as const).map(
      (name) =>
        [
          { ...certified(EC_CERTIFICATE), [name]: EC.x, x5c: [pem(EC_CERTIFICATE)] },
          'its x5c is the certificate of another key',
        ] as const,
    ),
  ] as const) {
    const changed = Object.entries(key).map(([name, value]) =>
      `${name} ${JSON.stringify(value)}`.slice(0, 30),
    );
    test(`${changed.join(', ')}: ${why}`, () =>
      assert.deepEqual(takeIn([key]), { keys: [], skipped: [{ jwk: key, why }] }));
  }
});

describe('a key is chosen by', () => {
  test('its parameters', () => {
    const key = {
      ...EC,
      kid: 'one',
      use: 'sig',
      alg: 'ES256',
      key_ops: ['verify'],
      x5t: 'a',
      'x5t#S256': 'b',
    };
    const { jwk, ...rest } = takeIn([key]).keys[0] ?? {};
    const operations = ['verify'];
    assert.deepEqual(rest, {
      kty: 'EC',
      kid: 'one',
      use: 'sig',
      alg: 'ES256',
      crv: 'P-256',
      operations,
      x5t: 'a',
      x5tS256: 'b',
    });
  });

  test('nothing where it has nothing', () => {
    const { jwk, ...rest } = takeIn([RSA]).keys[0] ?? {};
    assert.deepEqual(rest, {
      kty: 'RSA',
      kid: null,
      use: null,
      alg: null,
      crv: null,
      operations: null,
      x5t: null,
      x5tS256: null,
    });
  });

  test('its curve, where its type has curves', () => {
    const keys = [{ ...RSA, crv: 'P-256' }, EC, OKP, { ...OCT, crv: 'P-256' }];
    assert.deepEqual(
      takeIn(keys).keys.map(({ crv }) => crv),
      [null, 'P-256', 'Ed25519', null],
    );
  });

  test('the thumbprints of its certificate, where it does not name its own', () => {
    const { raw } = new X509Certificate(EC_CERTIFICATE);
    const thumbprint = (hash: string) => createHash(hash).update(raw).digest('base64url');
    const key = { ...certified(EC_CERTIFICATE), x5c: [pem(EC_CERTIFICATE)] };
    const found = takeIn([key, { ...key, x5t: 'a' }, { ...key, 'x5t#S256': 'b' }]).keys;
    assert.deepEqual(
      found.map(({ x5t, x5tS256 }) => [x5t, x5tS256]),
      [
        [thumbprint('sha1'), thumbprint('sha256')],
        ['a', thumbprint('sha256')],
        [thumbprint('sha1'), 'b'],
      ],
    );
  });

  test('no thumbprint, if it is a secret', () => {
    const [key] = takeIn([{ ...OCT, x5t: 'a', 'x5t#S256': 'b' }]).keys;
    assert.deepEqual([key?.x5t, key?.x5tS256], [null, null]);
  });
});

test('a number is read from base64url', () => {
  assert.equal(magnitude('AQAB'), 65_537n);
  assert.equal(magnitude('AAABAAE'), 65_537n);
  assert.equal(magnitude(''), 0n);
  assert.equal(magnitude(5), null);
  assert.equal(magnitude(undefined), null);
});
