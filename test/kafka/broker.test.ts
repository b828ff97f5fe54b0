import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tryLogin } from '../../src/kafka/login/attempt.ts';
import { annotations, assertSucceeded, failureOf, warnings } from '../action/outcome.ts';
import { makeCertificates } from '../world/certificates.ts';
import { makeTempDir } from '../world/temp.ts';
import { CLUSTER_ID, freePort, startBroker } from './broker.ts';
import { type Cluster, withCluster } from './cluster.ts';
import { BROKER_VERSIONS, NEWEST } from './versions.ts';

/** The action and real brokers: what it writes works, what it refuses would not have, and what it says when they differ. */

const SASL_ON = { kafka_authentication_methods: { certificate: true, sasl: true } };
/** Long enough for one try. */
const BRIEF = { 'wait-timeout-minutes': '0.03' };

function oidc({ provider }: Cluster, audience = 'kafka') {
  return { 'expected-issuer': provider.issuer, 'expected-audience': audience };
}

/** Turns OIDC on for tokens with the audience `kafka`, and waits until the broker follows. */
async function turnOn(cluster: Cluster): Promise<void> {
  assertSucceeded(await cluster.run(oidc(cluster)));
  await cluster.up();
}

/** Whether the broker itself lets a token in, asked without the action. */
async function brokerSays({ provider, bootstrapServers }: Cluster, token: string): Promise<string> {
  const port = Number(bootstrapServers.split(':')[1]);
  const listener = { host: 'localhost', port, ca: provider.ca };
  const { result } = await tryLogin('127.0.0.1', listener, token, new AbortController().signal);
  return result.how;
}

for (const version of BROKER_VERSIONS) {
  describe(`with a broker of Kafka ${version}`, () => {
    test('from nothing to a verified login, for the action and for a Java client with its outputs', async (t) => {
      const cluster = await withCluster(t, version);
      const token = await cluster.provider.token();
      const result = await cluster.run({ ...oidc(cluster), 'test-token': token, 'verify-login': 'true' });
      assertSucceeded(result);
      assert.match(result.stdout, /Login at broker 1 \(localhost:\d+\).* the broker accepted the token/);
      assert.match(result.summary, /the broker accepted the token/);
      assert.equal(result.outputs['bootstrap-servers'], cluster.bootstrapServers);
      assert.equal(await cluster.javaClient(result.outputs), `authenticated ${CLUSTER_ID}`);
    });

    test('once other tokens are expected, the same client is turned away, with an error that names no cause', async (t) => {
      const cluster = await withCluster(t, version);
      await turnOn(cluster);
      const token = await cluster.provider.token({ audience: 'orders' });
      const result = await cluster.run({
        ...oidc(cluster, 'orders'),
        'test-token': token,
        'verify-login': 'true',
        'allow-lockout': 'true',
      });
      assertSucceeded(result);
      const answer = await cluster.javaClient(result.outputs);
      assert.match(answer, /^turned away SaslAuthenticationException: /);
      assert.doesNotMatch(answer, /audience|aud\b/);
    });

    test('a token that the broker would refuse stops the step before anything is changed', async (t) => {
      const cluster = await withCluster(t, version, { config: SASL_ON });
      const token = await cluster.provider.token({ audience: 'orders' });
      const asked = { ...oidc(cluster), 'verify-login': 'true' };
      const refused = failureOf(await cluster.run({ ...asked, 'test-token': token }));
      assert.match(refused.message, /aud: the token has “orders”; the brokers expect “kafka”/);
      assert.deepEqual(cluster.aiven.writes(), []);
      // And so it would have been.
      await turnOn(cluster);
      assert.equal(await brokerSays(cluster, token), 'refused');
      assert.equal(await brokerSays(cluster, await cluster.provider.token()), 'logged in');
    });

    test('a broker that the restart has not reached offers no OAUTHBEARER yet', async (t) => {
      const cluster = await withCluster(t, version, { config: SASL_ON, follows: false });
      await cluster.restart();
      const failure = failureOf(await cluster.run({ ...oidc(cluster), ...BRIEF, 'verify-login': 'true' }));
      assert.match(failure.message, /offers .*PLAIN.*, not yet OAUTHBEARER/);
      assert.match(failure.message, /raise wait-timeout-minutes/);
    });

    test('a broker with older settings refuses the token until the restart reaches it', async (t) => {
      const cluster = await withCluster(t, version, { follows: false });
      await turnOn(cluster);
      const token = await cluster.provider.token({ audience: 'orders' });
      const allowed = { 'allow-lockout': 'true', 'verify-login': 'true' };
      const asked = { ...oidc(cluster, 'orders'), ...allowed, 'test-token': token };
      const late = failureOf(await cluster.run({ ...asked, ...BRIEF }));
      assert.match(late.message, /the broker refused the token/);
      // By the API, whose nodes have moved, it has restarted.
      assert.match(late.message, /should be accepted, and every broker has restarted with them/);

      let restarted = Promise.resolve({});
      const result = await cluster.run(asked, {
        onLine: (line) => {
          if (/refused the token\. Trying again/.test(line)) restarted = cluster.restart();
        },
      });
      await restarted;
      assertSucceeded(result);
      assert.match(result.summary, /the broker accepted the token/);
    });

    test('a broker whose key set does not answer does not start; the action refuses that before', async (t) => {
      const cluster = await withCluster(t, version, { config: SASL_ON });
      const deadUrl = `https://localhost:${await freePort()}/jwks`;
      const asked = { 'jwks-endpoint-url': deadUrl, 'expected-audience': 'kafka' };
      const refused = failureOf(await cluster.run(asked));
      assert.match(
        refused.message,
        /refuses connections.*A broker that cannot fetch its keys does not start/,
      );
      assert.deepEqual(cluster.aiven.writes(), []);

      const temp = await makeTempDir('dead');
      t.after(() => temp.remove());
      const broker = await startBroker({
        version,
        port: await freePort(),
        certificates: cluster.provider.certificates,
        userConfig: {
          kafka: {
            sasl_oauthbearer_jwks_endpoint_url: deadUrl,
            sasl_oauthbearer_expected_issuer: cluster.provider.issuer,
            sasl_oauthbearer_expected_audience: 'kafka',
          },
        },
        temp,
      });
      t.after(() => broker.stop());
      assert.notEqual(await broker.ended, 0);
      assert.match(broker.log(), /Exiting Kafka due to fatal exception during startup/);
      assert.match(broker.log(), /ConnectException: Connection refused/);
    });
  });
}

