import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { inputsFor } from '../action/kafka-oidc/oidc.ts';
import {
  type AivenWorld,
  account,
  type KafkaService,
  kafkaService,
  project,
  type Settle,
  startAiven,
  unit,
} from '../world/aiven.ts';
import { type ProviderWorld, startProvider } from '../world/provider.ts';
import { runAction } from '../world/run-action.ts';
import { type Avn, startAvn } from './avn.ts';

/** Aiven's own client judges the stand-in for the Aiven API, and the action's work with it. */

const organization = account({
  account_name: 'Example',
  account_id: 'a1b2c3d4e5f6',
  organization_id: 'org1a2b3c4d5e',
});
const team = unit(organization, { account_name: 'Streaming', account_id: 'a6f5e4d3c2b1' });
const SERVICE = ['--project', 'streams', 'kafka'];

let aiven: AivenWorld;
let avn: Avn;

async function start(settle: Partial<Settle> = {}): Promise<void> {
  aiven = await startAiven({
    accounts: [organization, team],
    projects: [project({ project_name: 'streams' }, organization), project({ project_name: 'sandbox' })],
    services: [kafkaService()],
    settle,
  });
  avn = await startAvn(aiven);
}

afterEach(async () => {
  await avn.close();
  await aiven.close();
});

describe('organizations', () => {
  test('are created and listed', async () => {
    await start();
    const created = (await avn.json('organization', 'create', 'New one', '--force', '--json')) as Listed;
    assert.match(created.account_id, /^a[0-9a-f]+$/);
    assert.match(created.organization_id, /^org[0-9a-f]+$/);
    assert.deepEqual(aiven.writes()[0]?.body, { account_name: 'New one' });

    const listed = (await avn.json('organization', 'list', '--json')) as { organization_name: string }[];
    assert.deepEqual(
      listed.map(({ organization_name }) => organization_name),
      ['Example', 'New one'],
    );
  });

  test('and units are listed together as accounts', async () => {
    await start();
    const listed = (await avn.json('account', 'list', '--json')) as Listed[];
    assert.deepEqual(
      listed.map(({ account_id, parent_account_id }) => [account_id, parent_account_id]),
      [
        [organization.account_id, null],
        [team.account_id, organization.account_id],
      ],
    );
  });

  test('are refused with a token that is not known', async () => {
    await start();
    const { code, stderr } = await avn.try('--auth-token', 'wrong', 'account', 'list');
    assert.equal(code, 1);
    assert.match(stderr, /Invalid token/);
  });
});

describe('a project', () => {
  test('is assigned to an organization by its organization ID', async () => {
    await start();
    await avn.run('project', 'update', '--project', 'sandbox', '--parent-id', organization.organization_id);
    assert.equal(aiven.projects.get('sandbox')?.account_id, organization.account_id);
    assert.deepEqual(aiven.writes()[0]?.body, { account_id: organization.account_id });
  });

  test('is assigned to a unit by its account ID', async () => {
    await start();
    await avn.run('project', 'update', '--project', 'sandbox', '--parent-id', team.account_id);
    assert.equal(aiven.projects.get('sandbox')?.account_name, 'Streaming');
  });

  test('is not assigned to an account that is not there', async () => {
    await start();
    const { code, stdout } = await avn.try(
      'project',
      'update',
      '--project',
      'sandbox',
      '--parent-id',
      'a000',
    );
    assert.equal(code, 1);
    assert.match(stdout, /Account does not exist/);
  });
});

