import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, kafkaService, project } from '../../world/aiven.ts';
import { runAction } from '../../world/run-action.ts';
import { assertSucceeded } from '../outcome.ts';
import { withAiven, withProvider } from '../setup.ts';

test('a run that updates and waits has one connection to the API, kept alive', async (t) => {
  const aiven = await withAiven(t, {
    projects: [project({ project_name: 'streams' })],
    services: [kafkaService()],
    settle: { delayPolls: 0, movingPolls: 3 },
  });
  const provider = await withProvider(t);
  const inputs = {
    mode: 'kafka-oidc',
    'aiven-token': aiven.token,
    'api-url': aiven.url,
    project: 'streams',
    'service-name': 'kafka',
    'expected-issuer': provider.issuer,
    'expected-audience': 'kafka',
    'wait-timeout-minutes': '0.5',
  };
  assertSucceeded(await runAction(inputs, { env: { NODE_EXTRA_CA_CERTS: provider.caFile } }));
  assert.ok(aiven.requests.length >= 5, `${aiven.requests.length} requests`);
  assert.equal(aiven.connections, 1);
});

test('many projects are read with one call and assigned at most eight at a time, over as many connections', async (t) => {
  const names = Array.from({ length: 40 }, (_, index) => `project-${index}`);
  const aiven = await withAiven(t, {
    accounts: [account({ account_name: 'Example' })],
    projects: names.map((project_name) => project({ project_name })),
    latencyMs: 20,
  });
  const inputs = {
    mode: 'project-assign',
    'aiven-token': aiven.token,
    'api-url': aiven.url,
    'organization-name': 'Example',
    project: '*',
  };
  assertSucceeded(await runAction(inputs));
  assert.equal(aiven.requests.filter(({ path }) => path === '/v1/project').length, 1);
  assert.equal(aiven.writes().length, 40);
  assert.ok(aiven.maxConcurrent <= 8, `${aiven.maxConcurrent} requests at once`);
  assert.ok(aiven.connections <= 8, `${aiven.connections} connections`);
});
