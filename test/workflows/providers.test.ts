import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ROOT } from '../world/run-action.ts';
import { PROVIDERS, SETTINGS } from './identity-providers.ts';
import { assertSucceeded, withWorkflowWorld } from './world.ts';

type Name = keyof typeof PROVIDERS;

/** What each workflow makes of the service: the settings, and how its test token logs in. */
const EXPECTED: Record<
  Name,
  { audience: string | null; claim?: string; principal: string | null; logins: number }
> = {
  auth0: { audience: 'https://kafka.example.com', principal: 'User:orders-service@clients', logins: 1 },
  okta: { audience: 'api://default', principal: 'User:orders-service', logins: 1 },
  'entra-id': {
    audience: '11111111-2222-4333-8444-555555555555',
    claim: 'azp',
    principal: 'User:orders-service',
    logins: 1,
  },
  google: { audience: 'https://kafka.example.com', principal: 'User:104029', logins: 1 },
  keycloak: { audience: 'kafka', claim: 'azp', principal: 'User:orders-service', logins: 1 },
  'github-actions': {
    audience: 'https://kafka.example.com',
    claim: 'repository_id',
    principal: 'User:650312345',
    logins: 1,
  },
  cognito: { audience: null, claim: 'client_id', principal: 'User:orders-service', logins: 1 },
  zitadel: { audience: '284920394857345678', principal: 'User:284920394857300001', logins: 1 },
  kubernetes: {
    audience: 'https://kafka.example.com',
    principal: 'User:system:serviceaccount:streams:orders',
    logins: 1,
  },
  gitlab: { audience: 'https://kafka.example.com', claim: 'project_id', principal: null, logins: 0 },
  'aws-iam': {
    audience: 'https://kafka.example.com',
    principal: 'User:arn:aws:iam::123456789012:role/kafka',
    logins: 1,
  },
};

test('there is a test for the workflow of every provider', async () => {
  const files = await readdir(join(ROOT, 'examples/providers'));
  assert.deepEqual(files.map((file) => file.replace('.yml', '')).sort(), Object.keys(EXPECTED).sort());
});

// They wait more than they work.
describe('the workflow of each provider', { concurrency: 4 }, () => {
  for (const [name, { audience, claim, principal, logins }] of Object.entries(EXPECTED)) {
    test(`examples/providers/${name}.yml: its token is accepted`, async (t) => {
      const world = await withWorkflowWorld(t);
      const run = await world.run(`examples/providers/${name}.yml`, SETTINGS[name as Name]);
      assertSucceeded(run);
      const { issuer, jwksUri } = PROVIDERS[name as Name];
      assert.deepEqual(world.oidc(), {
        jwks_endpoint_url: jwksUri,
        expected_issuer: issuer,
        ...(audience && { expected_audience: audience }),
        ...(claim && { sub_claim_name: claim }),
      });
      if (principal) assert.ok(run.log.includes(principal), `the log names ${principal}:\n${run.log}`);
      // While the brokers restart, it logs in more than once.
      const seen = world.brokers.get('streams/kafka')?.logins ?? [];
      assert.deepEqual([...new Set(seen)], Array(logins).fill('accepted'));
    });

    test(`examples/providers/${name}.yml: a dry run by hand changes nothing`, {
      concurrency: true,
    }, async (t) => {
      const world = await withWorkflowWorld(t);
      const inputs = { 'dry-run': 'true' };
      const run = await world.run(`examples/providers/${name}.yml`, {
        ...SETTINGS[name as Name],
        event: 'workflow_dispatch',
        inputs,
      });
      assertSucceeded(run);
      assert.deepEqual(world.aiven.writes(), []);
    });
  }

  test('what the provider answers is in the error, and nothing is changed', async (t) => {
    const world = await withWorkflowWorld(t);
    const { vars, secrets } = SETTINGS.okta;
    const run = await world.run('examples/providers/okta.yml', {
      vars: { ...vars, OKTA_SCOPE: 'unknown' },
      ...(secrets && { secrets }),
    });
    assert.equal(run.code, 1);
    const [error] = run.step('0').annotations;
    assert.match(
      error?.message ?? '',
      /invalid_request.*What was asked for is not to be had.*test-token-parameters/s,
    );
    assert.deepEqual(world.aiven.writes(), []);
  });

  test('what kubectl answers is in the log, and the step ends there', async (t) => {
    const world = await withWorkflowWorld(t);
    const { vars } = SETTINGS.kubernetes;
    const run = await world.run('examples/providers/kubernetes.yml', {
      ...(vars && { vars }),
      secrets: { KUBE_CONFIG: 'server: https://kubernetes.example.com\ntoken: of-nobody' },
    });
    assert.equal(run.code, 1);
    assert.match(run.step('token').log, /What was asked for is not to be had/);
    assert.equal(run.steps.length, 1);
  });
});
