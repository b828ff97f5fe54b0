import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { Certificates } from '../world/certificates.ts';
import type { TempDir } from '../world/temp.ts';
import { type OidcSettings, oauthbearerProperties, SASL_LISTENER } from './listener.ts';
import { installation, type KafkaVersion } from './versions.ts';

/** What a broker is to be like. */
export interface BrokerOptions {
  readonly version: KafkaVersion;
  /** Where its SASL listener is to be, on localhost. */
  readonly port: number;
  /** For its listener; the authority is trusted for the identity provider as well. */
  readonly certificates: Certificates;
  /** The `user_config` of the service that it belongs to. */
  readonly userConfig: UserConfig;
  /** Where it keeps its files. */
  readonly temp: TempDir;
  /** Its place in a cluster of several; alone unless told. */
  readonly seat?: Seat;
}

/** The place of a broker in a cluster; each of them is a controller as well (KRaft). */
export interface Seat {
  readonly id: number;
  /** The port of each controller, in the order of the brokers' IDs from 1 on. */
  readonly controllers: readonly number[];
  readonly internal: number;
  /** Where it keeps what it has to find again after a restart. */
  readonly directory: string;
}

type UserConfig = Readonly<Record<string, unknown>>;

/** A broker of Apache Kafka that runs, or ran. */
export interface Broker {
  /** Everything it has logged. */
  log(): string;
  /** Resolves once it takes connections; rejects when it ends instead. */
  readonly ready: Promise<void>;
  /** Resolves with the exit code when it has ended. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
  /** Stops it as an operator does, so that it says goodbye to the others. */
  shutDown(): Promise<void>;
}

export const CLUSTER_ID = 'dGVzdC1jbHVzdGVyLWlkMQ';
let started = 0;

/** Starts a broker that is its own controller (KRaft), with a SASL_SSL listener as the `user_config` says. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { version, port, certificates, userConfig, temp } = options;
  const directory = join(temp.path, `broker-${started++}`);
  await mkdir(directory);
  const file = (name: string) => join(directory, name);
  const seat = options.seat ?? (await onlySeat(file('data')));
  const properties = {
    ...ownProperties(port, seat),
    ...tlsProperties(certificates),
    ...saslProperties(userConfig),
  };
  if (!existsSync(seat.directory)) await format(seat);
  await writeFile(file('server.properties'), asProperties(properties));
  await writeFile(file('ca.pem'), certificates.ca);

  const { classpath } = installation(version);
  const heap = options.seat ? '-Xmx256m' : '-Xmx384m';
  const settings = [heap, '-XX:TieredStopAtLevel=1', ...allowedUrl(userConfig), '-cp', classpath];
  const java = spawn(
    'java',
    [...settings, 'Trusting', file('ca.pem'), 'kafka.Kafka', file('server.properties')],
    {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  return watch(java, port);
}

function watch(java: ChildProcess, port: number): Broker {
  let text = '';
  for (const stream of [java.stdout, java.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  let hasEnded = false;
  const ended = new Promise<number | null>((resolve) =>
    java.once('close', (code) => {
      hasEnded = true;
      resolve(code);
    }),
  );
  const ready = (async () => {
    while (!(await answersTls(port))) {
      if (hasEnded) throw new Error(`The broker did not start:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  // Whoever waits for it sees it fail; nobody has to.
  ready.catch(() => {});
  return {
    log: () => text,
    ready,
    ended,
    async stop() {
      if (!hasEnded) java.kill('SIGKILL');
      await ended;
    },
    async shutDown() {
      if (!hasEnded) java.kill('SIGTERM');
      await ended;
    },
  };
}

function answersTls(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('secureConnect', () => done(true)).once('error', () => done(false));
  });
}

async function onlySeat(directory: string): Promise<Seat> {
  return { id: 1, controllers: [await freePort()], internal: await freePort(), directory };
}

/** What Aiven would not let anyone set. */
function ownProperties(port: number, { id, controllers, internal, directory }: Seat): Record<string, string> {
  const voters = controllers.map((controller, index) => `${index + 1}@localhost:${controller}`);
  return {
    'node.id': `${id}`,
    'process.roles': 'broker,controller',
    'controller.quorum.voters': voters.join(','),
    'controller.listener.names': 'CONTROLLER',
    listeners: `${SASL_LISTENER}://localhost:${port},INTERNAL://localhost:${internal},CONTROLLER://localhost:${controllers[id - 1]}`,
    'advertised.listeners': `${SASL_LISTENER}://localhost:${port},INTERNAL://localhost:${internal}`,
    'inter.broker.listener.name': 'INTERNAL',
    'listener.security.protocol.map': `${SASL_LISTENER}:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT`,
    'log.dirs': directory,
    'offsets.topic.replication.factor': '1',

    'num.network.threads': '1',
    'num.io.threads': '2',
  };
}

