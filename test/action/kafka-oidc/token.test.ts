import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startProvider } from '../../world/provider.ts';
import type { ActionResult } from '../../world/run-action.ts';
import { assertSucceeded, calls, failureOf, updates, warnings } from '../outcome.ts';
import { SERVICE, withService } from './oidc.ts';

/** What comes of `test-token`: a verdict as the brokers will give it, before anything is changed. */

const provider = await startProvider();
after(() => provider.close());
const { caFile, issuer, jwksUri } = provider;

const ASKED = { 'expected-issuer': issuer, 'expected-audience': 'kafka' };
const now = () => Math.floor(Date.now() / 1000);
const good = () => ({ iss: issuer, aud: 'kafka', sub: 'orders', iat: now(), exp: now() + 600 });

/** Signs the claims of a good token with some of them changed; `undefined` takes one out. */
const signed = (claims: object, header?: Parameters<typeof provider.sign>[1]) =>
  provider.sign(JSON.parse(JSON.stringify({ ...good(), ...claims })), header);

/** A good token, but for what its header says of its signature. */
async function withAlgorithm(alg: string): Promise<string> {
  const [header = '', ...rest] = (await provider.token()).split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
  return [Buffer.from(JSON.stringify({ alg, kid })).toString('base64url'), ...rest].join('.');
}

interface Row {
  readonly name: string;
  readonly token: () => Promise<string> | string;
  /** Besides an issuer and an audience. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** What the error says: the claim, what it has and what is expected, and the input to change. */
  readonly says: readonly RegExp[];
}

const REFUSED: readonly Row[] = [
  {
    name: 'another audience',
    token: () => provider.token({ audience: 'orders' }),
    says: [/aud: the token has “orders”; the brokers expect “kafka”/, /Add “orders” to expected-audience/],
  },
  {
    name: 'audiences of which none is expected',
    token: () => signed({ aud: ['a', 'b'] }),
    inputs: { 'expected-audience': 'kafka,orders' },
    says: [/aud: the token has the list “a”, “b”; the brokers expect one of “kafka”, “orders”/],
  },
  {
    name: 'no audience',
    token: () => signed({ aud: undefined }),
    says: [/aud: the token has none; the brokers expect “kafka”/, /expected-audience/],
  },
  {
    name: 'an audience where none is expected',
    token: () => provider.token(),
    inputs: { 'expected-audience': '' },
    says: [/none is expected, so a token that carries one is refused/, /Set expected-audience to “kafka”/],
  },
  {
    name: 'an issuer with a slash',
    token: () => signed({ iss: `${issuer}/` }),
    says: [/iss: the token has “.*\/”/, /trailing slash/, /expected-issuer/],
  },
  {
    name: 'no issuer',
    token: () => signed({ iss: undefined }),
    says: [/iss: the token has none/],
  },
  {
    name: 'expired',
    token: () => signed({ iat: now() - 900, exp: now() - 300 }),
    says: [/exp: the token has .*, 5 minutes ago/, /fresh token from the provider as test-token/],
  },
  { name: 'no expiry', token: () => signed({ exp: undefined }), says: [/exp: the token has none/] },
  { name: 'no time of issue', token: () => signed({ iat: undefined }), says: [/iat: the token has none/] },
  { name: 'not valid yet', token: () => signed({ nbf: now() + 300 }), says: [/nbf: .* ahead/] },
  {
    name: 'no subject',
    token: () => signed({ sub: undefined, azp: 'orders' }),
    says: [/sub: the token has none/, /Set sub-claim-name to the claim that names the client; .*“azp”/],
  },
  {
    name: 'a subject claim that is a list',
    token: () => signed({ groups: ['a', 'b'] }),
    inputs: { 'sub-claim-name': 'groups' },
    says: [/groups: the token has the list “a”, “b”/, /sub-claim-name/],
  },
  {
    name: 'a blank scope',
    token: () => signed({ scope: ' ' }),
    says: [/scope: the token has “ ”/],
  },
  {
    name: 'a key that the provider has replaced',
    token: () => signed({}, { kid: 'of-last-month' }),
    says: [/kid: the token has “of-last-month”/, /the key has been replaced: get a fresh token/],
  },
  {
    name: 'a payload that was tampered with',
    token: async () => {
      const [header, , signature] = (await provider.token()).split('.');
      const payload = Buffer.from(JSON.stringify({ ...good(), sub: 'admin' })).toString('base64url');
      return `${header}.${payload}.${signature}`;
    },
    says: [/signature: the token has a signature that was not made with that key/],
  },
  {
    name: 'an algorithm that signs nothing',
    token: () => withAlgorithm('none'),
    says: [/^alg: the token has “none”; the brokers expect one of RS256, (?!.*HS\d)/m],
  },
  {
    name: 'an algorithm with a secret, where the keys are public',
    token: () => withAlgorithm('HS256'),
    says: [
      /^alg: the token has “HS256”; the brokers expect one of RS256, (?!.*HS\d).*sign.* RS256 or ES256/m,
    ],
  },
];

