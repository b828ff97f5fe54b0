import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import { type StaticPages, type StaticSite, startStaticSite } from '../../world/bad-provider.ts';
import { startProvider } from '../../world/provider.ts';
import { assertSucceeded, calls, failureOf, updates, warnings } from '../outcome.ts';
import { SERVICE, withService } from './oidc.ts';

/** What the action says to every kind of identity provider, and that it touches no service that would be locked out. */

const provider = await startProvider();
after(() => provider.close());
const { caFile, certificates } = provider;

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const GOOD = { kid: 'good', ...rsa.publicKey.export({ format: 'jwk' }) };
const PRIVATE = { kid: 'leaked', ...rsa.privateKey.export({ format: 'jwk' }) };
const SYMMETRIC = { kid: 'shared', kty: 'oct', k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0' };
const SHORT = {
  kid: 'short',
  ...generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' }),
};
const FOR_ENCRYPTION = { ...GOOD, kid: 'enc', use: 'enc' };
const UNKNOWN_TYPE = { kid: 'odd', kty: 'PQC', pub: 'AAAA' };
const DISCOVERY = '/.well-known/openid-configuration';

/** A sound provider, with pages of another kind where a test wants them. */
function pagesOf(url: string, pages: StaticPages = {}): StaticPages {
  return {
    [DISCOVERY]: { body: { issuer: url, jwks_uri: `${url}/jwks`, token_endpoint: `${url}/token` } },
    '/jwks': { body: { keys: [GOOD] } },
    ...pages,
  };
}

/** A page that redirects. */
const to = (location: string, status = 302) => ({ status, headers: { location } });

interface Row {
  readonly name: string;
  /** Besides those of a sound provider. */
  readonly pages?: (url: string) => StaticPages;
  /** `expected-issuer` alone unless told. */
  readonly inputs?: (url: string) => Record<string, string>;
  /** The title of the error; that clients would be locked out unless told. */
  readonly title?: string;
  /** What the error, or the warning, says. */
  readonly says: readonly RegExp[];
}

const issuer = (url: string) => ({ 'expected-issuer': url });
const jwks = (url: string) => ({ 'jwks-endpoint-url': `${url}/jwks` });
const both = (url: string) => ({ ...issuer(url), ...jwks(url) });
const FIREWALL = /verify-provider: false/;
const OUT_OF_REACH = 'The identity provider cannot be reached from here';
const DOES_NOT_START = /A broker that cannot fetch its keys does not start/;

const REFUSED: readonly Row[] = [
  {
    name: 'a slash too many',
    inputs: (url) => ({ 'expected-issuer': `${url}/` }),
    says: [/differ only by a trailing slash/, /Set expected-issuer to “https:\/\/localhost:\d+” if/],
  },
  {
    name: 'a slash too few',
    pages: (url) => ({ [DISCOVERY]: { body: { issuer: `${url}/`, jwks_uri: `${url}/jwks` } } }),
    says: [/differ only by a trailing slash/, /Set expected-issuer to/],
  },
  {
    name: 'another issuer than expected',
    pages: (url) => ({ [DISCOVERY]: { body: { issuer: 'https://other', jwks_uri: `${url}/jwks` } } }),
    says: [/calls itself “https:\/\/other”/, /character by character/],
  },
  {
    name: 'another issuer than expected, though the key set is given',
    pages: (url) => ({ [DISCOVERY]: { body: { issuer: 'https://other', jwks_uri: `${url}/jwks` } } }),
    inputs: both,
    says: [/calls itself “https:\/\/other”/],
  },
  {
    name: 'another issuer that breaks the line',
    pages: (url) => ({ [DISCOVERY]: { body: { issuer: 'https://a\n- b', jwks_uri: `${url}/jwks` } } }),
    says: [/^expected-issuer is .* “https:\/\/a\\n- b” if that is the provider you mean: brokers compare/],
  },
  {
    name: 'no discovery, and no key set given',
    pages: () => ({ [DISCOVERY]: { status: 404 } }),
    says: [/it answers 404/, /typing mistake/, /for an issuer without discovery, set jwks-endpoint-url/],
  },
  {
    name: 'discovery without the address of a key set',
    pages: (url) => ({ [DISCOVERY]: { body: { issuer: url } } }),
    says: [/no jwks_uri/],
  },
  {
    name: 'discovery that redirects to http',
    pages: () => ({ [DISCOVERY]: to('http://localhost/discovery') }),
    says: [/redirects to http\./],
  },
  {
    name: 'discovery of a key set over http',
    pages: (url) => ({
      [DISCOVERY]: { body: { issuer: url, jwks_uri: url.replace('https', 'http') } },
    }),
    says: [/The jwks_uri in the discovery document .* is not an https URL/],
  },
  {
    name: 'discovery of a key set over http, unverified',
    pages: (url) => ({
      [DISCOVERY]: { body: { issuer: url, jwks_uri: url.replace('https', 'http') } },
    }),
    inputs: (url) => ({ ...issuer(url), 'verify-provider': 'false' }),
    says: [/\/\.well-known\/openid-configuration is not an https URL/, /or set jwks-endpoint-url/],
  },
  {
    name: 'discovery of a key set whose address Aiven finds too long',
    pages: (url) => ({
      [DISCOVERY]: { body: { issuer: url, jwks_uri: `${url}/jwks?${'x'.repeat(2048)}` } },
    }),
    says: [/characters long in total, but Aiven allows 2048/, /or set jwks-endpoint-url/],
  },
  {
    name: 'discovery of a key set with a password in its address',
    pages: (url) => ({
      [DISCOVERY]: { body: { issuer: url, jwks_uri: `${url.replace('//', '//me:secret@')}/jwks` } },
    }),
    says: [/^(?!.*me:secret).*contains a user name or password, which would be published/],
  },
  {
    name: 'a dead key set',
    title: OUT_OF_REACH,
    inputs: () => ({ 'jwks-endpoint-url': 'https://localhost:1/jwks' }),
    says: [/refuses connections/, DOES_NOT_START, /\bjwks-endpoint-url\b/, FIREWALL],
  },
  {
    name: 'a key set that is not there',
    pages: () => ({ '/jwks': { status: 404 } }),
    says: [/it answers 404/, DOES_NOT_START, /It was discovered; jwks-endpoint-url overrides it\./],
  },
  {
    name: 'a key set that answers 500',
    title: OUT_OF_REACH,
    pages: () => ({ '/jwks': { status: 500 } }),
    says: [/it answers 500/, DOES_NOT_START, /^(?!.*firewall)/s],
  },
  {
    name: 'an HTML page for a key set',
    pages: () => ({ '/jwks': { body: '<!doctype html><title>Sign in</title>' } }),
    says: [/an HTML page instead of JSON/, DOES_NOT_START],
  },
  {
    name: 'nothing for a key set',
    pages: () => ({ '/jwks': { body: '' } }),
    says: [/nothing instead of JSON/],
  },
  {
    name: 'JSON that is no key set',
    pages: () => ({ '/jwks': { body: { kids: [] } } }),
    says: [/not a key set: it has no list of keys/],
  },
  {
    name: 'a key set with a name twice',
    pages: () => ({ '/jwks': { body: `{"keys":[],"keys":[${JSON.stringify(GOOD)}]}` } }),
    says: [/the name “keys” more than once/],
  },
  { name: 'an empty key set', pages: () => ({ '/jwks': { body: { keys: [] } } }), says: [/no keys/] },
  {
    name: 'no key that a broker can use',
    pages: () => ({ '/jwks': { body: { keys: [SHORT, FOR_ENCRYPTION, UNKNOWN_TYPE] } } }),
    says: [/3 key\(s\), but none that a broker can verify/, /2048 bits/],
  },
  {
    name: 'a private key beside a good one',
    pages: () => ({ '/jwks': { body: { keys: [GOOD, PRIVATE] } } }),
    says: [/^ALARM: .* publishes a private key \(“leaked”\)/, /Revoke that key/],
  },
  {
    name: 'a symmetric key beside a good one',
    pages: () => ({ '/jwks': { body: { keys: [SYMMETRIC, GOOD] } } }),
    says: [/^ALARM: .* publishes a symmetric key \(“shared”\)/],
  },
  {
    name: 'a key set that redirects to http',
    pages: (url) => ({ '/jwks': to(url.replace('https', 'http')) }),
    says: [/redirects to http\./],
  },
  {
    name: 'a key set that redirects to itself',
    pages: (url) => ({ '/jwks': to(`${url}/jwks`) }),
    says: [/redirects more than 5 times/],
  },
  {
    name: 'a key set that redirects as no broker follows',
    pages: (url) => ({ '/jwks': to(`${url}/keys`, 308), '/keys': { body: { keys: [GOOD] } } }),
    says: [/status 308, which brokers do not follow/, /Use the address that it finally redirects to/],
  },
  {
    name: 'a key set larger than a broker reads',
    pages: () => ({ '/jwks': { body: { keys: [GOOD], padding: 'x'.repeat(600_000) } } }),
    says: [/larger than 512 KiB/],
  },
  {
    name: 'a wrong issuer and a dead key set at once',
    inputs: (url) => ({ 'expected-issuer': `${url}/`, 'jwks-endpoint-url': 'https://localhost:1/jwks' }),
    says: [/trailing slash/, /refuses connections/],
  },
];

const ACCEPTED: readonly (Row & { readonly warns: readonly string[] })[] = [
  {
    name: 'a sound provider',
    warns: [],
    says: [/is exactly what the provider calls itself/, /publishes 1 key/],
  },
  {
    name: 'no discovery, with the key set given',
    pages: () => ({ [DISCOVERY]: { status: 404 } }),
    inputs: both,
    warns: ['Issuer'],
    says: [
      /no discovery document that could be read \(it answers 404\), so its name could not be checked/,
      /a test-token shows/,
    ],
  },
  {
    name: 'an issuer that answers nobody here, with the key set given',
    inputs: (url) => ({ ...jwks(url), 'expected-issuer': 'https://localhost:1' }),
    warns: ['Issuer'],
    says: [/refuses connections\), so its name could not be checked/],
  },
  {
    name: 'an issuer that is no URL, with the key set given',
    inputs: (url) => ({ ...jwks(url), 'expected-issuer': 'our-idp' }),
    warns: ['Issuer'],
    says: [/not an https URL/],
  },
  {
    name: 'another key set than the issuer publishes',
    pages: () => ({ '/other': { body: { keys: [GOOD] } } }),
    inputs: (url) => ({ ...issuer(url), 'jwks-endpoint-url': `${url}/other` }),
    warns: ['JWKS endpoint URL'],
    says: [/publishes its keys at .*\/jwks, but the JWKS endpoint URL is .*\/other/],
  },
  {
    name: 'keys that no broker can use beside one that it can',
    pages: () => ({ '/jwks': { body: { keys: [UNKNOWN_TYPE, SHORT, FOR_ENCRYPTION, GOOD] } } }),
    warns: [],
    says: [/publishes 1 key that a broker can verify/],
  },
  {
    name: 'a key set behind redirects that brokers follow',
    pages: (url) => ({
      '/jwks': to(`${url}/a`, 301),
      '/a': to(`${url}/b`, 303),
      '/b': to(`${url}/c`, 307),
      '/c': { body: { keys: [GOOD] } },
    }),
    warns: [],
    says: [/publishes 1 key/],
  },
];

