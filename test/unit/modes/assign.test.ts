import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Account, Project } from '../../../src/aiven/schema.ts';
import { Failure, Refusal } from '../../../src/failure.ts';
import type { Context } from '../../../src/modes/mode.ts';
import { assign } from '../../../src/modes/project-assign/assign.ts';
import { changesOrganizations, chooseProjects } from '../../../src/modes/project-assign/choose.ts';
import { scripted } from '../../world/scripted-http.ts';

/** Which projects are assigned, which are refused, and what one assignment comes to. */

const ACME: Account = { account_id: 'a1', account_name: 'Acme', organization_id: 'org1' };
const UNIT: Account = {
  account_id: 'a2',
  account_name: 'Unit',
  organization_id: 'org1',
  parent_account_id: 'a1',
};
const OTHER: Account = { account_id: 'a3', account_name: 'Other', organization_id: 'org3' };
const ACCOUNTS = [ACME, UNIT, OTHER];
const project = (project_name: string, account_id: string | null, more: Partial<Project> = {}): Project => ({
  project_name,
  account_id,
  account_name: ACCOUNTS.find((one) => one.account_id === account_id)?.account_name,
  ...more,
});
const PROJECTS = [
  project('zeta', null),
  project('mine', 'a1'),
  project('alpha', null),
  project('unit', 'a2'),
  project('far', 'a3'),
];

function choose(
  projects: '*' | readonly string[],
  more: { allowMove?: boolean; billingGroupId?: string } = {},
  seen = PROJECTS,
) {
  const request = { projects, allowMove: false, billingGroupId: null, ...more };
  return chooseProjects(
    request as Parameters<typeof chooseProjects>[0],
    { accounts: ACCOUNTS, projects: seen },
    ACME,
  );
}

function refusal(work: () => unknown): Refusal {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof Refusal);
    return error;
  }
  throw new assert.AssertionError({ message: 'nothing was refused' });
}

describe('the projects that are meant', () => {
  test('are those that belong nowhere, by name, for *', () =>
    assert.deepEqual(
      choose('*').map((one) => [one.project, one.needed]),
      [
        ['alpha', true],
        ['zeta', true],
      ],
    ));
  test('are those that are named, in that order', () =>
    assert.deepEqual(
      choose(['zeta', 'mine', 'alpha']).map((one) => [one.project, one.needed]),
      [
        ['zeta', true],
        ['mine', false],
        ['alpha', true],
      ],
    ));
  test('of nowhere, or in place, are no moves', () =>
    assert.deepEqual(
      choose(['zeta', 'mine', 'stray'], {}, [
        ...PROJECTS,
        project('stray', null, { organization_id: 'org9' }),
      ]).map(({ move }) => move),
      [null, null, null],
    ));
  test('move from one organization to another', () => {
    const [far, unit] = choose(['far', 'unit'], { allowMove: true, billingGroupId: 'b1' });
    assert.deepEqual(far?.move, { fromOrganization: 'org3', toOrganization: 'org1' });
    assert.deepEqual(unit?.move, { fromOrganization: 'org1', toOrganization: 'org1' });
    assert.deepEqual(
      [far, unit].map((one) => one && changesOrganizations(one)),
      [true, false],
    );
  });
  test('within one organization need no billing group', () =>
    assert.equal(choose(['unit'], { allowMove: true })[0]?.needed, true));
  test('say themselves to which organization they belong', () => {
    const seen = [project('far', 'a8', { organization_id: 'org8' })];
    assert.equal(
      choose(['far'], { allowMove: true, billingGroupId: 'b' }, seen)[0]?.move?.fromOrganization,
      'org8',
    );
  });
});

