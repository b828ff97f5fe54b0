import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { parse } from 'yaml';
import { listener } from '../../world/aiven.ts';
import { startProvider } from '../../world/provider.ts';
import type { ActionResult } from '../../world/run-action.ts';
import { assertSucceeded, failureOf, updates, warnings } from '../outcome.ts';
import { changesOf, type UserConfig, withService } from './oidc.ts';

/** Who is locked out by a change, whether that is allowed, and how to take it back. */

const provider = await startProvider();
after(() => provider.close());
const { caFile, issuer, jwksUri } = provider;

const SASL_ON = { kafka_authentication_methods: { sasl: true } };
const ASKED = { 'expected-issuer': issuer, 'expected-audience': 'kafka' };
const live = (kafka: UserConfig = {}): UserConfig => ({
  ...SASL_ON,
  kafka: {
    sasl_oauthbearer_jwks_endpoint_url: jwksUri,
    sasl_oauthbearer_expected_issuer: issuer,
    sasl_oauthbearer_expected_audience: 'kafka',
    ...kafka,
  },
});
const OTHER_PROVIDER = {
  sasl_oauthbearer_jwks_endpoint_url: 'https://old.example.com/jwks',
  sasl_oauthbearer_expected_issuer: 'https://old.example.com',
};

interface Row {
  readonly has: UserConfig;
  readonly inputs: Record<string, string>;
  readonly names: readonly RegExp[];
}

const LOCKED_OUT: Record<string, Row> = {
  'PLAIN and SCRAM switched off': {
    has: live(),
    inputs: { 'sasl-mechanisms': 'OAUTHBEARER' },
    names: [/over PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512: brokers no longer offer that/],
  },
  'issuer and key set replaced': {
    has: live(OTHER_PROVIDER),
    inputs: { 'expected-issuer': issuer },
    names: [/issuer “https:\/\/old\.example\.com”/, /keys at https:\/\/old\.example\.com\/jwks/],
  },
  'the audience replaced': {
    has: live(),
    inputs: { 'expected-audience': 'orders' },
    names: [/only for audience “kafka”: audience “orders” is expected now/],
  },
  'a live audience cleared': {
    has: live(),
    inputs: { unset: 'expected-audience' },
    names: [/only for audience “kafka”: without an expected audience, every token that has one is refused/],
  },
  'an issuer where none was expected': {
    has: live({ sasl_oauthbearer_expected_issuer: null }),
    inputs: { 'expected-issuer': issuer },
    names: [/any other issuer, or without one/],
  },
  'the subject claim changed': {
    has: live(),
    inputs: { 'sub-claim-name': 'azp' },
    names: [/Principals that are named by the claim “sub”/],
  },
  'OIDC turned off': {
    has: { ...live(), schema_registry_config: { sasl_oauthbearer_authentication_enabled: true } },
    inputs: { unset: 'all' },
    names: [/log in to brokers with tokens from issuer/, /Clients of Schema Registry with tokens/],
  },
  'authorization of the REST proxy turned on': {
    has: {},
    inputs: { 'kafka-rest-authorization': 'true' },
    names: [/Clients of the Kafka REST proxy without credentials/],
  },
};

