import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { account, project, unit } from '../../world/aiven.ts';
import { calls, failureOf } from '../outcome.ts';
import { BILLING_GROUP, EXAMPLE, OTHER, projectsOf, READS, withProjects } from './projects.ts';

/** All projects are checked before the first is changed, and what fails later is told project by project. */

const TO_EXAMPLE = { 'organization-name': 'Example' };

describe('a wrong name in the list changes nothing', { concurrency: 3 }, () => {
  test('and names that are near are told, each for its own', async (t) => {
    const { aiven, run } = await withProjects(t);
    const result = await run({ ...TO_EXAMPLE, project: 'zebra, straems, nowhere-near, bill' });
    const { title, message } = failureOf(result);
    assert.equal(title, 'project is unknown');
    assert.equal(
      message,
      'The token sees no project “straems”, “nowhere-near”, “bill” (input project). Did you mean streams for “straems”, billing for “bill”? Nothing was changed.',
    );
    assert.deepEqual(calls(aiven.requests).sort(), READS);
  });

  test('without names that are near, what to check', async (t) => {
    const { run } = await withProjects(t);
    const { message } = failureOf(await run({ ...TO_EXAMPLE, project: 'something-else' }));
    assert.match(message, /Check the names, and that the user of aiven-token can see these projects\./);
  });

  test('of very many, as many as one can read', async (t) => {
    const { run } = await withProjects(t);
    const wrong = Array.from({ length: 2_000 }, (_, index) => `nowhere-${index}`);
    const { message } = failureOf(await run({ ...TO_EXAMPLE, project: wrong.join() }));
    assert.match(message, /“nowhere-49”, and 1950 more \(input project\)/);
  });

  test('names compare exactly', async (t) => {
    const { aiven, run } = await withProjects(t);
    const { message } = failureOf(await run({ ...TO_EXAMPLE, project: 'Zebra' }));
    assert.match(message, /Did you mean zebra for “Zebra”\?/);
    assert.deepEqual(aiven.writes(), []);
  });
});

describe('a project that belongs elsewhere', { concurrency: 3 }, () => {
  test('is an error that names where it is, and changes nothing', async (t) => {
    const { aiven, run, owner } = await withProjects(t);
    const { title, message } = failureOf(await run({ ...TO_EXAMPLE, project: 'zebra, orders, billing' }));
    assert.equal(title, 'A project belongs elsewhere');
    assert.equal(
      message,
      'orders belongs to “Other” (a0other); billing belongs to “Payments” (a0payments). Set allow-move: true to move them to “Example” (a0example), or remove them from the input project. orders changes organizations, for which Aiven also requires billing-group-id. Nothing was changed.',
    );
    assert.deepEqual(aiven.writes(), []);
    assert.equal(owner('zebra'), null);
  });

  test('is an error in a dry run, too', async (t) => {
    const { run } = await withProjects(t);
    failureOf(await run({ ...TO_EXAMPLE, project: 'orders', 'dry-run': 'true' }));
  });

  test('is told beside one that is unknown', async (t) => {
    const { aiven, run } = await withProjects(t);
    const { title, message } = failureOf(await run({ ...TO_EXAMPLE, project: 'orders, straems, zebra' }));
    assert.equal(title, 'These projects cannot be assigned');
    assert.match(message, /^The token sees no project “straems”.*\norders belongs to “Other” \(a0other\)\./);
    assert.deepEqual(aiven.writes(), []);
  });

  test('whose name of the organization is not told, by its ID', async (t) => {
    const projects = [project({ project_name: 'far', account_id: 'a0hidden' })];
    const { run } = await withProjects(t, { projects });
    assert.match(
      failureOf(await run({ ...TO_EXAMPLE, project: 'far' })).message,
      /^far belongs to a0hidden\./,
    );
  });
});