describe(`with a broker of Kafka ${NEWEST}`, () => {
  test('a certificate that the CA of the project has not signed is told as that', async (t) => {
    const { ca } = await makeCertificates();
    const cluster = await withCluster(t, NEWEST, { projectCa: ca });
    await turnOn(cluster);
    const failure = failureOf(await cluster.run({ ...oidc(cluster), ...BRIEF, 'verify-login': 'true' }));
    assert.match(failure.message, /TLS failed \([A-Z_]+\)/);
    assert.match(failure.message, /CA of the project/);
  });

  test('with letsencrypt_sasl, public authorities are trusted instead of the project’s', async (t) => {
    const { ca } = await makeCertificates();
    const cluster = await withCluster(t, NEWEST, { projectCa: ca, config: { letsencrypt_sasl: true } });
    await turnOn(cluster);
    const result = await cluster.run({ ...oidc(cluster), 'verify-login': 'true' });
    assertSucceeded(result);
    assert.doesNotMatch(result.outputs['client-properties'] ?? '', /truststore/);
    assert.equal(cluster.aiven.requests.filter(({ path }) => path.endsWith('/kms/ca')).length, 0);
  });

  test('where nobody listens, the IP filter is the first suspect', async (t) => {
    const cluster = await withCluster(t, NEWEST, { follows: false });
    const failure = failureOf(await cluster.run({ ...oidc(cluster), ...BRIEF, 'verify-login': 'true' }));
    assert.match(failure.message, /no connection \(ECONNREFUSED\)/);
    assert.match(failure.message, /ip_filter/);
  });

  test('without wait, a login that could only fail is not tried', async (t) => {
    const cluster = await withCluster(t, NEWEST, { config: SASL_ON, follows: false });
    const result = await cluster.run({ ...oidc(cluster), wait: 'false', 'verify-login': 'true' });
    assertSucceeded(result);
    assert.ok(warnings(result).includes('The login was not tried'), JSON.stringify(annotations(result)));
  });

  test('without a token, the mechanisms that the broker offers are what is seen', async (t) => {
    const cluster = await withCluster(t, NEWEST);
    await turnOn(cluster);
    const result = await cluster.run({ ...oidc(cluster), 'verify-login': 'true' });
    assertSucceeded(result);
    assert.equal(result.outputs['changed'], 'false');
    assert.match(result.summary, /the broker offers .*OAUTHBEARER/);
  });
});