describe('a change that locks clients out', { concurrency: 3 }, () => {
  for (const [name, { has, inputs, names }] of Object.entries(LOCKED_OUT)) {
    test(`${name}: is refused, by a dry run too`, async (t) => {
      const { aiven, config, run } = await withService(t, { caFile, config: has });
      const before = structuredClone(config());
      for (const dry of ['false', 'true']) {
        const result = await run({ ...inputs, 'dry-run': dry });
        const { title, message } = failureOf(result);
        assert.equal(title, 'This would lock clients out');
        for (const pattern of names) assert.match(message, pattern);
        assert.match(message, /add this line to the step: allow-lockout: true\nNothing was changed\.$/);
        assert.match(result.summary, /^### ⛔ Refused[\s\S]*\| Setting \| Now \| Would be \|/);
      }
      assert.deepEqual(updates(aiven), []);
      assert.deepEqual(config(), before);
    });

    test(`${name}: is made with allow-lockout: true, and told above the changes`, async (t) => {
      const { aiven, run } = await withService(t, { caFile, config: has });
      const dry = await run({ ...inputs, 'allow-lockout': 'true', 'dry-run': 'true' });
      const real = await run({ ...inputs, 'allow-lockout': 'true' });
      for (const result of [dry, real]) {
        assertSucceeded(result);
        const [above = ''] = result.summary.split('| Setting |');
        const plain = above.replaceAll(/[\\`]/g, '');
        for (const pattern of names) {
          // On the page, values are code instead of in quotation marks.
          assert.match(plain, new RegExp(pattern.source.replaceAll(/[“”]/g, '')));
          assert.match(result.stdout, pattern);
        }
        assert.match(above, result === dry ? /Would be locked out:/ : /Locked out:/);
        assert.doesNotMatch(result.stdout + result.summary, /reconnect by themselves/);
        assertInOrder(result.stdout, [
          /\d to set, \d to change, \d to unset/,
          names[0] ?? /x/,
          /^ {2}.*[+~-].* \S+\.?\S* {2}/m,
        ]);
      }
      assert.equal(updates(aiven).length, 1);
    });
  }
});

/** Holds that each of these is found after the one before. */
function assertInOrder(text: string, patterns: readonly RegExp[]): void {
  let rest = text;
  for (const pattern of patterns) {
    const at = rest.search(pattern);
    assert.notEqual(at, -1, `${pattern} in ${rest}`);
    rest = rest.slice(at + 1);
  }
}

describe('never refused is', { concurrency: 3 }, () => {
  const fine: Record<string, { has: UserConfig; inputs: Record<string, string> }> = {
    'an audience more': { has: live(), inputs: { 'expected-audience': 'kafka, orders' } },
    'OIDC beside what is there': { has: SASL_ON, inputs: ASKED },
    'the same settings again': { has: live(), inputs: ASKED },
    'a mechanism more': {
      has: { ...live(), kafka_sasl_mechanisms: { plain: false } },
      inputs: { 'sasl-mechanisms': 'OAUTHBEARER, PLAIN, SCRAM-SHA-256, SCRAM-SHA-512' },
    },
    'OIDC for Schema Registry, which takes passwords all the same': {
      has: live(),
      inputs: { 'schema-registry-oidc': 'true' },
    },
  };
  for (const [name, { has, inputs }] of Object.entries(fine)) {
    test(name, async (t) => {
      const { run } = await withService(t, { caFile, config: has });
      const result = await run({ ...inputs, 'dry-run': 'true' });
      assertSucceeded(result);
      assert.doesNotMatch(result.stdout, /[Ll]ocked out/);
      if (result.outputs['changed'] === 'true')
        assert.match(result.stdout, /clients reconnect by themselves/);
    });
  }
});

test('what opens with SASL is told, and is no reason to refuse', async (t) => {
  const { run } = await withService(t, { caFile });
  const result = await run({ ...ASKED, 'dry-run': 'true' });
  assertSucceeded(result);
  const [above = ''] = result.summary.split('| Setting |');
  assert.match(above, /Would gain access:[\s\S]*PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512: SASL is turned on/);
  assert.match(result.stdout, /Gains access.*PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512: SASL is turned on/);
});

describe('SASL that nobody set is on where there is a SASL listener', { concurrency: 3 }, () => {
  const world = async (t: Parameters<typeof withService>[0], kafka: UserConfig) => {
    const made = await withService(t, { caFile, config: { kafka, kafka_authentication_methods: {} } });
    const service = made.aiven.services.get('streams/kafka');
    assert.ok(service);
    service.user_config['kafka_authentication_methods'] = { certificate: true };
    service.components.push(listener('kafka-streams.a.aivencloud.com', 12_702, 'sasl', 'project_ca'));
    return made;
  };
  const { kafka } = live() as { kafka: UserConfig };

  test('so that the same settings are no change', async (t) => {
    const { aiven, run } = await world(t, kafka);
    const result = await run(ASKED);
    assertSucceeded(result);
    assert.deepEqual(updates(aiven), []);
    assert.match(result.stdout, /it offers OAUTHBEARER, PLAIN/);
    const { kafka_authentication_methods } = JSON.parse(result.outputs['service-config'] ?? '');
    assert.deepEqual(kafka_authentication_methods, { sasl: null }, 'as user_config has it');
  });

  test('so that switching a mechanism off locks clients out', async (t) => {
    const { aiven, run } = await world(t, kafka);
    const { message } = failureOf(await run({ 'sasl-mechanisms': 'OAUTHBEARER' }));
    assert.match(message, /over PLAIN, SCRAM/);
    assert.deepEqual(updates(aiven), []);
  });

  test('so that turning OIDC on opens no other mechanism', async (t) => {
    const { run } = await world(t, {});
    const { stdout } = await run({ ...ASKED, 'dry-run': 'true' });
    assert.doesNotMatch(stdout, /over PLAIN/);
  });
});

describe('what would do nothing', { concurrency: 3 }, () => {
  const inVain: Record<string, { has: UserConfig; inputs: Record<string, string>; says: RegExp }> = {
    'an audience alone': {
      has: {},
      inputs: { 'expected-audience': 'kafka' },
      says: /^expected-audience would have no effect: the service has no JWKS endpoint URL.*Set expected-issuer or jwks-endpoint-url as well/,
    },
    'a subject claim alone, beside what does something': {
      has: SASL_ON,
      inputs: { 'sub-claim-name': 'azp', 'kafka-rest-authorization': 'true', 'allow-lockout': 'true' },
      says: /^sub-claim-name would have no effect/,
    },
    'mechanisms while SASL is off': {
      has: {},
      inputs: { 'sasl-mechanisms': 'SCRAM-SHA-512' },
      says: /^sasl-mechanisms would have no effect: SASL is off/,
    },
  };
  for (const [name, { has, inputs, says }] of Object.entries(inVain)) {
    test(`${name}: is refused, by a dry run too`, async (t) => {
      const { aiven, run } = await withService(t, { caFile, config: has });
      for (const dry of ['false', 'true']) {
        const { title, message } = failureOf(await run({ ...inputs, 'dry-run': dry }));
        assert.equal(title, 'This would do nothing but restart the brokers');
        assert.match(message, says);
      }
      assert.deepEqual(updates(aiven), []);
    });
  }

  test('is a warning where nothing would be sent', async (t) => {
    const kafka = { sasl_oauthbearer_expected_audience: 'kafka' };
    const { run } = await withService(t, { caFile, config: { ...SASL_ON, kafka } });
    const result = await run({ 'expected-audience': 'kafka' });
    assertSucceeded(result);
    assert.deepEqual(warnings(result), ['OIDC stays off']);
  });
});

/** The inputs of the step that a summary has ready, and the command beside it. */
function wayBackIn({ summary }: ActionResult): { inputs: Record<string, string>; command: string } {
  const [, after = ''] = summary.split(/The way back: /);
  const yaml = /```yaml\n([\s\S]*?)\n```/.exec(after)?.[1] ?? '[]';
  const command = /```sh\n([\s\S]*?)\n```/.exec(after.split('</details>')[0] ?? '')?.[1] ?? '';
  const [step] = parse(yaml);
  const { 'aiven-token': token, ...inputs } = step?.with ?? {};
  if (step) assert.equal(token, '${{ secrets.AIVEN_TOKEN }}');
  return {
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)])),
    command,
  };
}

describe('the way back', { concurrency: 3 }, () => {
  const ways: Record<string, { has: UserConfig; inputs: Record<string, string> }> = {
    'from another audience and no passwords': {
      has: {
        ...live({ sasl_oauthbearer_sub_claim_name: 'azp' }),
        kafka_sasl_mechanisms: { plain: true, scram_sha_256: true, scram_sha_512: false },
      },
      inputs: { 'expected-audience': 'orders', unset: 'sub-claim-name', 'sasl-mechanisms': 'OAUTHBEARER' },
    },
    'from OIDC turned off': {
      has: { ...live(), schema_registry_config: { sasl_oauthbearer_authentication_enabled: true } },
      inputs: { unset: 'all' },
    },
    'from OIDC turned on': { has: SASL_ON, inputs: ASKED },
    'from the REST proxy asking for credentials': {
      has: { kafka_rest_authorization: false },
      inputs: { 'kafka-rest-authorization': 'true' },
    },
  };
  for (const [name, { has, inputs }] of Object.entries(ways)) {
    test(`${name} brings the very user_config of before`, async (t) => {
      const { config, run } = await withService(t, { caFile, config: has });
      const before = structuredClone(config());
      const there = await run({ ...inputs, 'allow-lockout': 'true' });
      assertSucceeded(there);
      assert.notDeepEqual(config(), before);
      const { inputs: back, command } = wayBackIn(there);
      assert.equal(command, '');
      assert.match(
        there.stdout,
        /::group::The way back: a step that puts every setting back as it was\n- uses: /,
      );
      assertSucceeded(await run(back));
      assert.deepEqual(withoutEmpty(config()), withoutEmpty(before));
    });
  }

  test('says what no input puts back: SASL, which nothing turns off', async (t) => {
    const { config, run } = await withService(t, { caFile });
    const before = structuredClone(config());
    const { inputs, command } = wayBackIn(await run(ASKED));
    assert.deepEqual(inputs['unset'], 'jwks-endpoint-url, expected-issuer, expected-audience');
    assert.equal(
      command,
      "avn service update --project streams -c 'kafka_authentication_methods.sasl=false' kafka",
    );
    const back = await run(inputs);
    assertSucceeded(back);
    assert.deepEqual(config(), {
      ...before,
      kafka_authentication_methods: { certificate: true, sasl: true },
    });
  });

  test('is not told by a dry run, nor where nothing changed', async (t) => {
    const { run } = await withService(t, { caFile });
    const dry = await run({ ...ASKED, 'dry-run': 'true' });
    await run(ASKED);
    const again = await run(ASKED);
    for (const { stdout, summary } of [dry, again]) assert.doesNotMatch(stdout + summary, /The way back/);
  });

  test('is told when the step failed after the change', async (t) => {
    const { run } = await withService(t, {
      caFile,
      config: SASL_ON,
      settle: { movingPolls: Number.POSITIVE_INFINITY },
    });
    const result = await run({ ...ASKED, 'wait-timeout-minutes': '0.01' });
    failureOf(result);
    assert.match(result.stdout, /::group::The way back/);
    assert.equal(wayBackIn(result).inputs['unset'], 'jwks-endpoint-url, expected-issuer, expected-audience');
  });

  test('goes with verify-provider as it was given', async (t) => {
    const { run } = await withService(t, { caFile, config: live() });
    const { inputs } = wayBackIn(
      await run({ 'sub-claim-name': 'azp', 'verify-provider': 'false', 'allow-lockout': 'true' }),
    );
    assert.equal(inputs['verify-provider'], 'false');
    assert.equal(inputs['allow-lockout'], 'true');
    assert.equal(inputs['unset'], 'sub-claim-name');
  });
});

/** An object that lost its last setting may stay behind. */
function withoutEmpty(config: UserConfig): UserConfig {
  const isEmpty = (value: unknown) => JSON.stringify(value) === '{}';
  return Object.fromEntries(Object.entries(config).filter(([, value]) => !isEmpty(value)));
}

describe('what the principal may do', { concurrency: 3 }, () => {
  const user = (username: string) => ({
    username,
    type: 'regular',
    password: 'x',
    access_cert: 'x',
    access_key: 'x',
  });
  const world = async (t: Parameters<typeof withService>[0], users: string[], acl: object[]) => {
    const made = await withService(t, { caFile, config: live() });
    const service = made.aiven.services.get('streams/kafka');
    assert.ok(service);
    service.users.push(...users.map(user));
    Object.assign(service, { acl });
    return made;
  };
  const orders = { id: 'acl1', permission: 'readwrite', topic: 'orders-*', username: 'orders-?ervice' };
  const foreign = { id: 'acl2', permission: 'admin', topic: '*', username: 'avnadmin' };
  const inputs = async () => ({ ...ASKED, 'test-token': await provider.token({ audience: 'kafka' }) });

  test('by Aiven’s ACLs, with a service user of its name', async (t) => {
    const { run } = await world(t, ['orders-service'], [orders, foreign]);
    const { summary } = await run(await inputs());
    assert.match(
      summary,
      /A service user with that name exists, and Aiven’s ACLs allow it: readwrite on orders-\\\*\./,
    );
    assert.doesNotMatch(summary, /admin on|user-create/);
  });

  test('nothing, with a service user and no ACL', async (t) => {
    const { run } = await world(t, ['orders-service'], [foreign]);
    const { summary } = await run(await inputs());
    assert.match(summary, /none of Aiven’s ACLs allows it anything: it can log in but not do anything/);
    assert.doesNotMatch(summary, /user-create/);
  });

  test('nothing, without a service user', async (t) => {
    const { run } = await world(t, ['orders'], [orders]);
    const { summary } = await run(await inputs());
    assert.match(
      summary,
      /There is no service user with exactly that name.*it can log in but not do anything/,
    );
    assert.match(summary, /avn service user-create/);
  });
});

test('the plan names the maintenance window and the event log', async (t) => {
  const { run } = await withService(t, { caFile });
  const result = await run({ ...ASKED, 'dry-run': 'true' });
  assert.match(result.stdout, /Best done in the service’s maintenance window, Sunday from 10:00 UTC\./);
  assert.match(
    result.summary,
    /\[The project’s event log\]\(<https:\/\/console\.aiven\.io\/project\/streams\//,
  );
  assert.deepEqual(Object.keys(changesOf(result)).length, 4);
});
