import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { refusals } from '../../../src/kafka/refusals.ts';
import { readValues, type UserConfig, type Values } from '../../../src/kafka/settings.ts';

/** Which configurations are refused before Aiven is asked, and which are not. */

const JWKS = { kafka: { sasl_oauthbearer_jwks_endpoint_url: 'https://idp.example.com/jwks' } };
const SASL = { kafka_authentication_methods: { sasl: true } };
const NONE = { kafka_sasl_mechanisms: { plain: false, scram_sha_256: false, scram_sha_512: false } };
const REGISTRY = { schema_registry_config: { sasl_oauthbearer_authentication_enabled: true } };
const ASKED = { mechanisms: null, unset: [] } as const;
const told = (values: Values, asked: Parameters<typeof refusals>[1] = ASKED) =>
  refusals(values, asked).map(({ problem, remedy }) => `${problem} ${remedy}`);

test('brokers that do not start without an issuer and an audience get both', () => {
  const both = {
    ...JWKS.kafka,
    sasl_oauthbearer_expected_issuer: 'x',
    sasl_oauthbearer_expected_audience: 'y',
  };
  const of = (kafka: UserConfig, sasl = true) =>
    refusals(readValues({ kafka, kafka_authentication_methods: { sasl } }), ASKED, true).map(
      ({ remedy }) => remedy,
    );
  assert.deepEqual(of(JWKS.kafka), ['Set expected-issuer.', 'Set expected-audience.']);
  assert.deepEqual(of({ ...both, sasl_oauthbearer_expected_audience: '' }), ['Set expected-audience.']);
  assert.deepEqual(of(both), []);
  assert.deepEqual(of(JWKS.kafka, false), [], 'OIDC is off with SASL');
});

describe('nothing stands against', () => {
  for (const [what, config] of Object.entries({
    'a service with nothing set': {},
    'OIDC beside the other mechanisms': { ...JWKS, ...SASL },
    'OIDC alone': { ...JWKS, ...SASL, ...NONE },
    'no mechanism while SASL is off': NONE,
    'OIDC for Schema Registry with a JWKS URL': { ...JWKS, ...REGISTRY },
  })) {
    test(what, () => assert.deepEqual(told(readValues(config)), []));
  }

  test('exactly the mechanisms that are asked for', () => {
    const values = readValues({ ...JWKS, ...SASL, ...NONE });
    assert.deepEqual(told(values, { mechanisms: ['OAUTHBEARER'], unset: [] }), []);
  });
});

describe('refused is', () => {
  test('OAUTHBEARER without a JWKS URL', () => {
    const [reason, ...more] = told(readValues(SASL), { mechanisms: ['OAUTHBEARER', 'PLAIN'], unset: [] });
    assert.match(
      reason ?? '',
      /sasl-mechanisms asks for OAUTHBEARER.*Set expected-issuer or jwks-endpoint-url/,
    );
    assert.deepEqual(more, []);
  });

  test('a JWKS URL without OAUTHBEARER', () => {
    const [reason, ...more] = told(readValues({ ...JWKS, ...SASL }), { mechanisms: ['PLAIN'], unset: [] });
    assert.match(reason ?? '', /leaves OAUTHBEARER out.*Add OAUTHBEARER to sasl-mechanisms/);
    assert.deepEqual(more, []);
  });

  test('SASL without any mechanism', () => {
    const [reason, ...more] = told(readValues({ ...SASL, ...NONE }));
    assert.match(reason ?? '', /No SASL mechanism would be left/);
    assert.deepEqual(more, []);
  });

  test('OIDC for Schema Registry without a JWKS URL, with the way out that fits', () => {
    assert.match(told(readValues(REGISTRY))[0] ?? '', /Set expected-issuer or jwks-endpoint-url as well/);
    const cleared = told(readValues(REGISTRY), { mechanisms: null, unset: ['jwks-endpoint-url'] });
    assert.match(cleared[0] ?? '', /Clear schema-registry-oidc as well/);
  });

  test('all of it at once', () => {
    const values = readValues({ ...SASL, ...NONE, ...REGISTRY });
    assert.equal(told(values, { mechanisms: ['OAUTHBEARER'], unset: [] }).length, 3);
  });
});
