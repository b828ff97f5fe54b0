import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { account, billingGroup, project } from '../world/aiven.ts';
import { pullRequestEvent } from '../world/github.ts';
import { ROOT } from '../world/run-action.ts';
import type { StepRun, WorkflowRun } from './act.ts';
import { assertSucceeded, withWorkflowWorld } from './world.ts';

const EXAMPLE = { account_name: 'Example', account_id: 'a1b2c3d4e5f6' };
const ASKED = {
  jwks_endpoint_url: 'https://idp.example.com/jwks',
  expected_issuer: 'https://idp.example.com',
  expected_audience: 'kafka',
};
const changed = ({ outputs }: StepRun) => outputs['changed'];
/** Not the warning that the provider's authority is one of these tests. */
const isOfUse = ({ title }: { title: string }) => title !== 'JWKS endpoint URL';
const jobsOf = ({ steps }: WorkflowRun) => [...new Set(steps.map(({ job }) => job))];

test('every example has a test', async () => {
  const files = (await readdir(join(ROOT, 'examples'))).filter((name) => name.endsWith('.yml'));
  assert.deepEqual(files.sort(), [
    'call-reusable.yml',
    'drift-detection.yml',
    'first-look.yml',
    'from-nothing.yml',
    'kafka-oidc.yml',
    'matrix.yml',
    'org-create.yml',
    'plan-on-pull-request.yml',
    'plan-then-apply.yml',
    'project-assign.yml',
    'reusable.yml',
    'schema-registry-and-rest.yml',
  ]);
});

