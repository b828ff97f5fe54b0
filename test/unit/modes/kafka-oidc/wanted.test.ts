import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Refusal } from '../../../../src/failure.ts';
import { needsExpectations, refuseResult, wantedOf } from '../../../../src/modes/kafka-oidc/wanted.ts';
import type { KafkaOidcRequest } from '../../../../src/modes/request.ts';
import {
  AUDIENCE,
  CLAIM,
  changesTo,
  ISSUER,
  JWKS_URL,
  OIDC_ON,
  requestFor,
  serviceWith,
  valuesWith,
} from './situations.ts';

/** What the inputs amount to, and which of it is refused. */

const wanted = (more: Partial<KafkaOidcRequest>, discovered: string | null = null) =>
  wantedOf(requestFor(more), discovered);
const SASL = { 'kafka_authentication_methods.sasl': true };

describe('wanted is', () => {
  test('nothing where nothing is asked for', () => assert.deepEqual(wanted({}), {}));
  test('what inputs set, with SASL for what is of OIDC', () => {
    assert.deepEqual(wanted({ settings: { [CLAIM]: 'azp' } }), { [CLAIM]: 'azp', ...SASL });
    assert.deepEqual(wanted({ settings: { kafka_rest_authorization: true } }), {
      kafka_rest_authorization: true,
    });
  });
  test('the discovered URL, for an issuer alone', () => {
    assert.deepEqual(wanted({ settings: { [ISSUER]: 'i' } }, 'u'), {
      [ISSUER]: 'i',
      [JWKS_URL]: 'u',
      ...SASL,
    });
    assert.deepEqual(wanted({ settings: { [ISSUER]: 'i' } }), { [ISSUER]: 'i', ...SASL });
    assert.deepEqual(wanted({ settings: { [CLAIM]: 'azp' } }, 'u'), { [CLAIM]: 'azp', ...SASL });
    assert.equal(wanted({ settings: { [ISSUER]: 'i', [JWKS_URL]: 'own' } }, 'u')[JWKS_URL], 'own');
  });
  test('null for what is cleared', () =>
    assert.deepEqual(wanted({ unset: ['expected-audience', 'schema-registry-oidc'] }), {
      [AUDIENCE]: null,
      'schema_registry_config.sasl_oauthbearer_authentication_enabled': null,
    }));
  test('each mechanism on or off, where a set is given', () => {
    const switches = (plain: boolean, scram256: boolean, scram512: boolean) => ({
      'kafka_sasl_mechanisms.plain': plain,
      'kafka_sasl_mechanisms.scram_sha_256': scram256,
      'kafka_sasl_mechanisms.scram_sha_512': scram512,
    });
    assert.deepEqual(wanted({ mechanisms: ['OAUTHBEARER'] }), switches(false, false, false));
    assert.deepEqual(wanted({ mechanisms: ['PLAIN', 'SCRAM-SHA-512'] }), switches(true, false, true));
    assert.deepEqual(wanted({ mechanisms: [] }), switches(false, false, false));
  });
});

test('brokers need an issuer and an audience from Kafka 4.4 on', () =>
  assert.deepEqual(
    ['4.3', '4.4', '4.10', '5.0', null].map((kafka_version) =>
      needsExpectations(serviceWith({ kafka_version })),
    ),
    [false, true, true, true, false],
  ));

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const carrying = (claims: object): Partial<KafkaOidcRequest> => ({
  testTokens: [{ from: 'job' }, { from: 'input', token: `${part({ alg: 'RS256' })}.${part(claims)}.c2ln` }],
});

describe('refused is', () => {
  const KAFKA_4_4 = serviceWith({ ...OIDC_ON, kafka_version: '4.4' });
  const CHANGES = changesTo({ [CLAIM]: 'azp' });

  function refusal(
    values = valuesWith(),
    more: Partial<KafkaOidcRequest> = {},
    service = serviceWith(OIDC_ON),
    changes = CHANGES,
  ) {
    try {
      refuseResult(values, changes, service, requestFor(more));
      return null;
    } catch (error) {
      assert.ok(error instanceof Refusal);
      return error;
    }
  }

  test('nothing that is right', () => assert.equal(refusal(), null));
  test('what Aiven would not take', () => {
    const refused = refusal(valuesWith(), { mechanisms: ['PLAIN'] });
    assert.match(refused?.message ?? '', /^sasl-mechanisms .* unset: all\.$/);
    assert.equal(refused?.remedy, '');
  });
  test('what does nothing, where something would be sent', () => {
    const off = valuesWith({ [JWKS_URL]: null });
    const asked = { settings: { [CLAIM]: 'azp' } };
    const refused = refusal(off, asked);
    assert.match(refused?.message ?? '', /^sub-claim-name /);
    assert.notEqual(refused?.title, refusal(valuesWith(), { mechanisms: ['PLAIN'] })?.title);
    assert.equal(refusal(off, asked, serviceWith(OIDC_ON), []), null);
  });
  test('Schema Registry that would not start', () => {
    const values = valuesWith({
      [ISSUER]: null,
      'schema_registry_config.sasl_oauthbearer_authentication_enabled': true,
    });
    assert.match(refusal(values)?.message ?? '', /^Schema Registry .*expected issuer/);
    assert.equal(refusal(values, {}, serviceWith({ ...OIDC_ON, karapace_version: '6.2.4' })), null);
  });

  for (const [what, claims, ...says] of [
    ['both claims', { iss: 'https://i', aud: 'one' }, /“https:\/\/i”/, /“one”/],
    ['a list of one', { aud: ['one'] }, null, /“one”/],
    ['a list of two', { iss: 'https://i', aud: ['one', 'two'] }, /“https:\/\/i”/, null],
    ['no texts', { iss: 1, aud: [2] }, null, null],
  ] as const)
    test(`no issuer and no audience from Kafka 4.4 on, with a token of ${what}`, () => {
      const refused = refusal(valuesWith({ [ISSUER]: null, [AUDIENCE]: null }), carrying(claims), KAFKA_4_4);
      const lines = refused?.message.split('\n') ?? [];
      assert.equal(lines.length, 2);
      for (const [index, words] of says.entries())
        if (words) assert.match(lines[index] ?? '', words);
        else assert.doesNotMatch(lines[index] ?? '', /carries/);
    });
  test('no issuer from Kafka 4.4 on, without a token', () =>
    assert.doesNotMatch(
      refusal(valuesWith({ [ISSUER]: null }), { testTokens: [{ from: 'job' }] }, KAFKA_4_4)?.message ??
        'carries',
      /carries/,
    ));
});
