import { constants, createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import type { Algorithm } from '../jws/algorithms.ts';
import type { JsonObject } from '../jws/json.ts';
import { decodeBase64, type Jws } from '../jws/jws.ts';
import { type BrokerKey, magnitude } from './broker-keys.ts';

/**
 * Why jose4j does not use a key that was chosen, before it looks at the signature (the `validateVerificationKey` of each
 * algorithm in `org.jose4j.jws`).
 * @returns null when it does, else what the key has, and what it should have
 */
export function unfitness(
  key: BrokerKey,
  algorithm: Algorithm,
): { readonly has: string; readonly expects: string } | null {
  if (key.kty === 'RSA') {
    const bits = (magnitude(key.jwk['n']) ?? 0n).toString(2).length;
    return bits < SHORTEST_RSA_BITS
      ? { has: `an RSA key of ${bits} bits`, expects: `${SHORTEST_RSA_BITS} bits at least` }
      : null;
  }
  if (key.kty === 'oct') {
    const bits = 8 * secret(key).length;
    const shortest = Number(algorithm.name.slice(2));
    return bits < shortest ? { has: `a secret of ${bits} bits`, expects: `${shortest} bits at least` } : null;
  }
  if (algorithm.curves.includes(key.crv ?? '')) return null;
  return { has: `a key on the curve ${key.crv}`, expects: `a key on ${algorithm.curves.join(' or ')}` };
}

const SHORTEST_RSA_BITS = 2048;

/**
 * The critical headers that jose4j does not understand (RFC 7515, section 4.1.11; `JsonWebStructure.checkCrit`).
 * @returns null when there is nothing against them
 */
export function unknownCritical(header: JsonObject): string | null {
  const crit = header.get('crit') ?? null;
  if (crit === null) return null;
  if (!Array.isArray(crit)) return 'no list';
  const unknown = crit.find((name) => name !== 'b64');
  if (unknown === undefined) return null;
  return typeof unknown === 'string' ? unknown : 'an item that is not text';
}

/** Whether the signature is right (RFC 7515, section 5.2), by a key that {@link unfitness} has nothing against. */
export function isVerified({ signingInput, signature }: Jws, key: BrokerKey, algorithm: Algorithm): boolean {
  const hash = `sha${algorithm.name.slice(2)}`;
  if (key.kty === 'oct') {
    const expected = createHmac(hash, secret(key)).update(signingInput).digest();
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  }
  const publicKey = toPublicKey(key);
  if (publicKey === null) return false;
  if (key.kty === 'OKP') return verify(null, signingInput, publicKey, signature);
  if (key.kty === 'EC')
    return verifyEcdsa(hash, signingInput, publicKey, signature, FIELD_BYTES[key.crv ?? ''] ?? 0);
  const padding = algorithm.name.startsWith('PS') ? PSS : { padding: constants.RSA_PKCS1_PADDING };
  return verify(hash, signingInput, { key: publicKey, ...padding }, signature);
}

/** RFC 7518, section 3.5: the salt is as long as the hash. */
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };

const FIELD_BYTES: Readonly<Record<string, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 };

/** jose4j halves a signature wherever its middle is, so one without its leading zeros passes (RFC 7518, section 3.4, forbids it). */
function verifyEcdsa(hash: string, input: Buffer, key: KeyObject, signature: Buffer, bytes: number): boolean {
  if (signature.length > 2 * bytes) return false;
  const middle = Math.floor(signature.length / 2);
  const whole = Buffer.alloc(2 * bytes);
  signature.copy(whole, bytes - middle, 0, middle);
  signature.copy(whole, 2 * bytes - middle, middle, 2 * middle);
  return verify(hash, input, { key, dsaEncoding: 'ieee-p1363' }, whole);
}

function secret(key: BrokerKey): Buffer {
  return decodeBase64(String(key.jwk['k']));
}

/** Null for numbers that are no key, such as a point that is not on its curve; Java notices that late, too. */
function toPublicKey({ kty, crv, jwk }: BrokerKey): KeyObject | null {
  const number = (name: string) => base64url(magnitude(jwk[name]) ?? 0n);
  const key =
    kty === 'RSA'
      ? { kty, n: number('n'), e: number('e') }
      : kty === 'EC'
        ? { kty, crv: String(crv), x: number('x'), y: number('y') }
        : { kty, crv: String(crv), x: decodeBase64(String(jwk['x'])).toString('base64url') };
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch {
    return null;
  }
}

/** Big-endian, in whole bytes. */
function base64url(number: bigint): string {
  const hex = number.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
}
