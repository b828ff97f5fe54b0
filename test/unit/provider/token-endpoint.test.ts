import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../src/failure.ts';
import { NetworkFault } from '../../../src/net/faults.ts';
import { type Client, requestToken } from '../../../src/provider/token-endpoint.ts';
import { type Reply, scripted } from '../../world/scripted-http.ts';

/** The client credentials grant: who says what to whom, and what is told of it. */

const URL_OF_IT = 'https://idp.example.com/token';
const CLIENT: Client = { id: 'me', secret: 'hush', parameters: [['scope', 'kafka read']] };
const GOOD: Reply = { body: { access_token: 'T' } };
const fault = (kind: NetworkFault['kind'], remedy = '') =>
  new NetworkFault(kind, `it was ${kind}`, { remedy });

function asked(replies: readonly Reply[], authMethods: readonly string[] | null = null, client = CLIENT) {
  const world = scripted((_, index) => replies[index] ?? GOOD);
  const stop = new AbortController().signal;
  const token = requestToken({ url: URL_OF_IT, authMethods, grantTypes: null }, client, { ...world, stop });
  return { world, token };
}

/** How a client said who it is, request by request. */
async function ways(
  replies: readonly Reply[],
  authMethods: readonly string[] | null,
  client = CLIENT,
): Promise<string[]> {
  const { world, token } = asked(replies, authMethods, client);
  await token.catch(() => {});
  return world.requests.map(
    ({ headers, body }) =>
      headers?.['authorization'] ?? new URLSearchParams(body).get('client_secret') ?? 'none',
  );
}

async function failure(
  replies: readonly Reply[],
  authMethods: readonly string[] | null = ['client_secret_basic'],
  client = CLIENT,
): Promise<Failure> {
  const error = await asked(replies, authMethods, client).token.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Failure, String(error));
  assert.equal(error.title, 'The provider gave no test token');
  return error;
}

const BASIC = `Basic ${Buffer.from('me:hush').toString('base64')}`;
const UNKNOWN: Reply = { status: 401 };

describe('a client says who it is', () => {
  for (const [what, methods, replies, expected] of [
    ['in a header, by default', null, [], [BASIC]],
    ['in the body where its provider takes that alone', ['client_secret_post'], [], ['hush']],
    ['in a header where both are taken', ['client_secret_post', 'client_secret_basic'], [], [BASIC]],
    ['in the other way when it is not known', null, [UNKNOWN], [BASIC, 'hush']],
    [
      'in the other way when it is told so in JSON',
      null,
      [{ status: 400, body: { error: 'invalid_client' } }],
      [BASIC, 'hush'],
    ],
    ['once when something else is wrong', null, [{ status: 400, body: { error: 'invalid_scope' } }], [BASIC]],
    ['once where there is no other way', ['client_secret_basic'], [UNKNOWN], [BASIC]],
  ] as const) {
    test(what, async () => assert.deepEqual(await ways(replies, methods), expected));
  }
  test('in the body first where a header would have to be decoded', async () => {
    const odd = { ...CLIENT, secret: 'a:b' };
    assert.deepEqual((await ways([], ['client_secret_basic', 'client_secret_post'], odd))[0], 'a:b');
    assert.equal((await ways([], null, odd))[0], `Basic ${Buffer.from('me:a%3Ab').toString('base64')}`);
  });
  test('not at all where no secret is taken', async () => {
    const { problem } = await failure([], ['private_key_jwt']);
    assert.match(problem, /does not accept a client secret: the provider lists “private_key_jwt”\./);
    assert.match((await failure([], [])).problem, /lists no method at all\./);
  });
});

test('a secret that is in the header is not in the body as well', async () => {
  const { world, token } = asked([], ['client_secret_basic']);
  await token;
  assert.deepEqual([...new URLSearchParams(world.requests[0]?.body).keys()], ['grant_type', 'scope']);
});

test('a request has the grant, the client and its parameters', async () => {
  const { world, token } = asked([], ['client_secret_post']);
  assert.equal(await token, 'T');
  const [request] = world.requests;
  assert.equal(
    request?.body,
    'grant_type=client_credentials&client_id=me&client_secret=hush&scope=kafka+read',
  );
  assert.deepEqual(
    [request?.method, request?.url.href, request?.headersMs, request?.bodyMs, request?.maxBytes],
    ['POST', URL_OF_IT, 20_000, 20_000, 524_288],
  );
  assert.deepEqual(request?.headers, {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
  });
});

