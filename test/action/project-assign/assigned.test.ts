import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { project } from '../../world/aiven.ts';
import { annotations, assertSucceeded, calls } from '../outcome.ts';
import {
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
  for (const [name, from] of [
    ['orders', 'a0other'],
    ['billing', 'a0payments'],
  ] as const) {
    test(`out of ${from}`, async (t) => {
      const { aiven, run, owner } = await withProjects(t);
      const result = await run({ ...TO_EXAMPLE, project: name, 'allow-move': 'TRUE' });
      assertSucceeded(result);
      assert.equal(owner(name), 'a0example');
      assert.deepEqual(
        aiven.writes().map(({ body }) => body),
        [BODY],
      );
      assert.deepEqual(JSON.parse(result.outputs['changes'] ?? ''), [change(name, from, 'a0example')]);
      assert.match(
        result.stdout,
        /1 project leaves its present organization or unit, whose members may lose access\./,
      );
    });
  }
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
