import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account } from '../world/aiven.ts';
import { assertSucceeded, withWorkflowWorld } from './world.ts';

test('a workflow engine and the action understand each other', async (t) => {
  const organization = account({ account_name: 'Example' });
  const world = await withWorkflowWorld(t, { accounts: [organization] });
  const vars = { TEST_TOKEN: await world.provider.token({ audience: 'orders' }) };
  const run = await world.run('test/workflows/engine.yml', { vars });
  assertSucceeded(run);

  await t.test('a list on lines, a boolean in capitals, defaults for the rest', () => {
    assert.equal(run.step('projects').outputs['changed'], 'true');
    assert.equal(run.step('plan').outputs['changed'], 'true');
    assert.deepEqual(world.oidc(), {}, 'it was a dry run');
  });

  await t.test('what the action masks stays masked in later steps', () => {
    assert.equal(run.step('token').log, 'The token is ***\n');
  });

  await t.test('JSON outputs are JSON to expressions, between steps and jobs', () => {
    assert.equal(run.step('nested').log, 'The issuer is https://idp.example.com\n');
    const told = run.steps.filter(({ id }) => id === 'told').map(({ log }) => log.split('\n')[0]);
    const paths = [
      'kafka.sasl_oauthbearer_jwks_endpoint_url',
      'kafka.sasl_oauthbearer_expected_issuer',
      'kafka.sasl_oauthbearer_expected_audience',
      'kafka_authentication_methods.sasl',
    ].join(' ');
    assert.deepEqual(told.sort(), [`analytics: ${paths}`, `streams: ${paths}`], 'one job for each project');
  });

  await t.test('an output of several lines arrives whole', () => {
    const lines = run.step('plan').outputs['client-properties']?.split('\n').length ?? 0;
    assert.ok(lines > 5);
    for (const { log } of run.steps.filter(({ id }) => id === 'told'))
      assert.ok(Number(log.split('\n')[1]) >= 5);
  });

  await t.test('each step has a summary and annotations of its own', () => {
    assert.match(run.step('projects').summary, /^### ✅ Changed/);
    assert.match(run.step('plan').summary, /^### 📝 Would change/);
    const failing = run.step('failing');
    assert.match(failing.summary, /^### ⛔ Refused/);
    assert.deepEqual(
      failing.annotations.map(({ level }) => level),
      ['error'],
    );
    assert.match(failing.annotations[0]?.message ?? '', /wait .*perhaps/);
  });

  await t.test('a failure is one that a workflow can go on from', () => {
    assert.equal(run.step('failing').result, 'failure');
    assert.equal(run.step('after').log, 'Still here\n');
  });
});
