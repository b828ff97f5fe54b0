import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { after, describe, test } from 'node:test';
import { type StaticHandler, type StaticPages, startStaticSite } from '../../world/bad-provider.ts';
import { CLIENT_SECRET, startProvider } from '../../world/provider.ts';
import type { ActionResult } from '../../world/run-action.ts';
import { annotations, assertSucceeded, failureOf, updates } from '../outcome.ts';
import { withService } from './oidc.ts';

/** A test token that the action gets by itself: the client credentials grant (RFC 6749, section 4.4). */

const provider = await startProvider({ clients: ['orders-service', 'a client/with:odd%letters'] });
after(() => provider.close());
const { caFile, issuer, certificates } = provider;

const CLIENT = {
  'test-client-id': 'orders-service',
  'test-client-secret': CLIENT_SECRET,
  'test-token-parameters': 'resource=urn:kafka:audience:kafka\nscope=kafka',
};
const ASKED = { 'expected-issuer': issuer, 'expected-audience': 'kafka' };

/** Everything that a run shows, without what it tells the runner to mask. */
function shown({ stdout, stderr, summary, outputs }: ActionResult): string {
  const lines = stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  return [...lines, stderr, summary, JSON.stringify(outputs)].join('\n');
}

test('the token of the client is judged before anything is changed, and tells the principal', async (t) => {
  const { run, aiven } = await withService(t, { caFile });
  const result = await run({ ...ASKED, ...CLIENT, 'dry-run': 'true' }, { debug: true });
  assertSucceeded(result);
  assert.deepEqual(JSON.parse(result.outputs['principals'] ?? ''), ['User:orders-service']);
  assert.match(
    result.stdout,
    /Getting a test token for the client orders-service from https:\/\/localhost:\d+\/token\./,
  );
  assert.match(result.summary, /✓ \*\*Test token\*\*/);
  assert.deepEqual(updates(aiven), [], 'a dry run gets a token too, and changes nothing');
  const masks = result.stdout.split('\n').filter((line) => line.startsWith('::add-mask::'));
  assert.ok(masks.includes(`::add-mask::${CLIENT_SECRET}`), 'the secret is masked');
  const token = masks.map((line) => line.slice('::add-mask::'.length)).find((mask) => mask.startsWith('eyJ'));
  assert.ok(token, 'the token is masked');
  for (const secret of [CLIENT_SECRET, token]) assert.ok(!shown(result).includes(secret));
});

test('a client whose name needs encoding is known by it (RFC 6749, appendix B)', async (t) => {
  const { run } = await withService(t, { caFile });
  const result = await run({
    ...ASKED,
    ...CLIENT,
    'test-client-id': 'a client/with:odd%letters',
    'dry-run': 'true',
  });
  assertSucceeded(result);
  assert.deepEqual(JSON.parse(result.outputs['principals'] ?? ''), ['User:a client/with:odd%letters']);
});

test('verify-provider: false still finds the token endpoint', async (t) => {
  const { run } = await withService(t, { caFile });
  const inputs = { ...ASKED, 'jwks-endpoint-url': provider.jwksUri, 'verify-provider': 'false' };
  const result = await run({ ...inputs, ...CLIENT, 'dry-run': 'true' });
  assertSucceeded(result);
  assert.deepEqual(JSON.parse(result.outputs['principals'] ?? ''), ['User:orders-service']);
});

test('a service that is right already has its token endpoint found by the issuer that it expects', async (t) => {
  const kafka = {
    sasl_oauthbearer_jwks_endpoint_url: provider.jwksUri,
    sasl_oauthbearer_expected_issuer: issuer,
    sasl_oauthbearer_expected_audience: 'kafka',
  };
  const config = { kafka, kafka_authentication_methods: { sasl: true } };
  const { run } = await withService(t, { caFile, config });
  const result = await run({ 'expected-audience': 'kafka', ...CLIENT });
  assertSucceeded(result);
  assert.equal(result.outputs['changed'], 'false');
  assert.deepEqual(JSON.parse(result.outputs['principals'] ?? ''), ['User:orders-service']);
});

