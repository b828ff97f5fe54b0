import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { account, kafkaService, project } from '../world/aiven.ts';
import { runHere } from '../world/run-here.ts';
import { assertSucceeded, failureOf, warnings } from './outcome.ts';
import { withAiven } from './setup.ts';

/** With `expect-no-changes`, a dry run fails when something would change, in every mode. */

const EXAMPLE = account({ account_name: 'Example', account_id: 'a0example' });

const DIFFERS: Record<string, { inputs: Record<string, string>; paths: string; outputs: string[] }> = {
  'org-create': {
    inputs: { 'organization-name': 'New one' },
    paths: 'a change to make: account_name of organization New one.',
    outputs: ['organization-name'],
  },
  'project-assign': {
    inputs: { 'parent-id': 'a0example', project: 'streams' },
    paths: 'a change to make: account_id of project streams.',
    outputs: ['account-id', 'projects'],
  },
  'kafka-oidc': {
    inputs: {
      project: 'streams',
      'service-name': 'kafka',
      'jwks-endpoint-url': 'https://idp.example.com/jwks',
      'expected-issuer': 'https://idp.example.com',
      'expected-audience': 'kafka',
      'verify-provider': 'false',
    },
    paths: '4 changes to make: kafka.sasl_oauthbearer_jwks_endpoint_url of service streams/kafka, ',
    outputs: ['service-config', 'service-state'],
  },
};

const RIGHT: Record<string, Record<string, string>> = {
  'org-create': { 'organization-name': 'Example' },
  'project-assign': { 'parent-id': 'a0example', project: 'there' },
  'kafka-oidc': { project: 'streams', 'service-name': 'kafka', 'kafka-rest-authorization': 'false' },
};

async function world(t: TestContext) {
  const aiven = await withAiven(t, {
    accounts: [structuredClone(EXAMPLE)],
    projects: [project({ project_name: 'streams' }), project({ project_name: 'there' }, EXAMPLE)],
    services: [kafkaService()],
  });
  const common = { 'aiven-token': aiven.token, 'api-url': aiven.url, 'expect-no-changes': 'true' };
  return { aiven, run: (inputs: Record<string, string>) => runHere({ ...common, ...inputs }) };
}

describe('a dry run that expects no changes', { concurrency: 3 }, () => {
  for (const [mode, { inputs, paths, outputs }] of Object.entries(DIFFERS)) {
    test(`fails in ${mode} when something would change, and still tells all of it`, async (t) => {
      const { aiven, run } = await world(t);
      const result = await run({ mode, ...inputs, 'dry-run': 'true' });
      const { title, message } = failureOf(result);
      assert.equal(title, 'Something would change');
      assert.ok(message.startsWith('expect-no-changes is set, and this dry run found '), message);
      assert.ok(message.includes(paths), message);
      assert.match(message, /run the step with dry-run: false and without expect-no-changes/);
      assert.match(message, /Nothing was changed\.$/);
      assert.deepEqual(aiven.writes(), []);
      assert.equal(result.outputs['changed'], 'true');
      const changes: unknown[] = JSON.parse(result.outputs['changes'] ?? '');
      assert.ok(changes.length > 0);
      for (const name of outputs) assert.notEqual(result.outputs[name], '', name);
      assert.match(
        result.summary,
        /^### ❌ Failed: .*\n\n> \[!CAUTION\]\n> \*\*Something would change\.\*\*/,
      );
      assert.match(result.summary, /\| Now \| Would be \|/);
      assert.match(result.summary, /\*\*What to do:\*\* To apply .*, run the step with `dry-run: false`/);
      assert.match(result.stdout, /Plan:\S* \d to set, \d to change, 0 to unset\. Nothing was changed/);
    });

    test(`succeeds in ${mode} when nothing would`, async (t) => {
      const { run } = await world(t);
      const result = await run({ mode, ...RIGHT[mode], 'dry-run': 'true' });
      assertSucceeded(result);
      assert.equal(result.outputs['changed'], 'false');
      assert.deepEqual(warnings(result), []);
    });

    test(`is no real run in ${mode}`, async (t) => {
      const { aiven, run } = await world(t);
      for (const dryRun of ['false', undefined]) {
        const { message } = failureOf(await run({ mode, ...inputs, ...(dryRun && { 'dry-run': dryRun }) }));
        assert.match(
          message,
          /^expect-no-changes is set, but dry-run is not true.*Set dry-run: true as well\./,
        );
      }
      assert.deepEqual(aiven.requests, []);
    });
  }
});