describe('a move to another organization', { concurrency: 3 }, () => {
  const MOVE = { ...TO_EXAMPLE, 'allow-move': 'true' };

  test('without a billing group is refused before anything changes, with all that it concerns', async (t) => {
    const { aiven, run, owner } = await withProjects(t);
    aiven.projects.set('far', project({ project_name: 'far' }, OTHER));
    for (const dry of ['false', 'true']) {
      const inputs = { ...MOVE, project: 'zebra, orders, billing, far', 'dry-run': dry };
      const { title, message } = failureOf(await run(inputs));
      assert.equal(title, 'billing-group-id is missing');
      assert.equal(
        message,
        'orders, far change organizations, and Aiven needs to know which billing group pays for them from then on: orders belongs to “Other” (a0other); far belongs to “Other” (a0other). Set billing-group-id to the ID of a billing group of the organization of “Example” (a0example), or remove them from the input project. Nothing was changed.',
      );
    }
    assert.deepEqual(aiven.writes(), []);
    assert.equal(owner('zebra'), null);
  });

  test('is told beside a name that is unknown', async (t) => {
    const { run } = await withProjects(t);
    const { message } = failureOf(await run({ ...MOVE, project: 'orders, straems' }));
    assert.match(message, /^The token sees no project “straems”.*\norders changes organizations, and/);
  });

  test('out of one that the token does not see is refused', async (t) => {
    const hidden = { project_name: 'far', account_id: 'a0hidden' };
    const { aiven, run } = await withProjects(t, { projects: [project(hidden)] });
    const inputs = { ...MOVE, project: 'far', 'billing-group-id': BILLING_GROUP };
    const { title, message } = failureOf(await run(inputs));
    assert.equal(title, 'A project cannot be moved from here');
    assert.match(message, /^far belongs to a0hidden, whose organization .* both organizations, or move/);
    assert.deepEqual(aiven.writes(), []);
  });

  for (const wrong of [
    'Default billing group',
    '"588a8e63"',
    'x'.repeat(37),
    'a4f0c1d2e3b5',
    'org4f0c1d2e3b5',
  ]) {
    test(`with ${wrong.slice(0, 30)} as the ID of a billing group is refused before any call`, async (t) => {
      const { aiven, run } = await withProjects(t);
      const { message } = failureOf(await run({ ...MOVE, project: 'orders', 'billing-group-id': wrong }));
      assert.match(message, /^billing-group-id “.*” is .*billing group, such as 588a8e63-/);
      assert.deepEqual(aiven.requests, []);
    });
  }
});

describe('a parent', { concurrency: 3 }, () => {
  test('that both an organization and a unit are called is told apart by ID', async (t) => {
    const twin = unit(OTHER, { account_name: 'Example', account_id: 'a0twin' });
    const { aiven, run } = await withProjects(t, { accounts: [EXAMPLE, OTHER, twin] });
    const { title, message } = failureOf(await run({ ...TO_EXAMPLE, project: 'zebra' }));
    assert.equal(title, 'organization-name is ambiguous');
    assert.equal(
      message,
      'The token sees 2 accounts called “Example” (input organization-name): a0example (organization org0example), a0twin (unit of a0other). Name the one you mean by its account ID: set parent-id instead of organization-name. Nothing was changed.',
    );
    assert.deepEqual(aiven.writes(), []);
    const byId = await run({ 'parent-id': 'a0twin', project: 'zebra' });
    assert.deepEqual(projectsOf(byId), ['zebra a0twin true']);
  });

  test('of an unknown name comes with names that are near', async (t) => {
    const { run } = await withProjects(t);
    const { title, message } = failureOf(await run({ 'organization-name': 'example', project: 'zebra' }));
    assert.equal(title, 'organization-name is unknown');
    assert.match(message, /called exactly “example” \(input organization-name\)\. Did you mean “Example”\?/);
  });

  test('with a letter of another alphabet names that letter', async (t) => {
    const { run } = await withProjects(t);
    const { message } = failureOf(await run({ 'organization-name': 'Ex\u0430mple', project: 'zebra' }));
    assert.match(message, /that name has the Cyrillic letter “\u0430” \(U\+0430\) as character 3/);
    assert.match(message, /Did you mean “Example”\?/);
  });

  test('of an unknown name, with none near, comes with those that are there', async (t) => {
    const { run } = await withProjects(t);
    const { message } = failureOf(await run({ 'organization-name': 'Nothing like it', project: 'zebra' }));
    assert.match(
      message,
      /The token sees “Example” \(a0example\), “Payments” \(a0payments\), “Other” \(a0other\)\./,
    );
  });

  test('of an unknown ID, too', async (t) => {
    const { run } = await withProjects(t);
    const { title } = failureOf(await run({ 'parent-id': 'a0nowhere', project: 'zebra' }));
    assert.equal(title, 'parent-id is unknown');
  });

  test('of a name with hostile characters stays text', async (t) => {
    const hostile = account({ account_name: '::error::x\n</td>**b**', account_id: 'a0evil' });
    const { run } = await withProjects(t, { accounts: [hostile] });
    const result = await run({ 'parent-id': 'a0evil', project: 'zebra' });
    assert.equal(result.outputs['organization-name'], '::error::x\n</td>**b**');
    assert.doesNotMatch(result.stdout, /^::error/m);
    assert.doesNotMatch(result.summary, /<\/td>\*\*b/);
  });
});

