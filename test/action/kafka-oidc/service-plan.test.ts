import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startProvider } from '../../world/provider.ts';
import { failureOf } from '../outcome.ts';
import { SERVICE, withService } from './oidc.ts';

/** Aiven refuses what a plan has no settings for with a bare 400; the error names the plan. */

const provider = await startProvider();
after(() => provider.close());
const { caFile, issuer } = provider;

const BARE = { kind: 'status', status: 400, body: { message: 'Invalid input', errors: [] } } as const;

describe('a refusal of OIDC settings', { concurrency: 3 }, () => {
  for (const [plan, named] of [
    [
      'free-0',
      /The service is on the plan free-0, which is a likely cause: Free plans have no OpenID Connect settings/,
    ],
    ['developer-1', /on the plan developer-1, which .*: Developer plans have no OpenID Connect settings/],
    [
      'inkless-saas-2',
      /on the plan inkless-saas-2, which .*: Inkless plans lack some OpenID Connect settings/,
    ],
    ['premium-6x-8-inkless', /on the plan premium-6x-8-inkless/],
  ] as const) {
    test(`on ${plan} names the plan`, async (t) => {
      const { aiven, run } = await withService(t, { caFile, service: { plan } });
      aiven.fault({ method: 'PUT', path: SERVICE }, BARE);
      const { title, message } = failureOf(
        await run({ 'expected-issuer': issuer, 'expected-audience': 'kafka' }),
      );
      assert.equal(title, 'Aiven refused the request');
      assert.match(
        message,
        /^ServiceUpdate for service streams\/kafka: Aiven answered 400 \(Invalid input\)\./,
      );
      assert.match(message, named);
      assert.match(message, /Nothing was changed by this call\. Move the service to another plan/);
    });
  }

  test('on another plan does not', async (t) => {
    const { aiven, run } = await withService(t, { caFile, service: { plan: 'business-4' } });
    aiven.fault({ method: 'PUT', path: SERVICE }, BARE);
    const { message } = failureOf(await run({ 'expected-issuer': issuer, 'expected-audience': 'kafka' }));
    assert.doesNotMatch(message, /plan/);
  });

  test('for another reason than its settings does not', async (t) => {
    const { aiven, run } = await withService(t, { caFile, service: { plan: 'free-0' } });
    aiven.fault({ method: 'PUT', path: SERVICE }, { kind: 'status', status: 403 });
    const { message } = failureOf(await run({ 'expected-issuer': issuer, 'expected-audience': 'kafka' }));
    assert.doesNotMatch(message, /plan/);
    assert.match(message, /the permission service:configuration:write and/);
  });

  test('of other settings does not', async (t) => {
    const { aiven, run } = await withService(t, { caFile, service: { plan: 'free-0' } });
    aiven.fault({ method: 'PUT', path: SERVICE }, BARE);
    const { message } = failureOf(await run({ 'kafka-rest-authorization': 'true' }));
    assert.doesNotMatch(message, /plan/);
  });
});
