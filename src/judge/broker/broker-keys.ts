import { createHash, X509Certificate } from 'node:crypto';
import { quote } from '../../quote.ts';
import type { KeyType } from '../jws/algorithms.ts';
import type { Jwk, PublishedKeys } from '../jws/jwk.ts';
import { decodeBase64 } from '../jws/jws.ts';

/** A key that a broker took in from a key set, by what it is chosen by. */
export interface BrokerKey {
  readonly kty: KeyType;
  readonly kid: string | null;
  readonly use: string | null;
  readonly alg: string | null;
  readonly crv: string | null;
  readonly operations: readonly unknown[] | null;
  /** The certificate's SHA-1 thumbprint (RFC 7517, section 4.8). */
  readonly x5t: string | null;
  /** The certificate's SHA-256 thumbprint (RFC 7517, section 4.9). */
  readonly x5tS256: string | null;
  readonly jwk: Jwk;
}

/** A key of a set that a broker passes over when it reads the set. */
export interface SkippedKey {
  readonly jwk: Jwk;
  /** Why, as a clause such as `its n is missing`. */
  readonly why: string;
}

/** What a broker makes of the keys of a set. */
export interface TakenIn {
  readonly keys: readonly BrokerKey[];
  readonly skipped: readonly SkippedKey[];
}

/**
 * The keys that a broker takes in; it skips one that it cannot make sense of (`org.jose4j.jwk.JsonWebKeySet`). Whether a key
 * can verify anything shows later, when it is used.
 * @param jwks the `keys` of a key set (RFC 7517, section 5)
 */
export function takeIn(jwks: PublishedKeys): TakenIn {
  const keys: BrokerKey[] = [];
  const skipped: SkippedKey[] = [];
  for (const jwk of jwks) {
    if (!jwk) continue;
    const read = brokerKey(jwk);
    if (typeof read === 'string') skipped.push({ jwk, why: read });
    else keys.push(read);
  }
  return { keys, skipped };
}

/** A key as a broker has it, or why it skips it. */
function brokerKey(jwk: Jwk): BrokerKey | string {
  const kty = jwk['kty'];
  if (kty !== 'RSA' && kty !== 'EC' && kty !== 'OKP' && kty !== 'oct')
    return typeof kty === 'string' ? `its kty ${quote(kty)} is unknown to them` : 'it has no kty';
  const odd = ['use', 'kid', 'alg'].find((name) => !isTextOrNone(jwk[name]));
  if (odd !== undefined) return notText(odd);
  const operations = jwk['key_ops'] ?? null;
  if (!isListOrNone(operations)) return 'its key_ops is not a list';
  const fault = FAULTS[kty](jwk);
  if (fault !== null) return fault;
  const thumbprints = kty === 'oct' ? NO_THUMBPRINTS : readThumbprints(jwk);
  if (typeof thumbprints === 'string') return thumbprints;
  const crv = kty === 'EC' || kty === 'OKP' ? text(jwk['crv']) : null;
  return {
    kty,
    kid: text(jwk['kid']),
    use: text(jwk['use']),
    alg: text(jwk['alg']),
    crv,
    operations,
    ...thumbprints,
    jwk,
  };
}

const SPOILT_PRIVATE = 'its private parameters are incomplete';

