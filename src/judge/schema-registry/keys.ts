import { createPublicKey, type KeyObject } from 'node:crypto';
import { quote } from '../../quote.ts';
import { decodePythonBase64, isPythonFalse } from './python.ts';

/** A key that Schema Registry took in from a key set, by what it is chosen by. */
export interface RegistryKey {
  readonly kid: unknown;
  readonly use: unknown;
  readonly kty: KeyFamily;
  /** Null unless it is a public RSA key, which is all that Schema Registry verifies signatures with. */
  readonly publicKey: KeyObject | null;
}

type KeyFamily = 'RSA' | 'EC' | 'OKP' | 'oct';

/** What Schema Registry makes of a key set. */
export interface RegistryKeys {
  readonly keys: readonly RegistryKey[];
  /**
   * Which key makes the whole set unreadable for it, in words that fit after “it has”; null when there is none. PyJWT skips
   * keys that it does not know; over one that is broken it gives up.
   */
  readonly breakage: string | null;
}

/**
 * The keys that Schema Registry takes in (`jwt.api_jwk.PyJWKSet` of PyJWT 2.12). A private key, which must never be published
 * (RFC 7517, section 9.2), counts as broken here, though PyJWT reads some.
 * @param jwks the `keys` of a key set (RFC 7517, section 5), as JSON has them
 */
export function takeIn(jwks: readonly unknown[]): RegistryKeys {
  const keys: RegistryKey[] = [];
  for (const [index, jwk] of jwks.entries()) {
    const key = readKey(jwk);
    if (key === 'broken') return { keys: [], breakage: nameOf(jwk, index) };
    if (key !== 'skipped') keys.push(key);
  }
  return { keys, breakage: null };
}

/** Whether `PyJWKClient.get_signing_keys` considers it for anything. */
export function isForSigning({ kid, use }: RegistryKey): boolean {
  return !isPythonFalse(kid) && (use === 'sig' || use === undefined || use === null);
}

/** Whether some token's signature can be verified with it. */
export function isUsable(key: RegistryKey): boolean {
  return isForSigning(key) && typeof key.kid === 'string' && key.publicKey !== null;
}

function nameOf(jwk: unknown, index: number): string {
  if (!isObject(jwk)) return `something other than a key in place ${index + 1}`;
  const { kid, kty } = jwk;
  const name = typeof kid === 'string' ? quote(kid) : `in place ${index + 1}`;
  return `a key that it cannot read, ${name}${typeof kty === 'string' ? ` of type ${quote(kty)}` : ''}`;
}

type JwkObject = Readonly<Record<string, unknown>>;
type Part = 'key' | 'skipped' | 'broken';

function isObject(value: unknown): value is JwkObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `jwt.get_default_algorithms`, by the type of key that each reads; `none` is there, and reads no key. */
const FAMILIES: Readonly<Record<string, KeyFamily | 'none'>> = {
  none: 'none',
  ...Object.fromEntries(['HS256', 'HS384', 'HS512'].map((alg) => [alg, 'oct'])),
  ...Object.fromEntries(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg) => [alg, 'RSA'])),
  ...Object.fromEntries(['ES256', 'ES256K', 'ES384', 'ES521', 'ES512'].map((alg) => [alg, 'EC'])),
  EdDSA: 'OKP',
};

/** `PyJWK.__init__`: the algorithm is the key's own, or one that goes with its type and curve. */
function readKey(jwk: unknown): RegistryKey | 'skipped' | 'broken' {
  if (!isObject(jwk)) return 'broken';
  const { kty, alg } = jwk;
  if (isPythonFalse(kty)) return 'skipped';
  const family = isPythonFalse(alg) ? familyWithoutAlg(jwk) : familyOf(alg);
  if (family === 'none' || family === 'broken') return 'broken';
  if (family === 'skipped' || family !== kty) return 'skipped';
  const part = READERS[family](jwk);
  if (part !== 'key') return part;
  const publicKey = family === 'RSA' ? rsaKey(jwk) : null;
  return { kid: jwk['kid'], use: jwk['use'], kty: family, publicKey };
}

function familyOf(alg: unknown): KeyFamily | 'none' | 'skipped' | 'broken' {
  // A list or an object cannot be looked up, which raises an error that PyJWT does not expect.
  if (typeof alg === 'object') return 'broken';
  return typeof alg === 'string' && Object.hasOwn(FAMILIES, alg) ? (FAMILIES[alg] ?? 'skipped') : 'skipped';
}

function familyWithoutAlg({ kty, crv }: JwkObject): KeyFamily | 'skipped' {
  if (kty === 'RSA' || kty === 'oct') return kty;
  if (kty === 'EC' && (isPythonFalse(crv) || Object.hasOwn(COORDINATE_BYTES, String(crv)))) return kty;
  return kty === 'OKP' && crv === 'Ed25519' ? kty : 'skipped';
}

const COORDINATE_BYTES: Readonly<Record<string, number>> = {
  'P-256': 32,
  'P-384': 48,
  'P-521': 66,
  secp256k1: 32,
};
const EDWARDS_BYTES: Readonly<Record<string, number>> = { Ed25519: 32, Ed448: 57 };

/** `from_jwk` of each algorithm: what raises an error that `PyJWKSet` expects is skipped, any other breaks the set. */
const READERS: Readonly<Record<KeyFamily, (jwk: JwkObject) => Part>> = {
  RSA(jwk) {
    if (!has(jwk, 'n') || !has(jwk, 'e')) return 'skipped';
    const [n, e] = [number(jwk['n']), number(jwk['e'])];
    if (has(jwk, 'd') || n === null || e === null) return 'broken';
    return e >= 3n && e < n && e % 2n === 1n ? 'key' : 'broken';
  },
  EC(jwk) {
    if (!has(jwk, 'x') || !has(jwk, 'y')) return 'skipped';
    const [x, y] = [decoded(jwk['x']), decoded(jwk['y'])];
    if (x === null || y === null) return 'broken';
    const bytes = typeof jwk['crv'] === 'string' ? COORDINATE_BYTES[jwk['crv']] : undefined;
    if (x.length !== bytes || y.length !== bytes) return 'skipped';
    const point = { x: x.toString('base64url'), y: y.toString('base64url') };
    return !has(jwk, 'd') && toKey({ kty: 'EC', crv: String(jwk['crv']), ...point }) ? 'key' : 'broken';
  },
  OKP(jwk) {
    const bytes = typeof jwk['crv'] === 'string' ? EDWARDS_BYTES[jwk['crv']] : undefined;
    if (bytes === undefined || !has(jwk, 'x')) return 'skipped';
    const x = decoded(jwk['x']);
    if (x === null || has(jwk, 'd')) return 'broken';
    return x.length === bytes ? 'key' : 'skipped';
  },
  oct: (jwk) => (decoded(jwk['k']) === null ? 'broken' : 'key'),
};

function has(jwk: JwkObject, name: string): boolean {
  return jwk[name] !== undefined;
}

function decoded(value: unknown): Buffer | null {
  return typeof value === 'string' ? decodePythonBase64(Buffer.from(value)) : null;
}

function number(value: unknown): bigint | null {
  const bytes = decoded(value);
  return bytes === null ? null : BigInt(`0x0${bytes.toString('hex')}`);
}

function rsaKey(jwk: JwkObject): KeyObject | null {
  const parameter = (name: string) => decoded(jwk[name])?.toString('base64url') ?? '';
  return toKey({ kty: 'RSA', n: parameter('n'), e: parameter('e') });
}

function toKey(key: Record<string, string>): KeyObject | null {
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch {
    return null;
  }
}