describe('when some fail', { concurrency: 3 }, () => {
  test('the rest is done, and each one that is not assigned is named', async (t) => {
    const { aiven, run, owner } = await withProjects(t);
    const body = { message: 'Project is suspended', errors: [] };
    aiven.fault({ method: 'PUT', path: '/v1/project/zebra' }, { kind: 'status', status: 409, body });
    const result = await run({
      ...TO_EXAMPLE,
      project: 'zebra, streams, orders, alpha',
      'allow-move': 'true',
      'billing-group-id': BILLING_GROUP,
    });
    const { title, message } = failureOf(result);
    assert.equal(title, 'Not every project was assigned');
    assert.match(
      message,
      /^1 of 3 projects could not be assigned to “Example”:\nzebra: .*409 \(Project is suspended\)/,
    );
    assert.match(message, /run the step again: it does only what is left\.$/);
    assert.equal(owner('orders'), 'a0example');
    assert.equal(owner('alpha'), 'a0example');
    assert.deepEqual(projectsOf(result), [
      'zebra null false',
      'streams a0example false',
      'orders a0example true',
      'alpha a0example true',
    ]);
    assert.equal(result.outputs['changed'], 'true');
    assert.equal(JSON.parse(result.outputs['changes'] ?? '').length, 2);
    assert.match(result.summary, /2 projects assigned to `Example`/);
  });

  test('all of them, each is named', async (t) => {
    const { run } = await withProjects(t, { permissions: ['project:services:read'] });
    const result = await run({ ...TO_EXAMPLE, project: '*' });
    const { message } = failureOf(result);
    assert.match(
      message,
      /^2 of 2 projects .*\nalpha, zebra: ProjectUpdate for the project: .*organization:projects:write/,
    );
    assert.equal(result.outputs['changed'], 'false');
    assert.equal(result.outputs['changes'], '[]');
    assert.deepEqual(projectsOf(result), ['alpha null false', 'zebra null false']);
  });

  test('many for one reason, it is told once, with every name', async (t) => {
    const names = Array.from({ length: 120 }, (_, index) => `p${index}`);
    const projects = names.map((project_name) => project({ project_name }));
    const { aiven, run } = await withProjects(t, { projects });
    aiven.fault({ method: 'PUT', path: '/v1/project/p7' }, { kind: 'status', status: 409 });
    aiven.fault({ method: 'PUT', path: /\/p(?!7$)\d+$/ }, { kind: 'status', status: 403 });
    const { message } = failureOf(await run({ ...TO_EXAMPLE, project: names.join() }));
    const [head, ...lines] = message.split('\n');
    assert.equal(head, '120 of 120 projects could not be assigned to “Example”:');
    assert.equal(lines.length, 3);
    assert.equal(lines[2], 'Fix these, then run the step again: it does only what is left.');
    for (const name of names) assert.match(message, new RegExp(`\\b${name}\\b`));
    assert.ok(message.length < 2_000);
  });

  test('because Aiven answers another place than was asked for', async (t) => {
    const { aiven, run } = await withProjects(t);
    aiven.fault({ method: 'PUT' }, { kind: 'shape', body: { project: project({ project_name: 'zebra' }) } });
    const result = await run({ ...TO_EXAMPLE, project: 'zebra' });
    assert.match(
      failureOf(result).message,
      /zebra was .* without an error, but .* in no organization\. Look/,
    );
    assert.match(result.stdout, /Project zebra: not assigned\./);
  });

  test('alone, without a list of one', async (t) => {
    const { aiven, run } = await withProjects(t);
    aiven.fault({ method: 'PUT' }, { kind: 'status', status: 403 });
    const result = await run({ ...TO_EXAMPLE, project: 'zebra' });
    const { title, message } = failureOf(result);
    assert.equal(title, 'The token lacks a permission');
    assert.match(message, /^ProjectUpdate for project zebra: Aiven answered 403/);
    assert.deepEqual(projectsOf(result), ['zebra null false']);
  });

  test('to leave an organization, the role is named', async (t) => {
    const { run } = await withProjects(t, { permissions: ['organization:projects:write'] });
    const inputs = { ...TO_EXAMPLE, project: 'orders, zebra', 'allow-move': 'true' };
    const payer = { 'billing-group-id': BILLING_GROUP };
    const { message } = failureOf(await run({ ...inputs, ...payer }));
    assert.match(message, /^1 of 2 projects .*\norders: .*role:organization:admin in both organizations/);
  });
});
