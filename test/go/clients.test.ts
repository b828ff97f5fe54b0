import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ROUTES, type Route } from '../world/aiven/operations.ts';
import {
  type AivenWorld,
  account,
  billingGroup,
  endpoint,
  kafkaService,
  listener,
  project,
  SERVICE_PASSWORD,
  startAiven,
  staticIp,
  unit,
} from '../world/aiven.ts';
import { type Arguments, type Clients, type Outcome, startClients } from './clients.ts';

/** Aiven's own Go clients judge the stand-in for the Aiven API, over loopback. */

const organization = account({ account_name: 'Example' });
const other = account({ account_name: 'Other' });
const team = unit(organization, { account_name: 'Streaming' });
const payer = billingGroup({ billing_group_name: 'Other pays', billing_group_id: 'b0' }, other);
const SERVICE = ['streams', 'kafka'];
const JWKS = 'https://idp.example.com/jwks';

let aiven: AivenWorld;
let clients: Clients;
const called = new Set<string>();

before(async () => {
  aiven = await startAiven({
    accounts: [organization, other, team],
    projects: [project({ project_name: 'streams' }, organization), project({ project_name: 'sandbox' })],
    services: [everyAddress()],
    billingGroups: [payer, billingGroup({}, organization)],
    staticIps: [staticIp()],
    settle: { delayPolls: 0 },
  });
  clients = await startClients(aiven);
});

after(async () => {
  await clients.close();
  await aiven.close();
});

/** A service with an address of every kind. */
function everyAddress() {
  const service = kafkaService({ tags: { team: 'streaming' } });
  service.components.push(
    listener('private-kafka', 12_710, 'certificate', 'project_ca', { route: 'private' }),
    listener('privatelink-kafka', 12_711, 'certificate', 'project_ca', {
      route: 'privatelink',
      privatelink_connection_id: 'plc1',
    }),
    endpoint('schema_registry', 'replica', 12_712, { route: 'public', usage: 'replica' }),
    endpoint('kafka_rest', 'recovery', 12_713, { usage: 'disaster_recovery' }),
  );
  return service;
}

/** Calls an operation that is to work, and looks for what the client did not understand of its answer. */
async function codegen(operation: string, args: Arguments = {}) {
  const outcome = await clients.codegen(operation, args);
  assert.deepEqual(outcome.error, undefined, operation);
  assert.deepEqual(notUnderstood(outcome), [], `fields of ${operation} that go-client-codegen does not know`);
  assert.equal(routeOf(aiven.requests.at(-1))?.operation, operation);
  called.add(operation);
  return outcome.out;
}

async function classic(method: string, args: Arguments = {}) {
  const { out, error } = await clients.classic(method, args);
  assert.deepEqual(error, undefined, method);
  return out;
}

/** The row of the API that a request belongs to. */
function routeOf(request: { method: string; path: string } | undefined): Route | undefined {
  return ROUTES.find(
    ({ method, path }) =>
      method === request?.method &&
      new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(request.path),
  );
}

/** Objects that have any names in them, so that none is unknown. */
const FREE = new Set(['features', 'metadata', 'project_membership', 'project_memberships', 'user_config']);

/** The fields of an answer that are gone once the client has decoded it. What is empty it may leave out. */
function notUnderstood({ raw, out }: Outcome): string[] {
  if (out === undefined) return [];
  // The client takes the object out of `{"service": {…}}`, and the list out of `{"services": […]}`.
  const [[name, inner] = ['', raw], ...others] = Object.entries(raw ?? {});
  const isWhole = others.length > 0 || typeof out[name] === typeof inner;
  return lost(isWhole ? raw : inner, out, '');
}

function lost(raw: unknown, decoded: unknown, path: string): string[] {
  if (Array.isArray(raw)) {
    const items = Array.isArray(decoded) ? decoded : [];
    return raw.flatMap((item, index) => lost(item, items[index], `${path}[]`));
  }
  if (typeof raw !== 'object' || raw === null) return isEmpty(raw) || decoded !== undefined ? [] : [path];
  if (typeof decoded !== 'object' || decoded === null) return isEmpty(raw) ? [] : [path];
  return Object.entries(raw).flatMap(([name, value]) => {
    if (FREE.has(name)) return [];
    return lost(value, (decoded as Record<string, unknown>)[name], path === '' ? name : `${path}.${name}`);
  });
}

