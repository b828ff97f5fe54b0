import { isDeepStrictEqual } from 'node:util';
import type { Fields } from './body.ts';
import { ApiError, invalidInput, notFound } from './errors.ts';
import { type JsonObject, mergeKafkaConfig } from './kafka-config.ts';
import { kafkaJsonSchema } from './kafka-schema.ts';
import { type Account, account, type KafkaService, type Project, runningNodes, unit } from './objects.ts';
import { atRest, rollingRestart } from './restart.ts';
import { followSasl, serviceView } from './service-view.ts';
import { type Operation, type State, serviceKey } from './state.ts';

/** One request, as an operation sees it. */
export interface Call {
  /** The variable parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Empty where the operation takes no body. */
  readonly body: JsonObject;
}

/** One row of the API. */
export interface Route {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** With `{name}` for each variable part. */
  readonly path: string;
  /** The fields of the body, for an operation that takes one. */
  readonly fields?: Fields;
  /** Of these permissions the token needs one. */
  readonly permissions?: readonly string[];
  /** Carries the operation out and returns the answer's body. */
  readonly run: (state: State, call: Call) => unknown;
}

const READ_SERVICES = ['project:services:read', 'project:services:write'];
const MOVE = 'role:organization:admin';

/** The operations, by the API's reference at https://api.aiven.io/doc/. */
export const ROUTES: readonly Route[] = [
  { operation: 'UserInfo', method: 'GET', path: '/v1/me', run: userInfo },
  { operation: 'AccountList', method: 'GET', path: '/v1/account', run: listAccounts },
  {
    operation: 'AccountCreate',
    method: 'POST',
    path: '/v1/account',
    fields: {
      'account_name!': 'string',
      parent_account_id: 'string or null',
      primary_billing_group_id: 'string or null',
    },
    run: createAccount,
  },
  { operation: 'AccountGet', method: 'GET', path: '/v1/account/{account_id}', run: getAccount },
  { operation: 'UserOrganizationsList', method: 'GET', path: '/v1/organizations', run: listOrganizations },
  {
    operation: 'OrganizationGet',
    method: 'GET',
    path: '/v1/organization/{organization_id}',
    run: getOrganization,
  },
  { operation: 'ProjectList', method: 'GET', path: '/v1/project', run: listProjects },
  {
    operation: 'ProjectGet',
    method: 'GET',
    path: '/v1/project/{project}',
    permissions: READ_SERVICES,
    run: (state, { params }) => ({ project: findProject(state, params) }),
  },
  {
    operation: 'ProjectUpdate',
    method: 'PUT',
    path: '/v1/project/{project}',
    fields: {
      account_id: 'string',
      add_account_owners_admin_access: 'boolean',
      billing_group_id: 'string',
      cloud: 'string',
      project_name: 'string',
      tags: 'object',
      tech_emails: 'list',
    },
    permissions: ['organization:projects:write', MOVE],
    run: updateProject,
  },
  {
    operation: 'ProjectKmsGetCA',
    method: 'GET',
    path: '/v1/project/{project}/kms/ca',
    permissions: READ_SERVICES,
    run: async (state, { params }) => {
      findProject(state, params);
      return { certificate: await state.projectCa() };
    },
  },
  {
    operation: 'ListProjectServiceTypes',
    method: 'GET',
    path: '/v1/project/{project}/service_types',
    run: (state, { params }) => {
      findProject(state, params);
      return { service_types: { kafka: kafkaType() } };
    },
  },
  {
    operation: 'ProjectServiceTypeGet',
    method: 'GET',
    path: '/v1/project/{project}/service-types/{service_type}',
    run: (state, { params }) => {
      findProject(state, params);
      if (params['service_type'] !== 'kafka') throw new ApiError(404, 'Service type does not exist');
      return kafkaType();
    },
  },
  {
    operation: 'ServiceList',
    method: 'GET',
    path: '/v1/project/{project}/service',
    permissions: READ_SERVICES,
    run: listServices,
  },
  {
    operation: 'ServiceGet',
    method: 'GET',
    path: '/v1/project/{project}/service/{service}',
    permissions: READ_SERVICES,
    run: getService,
  },
  {
    operation: 'ServiceUpdate',
    method: 'PUT',
    path: '/v1/project/{project}/service/{service}',
    fields: {
      cloud: 'string',
      disk_space_mb: 'integer',
      karapace: 'boolean',
      maintenance: 'object',
      plan: 'string',
      powered: 'boolean',
      project_vpc_id: 'string or null',
      schema_registry_authz: 'boolean',
      termination_protection: 'boolean',
      user_config: 'object',
    },
    permissions: ['project:services:write'],
    run: updateService,
  },
];

function userInfo({ projects }: State): unknown {
  return {
    user: {
      auth: ['token'],
      create_time: '2025-01-01T00:00:00Z',
      project_membership: Object.fromEntries([...projects.keys()].map((name) => [name, 'admin'])),
      projects: [...projects.keys()],
      real_name: 'Deploy bot',
      state: 'active',
      token_validity_begin: null,
      user: 'deploy-bot@example.com',
      user_id: 'u3f1c0d2e4b5a',
    },
  };
}

function listAccounts(state: State): unknown {
  if (state.listFlakes > 0) {
    state.listFlakes--;
    throw notFound('Account');
  }
  const { accounts, unlisted } = state;
  const listed = [...accounts.values()].filter(({ account_id }) => (unlisted.get(account_id) ?? 0) === 0);
  for (const [id, reads] of unlisted) unlisted.set(id, Math.max(0, reads - 1));
  return { accounts: listed };
}

