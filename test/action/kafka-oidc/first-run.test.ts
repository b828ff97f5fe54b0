import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startProvider } from '../../world/provider.ts';
import { BUNDLE } from '../../world/run-action.ts';
import { annotations, assertSucceeded, calls, updates } from '../outcome.ts';
import { changesOf, SERVICE, withService } from './oidc.ts';

/** The way of a service to OIDC and back: first run, second run, dry run, turning it off. */

const provider = await startProvider();
after(() => provider.close());
const { caFile, issuer, jwksUri } = provider;

const ASKED = { 'expected-issuer': issuer, 'expected-audience': 'kafka' };
const OIDC = {
  sasl_oauthbearer_jwks_endpoint_url: jwksUri,
  sasl_oauthbearer_expected_issuer: issuer,
  sasl_oauthbearer_expected_audience: 'kafka',
};
const UPDATE = { user_config: { kafka: OIDC, kafka_authentication_methods: { sasl: true } } };
const CHANGES = [
  ['kafka.sasl_oauthbearer_jwks_endpoint_url', null, jwksUri],
  ['kafka.sasl_oauthbearer_expected_issuer', null, issuer],
  ['kafka.sasl_oauthbearer_expected_audience', null, 'kafka'],
  ['kafka_authentication_methods.sasl', false, true],
].map(([path, before, after]) => ({ resource: 'service streams/kafka', path, before, after }));
const SERVICE_CONFIG = {
  kafka: { ...OIDC, sasl_oauthbearer_sub_claim_name: null },
  kafka_authentication_methods: { sasl: true },
  kafka_sasl_mechanisms: { plain: null, scram_sha_256: null, scram_sha_512: null },
  kafka_rest_authorization: null,
  schema_registry_config: { sasl_oauthbearer_authentication_enabled: null },
};
/** Those of the other modes stay empty. */
const OUTPUTS = [
  'account-id',
  'bootstrap-servers',
  'changed',
  'changes',
  'client-properties',
  'librdkafka-config',
  'organization-id',
  'organization-name',
  'principals',
  'projects',
  'service-config',
  'service-state',
];

test('the first run sends everything in one update and tells what it did', async (t) => {
  const { aiven, run } = await withService(t, { caFile, bundle: BUNDLE });
  const result = await run(ASKED);
  assertSucceeded(result);
  assert.deepEqual(updates(aiven), [UPDATE]);

  const { outputs } = result;
  assert.deepEqual(Object.keys(outputs).sort(), OUTPUTS);
  assert.equal(outputs['changed'], 'true');
  assert.deepEqual(JSON.parse(outputs['changes'] ?? ''), CHANGES);
  assert.deepEqual(JSON.parse(outputs['service-config'] ?? ''), SERVICE_CONFIG);
  assert.equal(outputs['service-state'], 'RUNNING');
  assert.equal(outputs['bootstrap-servers'], 'kafka-streams.a.aivencloud.com:12702');
  for (const name of ['account-id', 'organization-id', 'organization-name', 'projects']) {
    assert.equal(outputs[name], '', `${name} belongs to other modes`);
  }
});

test('the outputs are compact JSON with the fields in the order that is documented', async (t) => {
  const { run } = await withService(t, { caFile, bundle: BUNDLE });
  const result = await run({ ...ASKED, wait: 'false' });
  assertSucceeded(result);
  const { outputs } = result;
  assert.equal(outputs['changes'], JSON.stringify(CHANGES));
  assert.equal(outputs['service-config'], JSON.stringify(SERVICE_CONFIG));
});

test('the first run makes two calls and the polls of the wait, each with the token and without secrets', async (t) => {
  const { aiven, run } = await withService(t, { caFile, bundle: BUNDLE });
  await run(ASKED);
  const [read, update, ...polls] = calls(aiven.requests);
  assert.equal(read, `GET ${SERVICE}`);
  assert.equal(update, `PUT ${SERVICE}`);
  assert.deepEqual(new Set(polls), new Set([`GET ${SERVICE}`]));
  for (const { method, headers, query } of aiven.requests) {
    assert.equal(headers['authorization'], `aivenv1 ${aiven.token}`);
    assert.match(String(headers['user-agent']), /^aiven-kafka-oidc-action\/\d/);
    if (method === 'GET') assert.equal(query['include_secrets'], 'false');
  }
});

