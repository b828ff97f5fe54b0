import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startProvider } from '../../world/provider.ts';
import { assertSucceeded, failureOf, updates } from '../outcome.ts';
import { type UserConfig, withService } from './oidc.ts';

/** What counts as different, and what exactly is sent: one update with that and nothing else, or none. */

const provider = await startProvider();
after(() => provider.close());
const { caFile, issuer, jwksUri } = provider;

const JWKS = 'sasl_oauthbearer_jwks_endpoint_url';
const ISSUER = 'sasl_oauthbearer_expected_issuer';
const AUDIENCE = 'sasl_oauthbearer_expected_audience';
const SUBJECT = 'sasl_oauthbearer_sub_claim_name';
const SASL_ON = { kafka_authentication_methods: { sasl: true } };
const OIDC_ON = { ...SASL_ON, kafka: { [JWKS]: jwksUri, [ISSUER]: issuer, [AUDIENCE]: 'kafka' } };

interface Row {
  readonly name: string;
  /** What the service has besides. */
  readonly has: UserConfig;
  readonly inputs: Record<string, string>;
  /** The `user_config` of the one update; null for no update. */
  readonly sends: UserConfig | null;
}

const withKafka = (kafka: UserConfig) => ({ ...OIDC_ON, kafka: { ...OIDC_ON.kafka, ...kafka } });
const mechanisms = (plain: boolean, sha256: boolean, sha512: boolean) => ({
  kafka_sasl_mechanisms: { plain, scram_sha_256: sha256, scram_sha_512: sha512 },
});
const ALL_ON = mechanisms(true, true, true);

