import type { TestContext } from 'node:test';
import {
  type AivenOptions,
  type AivenWorld,
  type KafkaService,
  kafkaService,
  project,
} from '../../world/aiven.ts';
import {
  type ActionResult,
  type RunningAction,
  type RunOptions,
  startAction,
} from '../../world/run-action.ts';
import { runHere } from '../../world/run-here.ts';
import { assertDiscreet } from '../outcome.ts';
import { withAiven } from '../setup.ts';

/** The path of the service in the Aiven API. */
export const SERVICE = '/v1/project/streams/service/kafka';

/** A `user_config`, or a part of one. */
export type UserConfig = KafkaService['user_config'];

/** The inputs that name the service `streams/kafka` of an Aiven API. */
export function inputsFor({ token, url }: Pick<AivenWorld, 'token' | 'url'>): Record<string, string> {
  return {
    mode: 'kafka-oidc',
    'aiven-token': token,
    'api-url': url,
    project: 'streams',
    'service-name': 'kafka',
  };
}

/** A service `streams/kafka`, and runs of the action that are about it. */
export interface OidcWorld {
  readonly aiven: AivenWorld;
  /** What the service has now. */
  readonly config: () => UserConfig;
  /**
   * Runs the action on the service, and holds that nothing secret leaves it.
   * @param inputs besides those that name the service
   */
  run(inputs: Readonly<Record<string, string>>, options?: RunOptions): Promise<ActionResult>;
  /** Starts the bundle on the service, for a run that is to be cancelled. */
  start(inputs: Readonly<Record<string, string>>): Promise<RunningAction>;
}

export interface OidcWorldOptions extends Omit<AivenOptions, 'services' | 'projects'> {
  /** What the service is to be like. */
  readonly service?: Partial<KafkaService>;
  /** What is in `user_config` besides what every service has. */
  readonly config?: UserConfig;
  /** The certificates to trust besides those of Node. */
  readonly caFile: string;
  /** The bundle to start for each run, as GitHub's runner does; the sources are run in this process unless told. */
  readonly bundle?: string;
}

/** A read for each node that restarts, and then it is over: enough where the wait itself is not the subject. */
const QUICK = { delayPolls: 0, movingPolls: 3 };

export async function withService(
  t: TestContext,
  { service = {}, config = {}, caFile, bundle, ...options }: OidcWorldOptions,
): Promise<OidcWorld> {
  const kafka = kafkaService(service);
  kafka.user_config = merged(kafka.user_config, config);
  const aiven = await withAiven(t, {
    projects: [project({ project_name: 'streams' })],
    services: [kafka],
    settle: QUICK,
    ...options,
  });
  return {
    aiven,
    config: () => aiven.services.get('streams/kafka')?.user_config ?? {},
    async run(inputs, { env, ...runOptions } = {}) {
      const result = await runHere(
        { ...inputsFor(aiven), 'wait-timeout-minutes': '0.05', ...inputs },
        {
          env: { NODE_EXTRA_CA_CERTS: caFile, ...env },
          ...(bundle !== undefined && { bundle }),
          ...runOptions,
        },
      );
      assertDiscreet(result, aiven.token, { debug: runOptions.debug ?? false });
      return result;
    },
    start: (inputs) =>
      startAction({ ...inputsFor(aiven), ...inputs }, { env: { NODE_EXTRA_CA_CERTS: caFile } }),
  };
}

/** One level deep, as far as a `user_config` nests what this action manages. */
function merged(base: UserConfig, more: UserConfig): UserConfig {
  return Object.fromEntries(
    Object.entries({ ...base, ...more }).map(([name, value]) => {
      const before = base[name];
      return [name, isObject(before) && isObject(value) ? { ...before, ...value } : value];
    }),
  );
}

function isObject(value: unknown): value is UserConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The changes of a run as a table: path → [before, after]. */
export function changesOf({ outputs }: ActionResult): Record<string, [unknown, unknown]> {
  const changes: { resource: string; path: string; before: unknown; after: unknown }[] = JSON.parse(
    outputs['changes'] ?? '',
  );
  return Object.fromEntries(changes.map(({ path, before, after }) => [path, [before, after]]));
}
