import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Service } from '../../../../src/aiven/schema.ts';
import { Refusal } from '../../../../src/failure.ts';
import type { ServiceStory } from '../../../../src/modes/kafka-oidc/report.ts';
import { parametersOf, withRegistry, withVerdicts } from '../../../../src/modes/kafka-oidc/verdicts.ts';
import type { TokenSource } from '../../../../src/modes/request.ts';
import { SCRIPT_START } from '../../../world/scripted-http.ts';
import { ISSUER, JWKS_URL, OIDC_ON, requestFor, runWith, serviceWith, valuesWith } from './situations.ts';

/** What test tokens add to what is told. */

const FIRST = { subject: 'before', result: 'passed', detail: 'd' } as const;
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (aud: string) =>
  `${part({ alg: 'RS256', kid: 'k' })}.${part({ iss: 'https://idp.example.com', aud, sub: 'app', iat: 1, exp: SCRIPT_START / 1000 + 600 })}.c2ln`;
const given = (aud: string): TokenSource => ({ from: 'input', token: token(aud) });

async function told(testTokens: readonly TokenSource[], values = valuesWith()) {
  const service = serviceWith(OIDC_ON);
  const story = {
    project: 'acme',
    route: 'dynamic',
    service,
    values,
    changes: [],
    checks: [FIRST],
    principals: [],
    events: [],
    affected: { lockedOut: [], opens: [] },
    wayBack: null,
    tokenEndpoint: null,
    tokenParameters: null,
  } satisfies ServiceStory;
  const { context } = runWith();
  return withVerdicts(story, { service, values, keys: null }, null, requestFor({ testTokens }), context);
}

const subjects = ({ story }: { story: ServiceStory }) =>
  story.checks.map(({ subject, result }) => [subject, result]);
const OFF = valuesWith({ [JWKS_URL]: null });

describe('of test tokens is told', () => {
  test('that there is none, where brokers accept some', async () => {
    const none = await told([]);
    assert.deepEqual(subjects(none), [
      ['before', 'passed'],
      ['Test token: none given', 'skipped'],
    ]);
    assert.deepEqual([none.tokens, none.proven], [[], false]);
    assert.deepEqual(subjects(await told([], OFF)), [['before', 'passed']]);
  });
  test('that they are not judged where none is accepted', async () => {
    const off = await told([given('kafka')], OFF);
    assert.deepEqual(subjects(off), [
      ['before', 'passed'],
      ['Test token', 'skipped'],
    ]);
    assert.deepEqual([off.tokens, off.proven, off.story.principals], [[], false, []]);
  });
  test('the verdict, and the principal', async () => {
    const good = await told([given('kafka')]);
    assert.deepEqual(subjects(good), [
      ['before', 'passed'],
      ['Test token', 'warned'],
    ]);
    assert.deepEqual(good.story.principals, ['User:app']);
    assert.deepEqual([good.tokens.length, good.proven], [1, false]);
  });
  test('why one is refused, beside what was looked at before', async () => {
    await assert.rejects(told([given('other')]), (error) => {
      assert.ok(error instanceof Refusal);
      assert.match(error.message, /^aud: /);
      assert.equal(error.report?.checks[0]?.subject, 'before');
      return true;
    });
  });
  test('of the token of the job, for the first expected audience', async () => {
    const asked: unknown[] = [];
    const { context } = runWith();
    const runner = {
      ...context.runner,
      async idToken(audience: string | null) {
        asked.push(audience);
        return token('kafka');
      },
    };
    const service = serviceWith(OIDC_ON);
    const values = valuesWith({ 'kafka.sasl_oauthbearer_expected_audience': 'kafka,orders' });
    const story = (await told([])).story;
    const { tokens } = await withVerdicts(
      { ...story, values },
      { service, values, keys: null },
      null,
      requestFor({ testTokens: [{ from: 'job' }] }),
      { ...context, runner },
    );
    assert.deepEqual([asked, tokens[0]?.from], [['kafka'], 'job']);
  });
});

test('a token is got by the discovery document of the issuer that is expected', async () => {
  const client = { id: 'i', secret: 's', parameters: [] };
  const got: TokenSource = { from: 'client credentials', client };
  await assert.rejects(told([got]), /https:\/\/idp\.example\.com publishes/);
  await assert.rejects(told([got], valuesWith({ [ISSUER]: null })), /no issuer is expected/);
});

test('the parameters are those of the client credentials grant', () => {
  const parameters = [['scope', 'kafka']] as const;
  const client = { id: 'i', secret: 's', parameters };
  assert.deepEqual(
    parametersOf(requestFor({ testTokens: [given('a'), { from: 'client credentials', client }] })),
    parameters,
  );
  assert.equal(parametersOf(requestFor({ testTokens: [given('a')] })), null);
});

test('Schema Registry is looked at where it takes tokens', async () => {
  const roles = {
    sasl_oauthbearer_authentication_enabled: true,
    sasl_oauthbearer_authorization_enabled: true,
  };
  const service: Service = serviceWith(
    { ...OIDC_ON, schema_registry_config: roles },
    { components: [{ component: 'schema_registry' }] },
  );
  const { story } = await told([]);
  const look = async (on: boolean) => {
    const values = valuesWith({ 'schema_registry_config.sasl_oauthbearer_authentication_enabled': on });
    return (
      (await withRegistry({ ...story, values }, { service, values, keys: null }, requestFor())).checks
        .length - story.checks.length
    );
  };
  assert.deepEqual([await look(true), await look(false)], [1, 0]);
});
