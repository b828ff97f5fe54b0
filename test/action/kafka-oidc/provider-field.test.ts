import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { after, describe, test } from 'node:test';
import { createSecureContext, TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { type StaticHandler, type StaticPages, startStaticSite } from '../../world/bad-provider.ts';
import { startProvider } from '../../world/provider.ts';
import { annotations, assertSucceeded, failureOf, updates, warnings } from '../outcome.ts';
import { withService } from './oidc.ts';

/** Providers as people have met them: odd ones that brokers get along with, and others that only look sound. */

const provider = await startProvider();
after(() => provider.close());
const { caFile, certificates } = provider;

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEYS = { keys: [{ kid: 'good', ...rsa.publicKey.export({ format: 'jwk' }) }] };
const DISCOVERY = '/.well-known/openid-configuration';
const LOCKS_OUT = 'The identity provider would lock clients out';
const OUT_OF_REACH = 'The identity provider cannot be reached from here';

/** A sound provider, but for these pages. */
const pagesOf = (url: string, pages: StaticPages = {}): StaticPages => ({
  [DISCOVERY]: { body: { issuer: url, jwks_uri: `${url}/jwks` } },
  '/jwks': { body: KEYS },
  ...pages,
});

/** Answers with these bytes and headers. */
const packed = (body: string): StaticPages[string] => ({
  headers: { 'content-encoding': 'gzip' },
  body: gzipSync(body),
});

/** A page that comes only on the second request, and until then as `first`. */
function onSecond(first: StaticHandler, body: unknown): StaticHandler {
  let asked = 0;
  return (request, response) => {
    asked++;
    if (asked === 1) first(request, response);
    else response.end(JSON.stringify(body));
  };
}

interface Row {
  readonly name: string;
  readonly pages: (url: string) => StaticPages;
  readonly inputs?: (url: string) => Record<string, string>;
  /** The title of the error; none where the provider is fine. */
  readonly title?: string;
  /** Titles of warnings. */
  readonly warns?: readonly string[];
  readonly says: readonly RegExp[];
  readonly silent?: RegExp;
}

const only = (page: StaticPages[string]) => () => ({ '/jwks': page });
const DISMISSIVE = /typing mistake/;
const SOUND = /publishes 1 key that a broker can verify/;

const refusing = (status: number): Row => ({
  name: `a firewall that answers ${status} to this runner`,
  pages: only({ status }),
  title: OUT_OF_REACH,
  says: [new RegExp(`it answers ${status}: it refuses this client`), /verify-provider: false/],
  silent: DISMISSIVE,
});

const ROWS: readonly Row[] = [
  {
    name: 'a key set that is given only to whom takes application/jwk-set+json',
    pages: only((request, response) => {
      const isBroker = request.headers.accept === 'text/html, image/gif, image/jpeg, */*; q=0.2';
      response.writeHead(isBroker ? 200 : 406).end(JSON.stringify(KEYS));
    }),
    says: [SOUND],
  },
  {
    name: 'a key set that answers 406 to brokers as well',
    pages: only({ status: 406 }),
    title: LOCKS_OUT,
    says: [/it answers 406/, /exactly as a broker does/],
    silent: DISMISSIVE,
  },
  ...[401, 403, 407, 451].map(refusing),
  {
    name: 'a discovery document in gzip that nobody asked for',
    pages: (url) => ({ [DISCOVERY]: packed(JSON.stringify({ issuer: url, jwks_uri: `${url}/jwks` })) }),
    says: [SOUND, /is exactly what the provider calls itself/],
  },
  {
    name: 'a discovery document that begins with a byte order mark',
    pages: (url) => ({
      [DISCOVERY]: { body: `\ufeff${JSON.stringify({ issuer: url, jwks_uri: `${url}/jwks` })}` },
    }),
    says: [SOUND],
  },
  {
    name: 'a discovery document that is broken gzip',
    pages: () => ({ [DISCOVERY]: { body: gzipSync('{}').subarray(0, 12) } }),
    title: LOCKS_OUT,
    says: [/discovery document/],
  },
  {
    name: 'a key set in gzip that nobody asked for',
    pages: only(packed(JSON.stringify(KEYS))),
    title: LOCKS_OUT,
    says: [/compressed although nobody asked/],
  },
  {
    name: 'a key set that says gzip and is plain, as Java reads it',
    pages: only({ headers: { 'content-encoding': 'gzip' }, body: KEYS }),
    says: [SOUND],
  },
  {
    name: 'a key set that begins with a byte order mark',
    pages: only({ body: `\ufeff${JSON.stringify(KEYS)}` }),
    title: LOCKS_OUT,
    says: [/byte order mark/, /does not start/],
  },
  {
    name: 'a key set with a comma too many, which brokers read',
    pages: only({ body: JSON.stringify(KEYS).replace(']', ',]') }),
    says: [SOUND],
  },
  {
    name: '20 KiB of headers',
    pages: only({ headers: { 'x-long': 'x'.repeat(20_000) }, body: KEYS }),
    says: [SOUND],
  },
  {
    name: '429 with Retry-After',
    pages: only(onSecond((_, response) => response.writeHead(429, { 'retry-after': '2' }).end(), KEYS)),
    says: [SOUND],
  },
  {
    name: '503 with a date in Retry-After',
    pages: only(
      onSecond((_, response) => {
        const date = new Date(Date.now() + 2_000).toUTCString();
        response.writeHead(503, { 'retry-after': date }).end();
      }, KEYS),
    ),
    says: [SOUND],
  },
  {
    name: '429 that asks for more time than there is',
    pages: only({ status: 429, headers: { 'retry-after': '3600' } }),
    title: OUT_OF_REACH,
    says: [/it answers 429: it is overloaded/, /verify-provider: false/],
    silent: DISMISSIVE,
  },
  {
    name: '503 that stays',
    pages: only({ status: 503 }),
    title: OUT_OF_REACH,
    says: [/it answers 503: it is overloaded \(asked 3 times in [\d.]+ s\)/],
    silent: DISMISSIVE,
  },
  {
    name: 'a document that names another issuer, whose own document is elsewhere',
    pages: (url) => ({
      [DISCOVERY]: { body: { issuer: `${url}/oidc/v1`, jwks_uri: `${url}/jwks` } },
    }),
    title: LOCKS_OUT,
    says: [
      /Set expected-issuer to “https:\/\/localhost:\d+\/oidc\/v1” and jwks-endpoint-url to “https:\/\/localhost:\d+\/jwks”/,
      /a test-token that a broker would accept turns this into a warning/,
    ],
  },
  {
    name: 'a placeholder in the place of the tenant',
    pages: (url) => ({
      '/common/v2.0/.well-known/openid-configuration': {
        body: { issuer: `${url}/{tenantid}/v2.0`, jwks_uri: `${url}/jwks` },
      },
    }),
    inputs: (url) => ({ 'expected-issuer': `${url}/common/v2.0` }),
    title: LOCKS_OUT,
    says: [
      /Use the ID of your tenant in place of \{tenantid\}, as in “https:\/\/localhost:\d+\/TENANT_ID\/v2\.0”/,
    ],
    silent: /Set expected-issuer to/,
  },
  {
    name: 'AD FS, whose access tokens carry another issuer',
    pages: (url) => ({
      [DISCOVERY]: {
        body: {
          issuer: url,
          access_token_issuer: 'http://adfs/adfs/services/trust',
          jwks_uri: `${url}/jwks`,
        },
      },
    }),
    warns: ['Issuer'],
    says: [/For access tokens, set expected-issuer to “http:\/\/adfs\/adfs\/services\/trust”/],
    silent: /✓.*is exactly what the provider calls itself/,
  },
  {
    name: 'a guessed key set URL while the document has the right one',
    pages: () => ({}),
    inputs: (url) => ({ 'expected-issuer': url, 'jwks-endpoint-url': `${url}/guess` }),
    title: LOCKS_OUT,
    says: [/it answers 404/, /set jwks-endpoint-url to https:\/\/localhost:\d+\/jwks\./],
    silent: DISMISSIVE,
  },
  {
    name: 'a discovered key set URL that is gone, which nobody typed',
    pages: only({ status: 404 }),
    title: LOCKS_OUT,
    says: [
      /it answers 404/,
      /The issuer itself names this address/,
      /It was discovered; jwks-endpoint-url overrides it\./,
    ],
    silent: DISMISSIVE,
  },
  {
    name: 'a discovered key set URL with letters that Java does not encode',
    pages: (url) => ({ [DISCOVERY]: { body: { issuer: url, jwks_uri: `${url}/Büro` } } }),
    title: LOCKS_OUT,
    says: [/contains “ü”, which is not ASCII/, /Write it as https:\/\/localhost:\d+\/B%C3%BCro\./],
  },
];

for (const row of ROWS) {
  test(row.name, async (t) => {
    const site = await startStaticSite((url) => pagesOf(url, row.pages(url)), certificates);
    t.after(() => site.close());
    const { aiven, run } = await withService(t, { caFile });
    const inputs = row.inputs?.(site.url) ?? { 'expected-issuer': site.url };
    const result = await run({ 'expected-audience': 'kafka', wait: 'false', ...inputs });
    let text = result.stdout;
    if (row.title === undefined) {
      assertSucceeded(result);
      assert.deepEqual(warnings(result), row.warns ?? []);
    } else {
      const failure = failureOf(result);
      assert.equal(failure.title, row.title);
      assert.deepEqual(updates(aiven), []);
      text = failure.message;
    }
    for (const says of row.says) assert.match(text, says);
    if (row.silent) assert.doesNotMatch(text, row.silent);
  });
}

describe('an issuer that the document calls otherwise,', { concurrency: 3 }, () => {
  async function world(t: Parameters<typeof withService>[0]) {
    const { issuer, jwksUri } = provider;
    const site = await startStaticSite(
      (url) => pagesOf(url, { [DISCOVERY]: { body: { issuer: `${url}/other`, jwks_uri: jwksUri } } }),
      certificates,
    );
    t.after(() => site.close());
    const { aiven, run } = await withService(t, { caFile });
    const sign = (iss: string) => provider.sign(claims(iss));
    return { aiven, run, sign, issuer, site, jwksUri };
  }

  const claims = (iss: string) => {
    const now = Math.floor(Date.now() / 1000);
    return { iss, aud: 'kafka', sub: 'orders', iat: now, exp: now + 600 };
  };

  test('is proven by a test token', async (t) => {
    const { aiven, run, sign, site, jwksUri } = await world(t);
    const result = await run({
      'expected-issuer': site.url,
      'jwks-endpoint-url': jwksUri,
      'expected-audience': 'kafka',
      'test-token': await sign(site.url),
      wait: 'false',
    });
    assertSucceeded(result);
    assert.deepEqual(warnings(result), ['Issuer']);
    assert.match(result.stdout, /The test token proves it right/);
    assert.equal(updates(aiven).length, 1);
  });

  test('is not proven by a token that a broker refuses', async (t) => {
    const { aiven, run, sign, site, jwksUri } = await world(t);
    const token = await sign(`${site.url}/other`);
    const failure = failureOf(
      await run({
        'expected-issuer': site.url,
        'jwks-endpoint-url': jwksUri,
        'expected-audience': 'kafka',
        'test-token': token,
      }),
    );
    assert.equal(failure.title, 'A broker would refuse the test token');
    assert.deepEqual(updates(aiven), []);
  });

  test('is not proven where the signature is not looked at', async (t) => {
    const { aiven, run, sign, site } = await world(t);
    const failure = failureOf(
      await run({
        'expected-issuer': site.url,
        'expected-audience': 'kafka',
        'test-token': await sign(site.url),
        'verify-provider': 'false',
      }),
    );
    assert.match(failure.message, /with verify-provider: true/);
    assert.deepEqual(updates(aiven), []);
  });
});

describe('where the service is right already,', { concurrency: 3 }, () => {
  for (const [name, status] of [
    ['a provider that is down for a moment', 503],
    ['a provider that refuses this client', 403],
  ] as const) {
    test(`${name} is a warning`, async (t) => {
      const site = await startStaticSite((url) => pagesOf(url, { '/jwks': { status } }), certificates);
      t.after(() => site.close());
      const inputs = {
        'expected-issuer': site.url,
        'jwks-endpoint-url': `${site.url}/jwks`,
        'expected-audience': 'kafka',
      };
      const config = {
        kafka: {
          sasl_oauthbearer_expected_issuer: site.url,
          sasl_oauthbearer_jwks_endpoint_url: `${site.url}/jwks`,
          sasl_oauthbearer_expected_audience: 'kafka',
        },
        kafka_authentication_methods: { sasl: true },
      };
      const { aiven, run } = await withService(t, { caFile, config });
      const result = await run(inputs);
      assertSucceeded(result);
      assert.equal(result.outputs['changed'], 'false');
      assert.deepEqual(warnings(result), ['Key set']);
      assert.match(result.stdout, /Nothing would change and no broker restarts/);
      assert.deepEqual(updates(aiven), []);
    });
  }
});

describe('what brokers cannot trust', { concurrency: 3 }, () => {
  test('is told where an extra authority alone vouches for the certificate', async (t) => {
    const site = await startStaticSite((url) => pagesOf(url), certificates);
    t.after(() => site.close());
    const { run } = await withService(t, { caFile });
    const result = await run({
      'expected-issuer': site.url,
      'expected-audience': 'kafka',
      'dry-run': 'true',
    });
    assertSucceeded(result);
    const messages = annotations(result).map(({ message }) => message);
    assert.ok(messages.some((message) => /Brokers need a publicly trusted certificate/.test(message)));
  });

  test('is refused without advice that mends the runner alone', async (t) => {
    const site = await startStaticSite((url) => pagesOf(url));
    t.after(() => site.close());
    const { run } = await withService(t, { caFile });
    const { message, title } = failureOf(await run({ 'expected-issuer': site.url }));
    assert.equal(title, LOCKS_OUT);
    assert.match(message, /Brokers need a publicly trusted certificate/);
    assert.doesNotMatch(message, /NODE_EXTRA_CA_CERTS/);
  });
});

test('HTTP that strict readers refuse is told as that, and that brokers may not mind', async (t) => {
  const context = createSecureContext(certificates);
  const server = createServer((raw) => {
    const socket = new TLSSocket(raw, { isServer: true, secureContext: context });
    socket.on('error', () => {});
    const body = JSON.stringify(KEYS);
    socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\nno header at all\r\n\r\n${body}`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `https://localhost:${(server.address() as AddressInfo).port}/jwks`;
  const { run } = await withService(t, { caFile });
  const { title, message } = failureOf(await run({ 'jwks-endpoint-url': url }));
  assert.equal(title, OUT_OF_REACH);
  assert.match(message, /HTTP\/1\.1 protocol|not sound HTTP/);
  assert.match(message, /a broker, may be able to read it/);
  assert.match(message, /verify-provider: false/);
});

test('verify-provider: false says that nothing was checked', async (t) => {
  const { run } = await withService(t, { caFile });
  const result = await run({
    'jwks-endpoint-url': 'https://idp.example.com/jwks',
    'expected-issuer': 'https://idp.example.com',
    'expected-audience': 'kafka',
    'verify-provider': 'false',
    'dry-run': 'true',
  });
  assertSucceeded(result);
  assert.match(result.summary, /Identity provider.*Not checked, because `verify-provider` is false/);
});

test('a given key set URL with letters that Java does not encode is refused with the encoded form', async (t) => {
  const { aiven, run } = await withService(t, { caFile });
  const { message } = failureOf(await run({ 'jwks-endpoint-url': 'https://bücher.example/Büro' }));
  assert.match(message, /Write it as https:\/\/xn--bcher-kva\.example\/B%C3%BCro\./);
  assert.deepEqual(aiven.requests, []);
});
