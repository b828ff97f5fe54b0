import assert from 'node:assert/strict';
import { after, describe, type TestContext, test } from 'node:test';
import { kafkaService, project } from '../../world/aiven.ts';
import { startProvider } from '../../world/provider.ts';
import type { ActionResult } from '../../world/run-action.ts';
import { assertSucceeded, calls, failureOf, updates, warnings } from '../outcome.ts';
import { SERVICE, type UserConfig, withService } from './oidc.ts';

/** What the service and the Aiven API can have against it. */

const provider = await startProvider();
after(() => provider.close());
const { caFile, issuer, jwksUri } = provider;

const ASKED = { 'expected-issuer': issuer, 'expected-audience': 'kafka' };

/** What ServiceGet answers for the service with this `user_config`. */
const answerWith = (user_config: UserConfig) => ({ service: { ...kafkaService(), user_config } });

describe('a service that is not to be had', { concurrency: 3 }, () => {
  test('is refused when it is not Kafka', async (t) => {
    const { aiven, run } = await withService(t, { caFile, service: { service_type: 'pg' } });
    const { title, message } = failureOf(await run(ASKED));
    assert.equal(title, 'Not a Kafka service');
    assert.match(message, /Service kafka is of type pg, not kafka\. Set service-name to/);
    assert.deepEqual(updates(aiven), []);
  });

  test('that is unknown comes with names that are near', async (t) => {
    const { aiven, run } = await withService(t, { caFile, service: { service_name: 'kafka-orders' } });
    const result = await run({ ...ASKED, 'service-name': 'kafka-order' });
    const { title, message } = failureOf(result);
    assert.equal(title, 'Aiven cannot find this resource');
    assert.match(message, /service streams\/kafka-order: Aiven answered 404/);
    assert.match(message, /Did you mean kafka-orders\? Check the input service-name\./);
    assert.deepEqual(updates(aiven), []);
  });

  test('that is unknown, with no name near, names what to check', async (t) => {
    const { aiven, run } = await withService(t, { caFile });
    const { message } = failureOf(await run({ ...ASKED, 'service-name': 'something-else' }));
    assert.match(message, /Check the name for a typing mistake/);
    assert.doesNotMatch(message, /Did you mean/);
    assert.deepEqual(updates(aiven), []);
  });

  test('because its project is unknown names the project and the service', async (t) => {
    const { aiven, run } = await withService(t, { caFile });
    const { message } = failureOf(await run({ ...ASKED, project: 'stream' }));
    assert.match(message, /stream\/kafka: Aiven answered 404 \(Project does not exist\)/);
    assert.match(message, /Did you mean streams\? Check the input project\./);
    assert.deepEqual(updates(aiven), []);
  });

  test('is the one of its own project alone', async (t) => {
    const { aiven, run } = await withService(t, { caFile });
    aiven.projects.set('other', project({ project_name: 'other' }));
    failureOf(await run({ ...ASKED, project: 'other' }));
    assert.deepEqual(updates(aiven), []);
  });
});

test('a service whose project was just assigned or moved is asked for again', async (t) => {
  const { aiven, run } = await withService(t, { caFile });
  const body = { message: 'Not a project member', errors: [] };
  aiven.fault({ method: 'GET', times: 2 }, { kind: 'status', status: 403, body });
  const result = await run({ ...ASKED, 'dry-run': 'true' });
  assertSucceeded(result);
  assert.deepEqual(warnings(result), []);
  assert.equal(aiven.requests.length, 3);
});

const REFUSALS: Record<string, { status: number; title: string; says: RegExp }> = {
  'an unknown token': { status: 401, title: 'Aiven does not accept the token', says: /aiven-token/ },
  'a missing permission': {
    status: 403,
    title: 'The token lacks a permission',
    says: /permission project:services:read/,
  },
  'a retired call': { status: 410, title: 'Aiven has retired an API call', says: /update it to the newest/ },
};

