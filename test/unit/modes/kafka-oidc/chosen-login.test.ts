import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Service } from '../../../../src/aiven/schema.ts';
import { openLogin } from '../../../../src/modes/kafka-oidc/chosen-login.ts';
import type { Steps } from '../../../../src/modes/kafka-oidc/steps.ts';
import type { KafkaOidcRequest } from '../../../../src/modes/request.ts';
import {
  CLAIM,
  changesTo,
  JWKS_URL,
  OIDC_ON,
  requestFor,
  runWith,
  serviceWith,
  valuesWith,
} from './situations.ts';

/** Whether there is a login, and when. A service without a listener is told as that by whatever tries. */

const CHANGES = changesTo({ [CLAIM]: 'azp' });

async function open(
  request: Partial<KafkaOidcRequest>,
  {
    changes = CHANGES,
    values = valuesWith(),
    before = serviceWith(OIDC_ON),
  }: { changes?: typeof CHANGES; values?: Steps['story']['values']; before?: Service } = {},
) {
  const { world, context } = runWith();
  const brokers = { service: before, values, keys: null };
  const steps = { before, changes, story: { values }, tokens: [], brokers } as unknown as Steps;
  return { world, login: await openLogin(steps, requestFor({ verifyLogin: true, ...request }), context) };
}

const UNLISTED = /lists no SASL listener/;

describe('a login', () => {
  test('that is not asked for is none', async () => {
    const { login } = await open({ verifyLogin: false });
    assert.equal(login.watching, null);
    assert.deepEqual(await login.conclude(serviceWith({}), null, 0), {
      checks: [],
      failure: null,
      turnedAway: [],
    });
  });

  for (const [what, request, more] of [
    ['the service is powered off', {}, { before: serviceWith(OIDC_ON, { state: 'POWEROFF' }) }],
    ['OIDC is off', {}, { values: valuesWith({ [JWKS_URL]: null }) }],
    ['brokers restart and nobody waits', { wait: false }, {}],
  ] as const)
    test(`where ${what} is skipped, and said to be`, async () => {
      const { login } = await open(request, more);
      assert.equal(login.watching, null);
      const { checks, failure } = await login.conclude(serviceWith({}), null, 0);
      assert.deepEqual([checks.map(({ result }) => result), failure], [['skipped'], null]);
    });

  test('where nothing changed is tried at the end, and nothing is watched', async () => {
    const { login } = await open({ wait: false }, { changes: [] });
    assert.equal(login.watching, null);
    assert.match((await login.conclude(serviceWith({}), null, 0)).failure?.problem ?? '', UNLISTED);
  });

  test('after a change goes on beside the wait', async (t) => {
    const { login, world } = await open({});
    t.after(() => login.watching?.close());
    assert.ok(login.watching?.beside);
    login.watching.see(serviceWith({}));
    const settled = { how: 'powered off' } as never;
    const { checks } = await login.conclude(serviceWith({}), settled, 0);
    assert.deepEqual(
      checks.map(({ result }) => result),
      ['skipped'],
    );
    assert.deepEqual(world.warnings, []);
  });

  test('after a change without a wait is tried at the end', async (t) => {
    const { login } = await open({});
    t.after(() => login.watching?.close());
    assert.match((await login.conclude(serviceWith({}), null, 0)).failure?.problem ?? '', UNLISTED);
  });
});