describe('asked again', () => {
  for (const reply of [
    { status: 429 },
    { status: 500 },
    { status: 503 },
    fault('lost'),
    fault('unreached'),
  ]) {
    test(`is after ${reply instanceof Error ? reply.message : reply.status}`, async () => {
      const { world, token } = asked([reply, reply]);
      assert.equal(await token, 'T');
      assert.deepEqual(world.waits, [500, 2_000]);
    });
  }
  test('is three times in all', async () => {
    const busy = { status: 503 };
    assert.match((await failure([busy, busy, busy])).problem, /answers 503 without an access_token/);
    const { problem, remedy, cause } = await failure([fault('lost'), fault('lost'), fault('lost')]);
    assert.equal(problem, `The token endpoint ${URL_OF_IT} did not answer: it was lost.`);
    assert.match(remedy, /^Run the step again, or pass a token/);
    assert.ok(cause instanceof NetworkFault);
  });
  test('is not after what will not pass', async () => {
    assert.equal((await failure([fault('untrusted', 'Renew it.')])).remedy, 'Renew it.');
    const { world, token } = asked([{ status: 499 }]);
    await assert.rejects(token);
    assert.deepEqual(world.waits, []);
  });
  test('is not after an error of this program', async () => {
    const bug = new TypeError('bug');
    await assert.rejects(asked([bug]).token, bug);
  });
});

describe('an answer', () => {
  for (const [what, reply, problem, remedy] of [
    [
      'without a token',
      { body: { token: 'x' } },
      /answers 200 without an access_token that is a string/,
      /names as its token_endpoint/,
    ],
    ['with an empty token', { body: { access_token: '' } }, /without an access_token/, /token_endpoint/],
    ['with an empty body', { body: ' ' }, /answers 200 with an empty body/, /token_endpoint/],
    ['of HTML', { status: 403, body: ' <html>' }, /answers 403 with an HTML page/, /firewall in front/],
    [
      'of text',
      { status: 401, body: 'no' },
      /answers 401 with text instead of JSON/,
      /test-client-id and test-client-secret, and whether/,
    ],
    [
      'that redirects',
      { status: 302, headers: { location: 'https://x.example.com/y' } },
      /redirects to x\.example\.com; redirects are not followed/,
      /token_endpoint/,
    ],
    [
      'that redirects somewhere',
      { status: 307, headers: { location: '/y' } },
      /and redirects; redirects/,
      /token_endpoint/,
    ],
    [
      'with a token and another status',
      { status: 201, body: { access_token: 'T' } },
      /answers 201/,
      /token_endpoint/,
    ],
    ['of one that is busy', { status: 429 }, /answers 429/, /overloaded or in trouble/],
    ['of one that is in trouble', { status: 500 }, /answers 500/, /overloaded or in trouble/],
    ['of an odd status', { status: 499 }, /answers 499/, /token_endpoint/],
    [
      'that redirects at the lowest status',
      { status: 300, headers: { location: '/y' } },
      /and redirects;/,
      /./,
    ],
    [
      'that would redirect and does not',
      { status: 400, headers: { location: '/y' } },
      /400 without an access_token/,
      /./,
    ],
    ['that is there and names a place', { headers: { location: '/y' } }, /200 without an access_token/, /./],
    ['that redirects to nowhere', { status: 302 }, /302 without an access_token/, /./],
  ] as const) {
    test(what, async () => {
      const told = await failure([reply, reply, reply]);
      assert.match(told.problem, problem);
      assert.match(told.remedy, remedy);
    });
  }
});

describe('a refusal', () => {
  for (const [error, remedy] of [
    ['invalid_client', /is the secret current/],
    ['unauthorized_client', /Allow the client to use the client credentials grant/],
    ['unsupported_grant_type', /pass a token as test-token instead/],
    ['invalid_grant', /Allow the client/],
    ['invalid_scope', /Check scope/],
    ['invalid_target', /Check resource or audience/],
    ['access_denied', /authorize the client for that API/],
    ['invalid_request', /may require another one/],
    ['odd', /Check test-client-id, test-client-secret and test-token-parameters/],
  ] as const) {
    test(error, async () => {
      const told = await failure([{ status: 400, body: { error } }]);
      assert.equal(told.problem, `The token endpoint ${URL_OF_IT} refused the client “me”: “${error}”.`);
      assert.match(told.remedy, remedy);
    });
  }
  test('is told in the words of the provider, without the secret that it repeats', async () => {
    const client = { ...CLIENT, secret: 'a b' };
    const words = `no a b, a+b, ${Buffer.from('me:a+b').toString('base64')}`;
    const { problem } = await failure(
      [{ status: 400, body: { error: 'odd', error_description: words } }],
      ['client_secret_basic'],
      client,
    );
    assert.ok(problem.endsWith('“odd” (“no ***, ***, ***”).'), problem);
  });
});