describe('refused is', () => {
  test('a name that is not known, with one that is near', () => {
    const { title, problem, remedy } = refusal(() => choose(['mina', 'mine']));
    assert.equal(title, 'project is unknown');
    assert.equal(problem, 'The token sees no project “mina” (input project).');
    assert.equal(remedy, 'Did you mean mine for “mina”?');
  });
  test('a name that is near to none', () =>
    assert.match(refusal(() => choose(['qqqqqqqq'])).remedy, /^Check the names/));
  test('many names that are not known, of which the first ten are guessed at', () => {
    const names = Array.from({ length: 11 }, (_, index) => `streams-${'abcdefghijk'[index]}`);
    const seen = names.map((name) => project(`${name}1`, null));
    const { remedy } = refusal(() => choose(names, {}, seen));
    assert.ok(remedy.includes('for “streams-j”') && !remedy.includes('for “streams-k”'), remedy);
  });
  test('to move without leave', () => {
    const { title, problem, remedy } = refusal(() => choose(['unit']));
    assert.equal(title, 'A project belongs elsewhere');
    assert.equal(problem, 'unit belongs to “Unit” (a2).');
    assert.equal(
      remedy,
      'Set allow-move: true to move it to “Acme” (a1), or remove it from the input project.',
    );
  });
  test('to leave an organization without leave, which wants a payer besides', () => {
    const { problem, remedy } = refusal(() => choose(['unit', 'far']));
    assert.equal(problem, 'unit belongs to “Unit” (a2); far belongs to “Other” (a3).');
    assert.match(
      remedy,
      /to move them to .* remove them .* far changes organizations, for which Aiven also requires billing-group-id/,
    );
  });
  test('to leave an organization without a payer', () => {
    const one = refusal(() => choose(['far'], { allowMove: true }));
    assert.equal(one.title, 'billing-group-id is missing');
    assert.match(one.problem, /^far changes organizations, .* pays for it from then on/);
    const two = refusal(() =>
      choose(['far', 'gone'], { allowMove: true }, [...PROJECTS, project('gone', 'a3')]),
    );
    assert.match(two.problem, /^far, gone change organizations, .* pays for them/);
    assert.match(two.remedy, /or remove them/);
  });
  test('to move from where nobody says which organization it is', () => {
    const seen = [project('lost', 'a8')];
    const { title, problem } = refusal(() => choose(['lost'], { allowMove: true }, seen));
    assert.equal(title, 'A project cannot be moved from here');
    assert.match(problem, /^lost belongs to a8, whose organization/);
  });
  test('everything at once', () => {
    const { title, problem, remedy } = refusal(() => choose(['nowhere', 'far']));
    assert.equal(title, 'These projects cannot be assigned');
    assert.equal(problem.split('\n').length, 2);
    assert.equal(remedy, '', 'each line has a way out of its own');
  });
});

describe('one assignment', () => {
  const PLACE = { project: 'p', from: {}, needed: true, move: null };
  const MOVE = { fromOrganization: 'org3', toOrganization: 'org1' };

  function setUp(place: string | null | Error, stop = new AbortController().signal) {
    const world = scripted(() => ({}));
    const asked: unknown[] = [];
    const answer =
      (name: string) =>
      async (...given: unknown[]) => {
        asked.push([name, ...given]);
        if (place instanceof Error) throw place;
        return place;
      };
    const aiven = { assignProject: answer('assign'), moveProject: answer('move') };
    return { world, asked, context: { ...world, stop, aiven } as unknown as Context };
  }

  test('of what belongs nowhere', async () => {
    const { world, asked, context } = setUp('a1');
    assert.equal(await assign(PLACE, ACME, 'b1', context), null);
    assert.deepEqual(asked, [['assign', 'p', 'a1']]);
    assert.deepEqual(world.told, ['Project p: assigned.']);
  });
  test('of what has to move', async () => {
    const { asked, context } = setUp('a1');
    assert.equal(await assign({ ...PLACE, move: MOVE }, ACME, 'b1', context), null);
    assert.deepEqual(asked, [['move', 'p', { ...MOVE, accountId: 'a1', billingGroupId: 'b1' }]]);
  });
  for (const [place, words] of [
    ['a9', 'is in a9'],
    [null, 'is in no organization'],
  ] as const) {
    test(`fails when the project ${words} afterwards`, async () => {
      const { world, context } = setUp(place);
      const failure = await assign(PLACE, ACME, null, context);
      assert.ok(failure?.problem.endsWith(`${words}.`), failure?.problem);
      assert.deepEqual(world.told, ['Project p: not assigned.']);
    });
  }
  test('hands its failure on, since others go on', async () => {
    const failure = new Failure({ title: 't', problem: 'p', remedy: 'r' });
    assert.equal(await assign(PLACE, ACME, null, setUp(failure).context), failure);
  });
  test('throws what is an error of this program', async () => {
    const bug = new TypeError('bug');
    await assert.rejects(assign(PLACE, ACME, null, setUp(bug).context), bug);
  });
  test('is not begun in a run that was told to stop', async () => {
    const stopped = new Failure({ title: 't', problem: 'p', remedy: 'r' });
    const { asked, context } = setUp('a1', AbortSignal.abort(stopped));
    assert.equal(await assign(PLACE, ACME, null, context), stopped);
    assert.deepEqual(asked, []);
  });
});
