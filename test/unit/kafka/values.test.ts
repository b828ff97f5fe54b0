import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  registryAsksForRoles,
  registryObstacles,
  registryStartsWithoutExpectations,
  registryTakesTokens,
  restProxyTakesTokens,
} from '../../../src/kafka/karapace.ts';
import { affectedBy } from '../../../src/kafka/lockout.ts';
import { inVain, refusals } from '../../../src/kafka/refusals.ts';
import {
  differences,
  effective,
  inverse,
  kafkaVersion,
  nameOf,
  readValues,
  restartsBrokers,
  SETTINGS,
  type SettingInput,
  type SettingName,
  sameEffect,
  setsOidc,
  settingOf,
  type Value,
  type Values,
  type Wanted,
} from '../../../src/kafka/settings.ts';

/** What follows from the values of the settings, for brokers and for what stands beside them. */

const JWKS = 'kafka.sasl_oauthbearer_jwks_endpoint_url';
const ISSUER = 'kafka.sasl_oauthbearer_expected_issuer';
const AUDIENCE = 'kafka.sasl_oauthbearer_expected_audience';
const SASL = 'kafka_authentication_methods.sasl';
const REST = 'kafka_rest_authorization';
const REGISTRY = 'schema_registry_config.sasl_oauthbearer_authentication_enabled';

const UNSET = readValues({});
const values = (some: Wanted): Values => ({ ...UNSET, ...some });
const OIDC = { [SASL]: true, [JWKS]: 'https://idp.example.com/jwks' };

describe('what is asked for turns OIDC on for brokers:', () => {
  for (const [wanted, does] of [
    [{}, false],
    [{ [JWKS]: 'https://idp.example.com/jwks' }, true],
    [{ [ISSUER]: 'x' }, true],
    [{ [AUDIENCE]: 'x' }, true],
    [{ [ISSUER]: null, [AUDIENCE]: 'x' }, true],
    [{ [ISSUER]: null }, false],
    [{ [REGISTRY]: true }, false],
    [{ [REST]: true, [SASL]: true }, false],
    [{ [REST]: true, [ISSUER]: 'x' }, true],
  ] as const) {
    test(JSON.stringify(wanted), () => assert.equal(setsOidc(wanted), does));
  }
});

describe('brokers restart for', () => {
  for (const [wanted, do_] of [
    [{ [JWKS]: 'x' }, true],
    [{ [SASL]: true }, true],
    [{ 'kafka_sasl_mechanisms.plain': false }, true],
    [{ [REST]: true }, false],
    [{ [REGISTRY]: true }, false],
    [{ [REST]: true, [REGISTRY]: true }, false],
    [{ [REST]: true, [SASL]: true }, true],
    [{}, false],
  ] as const) {
    test(JSON.stringify(wanted), () => assert.equal(restartsBrokers(differences(UNSET, wanted)), do_));
  }
});

test('a setting that nobody names does not change, whatever it is', () => {
  assert.deepEqual(differences(values({ [ISSUER]: 'x', [SASL]: true }), {}), []);
  assert.equal(differences(values({ [ISSUER]: 'x' }), { [ISSUER]: null }).length, 1);
});

test('changes are undone by their inverse', () => {
  const changes = differences(values({ [ISSUER]: 'a' }), { [ISSUER]: 'b', [SASL]: true });
  assert.deepEqual(
    inverse(changes).map(({ setting, before, after }) => [nameOf(setting), before, after]),
    [
      [ISSUER, 'b', 'a'],
      [SASL, true, null],
    ],
  );
});

describe('the version of Kafka is', () => {
  for (const [value, version] of [
    ['4.1', '4.1'],
    [4, null],
    [null, null],
    [undefined, null],
  ] as const) {
    test(String(value), () =>
      assert.equal(kafkaVersion(value === undefined ? {} : { kafka_version: value }), version),
    );
  }
});

