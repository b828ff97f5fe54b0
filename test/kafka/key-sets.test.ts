import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { realClock } from '../../src/clock.ts';
import { inspectProvider, type ProviderFindings } from '../../src/modes/kafka-oidc/inspect.ts';
import { openHttp } from '../../src/net/http.ts';
import { type StaticPages, startStaticSite } from '../world/bad-provider.ts';
import { startProvider } from '../world/provider.ts';
import { type Answer, askKafka } from './judge.ts';
import { KAFKA_VERSIONS } from './versions.ts';

/** Key sets, as Kafka's own validator takes them in when a broker starts, and as our check of the provider sees them. */

const provider = await startProvider();
const jwkOf = (pair: { publicKey: { export(options: { format: 'jwk' }): object } }) => ({
  ...pair.publicKey.export({ format: 'jwk' }),
});
const SHORT = jwkOf(generateKeyPairSync('rsa', { modulusLength: 1024 }));
const OTHER = { kid: 'other', ...jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' })) };
const AGREEMENT = jwkOf(generateKeyPairSync('x25519'));
const BITCOIN = jwkOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }));
const UNKNOWN = { kty: 'PQC', pub: 'AAAA' };

interface Row {
  readonly name: string;
  /** What answers at `/jwks`; `good` is the key that signs. */
  readonly pages: (good: object, url: string) => StaticPages;
  /** Whether a broker starts with it. */
  readonly starts: boolean;
  /** Whether its tokens are accepted then. */
  readonly works: boolean;
}

const set = (...keys: readonly unknown[]) => ({ '/jwks': { body: { keys } } });
const to = (location: string, status: number) => ({ status, headers: { location } });
const redirected = (status: number) => (good: object, url: string) => ({
  '/jwks': to(`${url}/keys`, status),
  '/keys': { body: { keys: [good] } },
});
const sound = { starts: true, works: true };
const useless = { starts: true, works: false };
const fatal = { starts: false, works: false };

const ROWS: readonly Row[] = [
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

const trusted = getCACertificates('default');
setDefaultCACertificates([...trusted, provider.ca]);
const good: object = await fetch(provider.jwksUri)
  .then((answer) => answer.json() as Promise<{ keys: object[] }>)
  .then(({ keys }) => ({ ...keys[0] }));
const sites = await Promise.all(
  ROWS.map(({ pages }) => startStaticSite((url) => pages(good, url), provider.certificates)),
);
const http = openHttp();
after(async () => {
  await Promise.all([...sites.map((site) => site.close()), provider.close(), http.close()]);
});

/** What our check of the provider says of each. */
async function ours(): Promise<ProviderFindings[]> {
  const stop = new AbortController().signal;
  const tools = { http, clock: { ...realClock(stop), sleep: async () => {} }, stop };
  return Promise.all(
    sites.map(({ url }) => inspectProvider({ issuer: null, jwksUrl: `${url}/jwks`, verify: true }, tools)),
  );
}
const findings = await ours();

for (const version of KAFKA_VERSIONS) {
  describe(`Kafka ${version} and our check of the provider agree`, async () => {
    let answers: Map<string, Answer>;
    let agreed = 0;
    before(async () => {
      const token = await provider.token();
      const settings = { expectedIssuer: provider.issuer, expectedAudience: 'kafka', subClaimName: null };
      const questions = ROWS.map(({ name }, index) => ({
        id: name,
        token,
        settings: { ...settings, jwksEndpointUrl: `${sites[index]?.url}/jwks` },
      }));
      answers = await askKafka(version, () => questions, provider.caFile);
    });
    after(() =>
      console.log(
        `Kafka ${version} and our check of the provider agree on ${agreed} of ${ROWS.length} key sets.`,
      ),
    );

    for (const [index, row] of ROWS.entries()) {
      test(row.name, () => {
        const answer = answers.get(row.name);
        assert.ok(answer, 'Kafka said nothing');
        const failedToStart = answer.reason.includes('at Judge$Broker.<init>');
        assert.equal(!failedToStart, row.starts, answer.reason);
        assert.equal(answer.accepted, row.works, answer.reason);
        const problems = findings[index]?.findings ?? [];
        assert.equal(problems.length === 0, row.works, JSON.stringify(problems));
        agreed++;
      });
    }
  });
}

test('a private key in a key set does not trouble Kafka; it troubles us', async (t) => {
  const leaked = {
    kid: 'leaked',
    ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  };
  const site = await startStaticSite(() => set(good, leaked, OTHER), provider.certificates);
  t.after(() => site.close());
  const stop = new AbortController().signal;
  const question = { issuer: null, jwksUrl: `${site.url}/jwks`, verify: true };
  const { findings } = await inspectProvider(question, { http, clock: realClock(stop), stop });
  assert.match(findings[0]?.problem ?? '', /^ALARM: .* private key \(“leaked”\)/);
});
