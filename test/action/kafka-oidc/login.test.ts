import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { kafkaService, listener } from '../../world/aiven.ts';
import { startBroker } from '../../world/broker.ts';
import { makeCertificates } from '../../world/certificates.ts';
import { startProvider } from '../../world/provider.ts';
import { assertSucceeded, failureOf } from '../outcome.ts';
import { withService } from './oidc.ts';

/**
 * What a login comes to, with brokers that go no further than the login. Real ones are met in `test/kafka`.
 */
const certificates = await makeCertificates();
const provider = await startProvider({ certificates });
after(() => provider.close());

/** A service with one broker, whose mechanisms and verdicts a test may change. */
async function withBroker(t: TestContext, { projectCa = certificates.ca }: { projectCa?: string } = {}) {
  const now = { mechanisms: ['OAUTHBEARER', 'PLAIN'], accepts: true };
  const broker = await startBroker({
    certificates,
    mechanisms: () => now.mechanisms,
    accepts: async () => now.accepts,
  });
  t.after(() => broker.close());
  const { components } = kafkaService();
  const sasl = listener('localhost', broker.port, 'sasl', 'project_ca');
  const { caFile } = provider;
  const world = await withService(t, { service: { components: [...components, sasl] }, caFile, projectCa });
  const inputs = {
    'expected-issuer': provider.issuer,
    'expected-audience': 'kafka',
    'verify-login': 'true',
  };
  return { now, broker, ...world, inputs };
}

test('a broker that accepts the token is told in the checks', async (t) => {
  const { run, inputs, broker } = await withBroker(t);
  const result = await run({ ...inputs, 'test-token': await provider.token() });
  assertSucceeded(result);
  assert.match(result.summary, /Login.*accepted the token/);
  assert.deepEqual(broker.logins, ['accepted']);
});

test('a broker that refuses a token that should be good fails the step, after the change', async (t) => {
  const { run, inputs, now, broker, config } = await withBroker(t);
  now.accepts = false;
  const { title, message } = failureOf(await run({ ...inputs, 'test-token': await provider.token() }));
  assert.match(title, /login/i);
  assert.match(message, /refused/);
  assert.deepEqual([...new Set(broker.logins)], ['refused']);
  assert.ok('sasl_oauthbearer_expected_issuer' in (config()['kafka'] as object), 'the settings stay');
});

test('without a token, a broker that offers OAUTHBEARER is enough', async (t) => {
  const { run, inputs, broker } = await withBroker(t);
  const result = await run(inputs);
  assertSucceeded(result);
  assert.match(result.summary, /Login.*offers OAUTHBEARER, PLAIN/);
  assert.deepEqual(broker.logins, []);
});

test('a broker that does not offer OAUTHBEARER yet fails the step', async (t) => {
  const { run, inputs, now } = await withBroker(t);
  now.mechanisms = ['PLAIN'];
  assert.match(failureOf(await run(inputs)).message, /offers PLAIN, not yet OAUTHBEARER/);
});

test('a broker of another authority is not shown the token', async (t) => {
  const { ca } = await makeCertificates();
  const { run, inputs, broker } = await withBroker(t, { projectCa: ca });
  const { message } = failureOf(await run({ ...inputs, 'test-token': await provider.token() }));
  assert.match(message, /TLS failed/);
  assert.deepEqual(broker.logins, []);
});