describe('the read is refused for', { concurrency: 3 }, () => {
  for (const [name, { status, title, says }] of Object.entries(REFUSALS)) {
    test(name, async (t) => {
      const { aiven, run } = await withService(t, { caFile });
      aiven.fault({ method: 'GET' }, { kind: 'status', status });
      const failure = failureOf(await run(ASKED));
      assert.equal(failure.title, title);
      assert.match(failure.message, /ServiceGet for service streams\/kafka/);
      assert.match(failure.message, says);
      assert.deepEqual(
        calls(aiven.requests),
        [`GET ${SERVICE}`],
        'what is refused for good is not asked again',
      );
    });
  }
});

describe('the update', { concurrency: 3 }, () => {
  test('that Aiven refuses is told in its words, and not repeated', async (t) => {
    const { aiven, config, run } = await withService(t, { caFile, config: { karapace_version: '6.1.9' } });
    const before = structuredClone(config());
    const { title, message } = failureOf(await run({ ...ASKED, 'schema-registry-oidc': 'true' }));
    assert.equal(title, 'Aiven refused the request');
    assert.match(message, /ServiceUpdate for service streams\/kafka: Aiven answered 400/);
    assert.match(message, /requires Karapace 6\.2\.1 or later/);
    assert.equal(updates(aiven).length, 1);
    assert.deepEqual(config(), before);
  });

  test('that the token may not make names the permission', async (t) => {
    const permissions = ['project:services:read'];
    const { aiven, run } = await withService(t, { caFile, permissions });
    const { title, message } = failureOf(await run(ASKED));
    assert.equal(title, 'The token lacks a permission');
    assert.match(message, /permission service:configuration:write/);
    assert.equal(updates(aiven).length, 1);
  });

  test('whose answer does not show what was sent is an error', async (t) => {
    const { aiven, run } = await withService(t, { caFile });
    aiven.fault({ method: 'PUT' }, { kind: 'shape', body: answerWith({ kafka_rest: true }) });
    const result = await run(ASKED);
    const { title, message } = failureOf(result);
    assert.equal(title, 'Aiven did not apply the settings');
    for (const name of ['jwks_endpoint_url', 'expected_issuer', 'expected_audience']) {
      assert.match(message, new RegExp(`kafka\\.sasl_oauthbearer_${name}`));
    }
    assert.match(message, /kafka_authentication_methods\.sasl/);
    assert.equal(updates(aiven).length, 1);
  });

  test('whose answer shows a part of it names the rest alone', async (t) => {
    const { aiven, run } = await withService(t, { caFile });
    const kafka = {
      sasl_oauthbearer_jwks_endpoint_url: jwksUri,
      sasl_oauthbearer_expected_issuer: issuer,
      sasl_oauthbearer_expected_audience: 'kafka',
    };
    aiven.fault({ method: 'PUT' }, { kind: 'shape', body: answerWith({ kafka }) });
    const { message } = failureOf(await run(ASKED));
    assert.match(message, /does not show kafka_authentication_methods\.sasl\./);
  });

  test('is not sent again when its answer is lost: the step looks', async (t) => {
    const { aiven, run } = await withService(t, { caFile });
    aiven.fault({ method: 'PUT', times: 1 }, { kind: 'reset', after: 'work' });
    assertSucceeded(await run(ASKED));
    assert.equal(updates(aiven).length, 1);
  });
});