describe('values are read where they stand:', () => {
  for (const [config, name, value] of [
    [{ kafka: { sasl_oauthbearer_expected_issuer: 'x' } }, ISSUER, 'x'],
    [{ kafka: { sasl_oauthbearer_expected_issuer: 5 } }, ISSUER, null],
    [{ kafka: { sasl_oauthbearer_expected_issuer: ['x'] } }, ISSUER, null],
    [{ kafka: ['x'] }, ISSUER, null],
    [{ kafka: null }, ISSUER, null],
    [{ kafka: 'x' }, ISSUER, null],
    [{ kafka_rest_authorization: false }, REST, false],
    [{ kafka_rest_authorization: { a: 1 } }, REST, null],
    [{ schema_registry_config: { sasl_oauthbearer_authentication_enabled: true } }, REGISTRY, true],
  ] as const) {
    test(JSON.stringify(config), () => assert.equal(readValues(config)[name], value));
  }
});

describe('audiences have the same effect', () => {
  const audience = settingOf('expected-audience');
  for (const [one, other, do_] of [
    ['a,b', 'b, a,,b', true],
    ['a,b', 'a', false],
    ['a,b', 'ab', false],
    ['ab', 'a,b', false],
    [' , ', null, true],
    ['', null, true],
    ['a', null, false],
  ] as const) {
    test(`${one} and ${other}`, () => assert.equal(sameEffect(audience, one, other), do_));
  }
  test('issuers do not, whatever their order', () =>
    assert.equal(sameEffect(settingOf('expected-issuer'), 'a,b', 'b,a'), false));
});

test('a setting is found by its input, and no other is', () => {
  for (const { input } of SETTINGS) if (input) assert.equal(settingOf(input).input, input);
  assert.throws(() => settingOf('mode' as SettingInput), /mode/);
});

test('what has no row has no effect', () => {
  assert.equal(effective({ x: 'y' } as unknown as Values, 'x' as SettingName), 'y');
  assert.equal(effective(UNSET, 'x' as SettingName), null);
});

describe('what is asked for is refused:', () => {
  const whole = { ...OIDC, [ISSUER]: 'x', [AUDIENCE]: 'y' };
  const NO_PASSWORDS = {
    'kafka_sasl_mechanisms.plain': false,
    'kafka_sasl_mechanisms.scram_sha_256': false,
    'kafka_sasl_mechanisms.scram_sha_512': false,
  } as const;
  for (const [what, after, asked, needs, found] of [
    ['nothing', whole, {}, true, []],
    ['OAUTHBEARER without keys', {}, { mechanisms: ['OAUTHBEARER'] }, false, [/asks for OAUTHBEARER/]],
    ['OAUTHBEARER with keys', OIDC, { mechanisms: ['OAUTHBEARER'] }, false, []],
    ['no OAUTHBEARER with keys', OIDC, { mechanisms: ['PLAIN'] }, false, [/leaves OAUTHBEARER out/]],
    ['no OAUTHBEARER without keys', {}, { mechanisms: ['PLAIN'] }, false, []],
    ['no mechanism at all', { ...NO_PASSWORDS, [SASL]: true }, {}, false, [/No SASL mechanism/]],
    ['no mechanism while SASL is off', NO_PASSWORDS, {}, false, []],
    [
      'tokens for Schema Registry without keys',
      { [REGISTRY]: true },
      {},
      false,
      [/Schema Registry .*no JWKS/],
    ],
    ['tokens for Schema Registry with keys', { ...OIDC, [REGISTRY]: true }, {}, false, []],
    ['OIDC without expectations', OIDC, {}, true, [/without expected-issuer/, /without expected-audience/]],
    ['OIDC without an audience', { ...OIDC, [ISSUER]: 'x' }, {}, true, [/without expected-audience/]],
    ['OIDC with an empty issuer', { ...whole, [ISSUER]: '' }, {}, true, [/without expected-issuer/]],
    ['OIDC without expectations, where brokers start', OIDC, {}, false, []],
    ['OIDC without expectations, while SASL is off', { ...OIDC, [SASL]: false }, {}, true, []],
  ] as const) {
    test(what, () => {
      const obstacles = refusals(values(after), { mechanisms: null, unset: [], ...asked }, needs);
      assert.equal(obstacles.length, found.length, JSON.stringify(obstacles));
      for (const [index, pattern] of found.entries()) assert.match(obstacles[index]?.problem ?? '', pattern);
    });
  }

  test('nothing about expectations, unless it is said that brokers need them', () =>
    assert.deepEqual(refusals(values(OIDC), { mechanisms: null, unset: [] }), []));

  test('and the way out is what the test token carries', () => {
    const carried = { 'expected-issuer': 'https://idp.example.com' };
    const [issuer, audience] = refusals(values(OIDC), { mechanisms: null, unset: [] }, true, carried);
    assert.ok(issuer?.remedy.startsWith('Set expected-issuer to “https://idp.example.com”'), issuer?.remedy);
    assert.equal(audience?.remedy, 'Set expected-audience.');
  });

  test('and the way out of a Schema Registry without keys is by what was cleared', () => {
    const remedy = (unset: readonly SettingInput[]) =>
      refusals(values({ [REGISTRY]: true }), { mechanisms: null, unset })[0]?.remedy ?? '';
    assert.match(remedy(['jwks-endpoint-url']), /^Clear schema-registry-oidc/);
    assert.match(remedy(['expected-issuer']), /^Set expected-issuer/);
  });
});