test('the log and the summary show what changed, what was checked and what is next', async (t) => {
  const { run } = await withService(t, { caFile, bundle: BUNDLE });
  const result = await run(ASKED);
  assert.match(result.stdout, /kafka\.sasl_oauthbearer_expected_audience +"kafka"/);
  assert.match(result.stdout, /kafka_authentication_methods\.sasl +false → true/);
  const notices = annotations(result).filter(({ level }) => level === 'notice');
  assert.deepEqual(
    notices.map(({ title }) => title),
    ['Changed: Kafka OIDC for streams/kafka'],
  );
  assert.match(notices[0]?.message ?? '', /4 changes/);
  assert.match(result.summary, /^### ✅ Changed: Kafka OIDC for streams/);
  assert.match(result.summary, /\*\*Key set\*\*/);
  assert.match(result.summary, /avn service user-create --project streams/);
  assert.match(result.summary, /sasl\.mechanism=OAUTHBEARER/);
});

test('the second run makes one call, changes nothing and has the same outputs', async (t) => {
  const { aiven, run } = await withService(t, { caFile, bundle: BUNDLE });
  const first = await run(ASKED);
  const before = aiven.requests.length;
  const second = await run(ASKED);
  assertSucceeded(second);
  assert.deepEqual(calls(aiven.requests.slice(before)), [`GET ${SERVICE}`]);
  assert.deepEqual(second.outputs, { ...first.outputs, changed: 'false', changes: '[]' });
  assert.match(second.summary, /^### ✅ Already right, nothing changed/);
});

test('a dry run writes nothing and says what a real run says', async (t) => {
  const { aiven, config, run } = await withService(t, { caFile, bundle: BUNDLE });
  const before = structuredClone(config());
  const dry = await run({ ...ASKED, 'dry-run': 'true' });
  assertSucceeded(dry);
  assert.deepEqual(calls(aiven.requests), [`GET ${SERVICE}`]);
  assert.deepEqual(config(), before);
  assert.match(dry.summary, /^### 📝 Would change \(dry run\)/);
  assert.match(dry.stdout, /Nothing was changed/);

  const real = await run(ASKED);
  const servers = real.outputs['bootstrap-servers'];
  assert.equal(dry.outputs['bootstrap-servers'], '', 'Aiven lists the SASL listener once SASL is on');
  const withoutServers = Object.entries(real.outputs).map(([name, value]) => [
    name,
    name === 'bootstrap-servers' ? '' : value.replace(`bootstrap.servers=${servers}`, 'bootstrap.servers='),
  ]);
  assert.deepEqual(dry.outputs, Object.fromEntries(withoutServers));
});

test('a dry run of nothing to change says so', async (t) => {
  const { aiven, run } = await withService(t, { caFile, bundle: BUNDLE });
  await run(ASKED);
  const before = aiven.writes().length;
  const dry = await run({ ...ASKED, 'dry-run': 'TRUE' });
  assertSucceeded(dry);
  assert.equal(aiven.writes().length, before);
  assert.equal(dry.outputs['changed'], 'false');
  assert.equal(dry.outputs['changes'], '[]');
});

test('unset: all turns OIDC off again and leaves SASL and the rest alone', async (t) => {
  const { aiven, config, run } = await withService(t, { caFile, bundle: BUNDLE });
  const original = structuredClone(config());
  await run({ ...ASKED, 'sub-claim-name': 'azp', 'schema-registry-oidc': 'true' });
  const off = await run({ unset: 'all', 'allow-lockout': 'true' });
  assertSucceeded(off);
  assert.deepEqual(updates(aiven).at(-1), {
    user_config: {
      kafka: {
        sasl_oauthbearer_jwks_endpoint_url: null,
        sasl_oauthbearer_expected_issuer: null,
        sasl_oauthbearer_expected_audience: null,
        sasl_oauthbearer_sub_claim_name: null,
      },
      schema_registry_config: { sasl_oauthbearer_authentication_enabled: null },
    },
  });
  assert.equal(off.outputs['client-properties'], '', 'nobody can log in with OAUTHBEARER any more');
  assert.deepEqual(JSON.parse(off.outputs['service-config'] ?? '').kafka, {
    sasl_oauthbearer_jwks_endpoint_url: null,
    sasl_oauthbearer_expected_issuer: null,
    sasl_oauthbearer_expected_audience: null,
    sasl_oauthbearer_sub_claim_name: null,
  });
  assert.deepEqual(config()['kafka'], original['kafka']);
  assert.deepEqual(config()['kafka_authentication_methods'], { certificate: true, sasl: true });

  const again = await run({ unset: 'all' });
  assert.deepEqual(changesOf(again), {});
});

test('the JWKS endpoint URL is discovered from the issuer', async (t) => {
  const { config, run } = await withService(t, { caFile, bundle: BUNDLE });
  const seen = provider.requests.length;
  assertSucceeded(await run({ 'expected-issuer': issuer, wait: 'false' }));
  assert.equal((config()['kafka'] as typeof OIDC).sasl_oauthbearer_jwks_endpoint_url, jwksUri);
  assert.deepEqual(
    provider.requests.slice(seen).map(({ method, path }) => `${method} ${path}`),
    ['GET /.well-known/openid-configuration', 'GET /jwks'],
  );
});

test('what the service has beside OIDC survives', async (t) => {
  const { config, run } = await withService(t, { caFile, bundle: BUNDLE });
  const before = structuredClone(config());
  await run(ASKED);
  assert.deepEqual(config(), {
    ...before,
    kafka: { ...(before['kafka'] as object), ...OIDC },
    kafka_authentication_methods: { certificate: true, sasl: true },
  });
});
