import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Admin } from '@platformatic/kafka';
import { assertSucceeded } from '../action/outcome.ts';
import { CLIENT_SECRET } from '../world/provider.ts';
import { installPythonPackage } from '../world/python.ts';
import { CLUSTER_ID } from './broker.ts';
import { type Cluster, withCluster } from './cluster.ts';
import { KAFKA_VERSIONS, NEWEST } from './versions.ts';

/** Clients that others wrote log in with what the action hands out, unchanged but for their secrets. */

const CLIENT = { 'test-client-id': 'orders-service', 'test-client-secret': CLIENT_SECRET };

/** Turns OIDC on with a test token of the client, and returns what the action hands out. */
async function handedOut(cluster: Cluster): Promise<Readonly<Record<string, string>>> {
  const result = await cluster.run({
    'expected-issuer': cluster.provider.issuer,
    'expected-audience': 'kafka',
    'test-token-parameters': 'scope=kafka',
    ...CLIENT,
  });
  assertSucceeded(result);
  await cluster.up();
  return result.outputs;
}

/** The configuration of librdkafka with its secrets put in, as `envsubst` does it. */
function substituted(config: string): Record<string, string> {
  const secrets: Record<string, string> = {
    OIDC_CLIENT_ID: 'orders-service',
    OIDC_CLIENT_SECRET: CLIENT_SECRET,
  };
  const lines = config
    .trim()
    .split('\n')
    .map((line) => line.replace(/\$\{(\w+)\}/, (_, name) => secrets[name] ?? ''));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

describe('with a broker of Kafka', () => {
  for (const clientVersion of KAFKA_VERSIONS) {
    test(`a Java client of ${clientVersion} logs in with client-properties`, async (t) => {
      const cluster = await withCluster(t, NEWEST);
      const outputs = await handedOut(cluster);
      assert.equal(
        await cluster.javaClient(outputs, { version: clientVersion }),
        `authenticated ${CLUSTER_ID}`,
      );
    });
  }

  test('a Java client reads its token from a file where it cannot ask for one', async (t) => {
    const cluster = await withCluster(t, NEWEST);
    const { provider } = cluster;
    const result = await cluster.run({
      'expected-issuer': provider.issuer,
      'expected-audience': 'kafka',
      'test-token-parameters': 'resource=urn:kafka:audience:kafka',
      ...CLIENT,
    });
    assertSucceeded(result);
    assert.match(
      result.summary,
      /requested with resource, which neither Java’s clients nor librdkafka can send/,
    );
    await cluster.up();
    const token = await provider.token();
    assert.equal(
      await cluster.javaClient(result.outputs, { tokenFile: token }),
      `authenticated ${CLUSTER_ID}`,
    );
  });

  test('a client on librdkafka logs in with librdkafka-config', async (t) => {
    const python = await installPythonPackage('confluent-kafka', '2.16.1');
    const cluster = await withCluster(t, NEWEST);
    const outputs = await handedOut(cluster);
    // The authority of this test's provider is nobody's but its own.
    const config = {
      ...substituted(outputs['librdkafka-config'] ?? ''),
      'https.ca.location': cluster.provider.caFile,
    };
    await writeFile(join(cluster.directory, 'librdkafka.json'), JSON.stringify(config));
    await writeFile(join(cluster.directory, 'ca.pem'), cluster.provider.ca);
    const program = [
      'import json',
      'from confluent_kafka.admin import AdminClient',
      "admin = AdminClient(json.load(open('librdkafka.json')))",
      'print(admin.describe_cluster(request_timeout=30).result().cluster_id)',
    ].join('\n');
    const { stdout } = await promisify(execFile)(python, ['-c', program], {
      cwd: cluster.directory,
      timeout: 60_000,
    });
    assert.equal(stdout.trim(), CLUSTER_ID);
  });

  test('a client in JavaScript logs in with what librdkafka-config says', async (t) => {
    const cluster = await withCluster(t, NEWEST);
    const outputs = await handedOut(cluster);
    const config = substituted(outputs['librdkafka-config'] ?? '');
    const admin = new Admin({
      clientId: 'orders-service',
      bootstrapBrokers: [config['bootstrap.servers'] ?? ''],
      tls: { ca: cluster.provider.ca, servername: 'localhost' },
      sasl: { mechanism: 'OAUTHBEARER', token: () => cluster.provider.token() },
    });
    t.after(() => admin.close());
    assert.equal((await admin.metadata({})).id, CLUSTER_ID);
  });
});
