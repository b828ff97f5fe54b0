import assert from 'node:assert/strict';
import { after, describe, type TestContext, test } from 'node:test';
import { startBroker } from '../../world/broker.ts';
import { makeCertificates } from '../../world/certificates.ts';
import { startProvider } from '../../world/provider.ts';
import { assertDiscreet, failureOf, updates, warnings } from '../outcome.ts';
import { changesOf, type UserConfig, withService } from './oidc.ts';

/** `rollback-on-failure`: what it puts back when brokers turn the login away, and what it leaves alone. */

const provider = await startProvider();
after(() => provider.close());
const { caFile, certificates, issuer } = provider;

const AUDIENCE = 'sasl_oauthbearer_expected_audience';
const BEFORE = {
  kafka: {
    sasl_oauthbearer_jwks_endpoint_url: `${issuer}/jwks`,
    sasl_oauthbearer_expected_issuer: issuer,
    [AUDIENCE]: 'kafka',
  },
  kafka_authentication_methods: { certificate: true, sasl: true },
};
const ASKED = {
  'expected-audience': 'kafka, orders',
  'verify-login': 'true',
  'rollback-on-failure': 'true',
  'wait-timeout-minutes': '0.15',
};
const TO_KAFKA = { user_config: { kafka: { [AUDIENCE]: 'kafka' } } };
const RESTARTS = { delayPolls: 0, movingPolls: 3 };

interface World {
  readonly config?: UserConfig;
  /** Whether the brokers let a token in, by the settings of the service. */
  readonly accepts?: (config: UserConfig) => boolean;
  readonly mechanisms?: (config: UserConfig) => readonly string[];
  readonly projectCa?: string;
  readonly latencyMs?: number;
}

/** Brokers that refuse every token as soon as another audience is expected, whatever the settings say. */
async function withBrokers(t: TestContext, world: World = {}) {
  const {
    config = BEFORE,
    accepts = (now) => audienceIn(now) === 'kafka',
    mechanisms = () => ['OAUTHBEARER'],
    projectCa = provider.ca,
    latencyMs = 0,
  } = world;
  const broker = await startBroker({
    certificates,
    mechanisms: () => mechanisms(service.config()),
    accepts: async () => accepts(service.config()),
  });
  t.after(() => broker.close());
  const service = await withService(t, {
    caFile,
    saslPort: broker.port,
    projectCa,
    latencyMs,
    config,
    settle: RESTARTS,
    service: { service_uri_params: { host: 'localhost' } },
  });
  return { broker, ...service };
}

function audienceIn(config: UserConfig): unknown {
  return (config['kafka'] as UserConfig)[AUDIENCE];
}

const token = await provider.token();