const GROUPS: Record<string, readonly Row[]> = {
  'only what differs is sent': [
    {
      name: 'everything is there',
      has: OIDC_ON,
      inputs: { 'expected-issuer': issuer, 'jwks-endpoint-url': jwksUri, 'expected-audience': 'kafka' },
      sends: null,
    },
    {
      name: 'the issuer alone, whose keys are discovered',
      has: withKafka({ [ISSUER]: 'https://old.example.com', [JWKS]: 'https://old.example.com/jwks' }),
      inputs: { 'expected-issuer': issuer },
      sends: { kafka: { [ISSUER]: issuer, [JWKS]: jwksUri } },
    },
    {
      name: 'the JWKS endpoint URL alone, by its exact text',
      has: OIDC_ON,
      inputs: { 'jwks-endpoint-url': `${jwksUri}?x=1` },
      sends: { kafka: { [JWKS]: `${jwksUri}?x=1` } },
    },
    {
      name: 'one of several',
      has: OIDC_ON,
      inputs: { 'expected-issuer': issuer, 'expected-audience': 'kafka', 'sub-claim-name': 'azp' },
      sends: { kafka: { [SUBJECT]: 'azp' } },
    },
    {
      name: 'settings of several groups at once',
      has: OIDC_ON,
      inputs: {
        'expected-audience': 'orders',
        'sasl-mechanisms': 'OAUTHBEARER',
        'kafka-rest-authorization': 'true',
        'schema-registry-oidc': 'true',
      },
      sends: {
        kafka: { [AUDIENCE]: 'orders' },
        ...mechanisms(false, false, false),
        kafka_rest_authorization: true,
        schema_registry_config: { sasl_oauthbearer_authentication_enabled: true },
      },
    },
  ],

  'SASL is turned on with OIDC': [
    {
      name: 'when the rest is there',
      has: { ...OIDC_ON, kafka_authentication_methods: { sasl: false } },
      inputs: { 'expected-audience': 'kafka' },
      sends: SASL_ON,
    },
    {
      name: 'when it was never set',
      has: { ...OIDC_ON, kafka_authentication_methods: null },
      inputs: { 'sub-claim-name': 'azp' },
      sends: { kafka: { [SUBJECT]: 'azp' }, ...SASL_ON },
    },
    {
      name: 'but not by what is no parameter of OIDC',
      has: { kafka_authentication_methods: { sasl: false } },
      inputs: { 'kafka-rest-authorization': 'true' },
      sends: { kafka_rest_authorization: true },
    },
    {
      name: 'nor by clearing one',
      has: { ...OIDC_ON, kafka_authentication_methods: { sasl: false } },
      inputs: { unset: 'expected-audience' },
      sends: { kafka: { [AUDIENCE]: null } },
    },
  ],

  'audiences are a set': [
    {
      name: 'in another order',
      has: withKafka({ [AUDIENCE]: 'kafka,orders,audit' }),
      inputs: { 'expected-audience': 'audit, kafka, orders' },
      sends: null,
    },
    {
      name: 'on lines of their own',
      has: withKafka({ [AUDIENCE]: 'kafka,orders' }),
      inputs: { 'expected-audience': 'orders\r\nkafka\n\n' },
      sends: null,
    },
    {
      name: 'said twice, here',
      has: OIDC_ON,
      inputs: { 'expected-audience': 'kafka,kafka, kafka' },
      sends: null,
    },
    {
      name: 'said twice, there, with blanks and empty items',
      has: withKafka({ [AUDIENCE]: 'orders, kafka,,orders ' }),
      inputs: { 'expected-audience': 'kafka,orders' },
      sends: null,
    },
    {
      name: 'one more goes out once each, in the order that was asked for',
      has: OIDC_ON,
      inputs: { 'expected-audience': 'orders\nkafka, orders,' },
      sends: { kafka: { [AUDIENCE]: 'orders,kafka' } },
    },
    {
      name: 'one less',
      has: withKafka({ [AUDIENCE]: 'kafka,orders' }),
      inputs: { 'expected-audience': 'kafka' },
      sends: { kafka: { [AUDIENCE]: 'kafka' } },
    },
    {
      name: 'in another case is another one',
      has: OIDC_ON,
      inputs: { 'expected-audience': 'Kafka' },
      sends: { kafka: { [AUDIENCE]: 'Kafka' } },
    },
  ],

  'a value that is unset is its default': [
    { name: 'sub', has: OIDC_ON, inputs: { 'sub-claim-name': 'sub' }, sends: null },
    {
      name: 'cleared although it is sub',
      has: withKafka({ [SUBJECT]: 'sub' }),
      inputs: { unset: 'sub-claim-name' },
      sends: null,
    },
    {
      name: 'back to sub',
      has: withKafka({ [SUBJECT]: 'azp' }),
      inputs: { 'sub-claim-name': 'sub' },
      sends: { kafka: { [SUBJECT]: 'sub' } },
    },
    {
      name: 'Kafka REST proxy authorization off',
      has: OIDC_ON,
      inputs: { 'kafka-rest-authorization': 'false' },
      sends: null,
    },
    {
      name: 'OIDC for Schema Registry off',
      has: OIDC_ON,
      inputs: { 'schema-registry-oidc': 'False' },
      sends: null,
    },
    {
      name: 'mechanisms on',
      has: OIDC_ON,
      inputs: { 'sasl-mechanisms': 'OAUTHBEARER, PLAIN, SCRAM-SHA-256, SCRAM-SHA-512' },
      sends: null,
    },
  ],

  'switches are sent when they differ': [
    {
      name: 'Kafka REST proxy authorization on',
      has: { kafka_rest_authorization: false },
      inputs: { 'kafka-rest-authorization': 'True' },
      sends: { kafka_rest_authorization: true },
    },
    {
      name: 'Kafka REST proxy authorization off',
      has: { kafka_rest_authorization: true },
      inputs: { 'kafka-rest-authorization': 'FALSE' },
      sends: { kafka_rest_authorization: false },
    },
    {
      name: 'OIDC for Schema Registry on',
      has: OIDC_ON,
      inputs: { 'schema-registry-oidc': 'true' },
      sends: { schema_registry_config: { sasl_oauthbearer_authentication_enabled: true } },
    },
    {
      name: 'OIDC for Schema Registry off, beside what else is in its group',
      has: {
        ...OIDC_ON,
        schema_registry_config: { sasl_oauthbearer_authentication_enabled: true, topic_name: '_schemas' },
      },
      inputs: { 'schema-registry-oidc': 'false' },
      sends: { schema_registry_config: { sasl_oauthbearer_authentication_enabled: false } },
    },
  ],

  'unset clears what is named': [
    {
      name: 'one',
      has: OIDC_ON,
      inputs: { unset: 'expected-audience' },
      sends: { kafka: { [AUDIENCE]: null } },
    },
    {
      name: 'several, beside one that is set',
      has: withKafka({ [SUBJECT]: 'azp' }),
      inputs: { unset: 'expected-issuer\nsub-claim-name', 'expected-audience': 'orders' },
      sends: { kafka: { [ISSUER]: null, [AUDIENCE]: 'orders', [SUBJECT]: null } },
    },
    {
      name: 'the switches too',
      has: {
        ...OIDC_ON,
        kafka_rest_authorization: true,
        schema_registry_config: { sasl_oauthbearer_authentication_enabled: true },
      },
      inputs: { unset: 'kafka-rest-authorization, schema-registry-oidc' },
      sends: {
        kafka_rest_authorization: null,
        schema_registry_config: { sasl_oauthbearer_authentication_enabled: null },
      },
    },
    {
      name: 'nothing that is unset already',
      has: {},
      inputs: { unset: 'expected-issuer, expected-audience' },
      sends: null,
    },
    {
      name: 'no audience that is empty already, nor a default that is written out',
      has: withKafka({ [AUDIENCE]: '', [SUBJECT]: 'sub' }),
      inputs: { unset: 'expected-audience, sub-claim-name' },
      sends: null,
    },
    { name: 'all of nothing', has: {}, inputs: { unset: 'all' }, sends: null },
    {
      name: 'all that is set, and no more',
      has: { ...OIDC_ON, kafka_rest_authorization: true },
      inputs: { unset: 'all' },
      sends: { kafka: { [JWKS]: null, [ISSUER]: null, [AUDIENCE]: null } },
    },
  ],

  'sasl-mechanisms is the exact set': [
    {
      name: 'OAUTHBEARER alone',
      has: OIDC_ON,
      inputs: { 'sasl-mechanisms': 'OAUTHBEARER' },
      sends: mechanisms(false, false, false),
    },
    {
      name: 'one beside it',
      has: OIDC_ON,
      inputs: { 'sasl-mechanisms': 'SCRAM-SHA-512,OAUTHBEARER' },
      sends: { kafka_sasl_mechanisms: { plain: false, scram_sha_256: false } },
    },
    {
      name: 'two beside it, one of them said twice',
      has: { ...OIDC_ON, kafka_sasl_mechanisms: { plain: false } },
      inputs: { 'sasl-mechanisms': 'PLAIN\nOAUTHBEARER\nSCRAM-SHA-256\nPLAIN' },
      sends: { kafka_sasl_mechanisms: { plain: true, scram_sha_512: false } },
    },
    {
      name: 'all of them again',
      has: { ...OIDC_ON, ...mechanisms(false, false, false) },
      inputs: { 'sasl-mechanisms': 'OAUTHBEARER,PLAIN,SCRAM-SHA-256,SCRAM-SHA-512' },
      sends: ALL_ON,
    },
    {
      name: 'without OIDC',
      has: SASL_ON,
      inputs: { 'sasl-mechanisms': 'SCRAM-SHA-256' },
      sends: { kafka_sasl_mechanisms: { plain: false, scram_sha_512: false } },
    },
    {
      name: 'together with turning OIDC on, in one update',
      has: {},
      inputs: { 'expected-issuer': issuer, 'expected-audience': 'kafka', 'sasl-mechanisms': 'OAUTHBEARER' },
      sends: { ...OIDC_ON, ...mechanisms(false, false, false) },
    },
    {
      name: 'together with turning OIDC off, in one update',
      has: { ...OIDC_ON, ...mechanisms(false, false, false) },
      inputs: { unset: 'all', 'sasl-mechanisms': 'PLAIN' },
      sends: {
        kafka: { [JWKS]: null, [ISSUER]: null, [AUDIENCE]: null },
        kafka_sasl_mechanisms: { plain: true },
      },
    },
    {
      name: 'what is off already is not sent',
      has: { ...OIDC_ON, kafka_sasl_mechanisms: { plain: false, scram_sha_256: true } },
      inputs: { 'sasl-mechanisms': 'OAUTHBEARER,SCRAM-SHA-256,SCRAM-SHA-512' },
      sends: null,
    },
  ],
};