describe('while the step waits', { concurrency: 3 }, () => {
  const user_config = {
    ip_filter: ['0.0.0.0/0'],
    kafka: { auto_create_topics_enable: false, log_retention_hours: 72 },
    kafka_rest: true,
  };

  /** Lets the service be what `change` makes of it from the second read on. */
  async function runWhile(t: TestContext, change: (config: UserConfig) => UserConfig): Promise<ActionResult> {
    const { aiven, run } = await withService(t, { caFile, service: { user_config } });
    const changed = change({ ...user_config, kafka_rest_authorization: true });
    aiven.fault({ method: 'GET', skip: 1 }, { kind: 'shape', body: answerWith(changed) });
    return run({ 'kafka-rest-authorization': 'true', 'allow-lockout': 'true' });
  }

  test('nothing else is an error', async (t) => {
    assertSucceeded(await runWhile(t, (config) => config));
  });

  test('a setting that something else changes is an error that names it, without its value', async (t) => {
    const result = await runWhile(t, (config) => ({ ...config, ip_filter: ['192.0.2.77/32'] }));
    const { title, message } = failureOf(result);
    assert.equal(title, 'Other settings changed');
    assert.match(message, /something else changed service streams\/kafka: ip_filter\./);
    assert.doesNotMatch(result.stdout + result.summary, /192\.0\.2\.77/);
    assert.equal(result.outputs['changed'], 'true', 'what this step changed is told');
  });

  test('a number that something else changes is told with what it was and what it is', async (t) => {
    const result = await runWhile(t, ({ kafka, ...config }) => ({
      ...config,
      kafka: { ...(kafka as UserConfig), log_retention_hours: 1 },
    }));
    const { message } = failureOf(result);
    assert.match(message, /Before and after: kafka\.log_retention_hours \d+ → 1\./);
  });

  test('a setting that disappears is an error', async (t) => {
    const result = await runWhile(t, ({ kafka: _, ...config }) => ({ ...config, kafka: {} }));
    const { message } = failureOf(result);
    assert.match(message, /kafka\.auto_create_topics_enable, kafka\.log_retention_hours\./);
  });

  test('a setting of this step that is taken back is an error', async (t) => {
    const result = await runWhile(t, (config) => ({ ...config, kafka_rest_authorization: false }));
    const { title, message } = failureOf(result);
    assert.equal(title, 'Other settings changed');
    assert.match(message, /: kafka_rest_authorization\./);
  });

  test('a setting that appears is a warning, since Aiven itself may add one', async (t) => {
    const result = await runWhile(t, (config) => ({ ...config, letsencrypt_sasl: true }));
    assertSucceeded(result);
    assert.deepEqual(warnings(result), ['Other settings appeared']);
    assert.match(result.stdout, /but not by it: letsencrypt_sasl\./);
  });

  test('one that this action manages is an error when it appears', async (t) => {
    const result = await runWhile(t, ({ kafka, ...config }) => ({
      ...config,
      kafka: { ...(kafka as UserConfig), sasl_oauthbearer_sub_claim_name: 'azp' },
    }));
    const { title, message } = failureOf(result);
    assert.equal(title, 'Other settings changed');
    assert.match(message, /: kafka\.sasl_oauthbearer_sub_claim_name\./);
  });

  test('one that appears with what it means when unset has not moved', async (t) => {
    const defaults = { plain: true, scram_sha_256: true, scram_sha_512: true };
    const result = await runWhile(t, (config) => ({ ...config, kafka_sasl_mechanisms: defaults }));
    assertSucceeded(result);
    assert.deepEqual(warnings(result), []);
  });
});

test('a password in an address that the service has is not told', async (t) => {
  const kafka = { sasl_oauthbearer_jwks_endpoint_url: 'https://usr:hunter2@127.0.0.1:9/jwks' };
  const config = { kafka, kafka_authentication_methods: { sasl: true } };
  const { run } = await withService(t, { caFile, config });
  const inputs = { 'sub-claim-name': 'azp', 'dry-run': 'true' };
  for (const more of [{ 'expected-issuer': issuer }, { 'verify-provider': 'false' }, {}]) {
    const { stdout, summary, outputs } = await run({ ...inputs, ...more }, { debug: true });
    assert.doesNotMatch([stdout, summary, ...Object.values(outputs)].join('\n'), /hunter2/);
    assert.match(stdout, /\*\*\*@127\.0\.0\.1/);
  }
});