describe('refused, and nothing changed:', () => {
  for (const row of REFUSED) {
    test(row.name, async (t) => {
      const { aiven, run } = await withService(t, { caFile });
      const inputs = { ...ASKED, ...row.inputs, 'test-token': await row.token() };
      const messages: string[] = [];
      for (const dryRun of ['true', 'false']) {
        const result = await run({ ...inputs, 'dry-run': dryRun });
        const failure = failureOf(result);
        assert.equal(failure.title, 'A broker would refuse the test token');
        for (const text of row.says) assert.match(failure.message, text);
        assert.match(result.summary, /Test token/);
        messages.push(failure.message.replace(/\d+ (s|minutes) (ago|ahead)/g, ''));
      }
      assert.equal(messages[0], messages[1], 'a dry run has the same verdict');
      assert.deepEqual(calls(aiven.requests), [`GET ${SERVICE}`, `GET ${SERVICE}`]);
    });
  }
});

test('all reasons are told at once', async (t) => {
  const { aiven, run } = await withService(t, { caFile });
  const token = await signed({ iss: 'https://other', aud: 'x', sub: '', exp: now() - 600, iat: now() - 900 });
  const { message } = failureOf(await run({ ...ASKED, 'test-token': token }));
  for (const claim of ['exp', 'iss', 'aud', 'sub']) assert.match(message, new RegExp(`^${claim}: `, 'm'));
  assert.deepEqual(updates(aiven), []);
});