describe('what is asked for does nothing:', () => {
  for (const [what, after, settings, mechanisms, titles, named] of [
    ['an issuer without keys', {}, { [ISSUER]: 'x' }, null, ['OIDC stays off'], 'expected-issuer would'],
    [
      'two of them without keys, beside others',
      {},
      { [AUDIENCE]: 'y', [ISSUER]: 'x', [REST]: true, [REGISTRY]: true },
      null,
      ['OIDC stays off'],
      'expected-issuer and expected-audience would',
    ],
    ['an issuer with keys', OIDC, { [ISSUER]: 'x' }, null, []],
    ['an issuer that is cleared', {}, { [ISSUER]: null }, null, []],
    ['nothing of OIDC', {}, { [REST]: true }, null, []],
    ['mechanisms while SASL is off', {}, {}, ['PLAIN'], ['SASL is off']],
    ['mechanisms while SASL is on', { [SASL]: true }, {}, ['PLAIN'], []],
    ['both', {}, { [ISSUER]: 'x' }, ['PLAIN'], ['OIDC stays off', 'SASL is off']],
  ] as const) {
    test(what, () => {
      const found = inVain(values(after), { settings, mechanisms });
      assert.deepEqual(
        found.map(({ title }) => title),
        titles,
      );
      if (named) assert.ok(found[0]?.problem.startsWith(named), found[0]?.problem);
      for (const { problem, remedy } of found) assert.ok(problem && remedy);
    });
  }
});

describe('tokens are taken', () => {
  for (const [what, after, registry, rest] of [
    ['by neither', {}, false, false],
    ['by brokers alone', OIDC, false, false],
    ['by Schema Registry', { ...OIDC, [REGISTRY]: true }, true, false],
    ['by Schema Registry, though SASL is off', { [JWKS]: 'x', [REGISTRY]: true }, true, false],
    ['by no Schema Registry that has no keys', { [SASL]: true, [REGISTRY]: true }, false, false],
    ['by the REST proxy', { ...OIDC, [REST]: true }, false, true],
    ['by no REST proxy whose brokers take none', { [SASL]: true, [REST]: true }, false, false],
    ['by no REST proxy that asks for nothing', { ...OIDC, [REST]: false }, false, false],
  ] as const) {
    test(what, () => {
      assert.equal(registryTakesTokens(values(after)), registry);
      assert.equal(restProxyTakesTokens(values(after)), rest);
    });
  }
});

