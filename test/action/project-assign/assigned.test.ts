import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { project } from '../../world/aiven.ts';
import { annotations, assertSucceeded, calls } from '../outcome.ts';
import {
  BILLING_GROUP,
  BODY,
  EXAMPLE,
  FOREIGN_OUTPUTS,
  OTHER,
  PAYMENTS,
  projectsOf,
  READS,
  withProjects,
} from './projects.ts';

/** What is assigned, with which calls, and what is told of it. */

const TO_EXAMPLE = { 'organization-name': 'Example' };
const change = (name: string, before: string | null, after: string) => ({
  resource: `project ${name}`,
  path: 'account_id',
  before,
  after,
});

describe('unassigned projects', { concurrency: 3 }, () => {
  test('are assigned with one read of each list, and found by the next run', async (t) => {
    const { aiven, run } = await withProjects(t);
    const result = await run({ ...TO_EXAMPLE, project: 'zebra, alpha' });
    assertSucceeded(result);
    const made = calls(aiven.requests);
    assert.deepEqual(made.slice(0, 2).sort(), READS);
    assert.deepEqual(made.slice(2).sort(), ['PUT /v1/project/alpha', 'PUT /v1/project/zebra']);
    assert.deepEqual(
      aiven.writes().map(({ body }) => body),
      [BODY, BODY],
    );

    const { changes, projects, ...rest } = result.outputs;
    assert.deepEqual(rest, {
      changed: 'true',
      'account-id': 'a0example',
      'organization-id': 'org0example',
      'organization-name': 'Example',
      ...FOREIGN_OUTPUTS,
    });
    assert.deepEqual(JSON.parse(changes ?? ''), [
      change('zebra', null, 'a0example'),
      change('alpha', null, 'a0example'),
    ]);
    assert.deepEqual(JSON.parse(projects ?? ''), [
      { project: 'zebra', account_id: 'a0example', changed: true },
      { project: 'alpha', account_id: 'a0example', changed: true },
    ]);
    assert.deepEqual(
      annotations(result).map(({ level }) => level),
      ['notice'],
    );
    assert.match(result.summary, /^### ✅ Changed: Projects of Example/);
    assert.match(result.summary, /\| zebra \|/);

    const second = await run({ ...TO_EXAMPLE, project: 'zebra, alpha' });
    assertSucceeded(second);
    assert.equal(aiven.writes().length, 2, 'no write more');
    assert.equal(second.outputs['changed'], 'false');
    assert.deepEqual(projectsOf(second), ['zebra a0example false', 'alpha a0example false']);
    assert.match(second.stdout, /2 projects belong to “Example” \(a0example\)\./);
  });

  test('are only planned in a dry run, which says what would be', async (t) => {
    const { aiven, run, owner } = await withProjects(t);
    const result = await run({ ...TO_EXAMPLE, project: 'zebra, streams', 'dry-run': 'true' });
    assertSucceeded(result);
    assert.deepEqual(calls(aiven.requests).sort(), READS);
    assert.equal(owner('zebra'), null);
    assert.equal(result.outputs['changed'], 'true');
    assert.deepEqual(projectsOf(result), ['zebra a0example true', 'streams a0example false']);
    assert.deepEqual(JSON.parse(result.outputs['changes'] ?? ''), [change('zebra', null, 'a0example')]);
    assert.match(result.summary, /Would change/);
  });
});

const LISTS: Record<string, string> = {
  'one name': 'zebra',
  commas: 'zebra,alpha,streams',
  'commas and blanks': ' zebra ,  alpha ,streams ',
  'new lines': 'zebra\nalpha\nstreams\n',
  'new lines of Windows': 'zebra\r\nalpha\r\nstreams\r\n',
  'both, with empty items': 'zebra,,\n\n, alpha\n,streams,',
  'a name twice': 'zebra, alpha, zebra, streams',
};

describe('a list takes', { concurrency: 3 }, () => {
  for (const [name, value] of Object.entries(LISTS)) {
    test(name, async (t) => {
      const { aiven, run } = await withProjects(t);
      const result = await run({ ...TO_EXAMPLE, project: value });
      assertSucceeded(result);
      const expected = ['zebra a0example true', 'alpha a0example true', 'streams a0example false'];
      assert.deepEqual(
        projectsOf(result),
        expected.slice(0, name === 'one name' ? 1 : 3),
        'in the order of the input',
      );
      assert.equal(aiven.writes().length, name === 'one name' ? 1 : 2);
    });
  }
});

describe('* takes every unassigned project', { concurrency: 3 }, () => {
  test('by name, and no other', async (t) => {
    const { aiven, run, owner } = await withProjects(t);
    const result = await run({ ...TO_EXAMPLE, project: '*' });
    assertSucceeded(result);
    assert.deepEqual(projectsOf(result), ['alpha a0example true', 'zebra a0example true']);
    assert.equal(owner('orders'), 'a0other');
    assert.equal(owner('billing'), 'a0payments');
    assert.equal(aiven.writes().length, 2);

    const second = await run({ ...TO_EXAMPLE, project: '*' });
    assertSucceeded(second);
    assert.deepEqual(calls(aiven.requests).slice(-2).sort(), READS);
    assert.deepEqual(second.outputs['projects'], '[]');
    assert.equal(second.outputs['changed'], 'false');
    assert.match(second.stdout, /No unassigned project is left that the token can see\./);
  });

  test('also with allow-move, which moves nothing then', async (t) => {
    const { run, owner } = await withProjects(t);
    assertSucceeded(await run({ ...TO_EXAMPLE, project: '*', 'allow-move': 'true' }));
    assert.equal(owner('orders'), 'a0other');
  });
});

const PARENTS: Record<string, [inputs: Record<string, string>, account: string, name: string]> = {
  'an organization by name': [{ 'organization-name': 'Other' }, 'a0other', 'Other'],
  'an organization by account ID': [{ 'parent-id': 'a0other' }, 'a0other', 'Other'],
  'an organization by organization ID': [{ 'parent-id': 'org0other' }, 'a0other', 'Other'],
  'a unit by name': [{ 'organization-name': 'Payments' }, 'a0payments', 'Payments'],
  'a unit by account ID': [{ 'parent-id': 'a0payments' }, 'a0payments', 'Payments'],
  'the organization, not its unit, by organization ID': [
    { 'parent-id': 'org0example' },
    'a0example',
    'Example',
  ],
};

describe('the parent is', { concurrency: 3 }, () => {
  for (const [what, [inputs, accountId, name]] of Object.entries(PARENTS)) {
    test(what, async (t) => {
      // A unit has the organization ID of its organization, and may be listed before it.
      const { run, owner } = await withProjects(t, { accounts: structuredClone([PAYMENTS, OTHER, EXAMPLE]) });
      const result = await run({ ...inputs, project: 'zebra' });
      assertSucceeded(result);
      assert.equal(owner('zebra'), accountId);
      assert.equal(result.outputs['account-id'], accountId);
      assert.equal(result.outputs['organization-name'], name);
    });
  }
});

describe('a project that belongs elsewhere is moved with allow-move', { concurrency: 3 }, () => {
  const LEAVES = /1 project leaves its current organization or unit, whose members may lose access\./;
  const PAYS = /1 project changes organizations; billing group 588a8e63-\S+ pays from then on\./;

  for (const [name, from, to] of [
    ['billing', 'a0payments', 'a0example'],
    ['streams', 'a0example', 'a0payments'],
  ] as const) {
    test(`within its organization without a billing group, out of ${from}`, async (t) => {
      const { aiven, run, owner } = await withProjects(t);
      const result = await run({ 'parent-id': to, project: name, 'allow-move': 'TRUE' });
      assertSucceeded(result);
      assert.equal(owner(name), to);
      assert.deepEqual(calls(aiven.writes()), [`PATCH /v1/organization/org0example/project/${name}`]);
      assert.deepEqual(aiven.writes()[0]?.body, { parent_id: to });
      assert.deepEqual(JSON.parse(result.outputs['changes'] ?? ''), [change(name, from, to)]);
      assert.match(result.stdout, LEAVES);
      assert.doesNotMatch(result.stdout, /changes organizations/);
      assert.deepEqual(projectsOf(result), [`${name} ${to} true`]);
    });
  }

  test('to another organization, whose billing group pays from then on', async (t) => {
    const { aiven, run, owner } = await withProjects(t);
    const inputs = { ...TO_EXAMPLE, project: 'orders', 'allow-move': 'true' };
    const result = await run({ ...inputs, 'billing-group-id': BILLING_GROUP });
    assertSucceeded(result);
    assert.equal(owner('orders'), 'a0example');
    assert.deepEqual(calls(aiven.requests).slice(0, 2).sort(), READS);
    assert.deepEqual(calls(aiven.requests).slice(2), ['PATCH /v1/organization/org0other/project/orders']);
    assert.deepEqual(aiven.writes()[0]?.body, {
      parent_id: 'a0example',
      organization_id: 'org0example',
      billing_group_id: BILLING_GROUP,
    });
    assert.deepEqual(JSON.parse(result.outputs['changes'] ?? ''), [change('orders', 'a0other', 'a0example')]);
    assert.match(result.stdout, LEAVES);
    assert.match(result.stdout, PAYS);

    const second = await run({ ...inputs, 'billing-group-id': BILLING_GROUP });
    assert.equal(second.outputs['changed'], 'false');
    assert.equal(aiven.writes().length, 1);
  });

  test('to a unit of another organization, too', async (t) => {
    const { aiven, run, owner } = await withProjects(t);
    const inputs = { 'organization-name': 'Payments', project: 'orders', 'allow-move': 'true' };
    assertSucceeded(await run({ ...inputs, 'billing-group-id': BILLING_GROUP }));
    assert.equal(owner('orders'), 'a0payments');
    assert.deepEqual(aiven.writes()[0]?.body, {
      parent_id: 'a0payments',
      organization_id: 'org0example',
      billing_group_id: BILLING_GROUP,
    });
  });

  test('each by the call that fits, in one run', async (t) => {
    const { aiven, run } = await withProjects(t);
    const inputs = { ...TO_EXAMPLE, project: 'zebra, billing, orders', 'allow-move': 'true' };
    assertSucceeded(await run({ ...inputs, 'billing-group-id': BILLING_GROUP }));
    assert.deepEqual(calls(aiven.writes()).sort(), [
      'PATCH /v1/organization/org0example/project/billing',
      'PATCH /v1/organization/org0other/project/orders',
      'PUT /v1/project/zebra',
    ]);
    assert.deepEqual(aiven.writes().find(({ method }) => method === 'PUT')?.body, BODY);
  });

  test('although Aiven does not tell the organization of the project, where its account does', async (t) => {
    const projects = [project({ project_name: 'orders' }, OTHER)];
    const { aiven, run } = await withProjects(t, { projects });
    const { organization_id: _, ...bare } = projects[0] as (typeof projects)[0];
    aiven.fault({ method: 'GET', path: '/v1/project' }, { kind: 'shape', body: { projects: [bare] } });
    const inputs = { ...TO_EXAMPLE, project: 'orders', 'allow-move': 'true' };
    assertSucceeded(await run({ ...inputs, 'billing-group-id': BILLING_GROUP }));
    assert.deepEqual(calls(aiven.writes()), ['PATCH /v1/organization/org0other/project/orders']);
  });

  for (const [after, name] of [
    ['work', 'that took effect is found at its organization, and not asked for again'],
    ['request', 'that had no effect is asked for again'],
  ] as const) {
    test(`a move whose answer is lost, ${name}`, async (t) => {
      const { aiven, run, owner } = await withProjects(t);
      aiven.fault({ method: 'PATCH', times: 1 }, { kind: 'reset', after });
      const inputs = { ...TO_EXAMPLE, project: 'orders', 'allow-move': 'true' };
      assertSucceeded(await run({ ...inputs, 'billing-group-id': BILLING_GROUP }));
      assert.equal(owner('orders'), 'a0example');
      assert.equal(aiven.writes().length, after === 'work' ? 1 : 2);
      const looks = calls(aiven.requests).filter((call) => call.startsWith('GET /v1/organization/'));
      assert.deepEqual(looks, ['GET /v1/organization/org0example/project/orders']);
    });
  }
});

describe('“Not a project member” is tried again for a while', { concurrency: 3 }, () => {
  const answer = {
    kind: 'status',
    status: 403,
    body: { message: 'Not a project member', errors: [] },
  } as const;

  test('as Aiven says so of a project that was just created or moved', async (t) => {
    const { aiven, run, owner } = await withProjects(t);
    aiven.fault({ method: 'PUT', times: 2 }, answer);
    aiven.fault({ method: 'PATCH', times: 1 }, answer);
    const result = await run({ ...TO_EXAMPLE, project: 'zebra, billing', 'allow-move': 'true' });
    assertSucceeded(result);
    assert.deepEqual([owner('zebra'), owner('billing')], ['a0example', 'a0example']);
    assert.equal(aiven.writes().length, 5);
    assert.match(result.stdout, /Aiven answered 403 \(Not a project member\)\. Trying again in/);
    assert.deepEqual(
      annotations(result).map(({ level }) => level),
      ['notice'],
    );
  });

  test('any other 403 is not', async (t) => {
    const { aiven, run } = await withProjects(t);
    aiven.fault({ method: 'PUT' }, { kind: 'status', status: 403 });
    assert.equal((await run({ ...TO_EXAMPLE, project: 'zebra' })).code, 1);
    assert.equal(aiven.writes().length, 1);
  });
});

test('many are assigned, eight at a time at most', async (t) => {
  const names = Array.from({ length: 60 }, (_, index) => `p${String(index).padStart(2, '0')}`);
  const projects = names.map((project_name) => project({ project_name }));
  const { aiven, run } = await withProjects(t, { projects, latencyMs: 20 });
  const result = await run({ ...TO_EXAMPLE, project: names.toReversed().join('\n') });
  assertSucceeded(result);
  assert.equal(aiven.writes().length, 60);
  assert.ok(aiven.maxConcurrent > 1 && aiven.maxConcurrent <= 8, `${aiven.maxConcurrent} at once`);
  assert.deepEqual(
    projectsOf(result),
    names.toReversed().map((name) => `${name} a0example true`),
  );
});
