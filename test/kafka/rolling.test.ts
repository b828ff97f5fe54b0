import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HeldConnections } from '../../src/kafka/login/held.ts';
import { assertSucceeded, failureOf, updates, warnings } from '../action/outcome.ts';
import { type RollingCluster, withRollingCluster } from './rolling.ts';
import { NEWEST } from './versions.ts';

/** Three brokers in one cluster that restart one after the other, as far as the nodes of their service tell it. */

const SASL_ON = { kafka_authentication_methods: { certificate: true, sasl: true } };
const OIDC_ON = {
  ...SASL_ON,
  kafka: {
    sasl_oauthbearer_jwks_endpoint_url: 'ISSUER/jwks',
    sasl_oauthbearer_expected_issuer: 'ISSUER',
    sasl_oauthbearer_expected_audience: 'kafka',
  },
};
const LATE_WITH_GAPS = { delayMs: 4_000, gapMs: 3_000, nodesTell: false };
const AT_ONCE = { delayMs: 1_000, gapMs: 1_000, nodesTell: true };
const LONG = { timeout: 600_000 };

/** A connection to each broker. */
function hold({ ports, provider }: RollingCluster) {
  return Promise.all(
    ports.map((port) =>
      HeldConnections.open({
        listener: { host: 'localhost', port, ca: provider.ca },
        otherListener: false,
        clock: { now: () => Date.now(), sleep: () => Promise.reject(new Error('nothing sleeps here')) },
        idleMs: 600_000,
        resolve: async () => [{ address: '127.0.0.1', family: 4 }],
      }),
    ),
  );
}

describe(`three brokers of Kafka ${NEWEST}`, () => {
  test(
    'the run ends once the last one has restarted, and each held connection ended with its broker',
    LONG,
    async (t) => {
      const cluster = await withRollingCluster(t, NEWEST, SASL_ON, LATE_WITH_GAPS);
      const held = await hold(cluster);
      t.after(() => {
        for (const each of held) each.close();
      });
      assert.deepEqual(
        held.flatMap(({ all }) => all.map(({ state }) => state)),
        ['open', 'open', 'open'],
      );
      const result = await cluster.run({
        'expected-issuer': cluster.provider.issuer,
        'expected-audience': 'kafka',
        'test-token': await cluster.provider.token(),
        'verify-login': 'true',
        'wait-timeout-minutes': '5',
      });
      assertSucceeded(result);
      assert.equal(cluster.restarts.length, 3, 'every broker is back by then');
      assert.match(result.summary, /### ✅ Changed: /);
      cluster.ports.forEach((port, index) => {
        assert.match(
          result.summary,
          new RegExp(
            `Login at broker ${index + 1} \\(localhost:${port}\\).*would not have done with the previous settings`,
          ),
        );
      });
      held.forEach((each, index) => {
        const { downAt = 0, upAt = 0 } = cluster.restarts[index] ?? {};
        assert.ok(each.haveAllEnded(1), `${index}: ${JSON.stringify(each.all)}`);
        assert.ok((each.movedAt ?? 0) >= downAt && (each.movedAt ?? 0) <= upAt, 'while it restarted');
      });
    },
  );

  test('what worked before proves nothing: without a restart the run does not say ✅', LONG, async (t) => {
    const never = { delayMs: 600_000, gapMs: 0, nodesTell: false };
    const cluster = await withRollingCluster(t, NEWEST, OIDC_ON, never);
    const result = await cluster.run({
      'expected-audience': 'kafka, orders',
      'test-token': await cluster.provider.token(),
      'verify-login': 'true',
      'wait-timeout-minutes': '0.3',
    });
    assertSucceeded(result);
    assert.match(result.summary, /### ⚠️ Changed, restart not confirmed/);
    assert.match(result.summary, /0 of 3 brokers seen to restart/);
    assert.deepEqual(warnings(result), ['Restart not confirmed']);
  });

  test(
    'a wrong audience is taken back: a Java client gets in before and after, not between',
    LONG,
    async (t) => {
      // What the brokers are given is another audience than the one that was asked for.
      const spoil = (config: Parameters<Parameters<typeof withRollingCluster>[4] & object>[0]) =>
        JSON.parse(JSON.stringify(config).replace('"kafka,orders"', '"elsewhere"'));
      const cluster = await withRollingCluster(t, NEWEST, OIDC_ON, AT_ONCE, spoil);
      const asked = { 'verify-login': 'true', 'test-token': await cluster.provider.token() };
      const first = await cluster.run({ ...asked, 'expected-audience': 'kafka' });
      assertSucceeded(first);
      const properties = first.outputs['client-properties'] ?? '';
      assert.match(await cluster.javaClient(properties), /^authenticated /);

      let between: Promise<string> | undefined;
      const watching = setInterval(() => {
        if (cluster.restarts.length === 3) between ??= cluster.javaClient(properties);
      }, 200);
      const change = { ...asked, 'expected-audience': 'kafka, orders', 'rollback-on-failure': 'true' };
      const result = await cluster.run({ ...change, 'wait-timeout-minutes': '2' });
      clearInterval(watching);
      const { title, message } = failureOf(result);
      assert.equal(title, 'The login failed, and the settings were put back');
      assert.match(message, /the broker refused the token/);
      assert.equal(updates(cluster.aiven).length, 2);
      assert.match(message, /every broker was seen to restart with that/);
      assert.match((await between) ?? '', /^turned away SaslAuthenticationException: /);
      assert.equal(cluster.restarts.length, 6, 'all of them are back with the previous settings');
      assert.match(await cluster.javaClient(properties), /^authenticated /);
      assert.equal(result.outputs['changed'], 'false');
    },
  );
});