/** A name that is taken already is no obstacle: Aiven does not keep names unique. */
function createAccount(state: State, { body }: Call): unknown {
  const { account_name, parent_account_id = null } = body as {
    account_name: string;
    parent_account_id?: string | null;
  };
  if (account_name.trim() === '' || account_name.length > 83) {
    throw invalidInput(`account_name: ${JSON.stringify(account_name)} does not have 1 to 83 characters`);
  }
  const times = { create_time: now(), update_time: now() };
  const created =
    parent_account_id === null
      ? account({ account_name, ...times })
      : unit(parentFor(state, parent_account_id), { account_name, ...times });
  state.accounts.set(created.account_id, created);
  state.unlisted.set(created.account_id, state.listLag);
  return { account: created };
}

function parentFor(state: State, accountId: string): Account {
  const parent = findAccount(state, accountId);
  if (parent.parent_account_id !== null) {
    throw new ApiError(400, 'Organizational units cannot be nested', 'invalid_parent_account');
  }
  needs(state, [MOVE]);
  return parent;
}

function getAccount(state: State, { params }: Call): unknown {
  return { account: findAccount(state, params['account_id'] ?? '') };
}

function listOrganizations({ accounts }: State): unknown {
  const roots = [...accounts.values()].filter(({ parent_account_id }) => parent_account_id === null);
  return { organizations: roots.map(organization) };
}

/** The answer is flat: there is no `organization` around it. */
function getOrganization({ accounts }: State, { params }: Call): unknown {
  const root = [...accounts.values()].find(
    ({ organization_id, parent_account_id }) =>
      organization_id === params['organization_id'] && parent_account_id === null,
  );
  if (!root) throw notFound('Organization');
  return organization(root);
}

function organization({
  account_id,
  account_name,
  organization_id,
  create_time,
  update_time,
}: Account): unknown {
  return {
    account_id,
    create_time,
    default_governance_user_group_id: null,
    organization_id,
    organization_name: account_name,
    tier: 'business',
    update_time,
  };
}

function listProjects({ projects }: State): unknown {
  const names = [...projects.keys()];
  return {
    project_membership: Object.fromEntries(names.map((name) => [name, 'admin'])),
    project_memberships: Object.fromEntries(names.map((name) => [name, ['admin']])),
    projects: [...projects.values()],
  };
}

function updateProject(state: State, { params, body }: Call): unknown {
  const project = findProject(state, params);
  const changes = body as { account_id?: string; project_name?: string; cloud?: string; tech_emails?: never };
  if (changes.account_id !== undefined) assign(state, project, changes.account_id);
  if (changes.cloud !== undefined) project.default_cloud = changes.cloud;
  if (changes.tech_emails !== undefined) project.tech_emails = changes.tech_emails;
  if (changes.project_name !== undefined) rename(state, project, changes.project_name);
  return { project };
}

function assign(state: State, project: Project, accountId: string): void {
  const owner = findAccount(state, accountId);
  const leaves = project.organization_id !== null && project.organization_id !== owner.organization_id;
  if (leaves) needs(state, [MOVE]);
  const { account_id, account_name, organization_id } = owner;
  Object.assign(project, { account_id, account_name, organization_id });
}

function rename(state: State, project: Project, name: string): void {
  if (name === project.project_name) return;
  if (state.projects.has(name)) throw new ApiError(409, `Project name '${name}' is already in use`);
  state.projects.delete(project.project_name);
  project.project_name = name;
  state.projects.set(name, project);
}

function kafkaType(): unknown {
  return {
    default_version: '4.1',
    description: 'Kafka - High-Throughput Distributed Messaging System',
    latest_available_version: '4.2',
    service_plans: [],
    user_config_schema: kafkaJsonSchema(),
  };
}

function listServices(state: State, { params, query }: Call): unknown {
  const { project_name } = findProject(state, params);
  const withSecrets = tellsSecrets(state, query);
  const services = [...state.services.values()].filter((service) => service.project_name === project_name);
  return { services: services.map((service) => serviceView(service, withSecrets)) };
}

/** Each read sees the service one step further on its way. */
function getService(state: State, { params, query }: Call): unknown {
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

function updateService(state: State, { params, body }: Call): unknown {
  const service = findService(state, params);
  const changes = body as { user_config?: JsonObject; powered?: boolean; plan?: string };
  const before = service.user_config;
  service.user_config = mergeKafkaConfig(before, changes.user_config ?? {});
  service.plan = changes.plan ?? service.plan;
  service.update_time = now();
  followSasl(service, state.saslPort);
  if (changes.powered !== undefined) setPower(state, service, changes.powered);
  const restarts = service.state !== 'POWEROFF' && brokerSettingsDiffer(before, service.user_config);
  if (restarts) {
    state.restarts.set(service, rollingRestart(service.node_states, state.settle));
    state.onRestart(service);
  }
  return { service: serviceView(service, !state.redactByDefault) };
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

function findAccount({ accounts }: State, accountId: string): Account {
  const found = accounts.get(accountId);
  if (!found) throw notFound('Account');
  return found;
}

function findProject({ projects }: State, params: Call['params']): Project {
  const found = projects.get(params['project'] ?? '');
  if (!found) throw notFound('Project');
  return found;
}

function findService(state: State, params: Call['params']): KafkaService {
  const { project_name } = findProject(state, params);
  const found = state.services.get(serviceKey(project_name, params['service'] ?? ''));
  if (!found) throw notFound('Service');
  return found;
}

/**
 * Refuses what the token may not do.
 * @throws {ApiError} 403 unless it has one of these permissions
 */
export function needs({ permissions }: State, anyOf: readonly string[]): void {
  if (permissions && !anyOf.some((permission) => permissions.has(permission))) throw forbidden();
}

/** The refusal of something that the token may not do. */
export const forbidden = () =>
  new ApiError(403, 'Not authorized to perform this operation', 'not_authorized');

const now = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z');
