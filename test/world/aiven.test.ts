import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import { afterEach, describe, test } from 'node:test';
import {
  type AivenOptions,
  type AivenWorld,
  account,
  billingGroup,
  deprecatedProjectCalls,
  endpoint,
  type JsonObject,
  kafkaService,
  project,
  SERVICE_KEY,
  SERVICE_PASSWORD,
  startAiven,
  staticIp,
  unit,
} from './aiven.ts';

/** The stand-in for the Aiven API, held to what is documented of the real one. */

const organization = account({ account_name: 'Example' });
const other = account({ account_name: 'Other' });
const team = unit(organization, { account_name: 'Streaming' });
const SERVICE = '/v1/project/streams/service/kafka';
const OWN_PROJECT = `/v1/organization/${organization.organization_id}/project`;

let aiven: AivenWorld;

async function start(options: AivenOptions = {}): Promise<void> {
  aiven = await startAiven({
    accounts: [organization, other, team],
    projects: [project({ project_name: 'streams' }, organization), project({ project_name: 'sandbox' })],
    services: [kafkaService()],
    ...options,
  });
}

afterEach(() => aiven.close());

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the assertions say what an answer looks like.
  readonly body: any;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(aiven.url + path, {
    method,
    headers: {
      authorization: `aivenv1 ${aiven.token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    redirect: 'manual',
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const configure = (user_config: JsonObject) => call('PUT', SERVICE, { user_config });
const JWKS = 'https://idp.example.com/jwks';

describe('a token', () => {
  test('is accepted with either scheme, and no other is', async () => {
    await start();
    assert.equal((await call('GET', '/v1/account')).status, 200);
    assert.equal(
      (await call('GET', '/v1/account', undefined, { authorization: `Bearer ${aiven.token}` })).status,
      200,
    );
    assert.equal(
      (await call('GET', '/v1/account', undefined, { authorization: 'aivenv1 wrong' })).status,
      401,
    );
    assert.deepEqual(
      (await call('GET', '/v1/account', undefined, { authorization: '' })).body.message,
      'Authentication required',
    );
  });

  test('is held to its permissions', async () => {
    await start({ permissions: ['project:services:read', 'organization:projects:write'] });
    assert.equal((await call('GET', SERVICE)).status, 200);
    assert.equal((await call('GET', `${SERVICE}?include_secrets=true`)).status, 403);
    assert.equal((await configure({ kafka_rest: true })).status, 403);
    assert.equal((await call('PUT', '/v1/project/sandbox', { account_id: team.account_id })).status, 200);
    assert.equal((await call('PUT', '/v1/project/streams', { account_id: other.account_id })).status, 403);
  });

  const least: Record<string, readonly [permission: string, method: string, path: string, body?: unknown]> = {
    'to update a service': ['service:configuration:write', 'PUT', SERVICE, { user_config: {} }],
    'to read the authority of a project': [
      'organization:projects:write',
      'GET',
      '/v1/project/streams/kms/ca',
    ],
    'to move a project': [
      'organization:projects:write',
      'PATCH',
      `${OWN_PROJECT}/streams`,
      { parent_id: team.account_id },
    ],
    'to read a project': ['project:services:read', 'GET', '/v1/project/streams'],
  };
  for (const [what, [permission, method, path, body]] of Object.entries(least)) {
    test(`needs ${permission}, and no more, ${what}`, async () => {
      await start({ permissions: [permission] });
      assert.equal((await call(method, path, body)).status, 200);
      await aiven.close();
      await start({ permissions: ['service:secrets:read'] });
      const refused = await call(method, path, body);
      assert.equal(refused.status, 403);
      assert.equal(refused.body.errors[0].error_code, 'permission_denied');
    });
  }
});

describe('an error', () => {
  test('has the shape of Aiven’s', async () => {
    await start();
    const { status, body } = await call('GET', '/v1/account/a000');
    assert.equal(status, 404);
    assert.deepEqual(body, {
      message: 'Account does not exist',
      errors: [
        {
          message: 'Account does not exist',
          status: 404,
          error_code: 'account_not_found',
          more_info: 'https://api.aiven.io/doc/',
        },
      ],
    });
  });

  test('tells what is unknown', async () => {
    await start();
    for (const path of [
      '/v1/project/x',
      '/v1/project/streams/service/x',
      '/v1/organization/org0',
      '/v1/nothing',
    ]) {
      assert.equal((await call('GET', path)).status, 404, path);
    }
    assert.equal((await call('PUT', '/v1/account', {})).status, 405);
  });

  test('tells what is wrong with a body', async () => {
    await start();
    assert.equal((await call('POST', '/v1/account', '{')).status, 400);
    assert.equal((await call('POST', '/v1/account', [])).status, 400);
    assert.equal(
      (await call('POST', '/v1/account', {})).body.message,
      "Invalid input: 'account_name' is a required property",
    );
    assert.equal((await call('POST', '/v1/account', { account_name: 'x', color: 'red' })).status, 400);
    assert.equal((await call('POST', '/v1/account', { account_name: 1 })).status, 400);
    assert.equal((await call('POST', '/v1/account', '{}', { 'content-type': 'text/plain' })).status, 400);
  });
});

describe('accounts', () => {
  test('are organizations and units alike, and names need not be unique', async () => {
    await start();
    const first = (await call('POST', '/v1/account', { account_name: 'Twice' })).body.account;
    const second = (await call('POST', '/v1/account', { account_name: 'Twice' })).body.account;
    assert.notEqual(first.account_id, second.account_id);
    assert.notEqual(first.organization_id, second.organization_id);
    assert.equal(first.root_account_id, first.account_id);

    const created = (
      await call('POST', '/v1/account', { account_name: 'Unit', parent_account_id: organization.account_id })
    ).body.account;
    assert.equal(created.organization_id, organization.organization_id);
    assert.equal(created.parent_account_id, organization.account_id);
    assert.equal((await call('GET', '/v1/account')).body.accounts.length, 6);
  });

  test('do not nest', async () => {
    await start();
    const { status, body } = await call('POST', '/v1/account', {
      account_name: 'x',
      parent_account_id: team.account_id,
    });
    assert.equal(status, 400);
    assert.equal(body.errors[0].error_code, 'parent_account_too_deep');
  });

  test('can be away for a while', async () => {
    await start({ listFlakes: 2 });
    const statuses = [];
    for (let attempt = 0; attempt < 3; attempt++) statuses.push((await call('GET', '/v1/account')).status);
    assert.deepEqual(statuses, [404, 404, 200]);
  });

  test('answer flat as organizations', async () => {
    await start();
    const { body } = await call('GET', `/v1/organization/${organization.organization_id}`);
    assert.equal(body.organization_name, 'Example');
    assert.equal(body.account_id, organization.account_id);
  });
});

describe('a project', () => {
  test('takes on its new organization', async () => {
    await start();
    const body = { account_id: team.account_id, add_account_owners_admin_access: true };
    const answer = (await call('PUT', '/v1/project/sandbox', body)).body.project;
    assert.equal(answer.account_name, 'Streaming');
    assert.equal(answer.organization_id, organization.organization_id);
    assert.deepEqual((await call('GET', '/v1/project/sandbox')).body.project, answer);
  });

  test('is not assigned to what is not there', async () => {
    await start();
    assert.equal((await call('PUT', '/v1/project/sandbox', { account_id: 'a000' })).status, 404);
    assert.equal(aiven.projects.get('sandbox')?.account_id, null);
  });

  test('has a certificate authority', async () => {
    await start();
    const { body } = await call('GET', '/v1/project/streams/kms/ca');
    assert.match(body.certificate, /^-----BEGIN CERTIFICATE-----/);
  });
});

describe('a project of an organization', () => {
  const payer = billingGroup({ billing_group_id: 'b0', billing_group_name: 'Other pays' }, other);
  const own = billingGroup({ billing_group_id: 'b1' }, organization);
  const billingGroups = [payer, own];
  const move = (body: unknown) => call('PATCH', `${OWN_PROJECT}/streams`, body);
  const away = {
    parent_id: other.account_id,
    organization_id: other.organization_id,
    billing_group_id: payer.billing_group_id,
  };

  test('is answered flat, and in its own organization alone', async () => {
    await start();
    const { body } = await call('GET', `${OWN_PROJECT}/streams`);
    assert.equal(body.project_id, 'streams');
    assert.equal(body.parent_id, organization.account_id);
    assert.equal(body.organization_id, organization.organization_id);
    assert.equal((await call('GET', `${OWN_PROJECT}/sandbox`)).status, 404);
    const elsewhere = `/v1/organization/${other.organization_id}/project/streams`;
    assert.equal((await call('GET', elsewhere)).body.errors[0].error_code, 'project_not_found');
  });

  test('is moved within its organization, by an account ID or an organization ID', async () => {
    await start();
    assert.equal((await move({ parent_id: team.account_id })).body.parent_id, team.account_id);
    const back = await move({ parent_id: organization.organization_id });
    assert.equal(back.body.parent_id, organization.account_id);
    assert.equal(aiven.projects.get('streams')?.account_name, 'Example');
  });

  test('is moved to another organization with its billing group', async () => {
    await start({ billingGroups });
    const { status, body } = await move(away);
    assert.equal(status, 200);
    assert.equal(body.organization_id, other.organization_id);
    assert.equal(aiven.projects.get('streams')?.billing_group_name, 'Other pays');
    assert.equal((await call('GET', `${OWN_PROJECT}/streams`)).status, 404);
    const listed = (await call('GET', `/v1/organization/${other.organization_id}/projects`)).body;
    assert.equal(listed.total_project_count, 1);
    assert.equal(listed.projects[0].project_id, 'streams');
  });

  const refused: Record<string, readonly [number, object]> = {
    'no billing group': [400, { billing_group_id: undefined }],
    'a billing group that is unknown': [404, { billing_group_id: 'b9' }],
    'a billing group of another organization': [400, { billing_group_id: 'b1' }],
    'no organization': [400, { organization_id: undefined }],
    'an organization that is not the parent’s': [400, { organization_id: organization.organization_id }],
    'a parent that is unknown': [404, { parent_id: 'a000' }],
    'a name that is taken': [409, { project_name: 'sandbox' }],
    'a port out of bounds': [400, { base_port: 80 }],
  };
  for (const [what, [expected, changes]] of Object.entries(refused)) {
    test(`is not moved with ${what}, and nothing changes`, async () => {
      await start({ billingGroups });
      const before = structuredClone(aiven.projects.get('streams'));
      assert.equal((await move({ ...away, ...changes })).status, expected);
      assert.deepEqual(aiven.projects.get('streams'), before);
    });
  }

  test('leaves its organization only with the role', async () => {
    await start({ billingGroups, permissions: ['organization:projects:write'] });
    assert.equal((await move(away)).status, 403);
    assert.equal(aiven.projects.get('streams')?.account_id, organization.account_id);
  });

  test('keeps what it is given', async () => {
    await start({ billingGroups });
    const given = {
      base_port: 12_000,
      billing_group_id: 'b1',
      tags: { team: 'orders' },
      tech_emails: [{ email: 'ops@example.com' }],
    };
    await move({ ...given, project_name: 'renamed' });
    const { body } = await call('GET', `${OWN_PROJECT}/renamed`);
    assert.partialDeepStrictEqual(body, given);
    assert.equal((await call('GET', '/v1/project/renamed/service/kafka')).status, 200);
    assert.equal((await call('GET', '/v1/project/streams')).status, 404);
  });

  test('is met with 403 for a while after a move', async () => {
    await start({ membershipLag: 2 });
    assert.equal((await move({ parent_id: team.account_id })).status, 200);
    const statuses = [];
    for (let attempt = 0; attempt < 3; attempt++) statuses.push((await call('GET', SERVICE)).status);
    assert.deepEqual(statuses, [403, 403, 200]);
    await call('PUT', '/v1/project/sandbox', { account_id: team.account_id });
    assert.equal((await call('GET', '/v1/project/sandbox')).body.message, 'Not a project member');
    assert.equal((await move({ parent_id: team.account_id })).status, 200);
    assert.equal((await call('GET', SERVICE)).status, 200);
  });
});

describe('user_config', () => {
  test('is merged deeply, and null clears', async () => {
    await start();
    await configure({ kafka: { sasl_oauthbearer_jwks_endpoint_url: JWKS, log_retention_hours: null } });
    const { kafka, kafka_version } = (await call('GET', SERVICE)).body.service.user_config;
    assert.deepEqual(kafka, { auto_create_topics_enable: false, sasl_oauthbearer_jwks_endpoint_url: JWKS });
    assert.equal(kafka_version, '4.1');
    await configure({ ip_filter: ['10.0.0.0/8'], kafka: null });
    const after = (await call('GET', SERVICE)).body.service.user_config;
    assert.deepEqual(after.ip_filter, ['10.0.0.0/8']);
    assert.ok(!('kafka' in after));
  });

  const refused: Record<string, JsonObject> = {
    'an unknown setting': { kafka: { no_such_setting: 1 } },
    'a setting of the wrong type': { kafka: { log_retention_hours: '72' } },
    'a number out of bounds': { kafka: { num_partitions: 1001 } },
    'a text that is too long': { kafka: { sasl_oauthbearer_expected_issuer: 'x'.repeat(129) } },
    'a line break': { kafka: { sasl_oauthbearer_expected_audience: 'a\nb' } },
    'a blank subject claim': { kafka: { sasl_oauthbearer_sub_claim_name: ' ' } },
    'a JWKS URL without https': {
      kafka: { sasl_oauthbearer_jwks_endpoint_url: 'http://idp.example.com/jwks' },
    },
    'SASL without a mechanism': {
      kafka_authentication_methods: { sasl: true },
      kafka_sasl_mechanisms: { plain: false, scram_sha_256: false, scram_sha_512: false },
    },
    'OIDC for the schema registry alone': {
      schema_registry_config: { sasl_oauthbearer_authentication_enabled: true },
    },
    'a version that Aiven does not have': { kafka_version: '4.9' },
    'an interval between those that Aiven has': { backup_interval_hours: 5 },
    'roles without one of the methods': {
      schema_registry_config: { sasl_oauthbearer_method_roles: '{"GET": [], "POST": [], "PUT": []}' },
    },
    'OIDC for the schema registry without an audience': {
      kafka: {
        sasl_oauthbearer_jwks_endpoint_url: JWKS,
        sasl_oauthbearer_expected_issuer: 'https://idp.example.com',
      },
      karapace_version: '6.2.3',
      schema_registry_config: { sasl_oauthbearer_authentication_enabled: true },
    },
    'OIDC with an old Karapace': {
      kafka: { sasl_oauthbearer_jwks_endpoint_url: JWKS },
      karapace_version: '6.1.9',
      schema_registry_config: { sasl_oauthbearer_authentication_enabled: true },
    },
  };
  for (const [what, config] of Object.entries(refused)) {
    test(`with ${what} is refused, and nothing changes`, async () => {
      await start();
      const before = structuredClone(aiven.services.get('streams/kafka'));
      const { status, body } = await configure(config);
      assert.equal(status, 400);
      assert.match(body.message, /^Invalid 'user_config': /);
      assert.deepEqual(aiven.services.get('streams/kafka'), before);
    });
  }

  test('takes 128 characters where 128 are allowed, counted as characters', async () => {
    await start();
    assert.equal(
      (await configure({ kafka: { sasl_oauthbearer_expected_issuer: '😀'.repeat(128) } })).status,
      200,
    );
  });

  test('takes OIDC for the schema registry without issuer and audience from Karapace 6.2.4 on', async () => {
    await start();
    const { status } = await configure({
      kafka: { sasl_oauthbearer_jwks_endpoint_url: JWKS },
      karapace_version: '6.2.4',
      schema_registry_config: {
        sasl_oauthbearer_authentication_enabled: true,
        sasl_oauthbearer_authorization_enabled: true,
        sasl_oauthbearer_method_roles: '{"GET": ["reader"], "POST": [], "PUT": [], "DELETE": []}',
        sasl_oauthbearer_roles_claim_path: 'realm_access.roles',
      },
    });
    assert.equal(status, 200);
    // And cannot lose that version any more.
    assert.equal((await configure({ karapace_version: '6.2.3' })).status, 400);
  });

  for (const [plan, setting, expected] of [
    ['free-0', 'sasl_oauthbearer_expected_issuer', 400],
    ['developer-1', 'sasl_oauthbearer_jwks_endpoint_url', 400],
    ['inkless-saas', 'sasl_oauthbearer_sub_claim_name', 400],
    ['inkless-saas', 'sasl_oauthbearer_jwks_endpoint_url', 200],
    ['free-0', 'log_retention_hours', 200],
  ] as const) {
    test(`of plan ${plan} ${expected === 200 ? 'has' : 'lacks'} ${setting}`, async () => {
      await start({ services: [kafkaService({ plan })] });
      const { status, body } = await configure({
        kafka: { [setting]: setting === 'log_retention_hours' ? 24 : JWKS },
      });
      assert.equal(status, expected);
      if (expected === 400) assert.equal(body.message, 'Bad Request');
    });
  }

  test('takes OAUTHBEARER for a mechanism', async () => {
    await start();
    const { status } = await configure({
      kafka: { sasl_oauthbearer_jwks_endpoint_url: JWKS },
      kafka_authentication_methods: { sasl: true },
      kafka_sasl_mechanisms: { plain: false, scram_sha_256: false, scram_sha_512: false },
    });
    assert.equal(status, 200);
    // And cannot lose it any more.
    assert.equal((await configure({ kafka: { sasl_oauthbearer_jwks_endpoint_url: null } })).status, 400);
  });

  test('keeps a secret that is sent back redacted', async () => {
    await start();
    const { kafka_connect_secret_providers } = (await call('GET', `${SERVICE}?include_secrets=false`)).body
      .service.user_config;
    assert.equal(kafka_connect_secret_providers[0].aws.secret_key, '<redacted>');
    await configure({ kafka_connect_secret_providers });
    const { text } = await call('GET', `${SERVICE}?include_secrets=true`);
    assert.ok(text.includes(`"secret_key":"${SERVICE_PASSWORD}"`));
  });
});

describe('secrets', () => {
  const holdsSecrets = ({ text }: Reply) =>
    text.includes(SERVICE_PASSWORD) || text.includes(JSON.stringify(SERVICE_KEY).slice(1, -1));

  test('are told unless they are declined, in the answer of an update in any case', async () => {
    await start();
    assert.ok(holdsSecrets(await call('GET', SERVICE)));
    assert.ok(!holdsSecrets(await call('GET', `${SERVICE}?include_secrets=false`)));
    assert.ok(holdsSecrets(await configure({ kafka_rest: true })));
  });

  test('are told only when asked for, from March 2027 on', async () => {
    await start({ redactByDefault: true });
    assert.ok(!holdsSecrets(await call('GET', SERVICE)));
    assert.ok(!holdsSecrets(await configure({ kafka_rest: true })));
    assert.ok(holdsSecrets(await call('GET', `${SERVICE}?include_secrets=true`)));
  });
});

describe('a service', () => {
  const saslOn = { kafka_authentication_methods: { sasl: true } };

  async function reads(count: number): Promise<string[]> {
    const seen = [];
    for (let read = 0; read < count; read++) {
      const { state, node_states } = (await call('GET', SERVICE)).body.service;
      seen.push(`${state} ${node_states.map((node: { state: string }) => node.state[0]).join('')}`);
    }
    return seen;
  }

  test('restarts its nodes one by one, a little after the update', async () => {
    await start();
    assert.equal((await configure(saslOn)).body.service.state, 'RUNNING');
    assert.deepEqual(await reads(6), [
      'RUNNING rrr',
      'REBALANCING srr',
      'REBALANCING rsr',
      'REBALANCING rrs',
      'RUNNING rrr',
      'RUNNING rrr',
    ]);
  });

  test('need not leave RUNNING, and can be calm in between', async () => {
    await start({ settle: { delayPolls: 0, movingState: 'RUNNING', calmPolls: 1 } });
    await configure(saslOn);
    assert.deepEqual(await reads(6), [
      'RUNNING srr',
      'RUNNING rrr',
      'RUNNING rsr',
      'RUNNING rrr',
      'RUNNING rrs',
      'RUNNING rrr',
    ]);
  });

  test('can take for ever', async () => {
    await start({ settle: { delayPolls: 0, movingPolls: Infinity } });
    await configure(saslOn);
    assert.deepEqual(new Set(await reads(20)), new Set(['REBALANCING srr']));
  });

  test('does not restart for what it has already, nor for other settings', async () => {
    await start({ settle: { delayPolls: 0 } });
    await configure({ kafka_authentication_methods: { sasl: false }, follower_fetching: { enabled: true } });
    assert.deepEqual(await reads(1), ['RUNNING rrr']);
  });

  test('stays powered off', async () => {
    await start({ services: [kafkaService({ state: 'POWEROFF' })], settle: { delayPolls: 0 } });
    assert.equal((await configure(saslOn)).status, 200);
    assert.deepEqual(await reads(2), ['POWEROFF ', 'POWEROFF ']);
  });

  test('keeps what it is given', async () => {
    await start();
    const given = {
      disk_space_mb: 900_000,
      plan: 'business-8',
      project_vpc_id: 'vpc1',
      tech_emails: [{ email: 'ops@example.com' }],
      termination_protection: true,
    };
    await call('PUT', SERVICE, { ...given, cloud: 'aws-eu-north-1', maintenance: { dow: 'monday' } });
    const { service } = (await call('GET', SERVICE)).body;
    assert.partialDeepStrictEqual(service, { ...given, cloud_name: 'aws-eu-north-1' });
    assert.partialDeepStrictEqual(service.maintenance, { dow: 'monday', time: '10:00:00' });
    assert.equal((await call('PUT', SERVICE, { maintenance: { dow: 'caturday' } })).status, 400);
    assert.equal((await call('PUT', SERVICE, { powered: false })).status, 403);
    assert.equal((await call('PUT', SERVICE, { powered: false, termination_protection: false })).status, 200);
  });

  test('has tags, and its project static IP addresses', async () => {
    await start({ staticIps: [staticIp(), staticIp({ project_name: 'sandbox' })] });
    assert.deepEqual((await call('PUT', `${SERVICE}/tags`, { tags: { a: '1', b: '2' } })).status, 200);
    await call('PATCH', `${SERVICE}/tags`, { tags: { a: null, c: '3' } });
    assert.deepEqual((await call('GET', `${SERVICE}/tags`)).body.tags, { b: '2', c: '3' });
    assert.deepEqual((await call('GET', SERVICE)).body.service.tags, { b: '2', c: '3' });
    const { static_ips } = (await call('GET', '/v1/project/streams/static-ips')).body;
    assert.deepEqual(
      static_ips.map(({ ip_address }: { ip_address: string }) => ip_address),
      ['192.0.2.10'],
    );
  });

  test('has a SASL listener on each route that it is open on', async () => {
    await start({ saslPort: 20_000 });
    const { body } = await configure({
      ...saslOn,
      public_access: { kafka: true },
      privatelink_access: { kafka: true },
      letsencrypt_sasl_privatelink: true,
    });
    const sasl = body.service.components.flatMap((one: Record<string, unknown>) =>
      one['kafka_authentication_method'] === 'sasl' ? [[one['route'], one['port'], one['kafka_ssl_ca']]] : [],
    );
    assert.deepEqual(sasl, [
      ['dynamic', 20_000, 'project_ca'],
      ['public', 20_001, 'project_ca'],
      ['privatelink', 20_003, 'letsencrypt'],
    ]);
    const closed = await configure({ public_access: { kafka: false } });
    assert.ok(!JSON.stringify(closed.body.service.components).includes('20001'));
  });

  test('has the addresses that a test gives it', async () => {
    const components = [endpoint('kafka_rest', 'rest', 1, { route: 'public', usage: 'replica' })];
    await start({ services: [kafkaService({ components })] });
    assert.deepEqual((await call('GET', SERVICE)).body.service.components, [
      { component: 'kafka_rest', host: 'rest', port: 1, route: 'public', usage: 'replica' },
    ]);
  });

  test('has a SASL listener while SASL is on', async () => {
    await start();
    const listeners = ({ body }: Reply) =>
      body.service.components.filter(
        (component: { kafka_authentication_method?: string }) =>
          component.kafka_authentication_method === 'sasl',
      );
    assert.deepEqual(listeners(await configure({ ...saslOn, letsencrypt_sasl: true })), [
      {
        component: 'kafka',
        host: 'kafka-streams.a.aivencloud.com',
        port: 12_702,
        route: 'dynamic',
        usage: 'primary',
        kafka_authentication_method: 'sasl',
        kafka_ssl_ca: 'letsencrypt',
      },
    ]);
    assert.deepEqual(listeners(await configure({ kafka_authentication_methods: { sasl: null } })), []);
  });
});

describe('a fault', () => {
  test('strikes as often as it is told, after what it is told to let pass', async () => {
    await start();
    const fault = aiven.fault({ path: '/v1/account', skip: 1, times: 1 }, { kind: 'status', status: 503 });
    const statuses = [];
    for (let attempt = 0; attempt < 3; attempt++) statuses.push((await call('GET', '/v1/account')).status);
    assert.deepEqual(statuses, [200, 503, 200]);
    assert.equal(fault.hits, 1);
    assert.deepEqual(
      aiven.requests.map(({ status }) => status),
      [200, 503, 200],
    );
  });

  test('can be taken back', async () => {
    await start();
    const fault = aiven.fault({ method: 'GET' }, { kind: 'html', status: 502 });
    assert.match((await call('GET', '/v1/account')).text, /^<!DOCTYPE html>/);
    fault.remove();
    assert.equal((await call('GET', '/v1/account')).status, 200);
  });

  test('can lose the answer before or after the work', async () => {
    await start();
    const create = () => call('POST', '/v1/account', { account_name: 'Lost' });
    aiven.fault({ method: 'POST', times: 1 }, { kind: 'reset', after: 'request' });
    await assert.rejects(create());
    assert.equal(aiven.accounts.size, 3);
    aiven.fault({ method: 'POST', times: 1 }, { kind: 'reset', after: 'work' });
    await assert.rejects(create());
    assert.equal(aiven.accounts.size, 4);
    aiven.fault({ method: 'POST', times: 1 }, { kind: 'cut' });
    await assert.rejects(create());
    assert.equal(aiven.accounts.size, 5);
  });

  test('can be an answer of many other kinds', async () => {
    await start();
    const path = '/v1/account';
    const once = { path, times: 1 };
    aiven.fault(once, { kind: 'empty', status: 500 });
    assert.deepEqual(await call('GET', path).then(({ status, text }) => [status, text]), [500, '']);
    aiven.fault(once, { kind: 'shape', body: { accounts: 'none' } });
    assert.deepEqual((await call('GET', path)).body, { accounts: 'none' });
    aiven.fault(once, { kind: 'redirect', to: 'https://elsewhere.example.com/' });
    assert.equal((await call('GET', path)).headers.get('location'), 'https://elsewhere.example.com/');
    aiven.fault(once, { kind: 'huge', bytes: 1_000_000 });
    assert.equal((await call('GET', path)).text.length, 1_000_000);
    aiven.fault(once, { kind: 'drip', bytesPerSecond: 20_000 });
    assert.equal((await call('GET', path)).body.accounts.length, 3);
  });

  test('that never answers does not keep the API from closing', async () => {
    await start();
    aiven.fault({}, { kind: 'hang', after: 'request' });
    const lost = assert.rejects(call('GET', '/v1/account'));
    while (aiven.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await aiven.close();
    await lost;
    await start();
  });
});

test('a deprecated operation says so', async () => {
  await start({
    deprecated: {
      'GET /v1/project/{project}': {
        deprecation: 1_767_225_600,
        sunset: 'Fri, 01 Jan 2027 00:00:00 GMT',
        link: 'https://aiven.io/x',
      },
    },
  });
  const { headers } = await call('GET', '/v1/project/streams');
  assert.equal(headers.get('deprecation'), '@1767225600');
  assert.equal(headers.get('sunset'), 'Fri, 01 Jan 2027 00:00:00 GMT');
  assert.equal(headers.get('link'), '<https://aiven.io/x>; rel="sunset"');
  assert.equal((await call('GET', '/v1/project')).headers.get('deprecation'), null);
});

test('the calls that Aiven has deprecated are four', async () => {
  await start({ deprecated: deprecatedProjectCalls({ deprecation: 1_785_542_400 }) });
  const answers = [
    await call('GET', '/v1/project'),
    await call('POST', '/v1/project', { project: 'fresh' }),
    await call('GET', '/v1/project/fresh'),
    await call('PUT', '/v1/project/fresh', { account_id: team.account_id }),
    await call('GET', `${OWN_PROJECT}/fresh`),
  ];
  assert.deepEqual(
    answers.map(({ status, headers }) => [status, headers.get('deprecation')]),
    [...Array(4).fill([200, '@1785542400']), [200, null]],
  );
});

test('connections and concurrency are counted', async () => {
  await start({ latencyMs: 400 });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const get = () =>
    new Promise<void>((resolve, reject) => {
      httpRequest(`${aiven.url}/v1/account`, { agent }, (response) => response.resume().once('end', resolve))
        .once('error', reject)
        .end();
    });
  await get();
  await get();
  assert.equal(aiven.connections, 1);
  agent.destroy();
  await Promise.all([call('GET', '/v1/account'), call('GET', '/v1/account'), call('GET', '/v1/account')]);
  assert.equal(aiven.maxConcurrent, 3);
});

test('a large platform is served whole', async () => {
  const accounts = Array.from({ length: 10_000 }, (_, index) =>
    account({ account_name: `Organization ${index}` }),
  );
  const projects = Array.from({ length: 1_000 }, (_, index) => project({ project_name: `project-${index}` }));
  await start({ accounts, projects });
  assert.equal((await call('GET', '/v1/account')).body.accounts.length, 10_000);
  const account_id = accounts[5]?.account_id;
  for (const { project_name } of projects.slice(0, 200)) {
    assert.equal((await call('PUT', `/v1/project/${project_name}`, { account_id })).status, 200);
  }
  assert.ok(projects.slice(0, 200).every((one) => one.account_id === account_id));
});