async function siteOf({ pages }: Row): Promise<StaticSite> {
  return startStaticSite((url) => pagesOf(url, pages?.(url)), certificates);
}

describe('refused, and nothing changed:', { concurrency: 3 }, () => {
  for (const row of REFUSED) {
    test(row.name, async (t) => {
      const site = await siteOf(row);
      t.after(() => site.close());
      const { aiven, run } = await withService(t, { caFile });
      const inputs = { 'expected-audience': 'kafka', ...(row.inputs ?? issuer)(site.url) };
      for (const dryRun of ['true', 'false']) {
        const failure = failureOf(await run({ ...inputs, 'dry-run': dryRun }));
        assert.equal(failure.title, row.title ?? 'The identity provider would lock clients out');
        for (const text of row.says) assert.match(failure.message, text, `dry-run: ${dryRun}`);
      }
      assert.deepEqual(calls(aiven.requests), [`GET ${SERVICE}`, `GET ${SERVICE}`]);
    });
  }
});

describe('accepted:', { concurrency: 3 }, () => {
  for (const row of ACCEPTED) {
    test(row.name, async (t) => {
      const site = await siteOf(row);
      t.after(() => site.close());
      const { aiven, run } = await withService(t, { caFile });
      const inputs = { 'expected-audience': 'kafka', ...(row.inputs ?? issuer)(site.url) };
      const result = await run({ ...inputs, wait: 'false' });
      assertSucceeded(result);
      assert.equal(updates(aiven).length, 1);
      const expected =
        row.inputs === undefined || 'expected-issuer' in inputs ? [] : ['No issuer is expected'];
      assert.deepEqual(warnings(result), [...row.warns, ...expected]);
      for (const text of row.says) assert.match(result.stdout, text);
    });
  }
});

