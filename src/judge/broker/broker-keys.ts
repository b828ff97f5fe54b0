import { createHash, X509Certificate } from 'node:crypto';
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

/**
 * The keys that a broker takes in; it skips one that it cannot make sense of (`org.jose4j.jwk.JsonWebKeySet`). Whether a key
 * can verify anything shows later, when it is used.
 * @param jwks the `keys` of a key set (RFC 7517, section 5)
 */
export function takeIn(jwks: PublishedKeys): BrokerKey[] {
  return jwks.map((jwk) => (jwk ? brokerKey(jwk) : null)).filter((key) => key !== null);
}

function brokerKey(jwk: Jwk): BrokerKey | null {
  const kty = jwk['kty'];
  if (kty !== 'RSA' && kty !== 'EC' && kty !== 'OKP' && kty !== 'oct') return null;
  const operations = jwk['key_ops'] ?? null;
  const isComplete = ['use', 'kid', 'alg'].every((name) => isTextOrNone(jwk[name]));
  if (!isComplete || !isListOrNone(operations) || !PARAMETERS[kty](jwk)) return null;
  const thumbprints = kty === 'oct' ? NO_THUMBPRINTS : readThumbprints(jwk);
  if (thumbprints === null) return null;
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

/** Whether the parameters of a key make a key, by its type: what jose4j and Java's key factories insist on. */
const PARAMETERS: Readonly<Record<KeyType, (jwk: Jwk) => boolean>> = {
  RSA(jwk) {
    const [n, e] = [magnitude(jwk['n']), magnitude(jwk['e'])];
    if (n === null || e === null || e < 3n || e > n) return false;
    const bits = n.toString(2).length;
    const isLong = bits > 3072;
    const privateParts = 'p' in jwk ? ['d', 'p', 'q', 'dp', 'dq', 'qi'] : ['d'];
    const hasPrivate = !('d' in jwk) || privateParts.every((name) => typeof jwk[name] === 'string');
    return bits >= 512 && bits <= 16_384 && (!isLong || e < 1n << 64n) && hasPrivate;
  },
  EC(jwk) {
    const bytes = FIELD_BYTES[String(jwk['crv'])];
    const [x, y] = [magnitude(jwk['x']), magnitude(jwk['y'])];
    if (bytes === undefined || x === null || y === null) return false;
    const limit = 1n << BigInt(8 * bytes);
    return x < limit && y < limit && (!('d' in jwk) || typeof jwk['d'] === 'string');
  },
  OKP(jwk) {
    const bytes = PRIVATE_BYTES[String(jwk['crv'])];
    if (bytes === undefined || typeof jwk['x'] !== 'string' || decodeBase64(jwk['x']).length === 0)
      return false;
    return !('d' in jwk) || (typeof jwk['d'] === 'string' && decodeBase64(jwk['d']).length === bytes);
  },
  oct: (jwk) => typeof jwk['k'] === 'string' && decodeBase64(jwk['k']).length > 0,
};

const FIELD_BYTES: Readonly<Record<string, number>> = {
  'P-256': 32,
  'P-384': 48,
  'P-521': 66,
  secp256k1: 32,
};
const PRIVATE_BYTES: Readonly<Record<string, number>> = { Ed25519: 32, Ed448: 57, X25519: 32, X448: 56 };

type Thumbprints = Pick<BrokerKey, 'x5t' | 'x5tS256'>;

const NO_THUMBPRINTS: Thumbprints = { x5t: null, x5tS256: null };

/** The thumbprints, made from the certificate where they are not given; null when the certificates spoil the key. */
function readThumbprints(jwk: Jwk): Thumbprints | null {
  if (!['x5t', 'x5t#S256', 'x5u'].every((name) => isTextOrNone(jwk[name]))) return null;
  const chain = 'x5c' in jwk ? readChain(jwk['x5c']) : [];
  if (chain === null) return null;
  const leaf = chain[0];
  if (leaf !== undefined && !isFor(leaf, jwk)) return null;
  const thumbprint = (hash: string) => leaf && createHash(hash).update(leaf.raw).digest('base64url');
  return {
    x5t: text(jwk['x5t']) ?? thumbprint('sha1') ?? null,
    x5tS256: text(jwk['x5t#S256']) ?? thumbprint('sha256') ?? null,
  };
}

function readChain(x5c: unknown): X509Certificate[] | null {
  if (!Array.isArray(x5c) || !x5c.every((item) => typeof item === 'string')) return null;
  try {
    return x5c.map((item) => new X509Certificate(decodeBase64(item)));
  } catch {
    return null;
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