const isEmpty = (value: unknown) =>
  value === null ||
  value === '' ||
  value === false ||
  value === 0 ||
  (typeof value === 'object' && Object.keys(value).length === 0);

describe('go-client-codegen', () => {
  test('reads who the token belongs to', async () => {
    assert.deepEqual((await codegen('UserInfo')).projects, ['streams', 'sandbox']);
  });

  test('creates, reads and lists organizations and units', async () => {
    const created = await codegen('AccountCreate', { in: { account_name: 'New one' } });
    assert.match(created.account_id, /^a[0-9a-f]+$/);
    assert.deepEqual(await codegen('AccountGet', { args: [created.account_id] }), created);
    const child = { account_name: 'Unit', parent_account_id: created.account_id };
    assert.equal((await codegen('AccountCreate', { in: child })).organization_id, created.organization_id);

    const accounts = await codegen('AccountList');
    assert.equal(accounts.length, 5);
    assert.equal(accounts[0].access_source, 'organization_membership');
    assert.equal(accounts[2].parent_account_id, organization.account_id);
    assert.equal((await codegen('UserOrganizationsList')).length, 3);
    const read = await codegen('OrganizationGet', { args: [organization.organization_id] });
    assert.equal(read.account_id, organization.account_id);
  });

  test('creates a project, and assigns it', async () => {
    const created = await codegen('ProjectCreate', { in: { project: 'fresh', tags: { by: 'go' } } });
    assert.equal(created.project_name, 'fresh');
    const assigned = await codegen('ProjectUpdate', {
      args: ['fresh'],
      in: { account_id: team.account_id, add_account_owners_admin_access: true },
    });
    assert.equal(assigned.account_name, 'Streaming');
    const read = await codegen('ProjectGet', { args: ['fresh'] });
    assert.equal(read.organization_id, organization.organization_id);
    assert.deepEqual(read.tags, { by: 'go' });
    const { projects } = await codegen('ProjectList');
    assert.deepEqual(
      projects.map(({ account_id }: { account_id: string }) => account_id),
      [organization.account_id, '', team.account_id],
    );
  });

  test('moves a project from one organization to another', async () => {
    await codegen('ProjectCreate', {
      in: { project: 'mover', account_id: organization.account_id, tags: {} },
    });
    const path = [organization.organization_id, 'mover'];
    const before = await codegen('OrganizationProjectsGet', { args: path });
    assert.equal(before.parent_id, organization.account_id);

    const to = { parent_id: other.account_id, organization_id: other.organization_id };
    const refused = await clients.codegen('OrganizationProjectsUpdate', { args: path, in: to });
    assert.equal(refused.error?.status, 400);
    assert.match(refused.error?.message ?? '', /billing_group_id is required/);

    const moved = await codegen('OrganizationProjectsUpdate', {
      args: path,
      in: { ...to, billing_group_id: payer.billing_group_id },
    });
    assert.deepEqual(
      [moved.project_id, moved.organization_id, moved.parent_id, moved.billing_group_id],
      ['mover', other.organization_id, other.account_id, 'b0'],
    );
    const { projects, total_project_count } = await codegen('OrganizationProjectsList', {
      args: [other.organization_id],
    });
    assert.equal(total_project_count, 1);
    assert.equal(projects[0].project_id, 'mover');
    const gone = await clients.codegen('OrganizationProjectsGet', { args: path });
    assert.equal(gone.error?.status, 404);
  });

  test('reads billing groups', async () => {
    const { billing_groups } = await codegen('OrganizationBillingGroupList', {
      args: [other.organization_id],
    });
    assert.equal(billing_groups[0].billing_group_name, 'Other pays');
    const read = await codegen('OrganizationBillingGroupGet', { args: [other.organization_id, 'b0'] });
    assert.equal(read.organization_id, other.organization_id);
  });

  test('reads the authority of a project', async () => {
    assert.match(await codegen('ProjectKmsGetCA', { args: ['streams'] }), /^-----BEGIN CERTIFICATE-----/);
  });

  test('reads the types of services', async () => {
    const { kafka } = await codegen('ListProjectServiceTypes', { args: ['streams'] });
    const one = await codegen('ProjectServiceTypesGet', { args: ['streams', 'kafka'] });
    assert.deepEqual(one.user_config_schema, kafka.user_config_schema);
    assert.ok('kafka_sasl_mechanisms' in one.user_config_schema.properties);
  });

  test('updates a service, and keeps what it sets', async () => {
    const changes = {
      cloud: 'aws-eu-north-1',
      disk_space_mb: 900_000,
      maintenance: { dow: 'monday', time: '04:00:00' },
      project_vpc_id: null,
      tech_emails: [{ email: 'ops@example.com' }],
      termination_protection: true,
      user_config: {
        kafka: { sasl_oauthbearer_jwks_endpoint_url: JWKS },
        kafka_authentication_methods: { sasl: true },
      },
    };
    const updated = await codegen('ServiceUpdate', { args: SERVICE, in: changes });
    assert.deepEqual(updated.user_config.kafka, {
      auto_create_topics_enable: false,
      log_retention_hours: 72,
      sasl_oauthbearer_jwks_endpoint_url: JWKS,
    });
    const read = await codegen('ServiceGet', { args: SERVICE, query: [['include_secrets', 'false']] });
    assert.equal(read.state, 'REBALANCING');
    assert.equal(read.cloud_name, 'aws-eu-north-1');
    assert.equal(read.disk_space_mb, 900_000);
    assert.deepEqual([read.maintenance.dow, read.maintenance.time], ['monday', '04:00:00']);
    assert.deepEqual(read.tech_emails, [{ email: 'ops@example.com' }]);
    assert.equal(read.termination_protection, true);
    const listed = await codegen('ServiceList', { args: ['streams'], query: [['include_secrets', 'false']] });
    assert.deepEqual(listed[0].user_config, read.user_config);
  });

  test('reads addresses, ACLs and users, and no secret unless it asks', async () => {
    const args = { args: SERVICE, query: [['include_secrets', 'false']] } as const;
    const service = await codegen('ServiceGet', args);
    const ways = service.components.map(
      ({ component, route, usage, kafka_authentication_method: method = '' }: Record<string, string>) =>
        [component, method, route, usage].filter((word) => word).join(' '),
    );
    assert.deepEqual(ways, [
      'kafka certificate dynamic primary',
      'kafka_rest dynamic primary',
      'schema_registry dynamic primary',
      'kafka certificate public primary',
      'kafka certificate private primary',
      'kafka certificate privatelink primary',
      'schema_registry public replica',
      'kafka_rest dynamic disaster_recovery',
      'kafka sasl dynamic primary',
    ]);
    assert.deepEqual(service.acl, [{ id: 'default', permission: 'admin', topic: '*', username: 'avnadmin' }]);
    assert.equal(service.users[0].username, 'avnadmin');
    assert.ok(!JSON.stringify(service).includes(SERVICE_PASSWORD));
    const asked = await codegen('ServiceGet', { ...args, query: [['include_secrets', 'true']] });
    assert.equal(asked.users[0].password, SERVICE_PASSWORD);
  });

  test('changes the tags of a service', async () => {
    assert.deepEqual(await codegen('ProjectServiceTagsList', { args: SERVICE }), { team: 'streaming' });
    await codegen('ProjectServiceTagsUpdate', { args: SERVICE, in: { tags: { tier: '1' } } });
    assert.deepEqual(await codegen('ProjectServiceTagsList', { args: SERVICE }), {
      team: 'streaming',
      tier: '1',
    });
    await codegen('ProjectServiceTagsReplace', { args: SERVICE, in: { tags: { only: 'this' } } });
    const { tags } = await codegen('ServiceGet', { args: SERVICE });
    assert.deepEqual(tags, { only: 'this' });
  });

  test('lists static IP addresses', async () => {
    const [address] = await codegen('StaticIPList', { args: ['streams'] });
    assert.equal(address.ip_address, '192.0.2.10');
  });

  test('decodes refusals', async () => {
    const unknown = await clients.codegen('AccountGet', { args: ['a000'] });
    assert.deepEqual(unknown.error?.status, 404);
    assert.match(unknown.error?.message ?? '', /Account does not exist/);
    assert.equal(unknown.raw.errors[0].error_code, 'account_not_found');
    const config = { kafka: { sasl_oauthbearer_expected_issuer: 'x'.repeat(129) } };
    const refused = await clients.codegen('ServiceUpdate', { args: SERVICE, in: { user_config: config } });
    assert.equal(refused.error?.status, 400);
    assert.match(refused.error?.message ?? '', /is too long/);
  });

  test('has called every operation of the API', () => {
    assert.deepEqual(
      ROUTES.map(({ operation }) => operation).filter((operation) => !called.has(operation)),
      [],
    );
  });
});

