import { generateKeyPairSync } from 'node:crypto';
import type { StaticPages } from '../world/bad-provider.ts';

/** A public key as a key set publishes it, without an ID. */
export const jwkOf = (pair: { publicKey: { export(options: { format: 'jwk' }): object } }) => ({
  ...pair.publicKey.export({ format: 'jwk' }),
});
const SHORT = jwkOf(generateKeyPairSync('rsa', { modulusLength: 1024 }));
const AGREEMENT = jwkOf(generateKeyPairSync('x25519'));
const BITCOIN = jwkOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }));
const UNKNOWN = { kty: 'PQC', pub: 'AAAA' };

/** A key set, as a provider may publish it, and what brokers make of it. */
export interface KeySetRow {
  readonly name: string;
  /** What answers at `/jwks`; `good` is the key that signs. */
  readonly pages: (good: object, url: string) => StaticPages;
  /** Whether a broker starts with it. */
  readonly starts: boolean;
  /** Whether its tokens are accepted then. */
  readonly works: boolean;
}

/** A key set at `/jwks`. */
export const set = (...keys: readonly unknown[]) => ({ '/jwks': { body: { keys } } });
const to = (location: string, status: number) => ({ status, headers: { location } });
const redirected = (status: number) => (good: object, url: string) => ({
  '/jwks': to(`${url}/keys`, status),
  '/keys': { body: { keys: [good] } },
});
const sound = { starts: true, works: true };
const useless = { starts: true, works: false };
const fatal = { starts: false, works: false };

/** Key sets, one a row. */
export const KEY_SETS: readonly KeySetRow[] = [
  { name: 'one good key', pages: (good) => set(good), ...sound },
  { name: 'a good key among useless ones', pages: (good) => set(UNKNOWN, SHORT, AGREEMENT, good), ...sound },
  { name: 'a good key without use and alg', pages: (good) => set(bare(good)), ...sound },
  { name: 'another parameter beside keys', pages: (good) => page({ keys: [good], hint: 1 }), ...sound },
  { name: 'another content type', pages: (good) => typed({ keys: [good] }, 'text/html'), ...sound },
  { name: 'moved permanently', pages: redirected(301), ...sound },
  { name: 'found elsewhere', pages: redirected(302), ...sound },
  { name: 'see other', pages: redirected(303), ...sound },
  { name: 'redirected for now, 307', pages: redirected(307), ...sound },
  { name: 'redirected for good, 308', pages: redirected(308), ...fatal },
  { name: 'no keys', pages: () => set(), ...useless },
  { name: 'keys of unknown types alone', pages: () => set(UNKNOWN), ...useless },
  { name: 'keys for key agreement alone', pages: () => set(AGREEMENT), ...useless },
  { name: 'a curve that is not for signatures', pages: () => set(BITCOIN), ...useless },
  { name: 'a key for encryption alone', pages: (good) => set({ ...good, use: 'enc' }), ...useless },
  { name: 'a key of an unknown use', pages: (good) => set({ ...good, use: 'tls' }), ...useless },
  {
    name: 'a key whose key_ops lack verify',
    pages: (good) => set({ ...good, key_ops: ['sign'] }),
    ...useless,
  },
  { name: 'a key that lacks its modulus', pages: (good) => set({ ...good, n: undefined }), ...useless },
  ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth'].flatMap((name) => [
    {
      name: `${name} that is null`,
      pages: (good: object) => set({ ...good, [name]: null }),
      // A private exponent that is there has to be one.
      ...(name === 'd' ? useless : sound),
    },
    { name: `${name} that is empty`, pages: (good: object) => set({ ...good, [name]: '' }), ...sound },
  ]),
  { name: 'no other primes', pages: (good) => set({ ...good, oth: [] }), ...sound },
  { name: 'a secret without a value', pages: (good) => set({ kty: 'oct', kid: 'none' }, good), ...sound },
  { name: 'a secret that is empty', pages: (good) => set({ kty: 'oct', k: '' }, good), ...sound },
  { name: 'no certificates', pages: (good) => set({ ...good, x5c: [] }), ...sound },
  { name: 'null for certificates', pages: (good) => set({ ...good, x5c: null }), ...useless },
  { name: 'a broken certificate', pages: (good) => set({ ...good, x5c: ['AAAA'] }), ...useless },
  { name: 'a key that lacks its exponent', pages: (good) => set({ ...good, e: undefined }), ...useless },
  { name: 'a number for the exponent', pages: (good) => set({ ...good, e: 65_537 }), ...useless },
  { name: 'a number for the kid', pages: (good) => set({ ...good, kid: 1 }), ...useless },
  { name: 'a null among the keys', pages: (good) => set(null, good), ...sound },
  { name: 'a text among the keys', pages: (good) => set('key', good), ...fatal },
  { name: 'keys that are no list', pages: (good) => page({ keys: good }), ...fatal },
  { name: 'JSON without keys', pages: () => page({}), ...fatal },
  { name: 'a list', pages: (good) => page([good]), ...fatal },
  { name: 'keys twice', pages: (good) => page(`{"keys":[],"keys":[${JSON.stringify(good)}]}`), ...fatal },
  { name: 'a byte order mark', pages: (good) => page(`\ufeff${JSON.stringify({ keys: [good] })}`), ...fatal },
  { name: 'HTML', pages: () => page('<!doctype html>'), ...fatal },
  { name: 'nothing', pages: () => page(''), ...fatal },
  { name: '201', pages: (good) => status(201, { keys: [good] }), ...fatal },
  { name: '204', pages: () => status(204), ...fatal },
  { name: '404', pages: () => status(404), ...fatal },
  { name: '500', pages: (good) => status(500, { keys: [good] }), ...fatal },
  { name: 'just below 512 KiB', pages: (good) => padded(good, 500_000), ...sound },
  { name: 'more than 512 KiB', pages: (good) => padded(good, 530_000), ...fatal },
];

function page(body: unknown): StaticPages {
  return { '/jwks': { body } };
}

function typed(body: unknown, type: string): StaticPages {
  return { '/jwks': { body, headers: { 'content-type': type } } };
}

function status(code: number, body?: unknown): StaticPages {
  return { '/jwks': { status: code, body } };
}

function padded(good: object, length: number): StaticPages {
  return page({ keys: [good], padding: 'x'.repeat(length) });
}

function bare(good: object): object {
  const { use: _use, alg: _alg, ...rest } = good as Record<string, unknown>;
  return rest;
}