/** What spoils the parameters of a key, by its type: what jose4j and Java's key factories insist on; null when nothing does. */
const FAULTS: Readonly<Record<KeyType, (jwk: Jwk) => string | null>> = {
  RSA(jwk) {
    const [n, e] = [magnitude(jwk['n']), magnitude(jwk['e'])];
    if (n === null || n === 0n) return faultOf(jwk, 'n');
    if (e === null || e === 0n) return faultOf(jwk, 'e');
    const bits = n.toString(2).length;
    if (bits < 512 || bits > 16_384) return `it has ${bits} bits`;
    if (e < 3n || e > n || (bits > 3072 && e >= 1n << 64n)) return 'its e is out of bounds';
    const privateParts = 'p' in jwk ? ['d', 'p', 'q', 'dp', 'dq', 'qi'] : ['d'];
    const hasPrivate = !('d' in jwk) || privateParts.every((name) => typeof jwk[name] === 'string');
    return hasPrivate ? null : SPOILT_PRIVATE;
  },
  EC(jwk) {
    const bytes = FIELD_BYTES[String(jwk['crv'])];
    if (bytes === undefined) return unknownCurve(jwk);
    const limit = 1n << BigInt(8 * bytes);
    for (const name of ['x', 'y']) {
      const coordinate = magnitude(jwk[name]);
      if (coordinate === null) return faultOf(jwk, name);
      if (coordinate >= limit) return `its ${name} is too long for its curve`;
    }
    return !('d' in jwk) || typeof jwk['d'] === 'string' ? null : SPOILT_PRIVATE;
  },
  OKP(jwk) {
    const bytes = PRIVATE_BYTES[String(jwk['crv'])];
    if (bytes === undefined) return unknownCurve(jwk);
    if (typeof jwk['x'] !== 'string' || decodeBase64(jwk['x']).length === 0) return faultOf(jwk, 'x');
    const isWhole =
      !('d' in jwk) || (typeof jwk['d'] === 'string' && decodeBase64(jwk['d']).length === bytes);
    return isWhole ? null : SPOILT_PRIVATE;
  },
  oct: (jwk) =>
    typeof jwk['k'] === 'string' && decodeBase64(jwk['k']).length > 0 ? null : faultOf(jwk, 'k'),
};

function faultOf(jwk: Jwk, name: string): string {
  const value = jwk[name] ?? null;
  if (value === null) return `its ${name} is missing`;
  return typeof value === 'string' ? `its ${name} is empty` : notText(name);
}

function notText(name: string): string {
  return `its ${name} is not a string`;
}

function unknownCurve(jwk: Jwk): string {
  return typeof jwk['crv'] === 'string'
    ? `its curve ${quote(jwk['crv'])} is unknown to them`
    : faultOf(jwk, 'crv');
}

const FIELD_BYTES: Readonly<Record<string, number>> = {
  'P-256': 32,
  'P-384': 48,
  'P-521': 66,
  secp256k1: 32,
};
const PRIVATE_BYTES: Readonly<Record<string, number>> = { Ed25519: 32, Ed448: 57, X25519: 32, X448: 56 };

type Thumbprints = Pick<BrokerKey, 'x5t' | 'x5tS256'>;

const NO_THUMBPRINTS: Thumbprints = { x5t: null, x5tS256: null };

/** The thumbprints, made from the certificate where they are not given; or how the certificates spoil the key. */
function readThumbprints(jwk: Jwk): Thumbprints | string {
  const odd = ['x5t', 'x5t#S256', 'x5u'].find((name) => !isTextOrNone(jwk[name]));
  if (odd !== undefined) return notText(odd);
  const chain = 'x5c' in jwk ? readChain(jwk['x5c']) : [];
  if (typeof chain === 'string') return chain;
  const leaf = chain[0];
  if (leaf !== undefined && !isFor(leaf, jwk)) return 'its x5c is the certificate of another key';
  const thumbprint = (hash: string) => leaf && createHash(hash).update(leaf.raw).digest('base64url');
  return {
    x5t: text(jwk['x5t']) ?? thumbprint('sha1') ?? null,
    x5tS256: text(jwk['x5t#S256']) ?? thumbprint('sha256') ?? null,
  };
}

function readChain(x5c: unknown): X509Certificate[] | string {
  if (!Array.isArray(x5c) || !x5c.every((item) => typeof item === 'string'))
    return `its x5c is ${x5c === null ? 'null' : 'not a list of certificates'}`;
  try {
    return x5c.map((item) => new X509Certificate(decodeBase64(item)));
  } catch {
    return 'its x5c contains no readable certificate';
  }
}

function isFor(certificate: X509Certificate, jwk: Jwk): boolean {
  const certified: Record<string, unknown> = certificate.publicKey.export({ format: 'jwk' });
  return (
    certified['kty'] === jwk['kty'] &&
    ['n', 'e', 'x', 'y'].every((name) => magnitude(certified[name]) === magnitude(jwk[name]))
  );
}

/** An unsigned number in big-endian base64url (RFC 7518, section 2); null for anything but a string. */
export function magnitude(value: unknown): bigint | null {
  return typeof value === 'string' ? BigInt(`0x0${decodeBase64(value).toString('hex')}`) : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'string';
}

function isListOrNone(value: unknown): value is readonly unknown[] | null {
  return value === null || Array.isArray(value);
}
