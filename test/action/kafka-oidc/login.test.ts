import assert from 'node:assert/strict';
import { cp, readdir, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { startBroker } from '../../world/broker.ts';
import { makeCertificates } from '../../world/certificates.ts';
import { startProvider } from '../../world/provider.ts';
import { ROOT } from '../../world/run-action.ts';
import { makeTempDir } from '../../world/temp.ts';
import { assertSucceeded, calls, failureOf, updates, warnings } from '../outcome.ts';
import { withService } from './oidc.ts';

/** What `verify-login` makes of what it meets behind the listener; `test/kafka` shows it real brokers. */

const provider = await startProvider();
after(() => provider.close());
const { caFile, certificates, issuer } = provider;

const ASKED = {
  'expected-issuer': issuer,
  'expected-audience': 'kafka',
  'verify-login': 'true',
  'wait-timeout-minutes': '0.1',
};
/** Long enough for one try. */
const BRIEF = { 'wait-timeout-minutes': '0.03' };

async function listen(t: TestContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => sockets.push(socket.on('error', () => {})));
  t.after(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

/** A service whose SASL listener is at a port of this machine. */
function serviceAt(t: TestContext, saslPort: number, projectCa = provider.ca) {
  return withService(t, {
    caFile,
    saslPort,
    projectCa,
    service: { service_uri_params: { host: 'localhost' } },
  });
}

/** What a broker is to be like; it accepts every token unless told. */
interface Answers {
  readonly mechanisms: readonly string[] | (() => readonly string[]);
  readonly accepts?: () => boolean | Promise<boolean>;
  /** The CA that Aiven says the project has; the one that signed the broker's certificate unless told. */
  readonly projectCa?: string;
}

async function withBroker(t: TestContext, { mechanisms, accepts = () => true, projectCa }: Answers) {
  const broker = await startBroker({
    certificates,
    mechanisms: () => (typeof mechanisms === 'function' ? mechanisms() : mechanisms),
    accepts: async () => accepts(),
  });
  t.after(() => broker.close());
  return { broker, ...(await serviceAt(t, broker.port, projectCa)) };
}

test('a broker that offers OAUTHBEARER is what is wanted without a token', async (t) => {
  const { aiven, broker, run } = await withBroker(t, { mechanisms: ['PLAIN', 'OAUTHBEARER'] });
  const result = await run(ASKED);
  assertSucceeded(result);
  assert.match(result.summary, /the broker offers PLAIN, OAUTHBEARER/);
  assert.deepEqual(broker.tokens, []);
  assert.equal(calls(aiven.requests).filter((call) => call === 'GET /v1/project/streams/kms/ca').length, 1);
});

test('with a token it is shown to the broker, and to nobody else', async (t) => {
  const { broker, run } = await withBroker(t, { mechanisms: ['OAUTHBEARER'], accepts: () => true });
  const token = await provider.token();
  const result = await run({ ...ASKED, 'test-token': token });
  assertSucceeded(result);
  assert.match(result.summary, /the broker accepted the token/);
  assert.deepEqual(new Set(broker.tokens), new Set([token]));
});

test('a broker that offers it later is tried until it does', async (t) => {
  let asked = 0;
  const { run } = await withBroker(t, {
    mechanisms: () => (++asked < 3 ? ['PLAIN'] : ['PLAIN', 'OAUTHBEARER']),
  });
  const result = await run({ ...ASKED, 'wait-timeout-minutes': '2' });
  assertSucceeded(result);
  assert.ok(asked >= 3);
  assert.match(result.stdout, /offers PLAIN, not yet OAUTHBEARER\. Trying again/);
  assert.match(result.summary, /which it would not have done with the previous settings/);
  assert.match(result.summary, /may not be all brokers/);
});

test('a refusal that the settings do not explain is not laid on the token', async (t) => {
  const { run } = await withBroker(t, { mechanisms: ['OAUTHBEARER'], accepts: () => false });
  const failure = failureOf(await run({ ...ASKED, ...BRIEF, 'test-token': await provider.token() }));
  assert.match(failure.message, /With the settings of the service it should be accepted/);
});

describe('no broker:', { concurrency: 3 }, () => {
  test('TLS with something else behind it', async (t) => {
    const server = createTlsServer(certificates, (socket) => {
      socket.on('error', () => {}).resume();
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    const { run } = await serviceAt(t, await listen(t, server));
    const failure = failureOf(await run({ ...ASKED, ...BRIEF }));
    assert.match(failure.message, /TLS works, but no Kafka broker answers behind it/);
  });

  test('no TLS', async (t) => {
    const server = createTcpServer((socket) => {
      socket.resume();
      socket.end('SSH-2.0-OpenSSH_9.6\r\n');
    });
    const { run } = await serviceAt(t, await listen(t, server));
    const failure = failureOf(await run({ ...ASKED, ...BRIEF }));
    assert.match(failure.message, /TLS failed \(/);
    assert.match(failure.message, /proxy or firewall/);
  });

  test('a host without an address', async (t) => {
    const { run } = await withService(t, {
      caFile,
      service: { service_uri_params: { host: 'kafka.invalid' } },
    });
    const failure = failureOf(await run({ ...ASKED, ...BRIEF }));
    assert.match(failure.message, /the name kafka\.invalid cannot be resolved/);
  });
});

describe('what a failed login leaves behind:', { concurrency: 3 }, () => {
  test('the settings, told as sent, so that the next run has nothing to change and looks again', async (t) => {
    let mechanisms = ['PLAIN'];
    const { aiven, run } = await withBroker(t, { mechanisms: () => mechanisms });
    const failed = await run({ ...ASKED, ...BRIEF });
    failureOf(failed);
    assert.match(failed.summary, /The settings were sent in one update/);
    mechanisms = ['OAUTHBEARER'];
    const again = await run(ASKED);
    assertSucceeded(again);
    assert.equal(again.outputs['changed'], 'false');
    assert.equal(updates(aiven).length, 1);
  });
});

describe('not tried:', { concurrency: 3 }, () => {
  test('in a dry run', async (t) => {
    const { broker, run } = await withBroker(t, { mechanisms: ['OAUTHBEARER'] });
    const result = await run({ ...ASKED, 'dry-run': 'true' });
    assertSucceeded(result);
    assert.equal(broker.connections(), 0);
    for (const text of [result.stdout, result.summary])
      assert.match(text, /Login.*Not tried: this is a dry run/);
    assert.deepEqual(warnings(result), []);
  });

  test('unless it is asked for', async (t) => {
    const { aiven, broker, run } = await withBroker(t, { mechanisms: ['OAUTHBEARER'] });
    assertSucceeded(await run({ ...ASKED, 'verify-login': 'false' }));
    assert.equal(broker.connections(), 0);
    assert.ok(!calls(aiven.requests).some((call) => call.endsWith('/kms/ca')));
  });

  test('and then the Kafka client is not even loaded', async (t) => {
    const temp = await makeTempDir('bundle');
    t.after(() => temp.remove());
    await cp(join(ROOT, 'dist'), temp.path, { recursive: true });
    const chunks = (await readdir(temp.path)).filter((name) => name.endsWith('.index.js'));
    const texts = await Promise.all(chunks.map((name) => readFile(join(temp.path, name), 'utf8')));
    const client = chunks.filter((_, index) =>
      texts[index]?.includes('Cannot find a suitable SASL mechanism'),
    );
    assert.equal(client.length, 1, 'it is a chunk of its own');
    await rm(join(temp.path, client[0] ?? ''));
    const bundle = join(temp.path, 'index.js');
    const { run } = await withBroker(t, { mechanisms: ['OAUTHBEARER'] });
    assertSucceeded(await run({ ...ASKED, 'verify-login': 'false' }, { bundle }));
    failureOf(await run({ ...ASKED, 'verify-login': 'true' }, { bundle, debug: true }));
  });

  test('where OIDC is off', async (t) => {
    const { broker, run } = await withBroker(t, { mechanisms: ['PLAIN'] });
    const result = await run({
      'kafka-rest-authorization': 'true',
      'allow-lockout': 'true',
      'verify-login': 'true',
    });
    assertSucceeded(result);
    for (const text of [result.stdout, result.summary]) assert.match(text, /Login.*Not tried: OIDC is off/);
    assert.equal(broker.connections(), 0);
  });

  test('with wait: false, where the brokers have just been told to restart', async (t) => {
    const { broker, run } = await withBroker(t, { mechanisms: ['PLAIN'] });
    const result = await run({ ...ASKED, wait: 'false' });
    assertSucceeded(result);
    assert.ok(warnings(result).includes('The login was not tried'));
    assert.equal(broker.connections(), 0);
  });
});

test('with wait: false and nothing to change, it is tried once', async (t) => {
  let mechanisms = ['OAUTHBEARER'];
  const { broker, run } = await withBroker(t, { mechanisms: () => mechanisms });
  assertSucceeded(await run(ASKED));
  const before = broker.connections();
  assertSucceeded(await run({ ...ASKED, wait: 'false' }));
  mechanisms = ['PLAIN'];
  failureOf(await run({ ...ASKED, wait: 'false' }));
  assert.equal(broker.connections(), before + 2);
});

test('a broker of another authority is not shown the token', async (t) => {
  const { ca } = await makeCertificates();
  const { broker, run } = await withBroker(t, { mechanisms: ['OAUTHBEARER'], projectCa: ca });
  const failure = failureOf(await run({ ...ASKED, ...BRIEF, 'test-token': await provider.token() }));
  assert.match(failure.message, /TLS failed/);
  assert.deepEqual(broker.tokens, []);
});

describe('with a token, every broker of the cluster is logged in to', { concurrency: 3 }, () => {
  /** A cluster of three brokers behind the address of the first. */
  async function withThree(t: TestContext, accepts: (nodeId: number) => boolean, options: object = {}) {
    const addresses: { nodeId: number; host: string; port: number }[] = [];
    const brokers = await Promise.all(
      [1, 2, 3].map((nodeId) =>
        startBroker({
          certificates,
          mechanisms: () => ['OAUTHBEARER'],
          accepts: async () => accepts(nodeId),
          brokers: () => addresses,
        }),
      ),
    );
    for (const { port } of brokers) addresses.push({ nodeId: addresses.length + 1, host: 'localhost', port });
    t.after(() => Promise.all(brokers.map((broker) => broker.close())));
    const service = await withService(t, {
      caFile,
      saslPort: brokers[0]?.port ?? 0,
      projectCa: provider.ca,
      service: { service_uri_params: { host: 'localhost' } },
      ...options,
    });
    return { brokers, ...service };
  }

  test('by the address that clients are sent to', async (t) => {
    const { brokers, run } = await withThree(t, () => true);
    const result = await run({ ...ASKED, 'test-token': await provider.token() });
    assertSucceeded(result);
    brokers.forEach(({ port, logins }, index) => {
      assert.ok(logins.includes('accepted'));
      assert.match(result.summary, new RegExp(`Login at broker ${index + 1} \\(localhost:${port}\\)`));
    });
    assert.doesNotMatch(result.summary, /may not be all/);
  });

  test('and one that refuses fails the step, though it is not behind the name', async (t) => {
    const { brokers, run } = await withThree(t, (nodeId) => nodeId !== 3);
    const failure = failureOf(await run({ ...ASKED, ...BRIEF, 'test-token': await provider.token() }));
    assert.match(
      failure.message,
      new RegExp(`broker 3 \\(localhost:${brokers[2]?.port}\\): the broker refused`),
    );
    assert.doesNotMatch(failure.message, /broker [12] /);
  });

  test('which shows that they have restarted, where the previous settings accepted no token', async (t) => {
    const { run } = await withThree(t, () => true, { settle: { delayPolls: 0, movingPolls: 0 } });
    const result = await run({ ...ASKED, 'wait-timeout-minutes': '1', 'test-token': await provider.token() });
    assertSucceeded(result);
    assert.match(result.summary, /### ✅ Changed: /);
    assert.match(result.summary, /each broker has shown that it restarted/);
    assert.ok(result.ms < 30_000, 'the login ends the wait');
  });

  test('which shows nothing, where they accepted this one', async (t) => {
    const kafka = {
      sasl_oauthbearer_jwks_endpoint_url: `${issuer}/jwks`,
      sasl_oauthbearer_expected_issuer: issuer,
      sasl_oauthbearer_expected_audience: 'kafka',
    };
    const { run } = await withThree(t, () => true, {
      settle: { delayPolls: 0, movingPolls: 0 },
      config: { kafka, kafka_authentication_methods: { certificate: true, sasl: true } },
    });
    const asked = { ...ASKED, 'expected-audience': 'kafka, orders' };
    const result = await run({ ...asked, 'test-token': await provider.token() });
    assertSucceeded(result);
    assert.match(result.summary, /### ⚠️ Changed, restart not confirmed/);
    assert.match(result.summary, /whether it has restarted since the update was not seen/);
    assert.deepEqual(warnings(result), ['Restart not confirmed']);
  });
});

describe('listener-route', { concurrency: 3 }, () => {
  test('chooses the listener, also in the outputs', async (t) => {
    const world = await withBroker(t, { mechanisms: ['OAUTHBEARER'] });
    const service = world.aiven.services.get('streams/kafka');
    assert.ok(service);
    assertSucceeded(await world.run({ ...ASKED, 'verify-login': 'false' }));
    const [sasl] = service.components.filter((each) => each.kafka_authentication_method === 'sasl');
    assert.ok(sasl);
    service.components.push({ ...sasl, route: 'public' });
    sasl.host = 'private.invalid';
    const result = await world.run({ ...ASKED, 'listener-route': 'public' });
    assertSucceeded(result);
    assert.equal(result.outputs['bootstrap-servers'], `localhost:${world.broker.port}`);
    assert.match(result.outputs['client-properties'] ?? '', /^bootstrap\.servers=localhost:/m);
    const missing = failureOf(await world.run({ ...ASKED, 'listener-route': 'privatelink' }));
    assert.match(missing.message, /lists no SASL listener of route privatelink\..* dynamic, public/);
  });

  test('takes no other word', async (t) => {
    const { aiven, run } = await withBroker(t, { mechanisms: ['OAUTHBEARER'] });
    const { message } = failureOf(await run({ ...ASKED, 'listener-route': 'vpc' }));
    assert.match(
      message,
      /listener-route “vpc” is not a route that Aiven has. Use one of dynamic, public, private, privatelink/,
    );
    assert.deepEqual(aiven.requests, []);
  });
});

describe('without the permission to read the CA of the project', { concurrency: 3 }, () => {
  const forbidden = ['ProjectKmsGetCA'] as const;

  async function withoutCa(t: TestContext) {
    const broker = await startBroker({
      certificates,
      mechanisms: () => ['OAUTHBEARER'],
      accepts: async () => true,
    });
    t.after(() => broker.close());
    const service = { service_uri_params: { host: 'localhost' } };
    return withService(t, { caFile, saslPort: broker.port, service, forbidden });
  }

  test('the authorities of the runner do, and a warning says which permission it takes', async (t) => {
    const { run } = await withoutCa(t);
    const result = await run({ ...ASKED, 'test-token': await provider.token() });
    assertSucceeded(result);
    assert.deepEqual(warnings(result), ['The CA of the project cannot be read']);
    assert.match(result.stdout, /needs the permission organization:projects:write/);
    assert.match(result.summary, /the broker accepted the token/);
  });

  test('a certificate that they have not signed fails the login with the way out', async (t) => {
    const { run } = await withoutCa(t);
    const asked = { ...ASKED, ...BRIEF, 'verify-provider': 'false', 'jwks-endpoint-url': `${issuer}/jwks` };
    const failure = failureOf(await run(asked, { env: { NODE_EXTRA_CA_CERTS: '' } }));
    assert.match(failure.message, /TLS failed/);
    assert.match(
      failure.message,
      /organization:projects:write, or pass the CA to this job as NODE_EXTRA_CA_CERTS/,
    );
  });
});

test('a cancelled workflow ends a login that hangs', async (t) => {
  let shown = () => {};
  const waiting = new Promise<void>((resolve) => {
    shown = resolve;
  });
  const accepts = () => {
    shown();
    return new Promise<boolean>(() => {});
  };
  const { aiven, start } = await withBroker(t, { mechanisms: ['OAUTHBEARER'], accepts });
  const action = await start({ ...ASKED, 'test-token': await provider.token() });
  await waiting;
  action.kill('SIGINT');
  const result = await action.done;
  assert.equal(failureOf(result).title, 'Cancelled');
  assert.match(result.summary, /The settings were sent in one update/);
  assert.equal(updates(aiven).length, 1);
});