for (const [group, rows] of Object.entries(GROUPS)) {
  describe(group, { concurrency: 4 }, () => {
    for (const { name, has, inputs, sends } of rows) {
      test(name, async (t) => {
        const { aiven, config, run } = await withService(t, { caFile, config: has });
        // Who is locked out by a row is not the subject here.
        const result = await run({ 'allow-lockout': 'true', ...inputs });
        assertSucceeded(result);
        assert.deepEqual(updates(aiven), sends === null ? [] : [{ user_config: sends }]);
        assert.equal(result.outputs['changed'], String(sends !== null));
        assert.deepEqual(afterwards(result.outputs['changes']), sends ?? {});
        assertShows(JSON.parse(result.outputs['service-config'] ?? ''), config());
      });
    }
  });
}

/** The values after the changes, nested again. */
function afterwards(changes = '[]'): UserConfig {
  const config: Record<string, Record<string, unknown> | unknown> = {};
  for (const { path, after } of JSON.parse(changes) as { path: string; after: unknown }[]) {
    const [outer = '', inner] = path.split('.');
    config[outer] = inner === undefined ? after : { ...(config[outer] as object), [inner]: after };
  }
  return config as UserConfig;
}

/** Holds that each value of the output is what the service has, null for what it has not. */
function assertShows(output: UserConfig, config: UserConfig): void {
  for (const [name, value] of Object.entries(output)) {
    if (typeof value !== 'object' || value === null) assert.equal(value, config[name] ?? null, name);
    else assertShows(value as UserConfig, (config[name] ?? {}) as UserConfig);
  }
}