describe('what the provider says of a refusal is told, with the input to look at', { concurrency: 3 }, () => {
  for (const [name, inputs, says] of [
    [
      'a wrong secret',
      { 'test-client-secret': 'wrong-secret-of-the-client' },
      /refused the client “orders-service”: “invalid_client” \(“client authentication failed”\)\. Check test-client-id and test-client-secret/,
    ],
    ['a client that is not known', { 'test-client-id': 'nobody' }, /“nobody”: “invalid_client”/],
    [
      'a resource that it does not know',
      { 'test-token-parameters': 'resource=nowhere' },
      /“invalid_target”.*Check resource or audience in test-token-parameters/,
    ],
  ] as const) {
    test(name, async (t) => {
      const { run, aiven } = await withService(t, { caFile });
      const result = await run({ ...ASKED, ...CLIENT, ...inputs });
      const { title, message } = failureOf(result);
      assert.equal(title, 'The provider gave no test token');
      assert.match(message, says);
      assert.match(message, /Nothing was changed\./);
      assert.deepEqual(updates(aiven), []);
    });
  }
});

test('a token that the brokers would refuse is refused as any other', async (t) => {
  const { run, aiven } = await withService(t, { caFile });
  const result = await run({
    ...ASKED,
    ...CLIENT,
    'test-token-parameters': 'resource=urn:kafka:audience:orders',
  });
  assert.match(failureOf(result).message, /aud: the token has “orders”; the brokers expect “kafka”/);
  assert.deepEqual(updates(aiven), []);
});

test('a token of the wrong kind says where to ask for another', async (t) => {
  const { run } = await withService(t, { caFile });
  const { message } = failureOf(await run({ ...ASKED, ...CLIENT, 'test-token-parameters': '' }));
  assert.match(message, /one part, as an opaque token has.*ask for another.*in test-token-parameters/s);
});

/** A provider of one document, one key and a token endpoint of any kind. */
async function withEndpoint(
  t: Parameters<typeof withService>[0],
  endpoint: StaticHandler | StaticPages[string],
  document: object = {},
) {
  const { privateKey: _, ...jwk } = await publicKey();
  const site = await startStaticSite(
    (url) => ({
      '/.well-known/openid-configuration': {
        body: { issuer: url, jwks_uri: `${url}/jwks`, token_endpoint: `${url}/token`, ...document },
      },
      '/jwks': { body: { keys: [jwk] } },
      '/token': endpoint,
    }),
    certificates,
  );
  t.after(() => site.close());
  const world = await withService(t, { caFile });
  const inputs = { 'expected-issuer': site.url, 'expected-audience': 'kafka', ...CLIENT };
  return { ...world, site, inputs };
}

async function publicKey(): Promise<Record<string, unknown>> {
  const { generateKeyPairSync } = await import('node:crypto');
  const { publicKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { kid: 'one', use: 'sig', ...key.export({ format: 'jwk' }) };
}

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams(Buffer.concat(await request.toArray()).toString('utf8'));
}

describe('an endpoint that gives no token is one clear error', { concurrency: 3 }, () => {
  const json = { 'content-type': 'application/json' };
  for (const [name, endpoint, says] of [
    ['an HTML page', { body: '<html>Sign in</html>' }, /answers 200 with an HTML page instead of JSON/],
    ['nothing', { body: '' }, /answers 200 with an empty body/],
    [
      'a redirect',
      { status: 308, headers: { location: 'https://elsewhere.example.com/token' } },
      /answers 308 and redirects to elsewhere\.example\.com; redirects are not followed with the secret/,
    ],
    ['no token', { body: { token_type: 'bearer' } }, /without an access_token that is a string/],
    ['a token that is no text', { body: { access_token: 42 } }, /without an access_token that is a string/],
    ['an empty token', { body: { access_token: '' } }, /without an access_token that is a string/],
    ['20 MB', { headers: json, body: 'x'.repeat(20_000_000) }, /the answer is larger than 512 KiB/],
    ['an error without JSON', { status: 403, body: 'no' }, /answers 403 with text instead of JSON.*firewall/],
    ['trouble that stays', { status: 503, body: 'down' }, /answers 503.*overloaded or in trouble/],
    [
      'an error that repeats the secret',
      { status: 400, body: { error: 'odd', error_description: `secret ${CLIENT_SECRET} is odd` } },
      /“odd” \(“secret \*\*\* is odd”\)/,
    ],
    [
      'an opaque token',
      { body: { access_token: 'ya29a0AfH6SMBx1vT9aGZ' } },
      /one part, as an opaque token has/,
    ],
  ] as const) {
    test(name, async (t) => {
      const { run, aiven, inputs } = await withEndpoint(t, endpoint);
      const result = await run(inputs, { debug: true });
      assert.match(failureOf(result).message, says);
      assert.ok(!shown(result).includes(CLIENT_SECRET), 'the secret is not shown');
      assert.deepEqual(updates(aiven), []);
    });
  }
});

