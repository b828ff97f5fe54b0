import { isDeepStrictEqual } from 'node:util';
import { type Call, findProject, findService, needs, now } from './call.ts';
import { ApiError, invalidInput } from './errors.ts';
import { type JsonObject, mergeKafkaConfig } from './kafka-config.ts';
import { kafkaJsonSchema } from './kafka-schema.ts';
import { type KafkaService, type Maintenance, runningNodes } from './objects.ts';
import { checkPlan } from './plans.ts';
import { atRest, rollingRestart } from './restart.ts';
import { followSasl, serviceView } from './service-view.ts';
import type { State } from './state.ts';

/** ListProjectServiceTypes: Apache Kafka alone. */
export function listServiceTypes(state: State, { params }: Call): unknown {
  findProject(state, params);
  return { service_types: { kafka: kafkaType() } };
}

/** ProjectServiceTypesGet: flat. */
export function getServiceType(state: State, { params }: Call): unknown {
  findProject(state, params);
  if (params['service_type'] !== 'kafka') throw new ApiError(404, 'Service type does not exist');
  return kafkaType();
}

function kafkaType(): unknown {
  return {
    default_version: '4.2',
    description: 'Kafka - High-Throughput Distributed Messaging System',
    latest_available_version: '4.3',
    service_plans: [],
    user_config_schema: kafkaJsonSchema(),
  };
}

/** ServiceList. */
export function listServices(state: State, { params, query }: Call): unknown {
  const { project_name } = findProject(state, params);
  const withSecrets = tellsSecrets(state, query);
  const services = [...state.services.values()].filter((service) => service.project_name === project_name);
  return { services: services.map((service) => serviceView(service, withSecrets)) };
}

/** ServiceGet. Each read sees the service one step further on its way. */
export function getService(state: State, { params, query }: Call): unknown {
  const service = findService(state, params);
  const withSecrets = tellsSecrets(state, query);
  const step = state.restarts.get(service)?.next();
  if (step && !step.done) {
    service.state = step.value.state;
    service.node_states = step.value.nodes;
  } else if (step) {
    state.restarts.delete(service);
    service.state = 'RUNNING';
    service.node_states = service.node_states.map(atRest);
  }
  return { service: serviceView(service, withSecrets) };
}

/** Only a GET can be asked for secrets, and only by a token that may read them. */
function tellsSecrets(state: State, query: URLSearchParams): boolean {
  const asked = query.get('include_secrets');
  if (asked === null) return !state.redactByDefault;
  if (asked !== 'true' && asked !== 'false')
    throw invalidInput(`include_secrets: '${asked}' is not a boolean`);
  if (asked === 'true') needs(state, ['service:secrets:read', 'project:services:write']);
  return asked === 'true';
}

/** What ServiceUpdate takes beside `user_config`, `powered` and `karapace`, and keeps as it is. */
const KEPT = ['disk_space_mb', 'plan', 'project_vpc_id', 'tech_emails', 'termination_protection'] as const;

interface ServiceChanges extends Partial<Pick<KafkaService, (typeof KEPT)[number]>> {
  readonly cloud?: string;
  readonly karapace?: boolean;
  readonly maintenance?: Partial<Pick<Maintenance, 'dow' | 'time'>>;
  readonly powered?: boolean;
  readonly user_config?: JsonObject;
}

/** ServiceUpdate. */
export function updateService(state: State, { params, body }: Call): unknown {
  const service = findService(state, params);
  const changes = body as ServiceChanges;
  const before = service.user_config;
  checkPower(service, changes);
  checkPlan(changes.plan ?? service.plan, changes.user_config ?? {});
  service.user_config = mergeKafkaConfig(before, changes.user_config ?? {});
  keep(service, changes);
  followSasl(service, state.saslPort);
  if (changes.powered !== undefined) setPower(state, service, changes.powered);
  const restarts = service.state !== 'POWEROFF' && brokerSettingsDiffer(before, service.user_config);
  if (restarts) {
    state.restarts.set(service, rollingRestart(service.node_states, state.settle));
    state.onRestart(service);
  }
  return { service: serviceView(service, !state.redactByDefault) };
}

function keep(service: KafkaService, changes: ServiceChanges): void {
  for (const name of KEPT) if (changes[name] !== undefined) Object.assign(service, { [name]: changes[name] });
  if (changes.cloud !== undefined) service.cloud_name = changes.cloud;
  if (changes.karapace !== undefined) service.features['karapace'] = changes.karapace;
  service.maintenance = { ...service.maintenance, ...changes.maintenance };
  service.update_time = now();
}

function checkPower({ termination_protection }: KafkaService, changes: ServiceChanges): void {
  if (changes.powered === false && (changes.termination_protection ?? termination_protection)) {
    throw new ApiError(403, 'Service is protected against termination and powering off');
  }
}

function setPower(state: State, service: KafkaService, powered: boolean): void {
  if (!powered) {
    state.restarts.delete(service);
    service.state = 'POWEROFF';
    service.node_states = [];
  } else if (service.state === 'POWEROFF') {
    service.state = 'RUNNING';
    service.node_states = runningNodes(service.service_name, service.node_count);
  }
}

const BROKER_SETTINGS = [
  'kafka',
  'kafka_authentication_methods',
  'kafka_sasl_mechanisms',
  'letsencrypt_sasl',
];

function brokerSettingsDiffer(before: JsonObject, after: JsonObject): boolean {
  return BROKER_SETTINGS.some((name) => !isDeepStrictEqual(before[name], after[name]));
}

/** ProjectServiceTagsList. */
export function listServiceTags(state: State, { params }: Call): unknown {
  return { tags: findService(state, params).tags };
}

/** ProjectServiceTagsReplace. */
export function replaceServiceTags(state: State, { params, body }: Call): unknown {
  const service = findService(state, params);
  service.tags = body['tags'] as Record<string, string>;
  return { tags: service.tags };
}

/** ProjectServiceTagsUpdate: `null` takes a tag away. */
export function updateServiceTags(state: State, { params, body }: Call): unknown {
  const service = findService(state, params);
  const changed = Object.entries({ ...service.tags, ...(body['tags'] as JsonObject) });
  service.tags = Object.fromEntries(
    changed.flatMap(([name, tag]) => (tag === null ? [] : [[name, String(tag)]])),
  );
  return { tags: service.tags };
}

/** StaticIPList. */
export function listStaticIps(state: State, { params }: Call): unknown {
  const { project_name } = findProject(state, params);
  return {
    static_ips: state.staticIps.flatMap(({ project_name: owner, ...address }) =>
      owner === project_name ? [address] : [],
    ),
  };
}
