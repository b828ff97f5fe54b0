import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, type TestContext, test } from 'node:test';
import { startProvider } from '../../world/provider.ts';
import { assertSucceeded, failureOf, updates } from '../outcome.ts';
import { withService } from './oidc.ts';

/** Several test tokens, and the ID token of the job. */

const provider = await startProvider({ clients: ['orders', 'billing'] });
after(() => provider.close());
const { caFile, issuer } = provider;
const ASKED = { 'expected-issuer': issuer, 'expected-audience': 'kafka,other' };

test('each token is judged, and each has its principal, in order', async (t) => {
  const { run } = await withService(t, { caFile });
  const billing = await provider.token({ clientId: 'billing' });
  const orders = await provider.token({ clientId: 'orders' });
  const result = await run({ ...ASKED, 'test-token': `${billing}\n\n  ${orders}  \n`, 'dry-run': 'true' });
  assertSucceeded(result);
  assert.deepEqual(JSON.parse(result.outputs['principals'] ?? ''), ['User:billing', 'User:orders']);
  assert.match(result.stdout, /Test token 1 \(sub “billing”\)/);
  assert.match(result.stdout, /Test token 2 \(sub “orders”\)/);
});

test('a refusal says which one, by its place and by what tells it apart, never by its text', async (t) => {
  const { run, aiven } = await withService(t, { caFile });
  const good = await provider.token({ clientId: 'billing' });
  const bad = await provider.token({ clientId: 'orders', audience: 'elsewhere' });
  const result = await run({ ...ASKED, 'test-token': `${good}\n${bad}` });
  const { title, message } = failureOf(result);
  assert.equal(title, 'A broker would refuse 1 of 2 test tokens');
  assert.match(message, /^Test token 2 \(sub “orders”\): aud: the token has “elsewhere”/);
  assert.doesNotMatch(message, /Test token 1/);
  assert.ok(!message.includes(bad.slice(0, 40)));
  assert.deepEqual(updates(aiven), []);
});

test('a line that is no token is told by its number', async (t) => {
  const { run } = await withService(t, { caFile });
  const { message } = failureOf(await run({ ...ASKED, 'test-token': `${await provider.token()}\nopaque` }));
  assert.match(message, /^test-token, line 2, has one part, as an opaque token has/);
});

test('without tokens there are no principals', async (t) => {
  const { run } = await withService(t, { caFile });
  const result = await run({ ...ASKED, 'dry-run': 'true' });
  assert.equal(result.outputs['principals'], '[]');
});

/** GitHub's service of ID tokens, as the runner hands its address to a job that may ask it. */
async function withIdTokens(t: TestContext, answer: (audience: string | null) => Promise<unknown>) {
  const asked: { audience: string | null; authorization: string | undefined }[] = [];
  const server = createServer(async (request, response) => {
    const audience = new URL(request.url ?? '', 'http://localhost').searchParams.get('audience');
    asked.push({ audience, authorization: request.headers.authorization });
    const body = await answer(audience);
    response.writeHead(body === null ? 403 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { message: 'forbidden' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const env = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/idtoken?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token-of-the-runner',
  };
  return { env, asked };
}

test('github-actions stands for the ID token of the job, for the first expected audience', async (t) => {
  const { run } = await withService(t, { caFile });
  const { env, asked } = await withIdTokens(t, async (aud) => {
    const iat = Math.floor(Date.now() / 1000);
    const value = await provider.sign({ iss: issuer, aud: aud ?? '', sub: 'repo:octo', iat, exp: iat + 300 });
    return { value };
  });
  const result = await run({ ...ASKED, 'test-token': 'github-actions', 'dry-run': 'true' }, { env });
  assertSucceeded(result);
  assert.deepEqual(asked, [
    { audience: 'kafka', authorization: `Bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` },
  ]);
  assert.deepEqual(JSON.parse(result.outputs['principals'] ?? ''), ['User:repo:octo']);
  assert.match(result.stdout, /::add-mask::eyJ/);
});

test('a job that may not ask has the line to add, before any call', async (t) => {
  const { run, aiven } = await withService(t, { caFile });
  const { message } = failureOf(await run({ ...ASKED, 'test-token': 'github-actions' }));
  assert.match(message, /Add “permissions: \{ id-token: write, contents: read \}” to the job/);
  assert.deepEqual(aiven.requests, []);
});

test('GitHub that gives none is one clear error', async (t) => {
  const { run, aiven } = await withService(t, { caFile });
  const { env } = await withIdTokens(t, async () => null);
  const { title, message } = failureOf(await run({ ...ASKED, 'test-token': 'github-actions' }, { env }));
  assert.equal(title, 'GitHub gave no ID token');
  assert.match(message, /permission id-token: write/);
  assert.deepEqual(updates(aiven), []);
});
