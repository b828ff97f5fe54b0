import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { inputsFor } from '../action/kafka-oidc/oidc.ts';
import { type AivenWorld, kafkaService, project, startAiven } from '../world/aiven.ts';
import { CLIENT_SECRET, type ProviderWorld, startProvider } from '../world/provider.ts';
import { type ActionResult, type RunOptions, runAction } from '../world/run-action.ts';
import { makeTempDir, type TempDir } from '../world/temp.ts';
import { type Broker, freePort, startBroker } from './broker.ts';
import { installation, type KafkaVersion } from './versions.ts';

type UserConfig = ReturnType<typeof kafkaService>['user_config'];

export interface ClusterOptions {
  /** What is in `user_config` besides what every service has. */
  readonly config?: UserConfig;
  /** Whether the broker follows an update by itself, as Aiven makes it; else `restart` makes it follow. */
  readonly follows?: boolean;
  /** The CA that the API says the project has; the one that signed the broker's certificate unless told. */
  readonly projectCa?: string;
}

/** A Java client; of the broker's version unless told. */
export interface JavaClientOptions {
  readonly version?: KafkaVersion;
  /** The token that it finds in the file that `client-properties` names. */
  readonly tokenFile?: string;
}

/** A service of the embedded Aiven API with a real broker behind its SASL listener, and a real identity provider. */
export interface Cluster {
  readonly provider: ProviderWorld;
  readonly aiven: AivenWorld;
  /** `localhost:PORT`. */
  readonly bootstrapServers: string;
  /** Stops the broker, if one runs, and starts it as the service's `user_config` says by now. */
  restart(): Promise<Broker>;
  /** Resolves once a broker runs as the `user_config` says by now. */
  up(): Promise<Broker>;
  /** Runs the action on the service. */
  run(inputs: Readonly<Record<string, string>>, options?: RunOptions): Promise<ActionResult>;
  /** Where clients of this cluster may keep their files. */
  readonly directory: string;
  /** Runs Kafka's own Java client with the outputs of a run; returns what it printed. */
  javaClient(outputs: ActionResult['outputs'], options?: JavaClientOptions): Promise<string>;
}

/** Where `client-properties` has a client look for its token that cannot ask for one. */
const TOKEN_FILE = '/var/run/secrets/kafka/token';

/** One read sees each node restart, and then it is over: the login waits for the broker itself. */
const QUICK = { delayPolls: 0, movingPolls: 3 };

export async function withCluster(
  t: TestContext,
  version: KafkaVersion,
  { config = {}, follows = true, projectCa }: ClusterOptions = {},
): Promise<Cluster> {
  const temp = await makeTempDir('cluster');
  const provider = await startProvider({ defaultAudience: 'kafka' });
  const port = await freePort();
  const service = kafkaService({ service_uri_params: { host: 'localhost' } });
  service.user_config = { ...service.user_config, kafka_version: version.replace(/\.\d+$/, ''), ...config };
  let broker: Broker | undefined;
  let following: Promise<Broker> | undefined;
  const aiven = await startAiven({
    projects: [project({ project_name: 'streams' })],
    services: [service],
    settle: QUICK,
    saslPort: port,
    projectCa: projectCa ?? provider.ca,
    onRestart: () => {
      if (!follows) return;
      following = restart();
      // Whoever waits for it sees it fail; nobody has to.
      following.catch(() => {});
    },
  });
  t.after(async () => {
    await Promise.all([broker?.stop(), aiven.close(), provider.close()]);
    await temp.remove();
  });

  async function restart(): Promise<Broker> {
    await broker?.stop();
    const { certificates } = provider;
    broker = await startBroker({ version, port, certificates, userConfig: service.user_config, temp });
    await broker.ready;
    return broker;
  }

  return {
    provider,
    aiven,
    bootstrapServers: `localhost:${port}`,
    restart,
    up: () => following ?? restart(),
    run: (inputs, { env, ...options } = {}) =>
      runAction(
        { ...inputsFor(aiven), 'wait-timeout-minutes': '2', ...inputs },
        { env: { NODE_EXTRA_CA_CERTS: provider.caFile, ...env }, ...options },
      ),
    directory: temp.path,
    javaClient: (outputs, { version: clientVersion = version, tokenFile } = {}) =>
      javaClient(clientVersion, provider, temp, outputs['client-properties'] ?? '', tokenFile),
  };
}

/** Runs Kafka's own Java client with a `client.properties`; returns what it printed. */
export async function javaClient(
  version: KafkaVersion,
  provider: ProviderWorld,
  temp: TempDir,
  clientProperties: string,
  tokenFile?: string,
): Promise<string> {
  const tokenPath = join(temp.path, 'token');
  if (tokenFile !== undefined) await writeFile(tokenPath, tokenFile);
  const given = clientProperties.replaceAll(TOKEN_FILE, tokenPath);
  // As the file says to clients before Kafka 4.1.
  const properties = version.startsWith('3.') ? given.replace(/^#sasl\.jaas/m, 'sasl.jaas') : given;
  await writeFile(join(temp.path, 'client.properties'), properties);
  await writeFile(join(temp.path, 'ca.pem'), provider.ca);
  const { classpath } = installation(version);
  // As the first lines of the file say.
  const permission = /-Dorg\S+/.exec(properties)?.[0] ?? '-Dnone';
  const { stdout } = await promisify(execFile)(
    'java',
    ['-Xmx256m', permission, '-cp', classpath, 'Trusting', provider.caFile, 'Client', 'client.properties'],
    {
      cwd: temp.path,
      env: { ...process.env, OIDC_CLIENT_ID: 'orders-service', OIDC_CLIENT_SECRET: CLIENT_SECRET },
    },
  );
  return stdout.trim();
}