test('the provider is looked at beside the read of the service, not after it', async (t) => {
  const site = await startStaticSite((url) => pagesOf(url), certificates);
  t.after(() => site.close());
  const { aiven, run } = await withService(t, { caFile });
  aiven.fault({ method: 'GET', path: SERVICE }, { kind: 'delay', ms: 2000, after: 'work' });
  let answered = false;
  let askedBefore: boolean | undefined;
  site.pages[DISCOVERY] = (_request, response) => {
    askedBefore ??= !answered;
    response.end(JSON.stringify({ issuer: site.url, jwks_uri: `${site.url}/jwks` }));
  };
  const onLine = (line: string) => {
    answered ||= line.includes('ServiceGet: got');
  };
  assertSucceeded(await run({ ...issuer(site.url), 'dry-run': 'true' }, { onLine, debug: true }));
  assert.ok(answered, 'the log tells of the answer');
  assert.equal(askedBefore, true, 'the provider was asked before the service was there');
});

test('a provider whose certificate nobody trusts is told as that', async (t) => {
  const site = await startStaticSite((url) => pagesOf(url));
  t.after(() => site.close());
  const { aiven, run } = await withService(t, { caFile });
  const failure = failureOf(await run({ 'expected-issuer': site.url }));
  assert.match(failure.message, /certificate of localhost:\d+ /);
  assert.deepEqual(updates(aiven), []);
});