describe('a Kafka service', () => {
  test('gets OpenID Connect by the documented commands', async () => {
    await start();
    const settings = oidcSettings('https://idp.example.com', 'https://idp.example.com/jwks');
    await avn.run('service', 'update', ...SERVICE, ...settings);
    assert.deepEqual(aiven.writes()[0]?.body, {
      plan: 'business-4',
      user_config: {
        kafka: {
          sasl_oauthbearer_expected_audience: 'kafka',
          sasl_oauthbearer_expected_issuer: 'https://idp.example.com',
          sasl_oauthbearer_jwks_endpoint_url: 'https://idp.example.com/jwks',
        },
        kafka_authentication_methods: { sasl: true },
      },
    });

    const service = await readService();
    assert.equal(service.user_config['kafka_version'], '4.1');
    assert.deepEqual(service.user_config['kafka'], {
      auto_create_topics_enable: false,
      log_retention_hours: 72,
      sasl_oauthbearer_expected_audience: 'kafka',
      sasl_oauthbearer_expected_issuer: 'https://idp.example.com',
      sasl_oauthbearer_jwks_endpoint_url: 'https://idp.example.com/jwks',
    });
    assert.deepEqual(
      service.components.flatMap(({ kafka_authentication_method: method, route }) =>
        method ? [[method, route]] : [],
      ),
      [
        ['certificate', 'dynamic'],
        ['certificate', 'public'],
        ['sasl', 'dynamic'],
      ],
    );
  });

  test('is waited for', async () => {
    await start({ delayPolls: 0, movingPolls: 1 });
    await avn.run('service', 'update', ...SERVICE, '-c', 'kafka_authentication_methods.sasl=true');
    const { code, stdout, stderr } = await avn.try('service', 'wait', ...SERVICE);
    assert.equal(code, 0);
    assert.match(stdout + stderr, /state is now 'REBALANCING'/);
    assert.match(stdout + stderr, /RUNNING: kafka/);
  });

  test('gets a setting cleared', async () => {
    await start();
    const settings = oidcSettings('https://idp.example.com', 'https://idp.example.com/jwks');
    await avn.run('service', 'update', ...SERVICE, ...settings);
    await avn.run(
      'service',
      'update',
      ...SERVICE,
      '--remove-option',
      'kafka.sasl_oauthbearer_expected_audience',
    );
    const { user_config } = await readService();
    assert.ok(!('sasl_oauthbearer_expected_audience' in (user_config['kafka'] as object)));
  });

  test('is not updated with what Aiven refuses', async () => {
    await start();
    const tooLong = `kafka.sasl_oauthbearer_expected_issuer=${'x'.repeat(129)}`;
    const { code, stderr } = await avn.try('service', 'update', ...SERVICE, '-c', tooLong);
    assert.equal(code, 1);
    assert.match(stderr, /is too long/);
  });
});

describe('the action and avn', () => {
  let provider: ProviderWorld;

  before(async () => {
    provider = await startProvider();
  });
  after(() => provider.close());

  const runOidc = () =>
    runAction(
      { ...inputsFor(aiven), 'expected-issuer': provider.issuer, 'expected-audience': 'kafka' },
      { env: { NODE_EXTRA_CA_CERTS: provider.caFile } },
    );

  test('agree: after avn did the job, the action finds nothing to change', async () => {
    await start();
    await avn.run('service', 'update', ...SERVICE, ...oidcSettings(provider.issuer, provider.jwksUri));
    const before = aiven.writes().length;
    const { code, outputs, stdout } = await runOidc();
    assert.equal(code, 0, stdout);
    assert.equal(outputs['changed'], 'false');
    assert.equal(aiven.writes().length, before);
  });

  test('agree: what the action did, avn shows', async () => {
    await start();
    const { code, outputs, stdout } = await runOidc();
    assert.equal(code, 0, stdout);
    assert.equal(outputs['changed'], 'true');

    const { user_config, state } = await readService();
    assert.equal(state, 'RUNNING');
    assert.deepEqual(user_config['kafka'], {
      auto_create_topics_enable: false,
      log_retention_hours: 72,
      sasl_oauthbearer_expected_audience: 'kafka',
      sasl_oauthbearer_expected_issuer: provider.issuer,
      sasl_oauthbearer_jwks_endpoint_url: provider.jwksUri,
    });
    assert.deepEqual(user_config['kafka_authentication_methods'], { certificate: true, sasl: true });
  });
});

interface Listed {
  readonly account_id: string;
  readonly organization_id: string;
  readonly parent_account_id: string | null;
}

async function readService(): Promise<KafkaService> {
  return (await avn.json('service', 'get', ...SERVICE, '--json')) as KafkaService;
}

/** The arguments of Aiven's how-to for OAuth2/OIDC with Apache Kafka. */
function oidcSettings(issuer: string, jwksUrl: string): string[] {
  return [
    `kafka.sasl_oauthbearer_jwks_endpoint_url=${jwksUrl}`,
    `kafka.sasl_oauthbearer_expected_issuer=${issuer}`,
    'kafka.sasl_oauthbearer_expected_audience=kafka',
    'kafka_authentication_methods.sasl=true',
  ].flatMap((setting) => ['-c', setting]);
}
