import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { inputsFor } from '../action/kafka-oidc/oidc.ts';
import { type AivenWorld, kafkaService, project, startAiven } from '../world/aiven.ts';
import { type ProviderWorld, startProvider } from '../world/provider.ts';
import { type ActionResult, runAction } from '../world/run-action.ts';
import { makeTempDir } from '../world/temp.ts';
import { type Broker, freePort, startBroker } from './broker.ts';
import { javaClient } from './cluster.ts';
import type { KafkaVersion } from './versions.ts';

type UserConfig = ReturnType<typeof kafkaService>['user_config'];

/** How the brokers follow an update. */
export interface Pace {
  /** What passes before the first one restarts. */
  readonly delayMs: number;
  /** What passes between two of them. */
  readonly gapMs: number;
  /** Whether the nodes of the service tell it; whether those of a real one do is not known. */
  readonly nodesTell: boolean;
}

/** A service of three real brokers in one cluster, which restart one after the other. */
export interface RollingCluster {
  readonly provider: ProviderWorld;
  readonly aiven: AivenWorld;
  /** The port of each broker on localhost. */
  readonly ports: readonly number[];
  /** When each broker was told to restart, and when it was back, in order; a new update adds to it. */
  readonly restarts: readonly { readonly id: number; readonly downAt: number; readonly upAt: number }[];
  run(inputs: Readonly<Record<string, string>>): Promise<ActionResult>;
  /** Runs Kafka's own Java client with a `client.properties`. */
  javaClient(properties: string): Promise<string>;
}

const BROKERS = 3;

/** @param spoil what the brokers get in place of the `user_config` that the service shows, if not the same */
export async function withRollingCluster(
  t: TestContext,
  version: KafkaVersion,
  config: UserConfig,
  pace: Pace,
  spoil: (userConfig: UserConfig) => UserConfig = (same) => same,
): Promise<RollingCluster> {
  const temp = await makeTempDir('rolling');
  const provider = await startProvider({ defaultAudience: 'kafka' });
  const ids = Array.from({ length: BROKERS }, (_, index) => index + 1);
  const ports = await freePorts();
  const controllers = await freePorts();
  const internals = await freePorts();
  const service = kafkaService({ service_uri_params: { host: 'localhost' } });
  service.user_config = { ...service.user_config, ...withIssuer(config, provider.issuer) };
  const brokers = new Map<number, Broker>();
  const restarts: { id: number; downAt: number; upAt: number }[] = [];
  const over = new AbortController();
  const pause = (ms: number) => sleep(ms, undefined, { signal: over.signal });
  let rolling = Promise.resolve();

  async function start(id: number): Promise<void> {
    const [port = 0, internal = 0] = [ports[id - 1], internals[id - 1]];
    const directory = join(temp.path, `data-${id}`);
    const { certificates } = provider;
    const seat = { id, controllers, internal, directory };
    const userConfig = spoil(service.user_config);
    const broker = await startBroker({ version, port, certificates, userConfig, temp, seat });
    brokers.set(id, broker);
    await broker.ready;
  }

  function tell(id: number, state: string): void {
    if (!pace.nodesTell) return;
    service.node_states = service.node_states.map((node, index) =>
      index === id - 1 ? { ...node, state } : node,
    );
  }

  async function roll(): Promise<void> {
    await pause(pace.delayMs);
    for (const id of ids) {
      over.signal.throwIfAborted();
      const downAt = Date.now();
      tell(id, 'syncing_data');
      await brokers.get(id)?.shutDown();
      await start(id);
      tell(id, 'running');
      restarts.push({ id, downAt, upAt: Date.now() });
      await pause(pace.gapMs);
    }
  }

  const aiven = await startAiven({
    projects: [project({ project_name: 'streams' })],
    services: [service],
    // The nodes do not move by themselves.
    settle: { delayPolls: 0, movingPolls: 0 },
    saslPort: ports[0] ?? 0,
    projectCa: provider.ca,
    onRestart: () => {
      rolling = rolling.then(roll);
      // A broker that does not start is seen by whoever waits for it.
      rolling.catch(() => {});
    },
  });
  t.after(async () => {
    over.abort();
    await Promise.all([...brokers.values()].map((broker) => broker.stop()));
    await rolling.catch(() => {});
    await Promise.all([
      ...[...brokers.values()].map((broker) => broker.stop()),
      aiven.close(),
      provider.close(),
    ]);
    await temp.remove();
  });
  await Promise.all(ids.map(start));

  return {
    provider,
    aiven,
    ports,
    restarts,
    run: (inputs) =>
      runAction({ ...inputsFor(aiven), ...inputs }, { env: { NODE_EXTRA_CA_CERTS: provider.caFile } }),
    javaClient: (properties) => javaClient(version, provider, temp, properties),
  };
}

/** Puts the address of the provider, which is known late, in the place of `ISSUER`. */
function withIssuer(config: UserConfig, issuer: string): UserConfig {
  return JSON.parse(JSON.stringify(config).replaceAll('ISSUER', issuer));
}

async function freePorts(): Promise<number[]> {
  return Promise.all(Array.from({ length: BROKERS }, freePort));
}