describe('verify-provider: false', { concurrency: 3 }, () => {
  test('asks the provider nothing when the key set is given', async (t) => {
    const seen: string[] = [];
    const server = createServer(certificates, (request, response) => {
      seen.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const url = `https://localhost:${(server.address() as AddressInfo).port}`;
    const { aiven, run } = await withService(t, { caFile });
    const result = await run({ ...both(url), 'verify-provider': 'false', wait: 'false' });
    assertSucceeded(result);
    assert.deepEqual(seen, []);
    assert.equal(updates(aiven).length, 1);
  });

  test('still discovers the key set of an issuer, and looks no further', async (t) => {
    const site = await startStaticSite((url) => pagesOf(url, { '/jwks': { status: 500 } }), certificates);
    t.after(() => site.close());
    const { run } = await withService(t, { caFile });
    assertSucceeded(await run({ ...issuer(site.url), 'verify-provider': 'false', wait: 'false' }));
    assert.deepEqual(
      site.requests.map(({ path }) => path),
      [DISCOVERY],
    );
  });
});

describe('what the service has already is looked at too, before an update restarts brokers that need it:', {
  concurrency: 3,
}, () => {
  const having = (jwksUrl: string) => ({
    kafka: { sasl_oauthbearer_jwks_endpoint_url: jwksUrl },
    kafka_authentication_methods: { sasl: true },
  });

  test('a key set that is gone', async (t) => {
    const site = await startStaticSite({}, certificates);
    t.after(() => site.close());
    const { aiven, run } = await withService(t, { caFile, config: having(`${site.url}/jwks`) });
    const failure = failureOf(await run({ 'expected-audience': 'kafka' }));
    assert.match(failure.message, /it answers 404/);
    assert.match(failure.message, DOES_NOT_START);
    assert.match(failure.message, /It is set on the service; jwks-endpoint-url changes it\./);
    assert.deepEqual(updates(aiven), []);
  });

  test('a key set that this runner does not reach, as brokers did, is a warning', async (t) => {
    const { aiven, run } = await withService(t, { caFile, config: having('https://localhost:1/jwks') });
    const result = await run({
      'expected-audience': 'kafka',
      'allow-lockout': 'true',
      wait: 'false',
    });
    assertSucceeded(result);
    assert.deepEqual(warnings(result), ['Key set', 'No issuer is expected']);
    assert.match(result.stdout, /refuses connections/);
    assert.match(result.stdout, FIREWALL);
    assert.equal(updates(aiven).length, 1);
  });
});

describe('with an issuer that the service expects already,', { concurrency: 3 }, () => {
  test('a given key set is read once and told once', async (t) => {
    const { issuer, jwksUri } = provider;
    const kafka = { sasl_oauthbearer_expected_issuer: issuer, sasl_oauthbearer_expected_audience: 'kafka' };
    const { run } = await withService(t, { caFile, config: { kafka } });
    const token = await provider.token();
    const before = provider.requests.length;
    const result = await run({ 'jwks-endpoint-url': jwksUri, 'test-token': token, 'dry-run': 'true' });
    assertSucceeded(result);
    const paths = provider.requests.slice(before).map(({ path }) => path);
    assert.deepEqual(paths.sort(), [DISCOVERY, '/jwks']);
    assert.equal(result.stdout.match(/Key set/g)?.length, 1);
    assert.match(result.stdout, /is exactly what the provider calls itself/);
    assert.match(result.stdout, /Its principal is User:/);
  });

  test('an issuer that looks wrong, and that this run leaves as it is, is a warning', async (t) => {
    const site = await startStaticSite((url) => pagesOf(url), certificates);
    t.after(() => site.close());
    const kafka = { sasl_oauthbearer_expected_issuer: `${site.url}/` };
    const { run } = await withService(t, { caFile, config: { kafka } });
    const result = await run({ ...jwks(site.url), 'dry-run': 'true' });
    assertSucceeded(result);
    assert.match(result.stdout, /trailing slash/);
    assert.match(result.stdout, /The service has it already and this run does not change it/);
  });
});
