import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Inputs } from '../../../src/inputs/inputs.ts';
import { readKafkaOidc } from '../../../src/inputs/kafka-oidc.ts';
import { INPUTS } from '../../../src/inputs/table.ts';
import {
  complaint,
  differences,
  effective,
  enabledMechanisms,
  nameOf,
  offeredMechanisms,
  readValues,
  SETTINGS,
  type Setting,
  type SettingName,
  sameEffect,
  splitList,
  toServiceConfig,
  toUserConfig,
  type Value,
  type Values,
  withChanges,
} from '../../../src/kafka/settings.ts';

/** One row drives everything: the input and its checks, the plan, the update, the output. */

const ROWS: readonly Setting[] = SETTINGS;
const UNSET = readValues({});
const COMMON = {
  aivenToken: 'x',
  apiUrl: new URL('https://api.aiven.io'),
  dryRun: false,
  expectNoChanges: false,
};

/** Reads inputs as mode `kafka-oidc` does. */
async function read(given: Record<string, string>) {
  const raw: Record<string, string> = { project: 'p', 'service-name': 's', ...given };
  const inputs = new Inputs((name) => raw[name]);
  const request = await readKafkaOidc(inputs, COMMON);
  inputs.throwProblems();
  return request;
}

/** A value that is not what unset means. */
function sample({ limits, unsetMeans }: Setting): Value {
  return limits ? 'https://idp.example.com/some' : unsetMeans !== true;
}

describe('each row', () => {
  for (const row of ROWS) {
    const name = nameOf(row);
    const value = sample(row);
    const present: Values = { ...UNSET, [name]: value };
    const [outer, inner] = row.path;
    const nested = inner === undefined ? { [outer]: value } : { [outer]: { [inner]: value } };

    test(`${name} is read from where it is sent to`, () => {
      const changes = differences(UNSET, { [name]: value });
      assert.deepEqual(changes, [{ setting: row, before: null, after: value }]);
      assert.deepEqual(toUserConfig(changes), nested);
      assert.deepEqual(readValues(toUserConfig(changes)), present);
      assert.deepEqual(withChanges(UNSET, changes), present);
    });

    test(`${name} is cleared by null, and only where it is set`, () => {
      const changes = differences(present, { [name]: null });
      assert.deepEqual(
        toUserConfig(changes),
        inner === undefined ? { [outer]: null } : { [outer]: { [inner]: null } },
      );
      assert.deepEqual(differences(UNSET, { [name]: null }), []);
    });

    test(`${name} does not differ from what unset means`, () => {
      if (row.unsetMeans !== null) assert.deepEqual(differences(UNSET, { [name]: row.unsetMeans }), []);
      assert.equal(effective(UNSET, name), row.unsetMeans);
      assert.equal(effective(present, name), value);
    });

    test(`${name} is in service-config, set or not`, () => {
      const at = (values: Values) => {
        const config = toServiceConfig(values) as Record<string, Record<string, Value> | Value>;
        const found = config[outer];
        return inner === undefined ? found : (found as Record<string, Value>)[inner];
      };
      assert.equal(at(present), value);
      assert.equal(at(UNSET), null);
    });

    if (row.input !== null) {
      const input = row.input;
      test(`${input} sets it, and unset clears it`, async () => {
        assert.ok(input in INPUTS);
        assert.deepEqual((await read({ [input]: String(value) })).settings, { [name]: value });
        assert.deepEqual((await read({ unset: input })).unset, [input]);
        assert.equal((await read({ unset: 'all' })).unset.includes(input), row.oidc);
      });
    }

    if (row.limits) {
      const { limits, input } = row;
      test(`${name} is held to its limits`, async () => {
        const [start, fill] = limits.https ? ['https://idp.example.com/', 'x'] : ['', 'ü'];
        const longest = start + fill.repeat(limits.maxLength - start.length);
        assert.equal(complaint(row, longest), null);
        assert.match(
          complaint(row, longest + fill)?.problem ?? '',
          new RegExp(`^is ${limits.maxLength + 1} characters`),
        );
        assert.match(complaint(row, 'one\ntwo')?.problem ?? '', /line break/);
        await assert.rejects(
          read({ [input ?? '']: `${longest}${fill}` }),
          /An input is wrong|characters long/,
        );
      });
    }
  }

  test('has a place and a name of its own', () => {
    for (const of of [
      ROWS.map(nameOf),
      ROWS.map(({ label }) => label),
      ROWS.flatMap(({ input }) => input ?? []),
    ]) {
      assert.equal(new Set<string>(of).size, of.length);
    }
  });

  test('gives service-config the shape of the contract', () => {
    assert.deepEqual(toServiceConfig(UNSET), {
      kafka: {
        sasl_oauthbearer_jwks_endpoint_url: null,
        sasl_oauthbearer_expected_issuer: null,
        sasl_oauthbearer_expected_audience: null,
        sasl_oauthbearer_sub_claim_name: null,
      },
      kafka_authentication_methods: { sasl: null },
      kafka_sasl_mechanisms: { plain: null, scram_sha_256: null, scram_sha_512: null },
      kafka_rest_authorization: null,
      schema_registry_config: { sasl_oauthbearer_authentication_enabled: null },
    });
  });
});