describe('with rollback-on-failure', { concurrency: 3 }, () => {
  test('the previous settings come back in one update, and the step fails with what happened', async (t) => {
    const { aiven, config, run } = await withBrokers(t);
    const before = structuredClone(config());
    const result = await run({ ...ASKED, 'test-token': token });
    const { title, message } = failureOf(result);
    assert.equal(title, 'The login failed, and the settings were put back');
    assert.match(
      message,
      /broker 1 \(localhost:\d+\): the broker refused the token|127\.0\.0\.1:\d+ \(localhost\): the broker refused the token/,
    );
    assert.match(
      message,
      /sasl_oauthbearer_expected_audience is as before again, and every broker was seen to restart/,
    );
    assert.match(
      message,
      /With the settings of the service it should be accepted, and every broker has restarted/,
    );
    assert.deepEqual(updates(aiven)[1], TO_KAFKA);
    assert.equal(updates(aiven).length, 2);
    assert.deepEqual(config(), before);
    assert.equal(result.outputs['changed'], 'false');
    assert.deepEqual(changesOf(result), {});
    assert.deepEqual(warnings(result), ['The previous settings are put back']);
    assert.match(result.summary, /The previous settings were put back in one update/);
    assert.match(result.summary, /with the previous settings: the broker accepted the token/);
  });

  test('what was unset is unset again, and what brokers do not offer counts as well', async (t) => {
    const { aiven, config, run } = await withBrokers(t, { config: {}, mechanisms: () => ['PLAIN'] });
    const before = structuredClone(config());
    const asked = { ...ASKED, 'expected-issuer': issuer, 'expected-audience': 'kafka' };
    const { title, message } = failureOf(await run({ ...asked, 'test-token': token }));
    assert.equal(title, 'The login failed, and the settings were put back');
    assert.match(message, /offers PLAIN, not yet OAUTHBEARER/);
    assert.equal(updates(aiven).length, 2);
    assert.deepEqual(config(), before);
  });

  test('what somebody else has set meanwhile stays', async (t) => {
    const { aiven, config, run } = await withBrokers(t, { latencyMs: 250 });
    const service = aiven.services.get('streams/kafka');
    assert.ok(service);
    const result = await run(
      { ...ASKED, 'sub-claim-name': 'client_id', 'allow-lockout': 'true', 'test-token': token },
      {
        onLine: (line) => {
          // The service is read right after that, and the answer takes a while.
          if (/::warning.*put back/.test(line))
            service.user_config = {
              ...service.user_config,
              kafka: { ...(service.user_config['kafka'] as UserConfig), [AUDIENCE]: 'theirs' },
            };
        },
      },
    );
    const { message } = failureOf(result);
    assert.match(
      message,
      /Someone else has set kafka\.sasl_oauthbearer_expected_audience in the meantime; that stays/,
    );
    assert.equal(audienceIn(config()), 'theirs');
    assert.deepEqual(updates(aiven)[1], {
      user_config: { kafka: { sasl_oauthbearer_sub_claim_name: null } },
    });
  });

  test('a lost answer to the second update is looked up, not sent again', async (t) => {
    const { aiven, config, run } = await withBrokers(t);
    aiven.fault({ method: 'PUT', skip: 1, times: 1 }, { kind: 'reset', after: 'work' });
    const { title } = failureOf(await run({ ...ASKED, 'test-token': token }));
    assert.equal(title, 'The login failed, and the settings were put back');
    assert.equal(audienceIn(config()), 'kafka');
    assert.equal(updates(aiven).length, 2);
  });

  test('a second failure is told with both causes, and with the values of before', async (t) => {
    const { aiven, config, run } = await withBrokers(t);
    aiven.fault({ method: 'PUT', skip: 1 }, { kind: 'status', status: 403 });
    const result = await run({ ...ASKED, 'test-token': token });
    const { title, message } = failureOf(result);
    assert.equal(title, 'The login failed, and so did putting the settings back');
    assert.match(message, /the broker refused the token/);
    assert.match(message, /Aiven answered 403/);
    assert.match(
      message,
      /The settings of this step are still in place\. The previous ones were: kafka\.sasl_oauthbearer_expected_audience "kafka"/,
    );
    assert.equal(audienceIn(config()), 'kafka,orders');
    assert.equal(result.outputs['changed'], 'true');
  });

  test('one that does not help is told as that', async (t) => {
    const { config, run } = await withBrokers(t, { accepts: () => false });
    const { message } = failureOf(await run({ ...ASKED, 'test-token': token }));
    assert.match(message, /is as before, but a login with them does not work/);
    assert.equal(audienceIn(config()), 'kafka');
  });

  test('cancelled while it waits, the run says that the previous settings were sent', async (t) => {
    const { aiven, config, start } = await withBrokers(t);
    const action = await start({ ...ASKED, 'test-token': token });
    await action.line(/::warning.*put back/);
    const fault = aiven.fault(
      { method: 'GET', path: /service\/kafka$/, skip: 1 },
      { kind: 'hang', after: 'request' },
    );
    while (updates(aiven).length < 2 || fault.hits === 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
    action.kill('SIGINT');
    const result = await action.done;
    assertDiscreet(result, aiven.token);
    const { title, message } = failureOf(result);
    assert.equal(title, 'Cancelled');
    assert.match(message, /the broker refused the token/);
    assert.match(
      message,
      /The previous settings were sent; the restart with them continues without this step/,
    );
    assert.equal(audienceIn(config()), 'kafka');
  });

  test('it needs a login after the change', async (t) => {
    const { aiven, run } = await withBrokers(t);
    const { message } = failureOf(await run({ ...ASKED, 'verify-login': 'false', wait: 'false' }));
    assert.match(message, /rollback-on-failure is set, but verify-login is not/);
    assert.match(message, /rollback-on-failure is set, but with wait: false/);
    assert.deepEqual(aiven.requests, []);
  });
});

describe('nothing is put back', { concurrency: 3 }, () => {
  test('without the input', async (t) => {
    const { aiven, run } = await withBrokers(t);
    const { title } = failureOf(await run({ ...ASKED, 'rollback-on-failure': 'false', 'test-token': token }));
    assert.equal(title, 'The login failed');
    assert.equal(updates(aiven).length, 1);
  });

  test('for a certificate that the runner does not trust', async (t) => {
    const { ca } = await makeCertificates();
    const { aiven, run } = await withBrokers(t, { projectCa: ca });
    const { title, message } = failureOf(await run({ ...ASKED, 'test-token': token }));
    assert.equal(title, 'The login failed');
    assert.match(message, /TLS failed/);
    assert.equal(updates(aiven).length, 1);
  });

  test('for brokers that cannot be reached', async (t) => {
    const { aiven, broker, run } = await withBrokers(t);
    await broker.close();
    const { message } = failureOf(await run({ ...ASKED, 'test-token': token }));
    assert.match(message, /no connection \(ECONNREFUSED\)/);
    assert.equal(updates(aiven).length, 1);
  });

  test('where this run has changed nothing', async (t) => {
    const { aiven, run } = await withBrokers(t, { accepts: () => false });
    const asked = { ...ASKED, 'expected-audience': 'kafka', 'test-token': token };
    failureOf(await run(asked));
    assert.deepEqual(updates(aiven), []);
  });
});
