import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { generate } from 'selfsigned';
import { signWith } from '../keys.ts';
import type { FieldRow, Parameters, Place, PublishedKeys } from './row.ts';

/** What providers in the field sign with. */
export interface FieldKeys {
  readonly published: PublishedKeys;
  readonly private: Readonly<Record<NonNullable<FieldRow['by']>, KeyObject>>;
}

const publicJwk = (key: KeyObject): Parameters => ({ ...createPublicKey(key).export({ format: 'jwk' }) });
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;

/** Makes them anew, the RSA key with a certificate of its own, as most providers publish it. */
export async function makeFieldKeys(): Promise<FieldKeys> {
  const { private: pem, cert } = await generate([{ name: 'commonName', value: 'tenant.example.com' }], {
    keySize: 2048,
    algorithm: 'sha256',
  });
  const der = Buffer.from(cert.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const thumbprint = (hash: string) => createHash(hash).update(der).digest('base64url');
  const signers = {
    rsa: createPrivateKey(pem),
    ec: ec('P-256'),
    ec384: ec('P-384'),
    ed: generateKeyPairSync('ed25519').privateKey,
  };
  return {
    private: signers,
    published: {
      rsa: publicJwk(signers.rsa),
      otherRsa: publicJwk(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
      ec: publicJwk(signers.ec),
      ec384: publicJwk(signers.ec384),
      ed: publicJwk(signers.ed),
      certified: {
        x5c: [der.toString('base64')],
        x5t: thumbprint('sha1'),
        'x5t#S256': thumbprint('sha256'),
      },
      pem: cert,
      leaked: { ...ec('P-256').export({ format: 'jwk' }) },
    },
  };
}

const ALGORITHMS = { rsa: 'RS256', ec: 'ES256', ec384: 'ES384', ed: 'EdDSA' } as const;
const USUAL_LIFE_S = 3_600;

/** Makes the token of a row, as its provider would. */
export function mintFieldToken(row: FieldRow, place: Place, keys: FieldKeys): string {
  const { by = 'rsa', claims = {}, after = (token: string) => token } = row;
  const now = Math.floor(Date.now() / 1000);
  const header: Parameters = { alg: ALGORITHMS[by], kid: 'main', typ: 'JWT', ...row.header };
  const usual = { iss: place.issuer, aud: 'kafka', sub: 'orders-service', iat: now, exp: now + USUAL_LIFE_S };
  const payload = { ...usual, ...(typeof claims === 'function' ? claims(place) : claims) };
  const input = [header, payload].map((part) => base64url(JSON.stringify(part))).join('.');
  const signature = signWith(
    { privateKey: keys.private[by], secret: null, jwk: {} },
    String(header['alg'] === 'none' ? ALGORITHMS[by] : header['alg']),
    input,
  );
  return after(`${input}.${signature.toString('base64url')}`);
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
