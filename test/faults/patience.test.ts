import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { SERVICE, withService } from '../action/kafka-oidc/oidc.ts';
import { assertSucceeded, calls, failureOf, updates } from '../action/outcome.ts';
import { type StaticPages, startStaticSite } from '../world/bad-provider.ts';
import { startProvider } from '../world/provider.ts';
import { BUNDLE } from '../world/run-action.ts';

/** What takes its time, on the clock of the wall: the bundle waits for it as long as it should, and no longer. */

const provider = await startProvider();
after(() => provider.close());
const { caFile, certificates, issuer } = provider;

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEYS = { keys: [{ kid: 'good', ...publicKey.export({ format: 'jwk' }) }] };

/** A provider whose key set comes late. */
const pagesOf = (url: string, jwks: StaticPages[string]): StaticPages => ({
  '/.well-known/openid-configuration': { body: { issuer: url, jwks_uri: `${url}/jwks` } },
  '/jwks': jwks,
});

describe('a key set', { concurrency: 2 }, () => {
  test('that never answers ends the step in bounded time, not at the end of the job', async (t) => {
    const site = await startStaticSite((url) => pagesOf(url, { delayMs: Infinity }), certificates);
    t.after(() => site.close());
    const { aiven, run } = await withService(t, { caFile, bundle: BUNDLE });
    const failure = failureOf(await run({ 'expected-issuer': site.url }));
    assert.match(failure.message, /did not answer within/);
    assert.match(failure.message, /verify-provider: false/);
    assert.deepEqual(updates(aiven), []);
  });

  test('that comes after 12 s is waited for, as a broker does', async (t) => {
    const site = await startStaticSite((url) => pagesOf(url, { delayMs: 12_000, body: KEYS }), certificates);
    t.after(() => site.close());
    const { run } = await withService(t, { caFile, bundle: BUNDLE });
    assertSucceeded(
      await run({ 'expected-issuer': site.url, 'expected-audience': 'kafka', 'dry-run': 'true' }),
    );
  });
});

describe('a rolling restart', { concurrency: 2 }, () => {
  const ASKED = { 'expected-issuer': issuer, 'expected-audience': 'kafka', 'wait-timeout-minutes': '1' };
  const CALM_READS = 2;

  test('that begins late is waited for', async (t) => {
    const settle = { delayPolls: 10, movingPolls: 3 };
    const { aiven, run } = await withService(t, { caFile, bundle: BUNDLE, settle });
    const result = await run(ASKED);
    assertSucceeded(result);
    assert.equal(readsAfterUpdate(calls(aiven.requests)), 10 + 3 + CALM_READS);
    assert.match(result.summary, /### ✅ Changed: /);
  });

  test('is waited for through long gaps between its brokers', async (t) => {
    const settle = { delayPolls: 0, movingPolls: 3, calmPolls: 6 };
    const { aiven, run } = await withService(t, { caFile, bundle: BUNDLE, settle });
    assertSucceeded(await run(ASKED));
    assert.equal(readsAfterUpdate(calls(aiven.requests)), 3 + 2 * 6 + CALM_READS);
  });
});

function readsAfterUpdate(made: readonly string[]): number {
  const update = made.indexOf(`PUT ${SERVICE}`);
  assert.ok(update > 0);
  const reads = made.slice(update + 1);
  assert.deepEqual(new Set(reads), new Set([`GET ${SERVICE}`]));
  return reads.length;
}
