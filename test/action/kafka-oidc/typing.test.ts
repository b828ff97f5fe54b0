import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startProvider } from '../../world/provider.ts';
import { assertSucceeded, failureOf, updates, warnings } from '../outcome.ts';
import { changesOf, withService } from './oidc.ts';

/** Settings that look like typing: read as meant where that is plain, else refused unless a test token proves them. */

const provider = await startProvider();
after(() => provider.close());
const { caFile, issuer } = provider;

const AUDIENCE = 'kafka.sasl_oauthbearer_expected_audience';
const QUICK = { wait: 'false', 'expected-issuer': issuer };

describe('a list is read as one:', () => {
  for (const [what, given] of [
    ['YAML', '- kafka\n- orders'],
    ['JSON', '["kafka","orders"]'],
    ['pretty-printed JSON, as toJSON gives it', '[\n  "kafka",\n  "orders"\n]'],
    ['YAML in brackets', '[kafka, orders]'],
  ] as const) {
    test(`audiences as ${what}`, async (t) => {
      const { run } = await withService(t, { caFile });
      const result = await run({ ...QUICK, 'expected-audience': given });
      assertSucceeded(result);
      assert.deepEqual(changesOf(result)[AUDIENCE], [null, 'kafka,orders']);
    });
  }

  test('mechanisms, and settings to clear', async (t) => {
    const kafka = { sasl_oauthbearer_expected_audience: 'kafka', sasl_oauthbearer_sub_claim_name: 'azp' };
    const { run } = await withService(t, { caFile, config: { kafka } });
    const inputs = {
      'sasl-mechanisms': '["PLAIN","OAUTHBEARER"]',
      unset: '- sub-claim-name\n- expected-audience',
    };
    const result = await run({ ...QUICK, ...inputs });
    assertSucceeded(result);
    const changes = changesOf(result);
    assert.deepEqual(changes['kafka.sasl_oauthbearer_sub_claim_name'], ['azp', null]);
    assert.deepEqual(changes['kafka_sasl_mechanisms.scram_sha_256']?.[1], false);
  });
});

describe('what looks wrong is refused, and a test token turns that into a warning:', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const signed = (claims: object) =>
    provider.sign({ iss: issuer, aud: 'kafka', sub: 'orders', iat: now(), exp: now() + 600, ...claims });

  for (const [input, value, claims] of [
    ['expected-audience', "'kafka'", { aud: "'kafka'" }],
    ['expected-audience', 'kafka orders', { aud: 'kafka orders' }],
    ['expected-audience', 'kafka;orders', { aud: 'kafka;orders' }],
    ['expected-audience', 'kafka # main', { aud: 'kafka # main' }],
    ['expected-audience', '*', { aud: '*' }],
    ['expected-audience', 'kafka[0]', { aud: 'kafka[0]' }],
    ['expected-audience', 'null', { aud: 'null' }],
    ['expected-audience', '<audience>', { aud: '<audience>' }],
    ['sub-claim-name', 'groups', { groups: 'orders' }],
    ['sub-claim-name', 'scp', { scp: 'orders' }],
    ['sub-claim-name', 'a.b', { 'a.b': 'orders' }],
  ] as const) {
    test(`${input} ${value}`, async (t) => {
      const { aiven, run } = await withService(t, { caFile });
      const inputs = { ...QUICK, 'expected-audience': 'kafka', [input]: value };
      const refused = failureOf(await run(inputs));
      assert.ok(refused.message.includes(`${input} “${value}”`), refused.message);
      assert.match(refused.message, /test[- ]token/i);
      assert.deepEqual(updates(aiven), []);

      const proven = await run({ ...inputs, 'test-token': await signed(claims) });
      assertSucceeded(proven);
      assert.ok(warnings(proven).length > 0);
      assert.ok(proven.stdout.includes(`${input} “${value}”`));
      assert.equal(updates(aiven).length, 1);
    });
  }

  test('a token that is refused proves nothing', async (t) => {
    const { aiven, run } = await withService(t, { caFile });
    const token = await provider.token();
    failureOf(await run({ ...QUICK, 'expected-audience': "'kafka'", 'test-token': token }));
    assert.deepEqual(updates(aiven), []);
  });
});

describe('refused at once, with nobody asked, is', () => {
  for (const [input, value] of [
    ['expected-issuer', 'https://login.microsoftonline.com/{tenantid}/v2.0'],
    ['expected-issuer', 'https://<tenant>.auth0.com/'],
    ['expected-issuer', 'https:///x'],
    ['expected-issuer', 'https://.okta.com'],
    ['jwks-endpoint-url', 'https://.okta.com/oauth2/v1/keys'],
    ['jwks-endpoint-url', 'https://undefined/jwks'],
    ['jwks-endpoint-url', 'https://bücher.example/jwks'],
  ] as const) {
    test(`${input} ${value}`, async (t) => {
      const { aiven, run } = await withService(t, { caFile });
      const { message, title } = failureOf(await run({ [input]: value, 'expected-audience': 'kafka' }));
      assert.equal(title, 'An input is wrong');
      assert.ok(message.startsWith(`${input} “${value}”`), message);
      assert.deepEqual(aiven.requests, []);
    });
  }
});

test('a test token that comes out empty does not go unnoticed', async (t) => {
  const { run } = await withService(t, { caFile });
  const inputs = { ...QUICK, 'expected-audience': 'kafka', 'test-token': '' };
  const { stdout, summary } = await run(inputs);
  for (const told of [stdout, summary]) assert.match(told, /Test token: none given/);
  const judged = await run({ ...inputs, 'test-token': await provider.token() });
  assert.doesNotMatch(judged.stdout, /none given/);
});

test('at Kafka 4.4 a missing audience is told with that of the token', async (t) => {
  const { run } = await withService(t, { caFile, config: { kafka_version: '4.4' } });
  const { message } = failureOf(await run({ ...QUICK, 'test-token': await provider.token() }));
  assert.match(message, /Set expected-audience to “kafka”, which the test token carries\./);
});
