import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertSucceeded, failureOf } from '../outcome.ts';
import { API, withFence } from './behind.ts';

test('an API with a private authority is trusted by NODE_EXTRA_CA_CERTS', async (t) => {
  const { env, run } = await withFence(t);
  assertSucceeded(await run(env));
});

test('without NODE_EXTRA_CA_CERTS the token is not sent, and the step says what to set', async (t) => {
  const { env, run, aiven } = await withFence(t);
  const { message } = failureOf(await run({ HTTPS_PROXY: env.HTTPS_PROXY }));
  assert.match(
    message,
    new RegExp(`certificate of ${API} is not signed by a certificate authority that Node trusts`),
  );
  assert.match(message, /NODE_EXTRA_CA_CERTS/);
  assert.deepEqual(aiven.requests, []);
});

test('a certificate for another name is refused', async (t) => {
  const other = 'other.aiven.test';
  const { run, env, aiven } = await withFence(t, { aliases: [other] });
  const { message } = failureOf(await run(env, { 'api-url': `https://${other}` }));
  assert.match(message, /certificate of other\.aiven\.test is for another name/);
  assert.deepEqual(aiven.requests, []);
});
