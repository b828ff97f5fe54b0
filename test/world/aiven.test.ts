import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import { afterEach, describe, test } from 'node:test';
import {
  type AivenOptions,
  type AivenWorld,
  account,
  type JsonObject,
  kafkaService,
  project,
  SERVICE_KEY,
  SERVICE_PASSWORD,
  startAiven,
  unit,
} from './aiven.ts';

/** The stand-in for the Aiven API, held to what is documented of the real one. */

const organization = account({ account_name: 'Example' });
const other = account({ account_name: 'Other' });
const team = unit(organization, { account_name: 'Streaming' });
const SERVICE = '/v1/project/streams/service/kafka';

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
    const { status } = await call('POST', '/v1/account', {
      account_name: 'x',
      parent_account_id: team.account_id,
    });
    assert.equal(status, 400);
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

test('connections and concurrency are counted', async () => {
  await start({ latencyMs: 20 });
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

test('a large platform is quick', async () => {
  const accounts = Array.from({ length: 10_000 }, (_, index) =>
    account({ account_name: `Organization ${index}` }),
  );
  const projects = Array.from({ length: 1_000 }, (_, index) => project({ project_name: `project-${index}` }));
  await start({ accounts, projects });
  const startedAt = performance.now();
  assert.equal((await call('GET', '/v1/account')).body.accounts.length, 10_000);
  const account_id = accounts[5]?.account_id;
  for (const { project_name } of projects.slice(0, 200)) {
    assert.equal((await call('PUT', `/v1/project/${project_name}`, { account_id })).status, 200);
  }
  assert.ok(performance.now() - startedAt < 5_000);
});
