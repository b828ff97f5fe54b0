import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { kafkaService } from '../../world/aiven.ts';
import { startProvider } from '../../world/provider.ts';
import { assertSucceeded, calls, failureOf, updates, warnings } from '../outcome.ts';
import { SERVICE, withService } from './oidc.ts';

/** Waiting until a service has settled. */

const provider = await startProvider();
after(() => provider.close());
const { caFile, issuer } = provider;

const ASKED = { 'expected-issuer': issuer, 'expected-audience': 'kafka' };
const READ = `GET ${SERVICE}`;
const UPDATE = `PUT ${SERVICE}`;
/** Reads of calm that it takes to believe that a restart is over. */
const CALM_READS = 2;

function readsAfterUpdate(made: readonly string[]): number {
  assert.deepEqual(made.slice(0, 2), [READ, UPDATE]);
  const reads = made.slice(2);
  assert.ok(
    reads.every((call) => call === READ),
    reads.join(),
  );
  return reads.length;
}

describe('a rolling restart', { concurrency: 3 }, () => {
  test('is waited for, and told about as it moves', async (t) => {
    const settle = { delayPolls: 1, movingPolls: 3 };
    const { aiven, run } = await withService(t, { caFile, settle });
    const result = await run(ASKED);
    assertSucceeded(result);
    assert.equal(readsAfterUpdate(calls(aiven.requests)), 1 + 3 + CALM_READS);
    assert.match(
      result.stdout,
      /\[0:0\d, \d:\d\d left\] 0 of 3 brokers seen to restart; state REBALANCING; kafka-1 is syncing data, 0 %/,
    );
    assert.match(result.stdout, /1 of 3 brokers seen to restart; state REBALANCING; kafka-2 is syncing data/);
    assert.match(result.stdout, /The rolling restart is complete/);
    assert.match(
      result.summary,
      /The rolling restart is complete: the service settled after \d s, all 3 brokers have restarted/,
    );
    assert.equal(result.outputs['service-state'], 'RUNNING');
  });

  test('of which not every broker was seen is not told as complete', async (t) => {
    const { run } = await withService(t, { caFile, settle: { delayPolls: 0, movingPolls: 1 } });
    const result = await run(ASKED);
    assertSucceeded(result);
    assert.match(result.summary, /### ⚠️ Changed, restart not confirmed/);
    assert.match(result.summary, /after 3 s the service has settled, 1 of 3 brokers seen to restart\./);
    assert.deepEqual(warnings(result), ['Restart not confirmed']);
    assert.match(result.stdout, /Service streams\/kafka: 1 of 3 brokers seen to restart within 3 s\./);
    assert.match(result.stdout, /Set verify-login: true/);
    assert.match(result.stdout, /! Changed, restart not confirmed\./);
    assert.doesNotMatch(result.stdout + result.summary, /is complete|✅|✓ Changed/);
    assert.equal(result.outputs['changed'], 'true');
  });

  test('is seen in the nodes although the state never leaves RUNNING', async (t) => {
    const settle = { delayPolls: 0, movingPolls: 3, movingState: 'RUNNING' } as const;
    const { aiven, run } = await withService(t, { caFile, settle });
    const result = await run(ASKED);
    assertSucceeded(result);
    assert.equal(readsAfterUpdate(calls(aiven.requests)), 3 + CALM_READS);
    assert.match(result.stdout, /The rolling restart is complete/);
  });

  test('is not over because all nodes run for a moment between two of them', async (t) => {
    const settle = { delayPolls: 0, movingPolls: 3, calmPolls: 1 };
    const { aiven, run } = await withService(t, { caFile, settle });
    assertSucceeded(await run(ASKED));
    assert.equal(readsAfterUpdate(calls(aiven.requests)), 3 + 2 + CALM_READS);
  });

  test('that is never seen is looked for until the time is up, and not told as done', async (t) => {
    const { aiven, run } = await withService(t, { caFile, settle: { delayPolls: 0, movingPolls: 0 } });
    const result = await run(ASKED);
    assertSucceeded(result);
    assert.ok(readsAfterUpdate(calls(aiven.requests)) >= 5, 'it is looked for again and again');
    assert.match(result.summary, /0 of 3 brokers seen to restart/);
    assert.deepEqual(warnings(result), ['Restart not confirmed']);
  });

  test('is not expected for what the brokers need not restart for', async (t) => {
    const { run } = await withService(t, { caFile, config: { kafka_rest: true } });
    const result = await run({ 'kafka-rest-authorization': 'true', 'allow-lockout': 'true' });
    assertSucceeded(result);
    assert.deepEqual(warnings(result), []);
    assert.match(result.summary, /### ✅ Changed: /);
    assert.match(result.summary, /No restart was seen/);
  });

  test('that goes on is waited for by the next run, which changes nothing', async (t) => {
    const { aiven, run } = await withService(t, { caFile, settle: { delayPolls: 0, movingPolls: 3 } });
    await run({ ...ASKED, wait: 'false' });
    const before = aiven.requests.length;
    const next = await run(ASKED);
    assertSucceeded(next);
    assert.equal(next.outputs['changed'], 'false');
    assert.equal(next.outputs['service-state'], 'RUNNING');
    assert.deepEqual(
      calls(aiven.requests.slice(before)),
      Array.from({ length: 3 + CALM_READS }, () => READ),
    );
  });

  test('that goes on is not waited for by a dry run, which tells the state', async (t) => {
    const { aiven, run } = await withService(t, { caFile, settle: { delayPolls: 0, movingPolls: 9 } });
    await run({ ...ASKED, wait: 'false' });
    const before = aiven.requests.length;
    const dry = await run({ ...ASKED, 'dry-run': 'true' });
    assertSucceeded(dry);
    assert.deepEqual(calls(aiven.requests.slice(before)), [READ]);
    assert.equal(dry.outputs['service-state'], 'REBALANCING');
  });
});

describe('wait: false', { concurrency: 3 }, () => {
  test('makes two calls and tells the outputs all the same', async (t) => {
    const { aiven, run } = await withService(t, { caFile });
    const result = await run({ ...ASKED, wait: 'false' });
    assertSucceeded(result);
    assert.deepEqual(calls(aiven.requests), [READ, UPDATE]);
    assert.equal(result.outputs['changed'], 'true');
    assert.equal(result.outputs['bootstrap-servers'], 'kafka-streams.a.aivencloud.com:12702');
    assert.match(result.stdout, /does not wait/);
    assert.match(result.summary, /The brokers restart one by one now; this step does not wait for them/);
    assert.match(result.summary, /### ⚠️ Changed, restart not confirmed/);
    assert.deepEqual(warnings(result), []);
  });

  test('does not wait for a restart of somebody else either', async (t) => {
    const { aiven, run } = await withService(t, { caFile, settle: { delayPolls: 0, movingPolls: 9 } });
    await run({ ...ASKED, wait: 'false' });
    const before = aiven.requests.length;
    const next = await run({ ...ASKED, wait: 'False' });
    assertSucceeded(next);
    assert.deepEqual(calls(aiven.requests.slice(before)), [READ]);
    assert.equal(next.outputs['service-state'], 'REBALANCING');
  });
});

describe('when the time is over', { concurrency: 3 }, () => {
  test('the step fails, says what still moves, and what was changed', async (t) => {
    const settle = { delayPolls: 0, movingPolls: Number.POSITIVE_INFINITY };
    const { aiven, run } = await withService(t, { caFile, settle });
    const result = await run({ ...ASKED, 'wait-timeout-minutes': '0.02' });
    const { title, message } = failureOf(result);
    assert.equal(title, 'The service did not settle in time');
    assert.match(
      message,
      /After 1 s service streams\/kafka has not settled: state REBALANCING; kafka-1 is syncing data, 0 %\./,
    );
    assert.match(message, /Run the step again to wait for it, or raise wait-timeout-minutes/);
    assert.equal(updates(aiven).length, 1);
    assert.equal(result.outputs['changed'], 'true');
    assert.equal(result.outputs['service-state'], 'REBALANCING');
    assert.match(result.summary, /Expected audience/);
    assert.ok(result.ms < 10_000, `it took ${result.ms} ms`);
  });

  test('the step fails also where it changed nothing', async (t) => {
    const settle = { delayPolls: 0, movingPolls: Number.POSITIVE_INFINITY };
    const { run } = await withService(t, { caFile, settle });
    await run({ ...ASKED, wait: 'false' });
    const result = await run({ ...ASKED, 'wait-timeout-minutes': '0.02' });
    assert.equal(failureOf(result).title, 'The service did not settle in time');
    assert.equal(result.outputs['changed'], 'false');
  });
});

describe('a service that is powered off', { concurrency: 3 }, () => {
  const service = { state: 'POWEROFF' } as const;

  test('takes the settings over without a wait, and says when they take effect', async (t) => {
    const { aiven, run } = await withService(t, { caFile, service });
    const result = await run(ASKED);
    assertSucceeded(result);
    assert.deepEqual(calls(aiven.requests), [READ, UPDATE]);
    assert.equal(result.outputs['service-state'], 'POWEROFF');
    assert.equal(result.outputs['changed'], 'true');
    assert.ok(warnings(result).includes('The service is powered off'));
    assert.doesNotMatch(result.stdout, /brokers restart/);
  });

  test('is left alone when nothing differs', async (t) => {
    const { aiven, run } = await withService(t, { caFile, service });
    await run(ASKED);
    const before = aiven.requests.length;
    const again = await run(ASKED);
    assertSucceeded(again);
    assert.deepEqual(calls(aiven.requests.slice(before)), [READ]);
    assert.deepEqual(warnings(again), []);
  });

  test('ends the wait when that happens meanwhile', async (t) => {
    const user_config = { kafka_rest: true };
    const { aiven, run } = await withService(t, { caFile, service: { user_config } });
    const off = { ...kafkaService(service), user_config: { ...user_config, kafka_rest_authorization: true } };
    aiven.fault({ method: 'GET', skip: 1 }, { kind: 'shape', body: { service: off } });
    const result = await run({ 'kafka-rest-authorization': 'true', 'allow-lockout': 'true' });
    assertSucceeded(result);
    assert.deepEqual(calls(aiven.requests), [READ, UPDATE, READ]);
    assert.equal(result.outputs['service-state'], 'POWEROFF');
    assert.match(result.summary, /The service was powered off in the meantime/);
  });
});

test('a cancelled workflow ends the wait at once and says what was done', async (t) => {
  const settle = { delayPolls: 0, movingPolls: Number.POSITIVE_INFINITY };
  const { start } = await withService(t, { caFile, settle });
  const action = await start(ASKED);
  await action.line(/Waiting until the service has settled, 15 min/);
  const startedAt = performance.now();
  action.kill('SIGINT');
  const result = await action.done;
  assert.equal(failureOf(result).title, 'Cancelled');
  assert.equal(result.stdout.split('The settings were sent in one update.').length, 2, 'it is told once');
  assert.match(result.summary, /The settings were sent in one update/);
  assert.match(result.summary, /The rolling restart so far: 0 of 3 brokers seen to restart/);
  assert.ok(performance.now() - startedAt < 5_000);
});

test('a read that fails for a moment does not end the wait', async (t) => {
  const { aiven, run } = await withService(t, { caFile });
  const fault = aiven.fault({ method: 'GET', skip: 1, times: 2 }, { kind: 'html', status: 502 });
  const result = await run(ASKED);
  assertSucceeded(result);
  assert.equal(fault.hits, 2);
  assert.match(result.stdout, /ServiceGet: Aiven answered 502 \(an HTML page\)\. Trying again/);
});
