import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ROOT } from '../world/run-action.ts';
import { PROVIDERS, SETTINGS } from './identity-providers.ts';
import { assertSucceeded, withWorkflowWorld } from './world.ts';

type Name = keyof typeof PROVIDERS;

/** What each workflow makes of the service: the settings, and how its test token logs in. */
const EXPECTED: Record<Name, { audience: string; claim?: string; principal: string | null; logins: number }> =
  {
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
      logins: 0,
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
        expected_audience: audience,
        ...(claim && { sub_claim_name: claim }),
      });
      if (principal) assert.ok(run.log.includes(principal), `the log names ${principal}:\n${run.log}`);
      assert.deepEqual(world.brokers.get('streams/kafka')?.logins, Array(logins).fill('accepted'));
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

  test('examples/providers/github-actions.yml: the second job logs in with no secret', async (t) => {
    const world = await withWorkflowWorld(t);
    const vars = { KAFKA_CA: world.provider.ca };
    const run = await world.run('examples/providers/github-actions.yml', { vars });
    assertSucceeded(run);
    const [write, list] = run.steps.filter(({ job }) => job === 'log-in');
    assert.equal(write?.result, 'success');
    const port = world.brokers.get('streams/kafka')?.port;
    assert.match(
      list?.log ?? '',
      new RegExp(`^docker run .*--bootstrap-server localhost:${port} .*--list$`, 'm'),
    );
    assert.match(list?.log ?? '', /^ssl\.truststore\.location=\/client\/ca\.pem$/m);
    assert.match(list?.log ?? '', /^sasl\.oauthbearer\.token\.endpoint\.url=file:\/\/\/client\/token$/m);
  });
});