describe('the client says who it is as the provider takes it', { concurrency: 3 }, () => {
  const odd = 'p%:"ä\\ ss\'+&=';
  for (const [name, methods, how] of [
    ['in the header by default', undefined, 'basic'],
    ['in the body where that alone is taken', ['client_secret_post'], 'post'],
    [
      'in the body, which needs no decoding, where both are',
      ['client_secret_basic', 'client_secret_post'],
      'post',
    ],
    ['in the header where that alone is', ['client_secret_basic', 'private_key_jwt'], 'basic'],
  ] as const) {
    test(name, async (t) => {
      const seen: { basic: string; form: URLSearchParams }[] = [];
      const endpoint: StaticHandler = async (request, response) => {
        const basic = (request.headers.authorization ?? '').replace(/^Basic /, '');
        seen.push({ basic: Buffer.from(basic, 'base64').toString(), form: await bodyOf(request) });
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end('{"error":"invalid_scope"}');
      };
      const { run, inputs } = await withEndpoint(t, endpoint, {
        token_endpoint_auth_methods_supported: methods,
      });
      failureOf(await run({ ...inputs, 'test-client-secret': odd }));
      const [first] = seen;
      assert.equal(first?.form.get('grant_type'), 'client_credentials');
      assert.equal(first?.form.get('scope'), 'kafka');
      assert.equal(first?.form.get('client_secret'), how === 'post' ? odd : null);
      const [, secret = ''] = /^orders-service:(.*)$/s.exec(first?.basic ?? '') ?? [];
      assert.equal(new URLSearchParams(`=${secret}`).get(''), how === 'basic' ? odd : '');
    });
  }

  test('a client that is unknown in the header is tried in the body where the document says nothing', async (t) => {
    const endpoint: StaticHandler = async (request, response) => {
      const known = (await bodyOf(request)).get('client_secret') === CLIENT_SECRET;
      response.writeHead(known ? 400 : 401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: known ? 'invalid_scope' : 'invalid_client' }));
    };
    const { run, inputs } = await withEndpoint(t, endpoint);
    assert.match(failureOf(await run(inputs)).message, /“invalid_scope”/);
  });

  test('a provider that takes no secret is told', async (t) => {
    const { run, inputs, site } = await withEndpoint(
      t,
      { body: {} },
      { token_endpoint_auth_methods_supported: ['private_key_jwt'] },
    );
    const { message } = failureOf(await run(inputs));
    assert.match(
      message,
      /does not accept a client secret: the provider lists “private_key_jwt”\..*pass it as test-token/,
    );
    assert.ok(!site.requests.some(({ path }) => path === '/token'), 'the secret is not sent');
  });
});

test('an endpoint that is not https, or has a password, gets no secret', async (t) => {
  for (const token_endpoint of ['http://localhost:9/token', 'https://me:pw@localhost:9/token', undefined]) {
    const { run, inputs } = await withEndpoint(t, { body: {} }, { token_endpoint });
    const { title, message } = failureOf(await run(inputs));
    assert.equal(title, 'No token endpoint is known');
    assert.match(message, /names one as an https URL/);
  }
});

describe('inputs that do not go together', { concurrency: 3 }, () => {
  for (const [name, inputs, says] of [
    ['an ID without a secret', { 'test-client-id': 'orders' }, /test-client-secret is not set or is empty/],
    ['a secret without an ID', { 'test-client-secret': CLIENT_SECRET }, /is set without test-client-id/],
    ['parameters alone', { 'test-token-parameters': 'scope=kafka' }, /is set without test-client-id/],
    [
      'a parameter without a value',
      { ...CLIENT, 'test-token-parameters': 'scope' },
      /“scope” does not have the form name=value/,
    ],
    [
      'a parameter of the grant',
      { ...CLIENT, 'test-token-parameters': 'grant_type=password' },
      /“grant_type”, which this action sets/,
    ],
    [
      'a client where OIDC is turned off',
      { ...CLIENT, 'expected-issuer': '', 'expected-audience': '', unset: 'all' },
      /test-client-id is set, but unset turns OAUTHBEARER off/,
    ],
  ] as const) {
    test(name, async (t) => {
      const { run, aiven } = await withService(t, { caFile });
      const result = await run({ ...ASKED, ...inputs });
      assert.match(failureOf(result).message, says);
      assert.equal(annotations(result).length, 1);
      assert.deepEqual(aiven.requests, [], 'refused before any call');
    });
  }
});