describe('clients with tokens that are locked out are told by', () => {
  const offered = { schemaRegistry: false, restProxy: false };
  for (const [before, told] of [
    [OIDC, 'tokens from any issuer without an audience'],
    [{ ...OIDC, [ISSUER]: 'x', [AUDIENCE]: 'a, b,c' }, 'tokens from issuer “x” for audience “a”, “b” or “c”'],
  ] as const) {
    test(told, () => {
      const { lockedOut, opens } = affectedBy(values(before), values({ [SASL]: true }), offered);
      assert.deepEqual(
        lockedOut.map(({ who }) => who),
        [`Clients that log in to brokers with ${told}`],
      );
      assert.deepEqual(opens, []);
    });
  }
});

describe('Schema Registry asks for roles', () => {
  for (const [config, does] of [
    [{ schema_registry_config: { sasl_oauthbearer_authorization_enabled: true } }, true],
    [{ schema_registry_config: { sasl_oauthbearer_authorization_enabled: 'true' } }, false],
    [{ schema_registry_config: { sasl_oauthbearer_authentication_enabled: true } }, false],
    [{ schema_registry_config: [true] }, false],
    [{ schema_registry_config: null }, false],
    [{ schema_registry_config: 'x' }, false],
    [{}, false],
  ] as const) {
    test(JSON.stringify(config), () => assert.equal(registryAsksForRoles(config), does));
  }
});

describe('Schema Registry starts without expectations, as Karapace', () => {
  for (const [version, does] of [
    ['6.2.4', true],
    ['6.2.4.0', true],
    ['6.2.4.1', true],
    ['6.2.5', true],
    ['6.2.10', true],
    ['6.3', true],
    ['6.10', true],
    ['7', true],
    ['10.0.0', true],
    ['6.2.3', false],
    ['6.2', false],
    ['6', false],
    ['6.1.9', false],
    ['5.9.9', false],
    ['6.2.4-rc1', false],
    ['v6.2.4', false],
    ['6.2.', false],
    ['6.x', false],
    ['7.x', false],
    ['', false],
    [7, false],
    [null, false],
    [undefined, false],
  ] as const) {
    test(String(version), () =>
      assert.equal(
        registryStartsWithoutExpectations(version === undefined ? {} : { karapace_version: version }),
        does,
      ),
    );
  }
});

describe('Schema Registry would not start', () => {
  const on = { ...OIDC, [REGISTRY]: true };
  const whole = { ...on, [ISSUER]: 'x', [AUDIENCE]: 'y' };
  for (const [what, before, after, version, named] of [
    ['without either', {}, on, '6.2.3', ['expected-issuer', 'expected-audience']],
    ['without an issuer', {}, { ...whole, [ISSUER]: null }, '6.2.3', ['expected-issuer']],
    ['without an audience, an empty one', {}, { ...whole, [AUDIENCE]: '' }, '6.2.3', ['expected-audience']],
    ['of an unknown version', {}, on, null, ['expected-issuer', 'expected-audience']],
    ['once its audience is cleared', whole, { ...whole, [AUDIENCE]: null }, '6.2.3', ['expected-audience']],
    ['but that is so already', on, on, '6.2.3', []],
    ['but that is so already in part', { ...on, [ISSUER]: 'x' }, on, '6.2.3', ['expected-issuer']],
    [
      'where the same values took no tokens before',
      { ...on, [REGISTRY]: false },
      on,
      '6.2.3',
      ['expected-issuer', 'expected-audience'],
    ],
    ['but with both it does', {}, whole, '6.2.3', []],
    ['but takes no tokens', {}, OIDC, '6.2.3', []],
    ['but a later one does', {}, on, '6.2.4', []],
  ] as readonly [string, Record<string, Value>, Record<string, Value>, string | null, string[]][]) {
    test(what, () => {
      const found = registryObstacles(values(before), values(after), { karapace_version: version });
      assert.deepEqual(
        found.map(({ remedy }) => /^Set ([a-z-]+),/.exec(remedy)?.[1]),
        named,
      );
      for (const [index, { problem }] of found.entries())
        assert.ok(problem.includes(`no expected ${named[index]?.replace('expected-', '')},`), problem);
    });
  }
});