function row(name: SettingName): Setting {
  const found = ROWS.find((each) => nameOf(each) === name);
  assert.ok(found);
  return found;
}

describe('what counts as different', () => {
  const audience = row('kafka.sasl_oauthbearer_expected_audience');
  const issuer = row('kafka.sasl_oauthbearer_expected_issuer');

  test('audiences compare as a set', () => {
    assert.ok(sameEffect(audience, 'a,b', ' b , a,a,'));
    assert.ok(!sameEffect(audience, 'a,b', 'a'));
    assert.ok(!sameEffect(audience, 'a', 'A'));
    assert.ok(!sameEffect(audience, 'a', null));
    assert.ok(sameEffect(audience, '', null), 'no item is no audience');
  });

  test('other texts compare exactly', () => {
    assert.ok(sameEffect(issuer, 'https://a', 'https://a'));
    for (const other of ['https://a/', 'https://A', ' https://a', null]) {
      assert.ok(!sameEffect(issuer, 'https://a', other));
    }
  });

  test('several differences come in the order of the rows, in one object each', () => {
    const wanted = {
      'kafka_authentication_methods.sasl': true,
      'kafka.sasl_oauthbearer_sub_claim_name': 'azp',
      'kafka.sasl_oauthbearer_expected_issuer': 'https://a',
    } as const;
    assert.deepEqual(toUserConfig(differences(UNSET, wanted)), {
      kafka: { sasl_oauthbearer_expected_issuer: 'https://a', sasl_oauthbearer_sub_claim_name: 'azp' },
      kafka_authentication_methods: { sasl: true },
    });
    assert.deepEqual(toUserConfig([]), {});
  });
});

describe('a user_config of another shape', () => {
  for (const [what, config] of Object.entries({
    'a list': { kafka: [] },
    'a text': { kafka: 'x', kafka_sasl_mechanisms: 'x' },
    null: { kafka: null, schema_registry_config: null },
    numbers: { kafka: { sasl_oauthbearer_expected_issuer: 7 }, kafka_rest_authorization: 1 },
  })) {
    test(`${what} is read as unset`, () => assert.deepEqual(readValues(config), UNSET));
  }
});

test('a list is split as Kafka splits it', () => {
  assert.deepEqual(splitList(' a ,b,, a\t,\tc d '), ['a', 'b', 'c d']);
  assert.deepEqual(splitList(' , '), []);
});

describe('mechanisms', () => {
  const JWKS = { 'kafka.sasl_oauthbearer_jwks_endpoint_url': 'https://a/jwks' };
  test('are offered only where SASL is on', () => {
    assert.deepEqual(offeredMechanisms({ ...UNSET, ...JWKS }), []);
    const on = { ...UNSET, ...JWKS, 'kafka_authentication_methods.sasl': true };
    assert.deepEqual(offeredMechanisms(on), ['OAUTHBEARER', 'PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']);
  });

  test('are enabled unless switched off, OAUTHBEARER by its URL', () => {
    assert.deepEqual(enabledMechanisms(UNSET), ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']);
    const some = { ...UNSET, ...JWKS, 'kafka_sasl_mechanisms.plain': false };
    assert.deepEqual(enabledMechanisms(some), ['OAUTHBEARER', 'SCRAM-SHA-256', 'SCRAM-SHA-512']);
  });
});