test('a good token gives the principal, and the command for its ACL', async (t) => {
  const { aiven, run } = await withService(t, { caFile });
  const result = await run({ ...ASKED, 'test-token': await provider.token() });
  assertSucceeded(result);
  assert.equal(updates(aiven).length, 1);
  assert.match(result.stdout, /Its principal is User:orders-service/);
  assert.match(result.summary, /User:orders-service/);
  assert.match(result.summary, /avn service kafka-acl-add .*--principal '?User:orders-service/);
  assert.deepEqual(warnings(result), []);
});

test('a dry run accepts what the run accepts, and changes nothing', async (t) => {
  const { aiven, run } = await withService(t, { caFile });
  const result = await run({ ...ASKED, 'test-token': await provider.token(), 'dry-run': 'true' });
  assertSucceeded(result);
  assert.match(result.stdout, /Its principal is User:orders-service/);
  assert.deepEqual(updates(aiven), []);
});

test('the principal is read from the claim that is asked for', async (t) => {
  const { run } = await withService(t, { caFile });
  const result = await run({
    ...ASKED,
    'sub-claim-name': 'client_id',
    'test-token': await signed({ client_id: 'C1' }),
  });
  assertSucceeded(result);
  assert.match(result.stdout, /Its principal is User:C1/);
});

test('the token is judged by what the service will have, whether this run sets it or it was there', async (t) => {
  const { aiven, run } = await withService(t, {
    caFile,
    config: {
      kafka: {
        sasl_oauthbearer_jwks_endpoint_url: jwksUri,
        sasl_oauthbearer_expected_issuer: issuer,
        sasl_oauthbearer_expected_audience: 'kafka',
      },
      kafka_authentication_methods: { sasl: true },
    },
  });
  const token = await provider.token({ audience: 'orders' });
  const refused = failureOf(await run({ 'sub-claim-name': 'client_id', 'test-token': token }));
  assert.match(refused.message, /aud: the token has “orders”; the brokers expect “kafka”/);
  assert.deepEqual(updates(aiven), []);
  assertSucceeded(await run({ 'expected-audience': 'kafka,orders', 'test-token': token }));
});

test('a token is judged where nothing has to change, too', async (t) => {
  const { aiven, run } = await withService(t, { caFile });
  assertSucceeded(await run({ ...ASKED, wait: 'false' }));
  const refused = failureOf(
    await run({ ...ASKED, 'test-token': await provider.token({ audience: 'orders' }) }),
  );
  assert.match(refused.message, /aud: /);
  assert.equal(updates(aiven).length, 1, 'the one of the run before');
});

test('with verify-provider: false the signature stays unknown, and that is said', async (t) => {
  const { run } = await withService(t, { caFile });
  const inputs = { ...ASKED, 'jwks-endpoint-url': jwksUri, 'verify-provider': 'false', wait: 'false' };
  const seen = provider.requests.length;
  const result = await run({ ...inputs, 'test-token': await signed({}, { kid: 'unknown' }) });
  assertSucceeded(result);
  assert.ok(warnings(result).includes('Test token'));
  assert.match(result.stdout, /the signature could not be verified/);
  assert.equal(provider.requests.length, seen, 'the provider is not asked');
  failureOf(await run({ ...inputs, 'test-token': await signed({ aud: 'orders' }) }));
});

test('where the service will accept no tokens, none is judged, and that is a warning', async (t) => {
  const { run } = await withService(t, { caFile });
  const result = await run({
    'kafka-rest-authorization': 'true',
    'allow-lockout': 'true',
    'test-token': await provider.token(),
  });
  assertSucceeded(result);
  assert.deepEqual(warnings(result), ['The test token was not judged']);
  assert.match(
    result.stdout,
    /accepts no tokens, because OIDC is off\. Set expected-issuer or jwks-endpoint-url/,
  );
  assert.match(result.summary, /Not judged: OIDC is off/);
});

test('the version of Kafka counts: 4.4 does not start without an expected audience', async (t) => {
  const token = await signed({ aud: undefined });
  const inputs = { 'expected-issuer': issuer, 'test-token': token };
  const older = await withService(t, { caFile, config: { kafka_version: '4.1' } });
  assertSucceeded(await older.run(inputs));
  const newer = await withService(t, { caFile, config: { kafka_version: '4.4' } });
  const { message } = failureOf(await newer.run(inputs));
  assert.match(
    message,
    /without expected-audience, and brokers of its version \(Kafka 4\.4 or later\) do not start/,
  );
  assert.deepEqual(updates(newer.aiven), []);
});

test('without a token, the trap of no expected audience is a warning', async (t) => {
  const { run } = await withService(t, { caFile });
  const warned = await run({ 'expected-issuer': issuer, wait: 'false' });
  assertSucceeded(warned);
  assert.deepEqual(warnings(warned), ['No audience is expected']);
});

test('an issuer and an audience that are empty on the service are none', async (t) => {
  const kafka = {
    sasl_oauthbearer_jwks_endpoint_url: provider.jwksUri,
    sasl_oauthbearer_expected_issuer: '',
    sasl_oauthbearer_expected_audience: '',
  };
  const config = { kafka, kafka_authentication_methods: { sasl: true }, kafka_rest: true };
  const { run } = await withService(t, { caFile, config });
  const warned = await run({ 'kafka-rest-authorization': 'true', 'allow-lockout': 'true', wait: 'false' });
  assertSucceeded(warned);
  assert.deepEqual(warnings(warned), ['No audience is expected', 'No issuer is expected']);
});

test('the token is masked, and nothing of its signature is printed, in debug mode neither', async (t) => {
  const { run } = await withService(t, { caFile });
  const accepted = await provider.token();
  const refused = await provider.token({ audience: 'orders' });
  const runs: [string, ActionResult][] = [
    [accepted, await run({ ...ASKED, 'test-token': `  ${accepted}\n` }, { debug: true })],
    [refused, await run({ ...ASKED, 'test-token': refused }, { debug: true })],
  ];
  for (const [token, { stdout, stderr, summary, outputs }] of runs) {
    const lines = stdout.split('\n');
    const masks = lines.filter((line) => line.startsWith('::add-mask::'));
    assert.ok(masks.includes(`::add-mask::${token}`));
    assert.ok(lines.indexOf(`::add-mask::${token}`) < lines.findIndex((line) => !/^::add-mask::/.test(line)));
    const rest = lines.filter((line) => !masks.includes(line)).join('\n');
    const everything = [rest, stderr, summary, JSON.stringify(outputs)].join('\n');
    const signature = token.split('.')[2] ?? '';
    for (let at = 0; at + 12 <= signature.length; at += 6)
      assert.ok(!everything.includes(signature.slice(at, at + 12)), 'a part of the signature is shown');
  }
});