describe('aiven-go-client', () => {
  test('reads who the token belongs to', async () => {
    assert.equal((await classic('UserProfile.Me')).user, 'deploy-bot@example.com');
  });

  test('creates, reads and lists accounts', async () => {
    const { account } = await classic('Accounts.Create', { in: { account_name: 'By hand' } });
    assert.match(account.organization_id, /^org[0-9a-f]+$/);
    assert.equal(
      (await classic('Accounts.Get', { args: [account.account_id] })).account.account_name,
      'By hand',
    );
    const { accounts } = await classic('Accounts.List');
    assert.equal(accounts[2].parent_account_id, organization.account_id);
    const read = await classic('Organization.Get', { args: [organization.organization_id] });
    assert.equal(read.organization_name, 'Example');
  });

  test('reads, assigns and lists projects', async () => {
    const body = { account_id: team.account_id, tags: { by: 'hand' }, cloud: 'aws-eu-north-1' };
    const assigned = await classic('Projects.Update', { args: ['sandbox'], in: body });
    assert.equal(assigned.organization_id, organization.organization_id);
    const read = await classic('Projects.Get', { args: ['sandbox'] });
    assert.equal(read.account_id, team.account_id);
    assert.deepEqual(read.tags, { by: 'hand' });
    assert.equal(read.default_cloud, 'aws-eu-north-1');
    const names = (await classic('Projects.List')).map((one: { project_name: string }) => one.project_name);
    assert.ok(names.includes('sandbox') && names.includes('streams'));
    await classic('Projects.Create', { in: { project: 'by-hand', tags: {} } });
    const inOther = await classic('ProjectOrganization.OrganizationProjects', {
      args: [organization.organization_id],
    });
    assert.ok(inOther.length >= 2);
    assert.match(await classic('CA.Get', { args: ['streams'] }), /^-----BEGIN CERTIFICATE-----/);
  });

  test('reads the types of services', async () => {
    const { kafka } = await classic('Projects.ServiceTypes', { args: ['streams'] });
    assert.deepEqual(kafka.user_config_schema.properties.karapace_version.enum, [
      '6.2.1',
      '6.2.2',
      '6.2.3',
      '6.2.4',
      null,
    ]);
  });

  test('reads and updates services', async () => {
    const config = { kafka: { sasl_oauthbearer_expected_audience: 'kafka' } };
    const updated = await classic('Services.Update', {
      args: SERVICE,
      in: { cloud: 'aws-eu-west-1', plan: 'business-8', powered: true, user_config: config },
    });
    assert.equal(updated.plan, 'business-8');
    const read = await classic('Services.Get', { args: SERVICE });
    assert.equal(read.user_config.kafka.sasl_oauthbearer_expected_audience, 'kafka');
    assert.equal(read.cloud_name, 'aws-eu-west-1');
    assert.equal(read.users[0].password, SERVICE_PASSWORD);
    assert.ok(
      read.components.some((one: Record<string, unknown>) => one['kafka_authentication_method'] === 'sasl'),
    );
    const [listed] = await classic('Services.List', { args: ['streams'] });
    assert.equal(listed.service_name, 'kafka');
  });

  test('reads and sets tags, and lists static IP addresses', async () => {
    await classic('ServiceTags.Set', { args: SERVICE, in: { tags: { by: 'hand' } } });
    assert.deepEqual((await classic('ServiceTags.Get', { args: SERVICE })).tags, { by: 'hand' });
    const { static_ips } = await classic('StaticIPs.List', { args: ['streams'] });
    assert.equal(static_ips[0].static_ip_address_id, 'ip358375b2765');
  });

  test('decodes refusals', async () => {
    const { error } = await clients.classic('Services.Get', { args: ['streams', 'none'] });
    assert.equal(error?.status, 404);
    assert.match(error?.message ?? '', /Service does not exist/);
  });
});