function tlsProperties({ key, cert, ca }: Certificates): Record<string, string> {
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.key': key,
    'ssl.keystore.certificate.chain': `${cert.trim()}\n${ca}`,
  };
}

const SWITCHES = { PLAIN: 'plain', 'SCRAM-SHA-256': 'scram_sha_256', 'SCRAM-SHA-512': 'scram_sha_512' };
const LOGIN_MODULES: Readonly<Record<string, string>> = {
  PLAIN: 'org.apache.kafka.common.security.plain.PlainLoginModule',
  'SCRAM-SHA-256': 'org.apache.kafka.common.security.scram.ScramLoginModule',
  'SCRAM-SHA-512': 'org.apache.kafka.common.security.scram.ScramLoginModule',
};

/** The listener as Aiven makes it of a `user_config`: OAUTHBEARER is on as soon as the JWKS endpoint URL is set. */
export function saslProperties(userConfig: UserConfig): Record<string, string> {
  const oidc = oidcSettings(userConfig);
  const switches = at(userConfig, 'kafka_sasl_mechanisms');
  const mechanisms = Object.entries(SWITCHES).flatMap(([name, key]) =>
    switches[key] === false ? [] : [name],
  );
  const prefix = `listener.name.${SASL_LISTENER.toLowerCase()}`;
  return {
    'sasl.enabled.mechanisms': [...(oidc ? ['OAUTHBEARER'] : []), ...mechanisms].join(','),
    ...Object.fromEntries(
      mechanisms.map((name) => [
        `${prefix}.${name.toLowerCase()}.sasl.jaas.config`,
        `${LOGIN_MODULES[name]} required;`,
      ]),
    ),
    ...(oidc && oauthbearerProperties(oidc)),
  };
}

function oidcSettings(userConfig: UserConfig): OidcSettings | null {
  const kafka = at(userConfig, 'kafka');
  const text = (name: string) => (typeof kafka[name] === 'string' ? kafka[name] : null);
  const jwksEndpointUrl = text('sasl_oauthbearer_jwks_endpoint_url');
  if (jwksEndpointUrl === null) return null;
  return {
    jwksEndpointUrl,
    expectedIssuer: text('sasl_oauthbearer_expected_issuer'),
    expectedAudience: text('sasl_oauthbearer_expected_audience'),
    subClaimName: text('sasl_oauthbearer_sub_claim_name'),
  };
}

function at(userConfig: UserConfig, name: string): UserConfig {
  return (userConfig[name] ?? {}) as UserConfig;
}

/** Kafka 4 asks for it, and Aiven sets it from the JWKS endpoint URL by itself. */
function allowedUrl(userConfig: UserConfig): string[] {
  const url = oidcSettings(userConfig)?.jwksEndpointUrl;
  return url === undefined ? [] : [`-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${url}`];
}

/** As `kafka-storage.sh format` would do it. */
async function format({ id, directory }: Seat): Promise<void> {
  await mkdir(directory);
  const lines = ['version=1', `cluster.id=${CLUSTER_ID}`, `node.id=${id}`, ''];
  await writeFile(join(directory, 'meta.properties'), lines.join('\n'));
}

/** As `java.util.Properties` reads it. */
function asProperties(properties: Readonly<Record<string, string>>): string {
  const escaped = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${escaped(value)}\n`)
    .join('');
}

/** A port that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