const NO_SASL = { kafka_authentication_methods: { sasl: false } };
const REFUSED: Record<string, { has: UserConfig; inputs: Record<string, string>; says: RegExp[] }> = {
  'OAUTHBEARER without a JWKS endpoint URL': {
    has: SASL_ON,
    inputs: { 'sasl-mechanisms': 'OAUTHBEARER,PLAIN' },
    says: [/sasl-mechanisms asks for OAUTHBEARER/, /Set expected-issuer or jwks-endpoint-url/],
  },
  'sasl-mechanisms without OAUTHBEARER although OIDC is on': {
    has: OIDC_ON,
    inputs: { 'sasl-mechanisms': 'PLAIN' },
    says: [/leaves OAUTHBEARER out/, /unset: all/],
  },
  'sasl-mechanisms without OAUTHBEARER while turning OIDC on': {
    has: NO_SASL,
    inputs: { 'expected-issuer': issuer, 'sasl-mechanisms': 'PLAIN' },
    says: [/leaves OAUTHBEARER out/],
  },
  'OIDC off where OAUTHBEARER is the last mechanism': {
    has: { ...OIDC_ON, ...mechanisms(false, false, false) },
    inputs: { unset: 'all' },
    says: [/No SASL mechanism would be left/, /sasl-mechanisms/],
  },
  'SASL on where no mechanism is': {
    has: { ...NO_SASL, ...mechanisms(false, false, false) },
    inputs: { 'expected-audience': 'kafka' },
    says: [/No SASL mechanism would be left/],
  },
  'OIDC for Schema Registry without OIDC': {
    has: SASL_ON,
    inputs: { 'schema-registry-oidc': 'true' },
    says: [/Schema Registry/, /Set expected-issuer or jwks-endpoint-url as well/],
  },
  'no JWKS endpoint URL under the OIDC of Schema Registry': {
    has: { ...OIDC_ON, schema_registry_config: { sasl_oauthbearer_authentication_enabled: true } },
    inputs: { unset: 'jwks-endpoint-url' },
    says: [/Schema Registry/, /Clear schema-registry-oidc as well/],
  },
  'two reasons at once, both told': {
    has: {
      ...OIDC_ON,
      ...mechanisms(false, false, false),
      schema_registry_config: { sasl_oauthbearer_authentication_enabled: true },
    },
    inputs: { unset: 'jwks-endpoint-url' },
    says: [/No SASL mechanism would be left/, /Clear schema-registry-oidc as well/],
  },
};

describe('what Aiven would refuse is refused first', { concurrency: 4 }, () => {
  for (const [name, { has, inputs, says }] of Object.entries(REFUSED)) {
    test(name, async (t) => {
      const { aiven, run } = await withService(t, { caFile, config: has });
      const error = failureOf(await run(inputs));
      assert.equal(error.title, 'This configuration would be refused');
      for (const pattern of says) assert.match(error.message, pattern);
      assert.match(error.message, /Nothing was changed\.$/);
      assert.deepEqual(updates(aiven), []);
    });
  }

  test('in a dry run too', async (t) => {
    const { aiven, run } = await withService(t, { caFile });
    failureOf(await run({ 'schema-registry-oidc': 'true', 'dry-run': 'true' }));
    assert.deepEqual(updates(aiven), []);
  });
});