// They wait more than they work.
describe('examples', { concurrency: 4 }, () => {
  describe('org-create.yml', () => {
    const FILE = 'examples/org-create.yml';

    test('a push creates what is missing; the next one finds it', async (t) => {
      const world = await withWorkflowWorld(t);
      const first = await world.run(FILE);
      assertSucceeded(first);
      assert.deepEqual(first.steps.map(changed), ['true', 'true']);
      const [organization, unit] = [...world.aiven.accounts.values()];
      assert.equal(organization?.account_name, 'Example');
      assert.equal(unit?.account_name, 'Streaming');
      assert.equal(unit?.parent_account_id, organization?.account_id, 'an output was an input');
      const writes = world.aiven.writes().length;

      const second = await world.run(FILE);
      assertSucceeded(second);
      assert.deepEqual(second.steps.map(changed), ['false', 'false']);
      assert.equal(world.aiven.writes().length, writes);
    });

    test('by hand: the name that was typed, in a dry run', async (t) => {
      const world = await withWorkflowWorld(t);
      const inputs = { 'organization-name': 'Another', 'dry-run': 'true' };
      const run = await world.run(FILE, { event: 'workflow_dispatch', inputs });
      assertSucceeded(run);
      assert.equal(run.steps.length, 1, 'there is no ID yet to create a unit under');
      assert.match(run.step('organization').summary, /Would change.*Another/);
      assert.deepEqual(world.aiven.writes(), []);
    });
  });

  test('first-look.yml: a push shows the plan, with a token that can read, and changes nothing', async (t) => {
    const world = await withWorkflowWorld(t);
    const secrets = { AIVEN_READ_TOKEN: world.aiven.token };
    const run = await world.run('examples/first-look.yml', { secrets });
    assertSucceeded(run);
    assert.match(run.step('0').summary, /Would change/);
    assert.deepEqual(world.aiven.writes(), []);
  });

  describe('project-assign.yml', () => {
    const FILE = 'examples/project-assign.yml';

    test('a push assigns the projects', async (t) => {
      const world = await withWorkflowWorld(t, { accounts: [account(EXAMPLE)] });
      const run = await world.run(FILE);
      assertSucceeded(run);
      assert.deepEqual(JSON.parse(run.step('0').outputs['projects'] ?? ''), [
        { project: 'sandbox', account_id: EXAMPLE.account_id, changed: true },
        { project: 'analytics', account_id: EXAMPLE.account_id, changed: true },
      ]);
      assert.equal(world.aiven.projects.get('streams')?.account_id, null, 'the others stay');
    });

    test('by hand: a move is refused until it is allowed', async (t) => {
      const other = account({ account_name: 'Other' });
      const example = account(EXAMPLE);
      const world = await withWorkflowWorld(t, { accounts: [example, other] });
      const payer = billingGroup({}, example);
      world.aiven.billingGroups.set(payer.billing_group_id, payer);
      world.aiven.projects.set('elsewhere', project({ project_name: 'elsewhere' }, other));
      const inputs = { project: 'elsewhere', 'allow-move': 'false', 'dry-run': 'false' };
      const refused = await world.run(FILE, { event: 'workflow_dispatch', inputs });
      assert.equal(refused.code, 1);
      const [error] = refused.step('0').annotations;
      assert.match(error?.message ?? '', /elsewhere.*Other.*allow-move/s);

      const allowed = { ...inputs, 'allow-move': 'true' };
      const vars = { AIVEN_BILLING_GROUP_ID: payer.billing_group_id };
      assertSucceeded(await world.run(FILE, { event: 'workflow_dispatch', inputs: allowed, vars }));
      assert.equal(world.aiven.projects.get('elsewhere')?.account_id, EXAMPLE.account_id);
    });
  });

  describe('kafka-oidc.yml', () => {
    const FILE = 'examples/kafka-oidc.yml';

    test('a push sets the service up; the next one has nothing to do', async (t) => {
      const world = await withWorkflowWorld(t);
      const first = await world.run(FILE);
      assertSucceeded(first);
      assert.deepEqual(world.oidc(), ASKED);
      const { outputs, summary } = first.step('0');
      assert.equal(outputs['service-state'], 'RUNNING');
      assert.match(outputs['client-properties'] ?? '', /^security.protocol=SASL_SSL$/m);
      assert.match(summary, /^### ✅ Changed: .*streams\/kafka/);

      const second = await world.run(FILE);
      assertSucceeded(second);
      assert.equal(changed(second.step('0')), 'false');
      assert.equal(world.aiven.writes().length, 1);
    });

    test('by hand: another service', async (t) => {
      const world = await withWorkflowWorld(t);
      const inputs = { 'service-name': 'kafka-orders', 'dry-run': 'false' };
      assertSucceeded(await world.run(FILE, { event: 'workflow_dispatch', inputs }));
      assert.deepEqual(world.oidc('streams/kafka-orders'), ASKED);
      assert.deepEqual(world.oidc('streams/kafka'), {});
    });

    test('by hand: a dry run unless told', async (t) => {
      const world = await withWorkflowWorld(t);
      const run = await world.run(FILE, { event: 'workflow_dispatch' });
      assertSucceeded(run);
      assert.equal(changed(run.step('0')), 'true');
      assert.deepEqual(world.aiven.writes(), []);
    });
  });

  describe('plan-on-pull-request.yml', () => {
    const FILE = 'examples/plan-on-pull-request.yml';
    const pullRequest = (fork: boolean) => {
      const { name: event, payload } = pullRequestEvent({ fork });
      return { event, payload };
    };

    test('a pull request plans, with a token that only reads, and comments', async (t) => {
      const world = await withWorkflowWorld(t);
      const secrets = { AIVEN_READ_TOKEN: world.aiven.token, AIVEN_TOKEN: 'not-to-be-used' };
      for (const time of ['first', 'second']) {
        const run = await world.run(FILE, { ...pullRequest(false), secrets });
        assertSucceeded(run);
        assert.deepEqual(jobsOf(run), ['plan']);
        assert.equal(changed(run.step('0')), 'true', time);
        assert.deepEqual(run.step('0').annotations.filter(isOfUse), []);
      }
      assert.equal(world.github.comments.length, 1, 'one comment, kept up to date');
      assert.match(world.github.comments[0]?.body ?? '', /kafka\.sasl_oauthbearer_expected_issuer/);
      assert.deepEqual(world.aiven.writes(), []);
    });

    test('a pull request never falls back to the token that applies', async (t) => {
      const world = await withWorkflowWorld(t);
      const run = await world.run(FILE, { ...pullRequest(false), secrets: { AIVEN_READ_TOKEN: '' } });
      assert.equal(run.code, 1);
      assert.match(run.step('0').annotations[0]?.message ?? '', /aiven-token/);
      assert.deepEqual(world.aiven.requests, []);
    });

    test('a pull request from Dependabot is left out', async (t) => {
      const world = await withWorkflowWorld(t);
      const { event, payload } = pullRequest(false);
      const { pull_request } = payload as { pull_request: object };
      const user = { login: 'dependabot[bot]' };
      const run = await world.run(FILE, {
        event,
        payload: { ...payload, pull_request: { ...pull_request, user } },
      });
      assertSucceeded(run);
      assert.deepEqual(run.steps, []);
    });

    test('a pull request from a fork has nothing to plan with', async (t) => {
      const world = await withWorkflowWorld(t);
      const run = await world.run(FILE, { ...pullRequest(true), secrets: { AIVEN_TOKEN: '' } });
      assertSucceeded(run);
      assert.deepEqual(run.steps, []);
    });

    test('a push applies', async (t) => {
      const world = await withWorkflowWorld(t);
      const run = await world.run(FILE, { secrets: { AIVEN_READ_TOKEN: 'not-to-be-used' } });
      assertSucceeded(run);
      assert.deepEqual(jobsOf(run), ['apply']);
      assert.deepEqual(world.oidc(), ASKED);
    });
  });

  describe('plan-then-apply.yml', () => {
    const FILE = 'examples/plan-then-apply.yml';

    test('a push plans, then applies; the next one has nothing to approve', async (t) => {
      const world = await withWorkflowWorld(t);
      const first = await world.run(FILE);
      assertSucceeded(first);
      assert.deepEqual(jobsOf(first), ['plan', 'apply']);
      assert.match(first.step('plan').summary, /^### 📝 Would change/);
      assert.deepEqual(world.oidc(), ASKED);

      const second = await world.run(FILE);
      assertSucceeded(second);
      assert.deepEqual(jobsOf(second), ['plan']);
    });

    test('the plan needs no token that could apply', async (t) => {
      const world = await withWorkflowWorld(t);
      const run = await world.run(FILE, { secrets: { AIVEN_TOKEN: 'not-to-be-used' } });
      assert.deepEqual(
        run.steps.map(({ job, result }) => `${job} ${result}`),
        ['plan success', 'apply failure'],
      );
      assert.deepEqual(world.aiven.writes(), []);
    });

    test('by hand: a dry run ends with the plan', async (t) => {
      const world = await withWorkflowWorld(t);
      const run = await world.run(FILE, { event: 'workflow_dispatch', inputs: { 'dry-run': 'true' } });
      assertSucceeded(run);
      assert.deepEqual(jobsOf(run), ['plan']);
      assert.deepEqual(world.aiven.writes(), []);
    });
  });

  describe('call-reusable.yml and reusable.yml', () => {
    const FILE = 'examples/call-reusable.yml';

    test('a push sets the service up', async (t) => {
      const world = await withWorkflowWorld(t);
      assertSucceeded(await world.run(FILE));
      assert.deepEqual(world.oidc(), ASKED);
    });

    test('by hand: a dry run', async (t) => {
      const world = await withWorkflowWorld(t);
      const run = await world.run(FILE, { event: 'workflow_dispatch', inputs: { 'dry-run': 'true' } });
      assertSucceeded(run);
      assert.match(run.log, /kafka\.sasl_oauthbearer_expected_issuer/);
      assert.deepEqual(world.aiven.writes(), []);
    });
  });

  describe('drift-detection.yml', () => {
    const FILE = 'examples/drift-detection.yml';

    test('fails when the service has drifted, and says where', async (t) => {
      const world = await withWorkflowWorld(t);
      const run = await world.run(FILE, {
        event: 'schedule',
        secrets: { AIVEN_READ_TOKEN: world.aiven.token },
      });
      assert.equal(run.code, 1);
      const check = run.step('0');
      assert.match(check.log, /kafka\.sasl_oauthbearer_expected_issuer\S*\s+"https/);
      assert.deepEqual(
        check.annotations.filter(isOfUse).map(({ level, title }) => [level, title]),
        [['error', 'Something would change']],
      );
      assert.deepEqual(world.aiven.writes(), []);
    });

    test('never falls back to the token that applies', async (t) => {
      const world = await withWorkflowWorld(t);
      const run = await world.run(FILE, { event: 'schedule', secrets: { AIVEN_READ_TOKEN: '' } });
      assert.equal(run.code, 1);
      assert.deepEqual(world.aiven.requests, []);
    });

    test('is content when nothing differs', async (t) => {
      const world = await withWorkflowWorld(t);
      assertSucceeded(await world.run('examples/kafka-oidc.yml'));
      assertSucceeded(await world.run(FILE, { event: 'schedule' }));
    });
  });

  describe('matrix.yml', () => {
    test('each service gets its own; one that fails does not stop the others', async (t) => {
      const world = await withWorkflowWorld(t);
      world.aiven.services.delete('streams/kafka');
      const run = await world.run('examples/matrix.yml');
      assert.equal(run.code, 1);
      assert.deepEqual(
        run.steps.map(({ matrix, result }) => `${matrix['project']}/${matrix['service']} ${result}`).sort(),
        ['analytics/kafka success', 'streams/kafka failure', 'streams/kafka-orders success'],
      );
      assert.equal(world.oidc('streams/kafka-orders')['expected_audience'], 'kafka,orders');
      assert.equal(world.oidc('analytics/kafka')['expected_audience'], 'kafka-analytics');
    });
  });

  describe('from-nothing.yml', () => {
    const FILE = 'examples/from-nothing.yml';

    test('a push goes all the way to a login', async (t) => {
      const world = await withWorkflowWorld(t);
      const first = await world.run(FILE);
      assertSucceeded(first);
      const [organization] = [...world.aiven.accounts.values()];
      assert.equal(world.aiven.projects.get('sandbox')?.account_id, organization?.account_id);
      assert.deepEqual(world.oidc('sandbox/kafka'), ASKED);
      const broker = world.brokers.get('sandbox/kafka');
      assert.deepEqual([...new Set(broker?.logins)], ['accepted']);
      assert.match(first.log, new RegExp(`Clients connect to localhost:${broker?.port}`));
      assert.equal(first.steps.filter(({ summary }) => summary !== '').length, 3, 'three summaries');

      const writes = world.aiven.writes().length;
      const logins = broker?.logins.length ?? 0;
      assertSucceeded(await world.run(FILE));
      assert.equal(world.aiven.writes().length, writes, 'the second time nothing changes');
      assert.deepEqual([...new Set(broker?.logins.slice(logins))], ['accepted'], 'it logs in all the same');
    });

    test('by hand: a dry run shows what can be known', async (t) => {
      const world = await withWorkflowWorld(t);
      const run = await world.run(FILE, { event: 'workflow_dispatch' });
      assertSucceeded(run);
      assert.equal(changed(run.step('kafka')), 'true');
      assert.deepEqual(world.aiven.writes(), []);
    });
  });

  describe('schema-registry-and-rest.yml', () => {
    const FILE = 'examples/schema-registry-and-rest.yml';

    test('allowed once by hand, it goes all the way to three logins, and so does a push', async (t) => {
      const world = await withWorkflowWorld(t);
      const inputs = { 'dry-run': 'false', 'allow-lockout': 'true' };
      assertSucceeded(await world.run(FILE, { event: 'workflow_dispatch', inputs }));
      const run = await world.run(FILE);
      assertSucceeded(run);
      assert.equal(changed(run.step('kafka')), 'false');
      const { summary } = run.step('kafka');
      assert.match(summary, /Schema Registry will accept it/);
      assert.match(summary, /answered GET \/subjects with the token, but not without one/);
      assert.match(summary, /answered GET \/topics with the token, but not without one/);
    });

    test('a push alone locks nobody out of the REST proxy', async (t) => {
      const world = await withWorkflowWorld(t);
      const run = await world.run(FILE);
      assert.equal(run.code, 1);
      const [error] = run.step('kafka').annotations.filter(({ level }) => level === 'error');
      assert.match(error?.message ?? '', /REST proxy.*allow-lockout/s);
      assert.deepEqual(world.aiven.writes(), []);
    });

    test('by hand: a dry run has three verdicts', async (t) => {
      const world = await withWorkflowWorld(t);
      const inputs = { 'dry-run': 'true', 'allow-lockout': 'true' };
      const run = await world.run(FILE, { event: 'workflow_dispatch', inputs });
      assertSucceeded(run);
      assert.match(run.step('kafka').summary, /passes it on to the brokers, which will accept it/);
      assert.deepEqual(world.aiven.writes(), []);
    });
  });
});
