import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { makeCertificates } from '../world/certificates.ts';

/** A key to sign with; `jwk` is what a key set publishes of it. */
export interface TestKey {
  readonly privateKey: KeyObject | null;
  readonly secret: Buffer | null;
  readonly jwk: Readonly<Record<string, unknown>>;
}

export type KeyName = keyof Awaited<ReturnType<typeof makeKeys>>;

/**
 * Every kind of key that the corpus signs with, made anew; the `kid` of each is its name.
 * @param longest bits of the longest RSA key, which takes a second to make; fewer where its length decides nothing
 */
export async function makeKeys(longest = 4096) {
  const { key, cert } = await makeCertificates();
  const certificate = cert.replace(/-----[^-]+-----|\s/g, '');
  return {
    rsa: pair('rsa', generateKeyPairSync('rsa', { modulusLength: 2048 })),
    other: pair('other', generateKeyPairSync('rsa', { modulusLength: 2048 })),
    rsa4096: pair('rsa4096', generateKeyPairSync('rsa', { modulusLength: longest })),
    rsa2047: pair('rsa2047', generateKeyPairSync('rsa', { modulusLength: 2047 })),
    rsa1024: pair('rsa1024', generateKeyPairSync('rsa', { modulusLength: 1024 })),
    ec256: pair('ec256', generateKeyPairSync('ec', { namedCurve: 'P-256' })),
    ec384: pair('ec384', generateKeyPairSync('ec', { namedCurve: 'P-384' })),
    ec521: pair('ec521', generateKeyPairSync('ec', { namedCurve: 'P-521' })),
    secp256k1: pair('secp256k1', generateKeyPairSync('ec', { namedCurve: 'secp256k1' })),
    ed25519: pair('ed25519', generateKeyPairSync('ed25519')),
    ed448: pair('ed448', generateKeyPairSync('ed448')),
    x25519: pair('x25519', generateKeyPairSync('x25519')),
    secret: symmetric('secret', randomBytes(64)),
    shortSecret: symmetric('shortSecret', randomBytes(31)),
    certified: {
      ...pair('certified', { privateKey: createPrivateKey(key), publicKey: createPublicKey(cert) }),
      certificate,
    },
  };
}

function pair(kid: string, { privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }) {
  return { privateKey, secret: null, jwk: { kid, ...publicKey.export({ format: 'jwk' }) } };
}

function symmetric(kid: string, secret: Buffer) {
  return { privateKey: null, secret, jwk: { kid, kty: 'oct', k: secret.toString('base64url') } };
}

/** Signs with any algorithm that fits the type of the key (RFC 7518, section 3), whatever the token says. */
export function signWith({ privateKey, secret }: TestKey, alg: string, input: string): Buffer {
  const hash = `sha${alg.slice(2)}`;
  if (secret !== null) return createHmac(hash, secret).update(input).digest();
  if (privateKey === null) throw new Error('The key cannot sign.');
  const data = Buffer.from(input);
  switch (alg.slice(0, 2)) {
    case 'Ed':
      return sign(null, data, privateKey);
    case 'ES':
      return sign(hash, data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    case 'PS':
      return sign(hash, data, {
        key: privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      });
    default:
      return sign(hash, data, privateKey);
  }
}
