import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AivenWorld, account, project } from '../../world/aiven.ts';
import { assertSucceeded, failureOf, warnings } from '../outcome.ts';
import { withPullRequest } from './comment-world.ts';

/** One comment for each target, kept up to date. */

const WRITES = /^(POST|PATCH|DELETE) \/repos/;

/** Makes the plan empty, as somebody else would. */
function assign({ projects }: AivenWorld): void {
  const orders = projects.get('orders');
  if (orders) orders.account_id = 'a1b2c3d4e5f6';
}

describe('a comment', { concurrency: 3 }, () => {
  test('shows the plan, and the run and the commit that it is of', async (t) => {
    const { run, comment, github } = await withPullRequest(t);
    const result = await run();
    assertSucceeded(result);
    assert.deepEqual(warnings(result), []);
    assert.match(comment(), /^<!-- .* -->\n### 📝 Would change \(dry run\): Projects of Example\n/);
    assert.match(comment(), /\| orders \|/);
    assert.match(comment(), /run the step with `dry-run: false`/);
    assert.match(
      comment(),
      /\[This run\]\(<https:\/\/github.com\/octo-org\/streams\/actions\/runs\/1658821493>\)/,
    );
    assert.match(comment(), /\[For commit abcdef0\]/);
    assert.match(result.stdout, /The comment on pull request 7 is up to date: https:\/\/github\.com/);
    assert.equal(github.requests.filter((name) => WRITES.test(name)).length, 1);
  });

  test('is found among others, one without a text too', async (t) => {
    const { run, github, appear } = await withPullRequest(t);
    github.add(null as unknown as string);
    await run();
    appear('billing');
    assert.deepEqual(warnings(await run()), []);
    assert.equal(github.comments.length, 2);
  });

  test('is written anew in place', async (t) => {
    const { run, comment, github, appear } = await withPullRequest(t);
    await run();
    const { id } = github.comments[0] ?? {};
    appear('billing');
    assertSucceeded(await run());
    assert.match(comment(), /\| billing \|/);
    assert.deepEqual(
      github.comments.map((each) => each.id),
      [id],
    );
  });

  test('is left alone when it says the same already', async (t) => {
    const { run, github } = await withPullRequest(t);
    await run();
    const before = github.requests.length;
    assertSucceeded(await run());
    assert.deepEqual(
      github.requests.slice(before).filter((name) => WRITES.test(name)),
      [],
    );
  });

  test('is found on whichever page it is', async (t) => {
    const { run, comment, github, appear } = await withPullRequest(t);
    for (let number = 0; number < 230; number++) github.add(`Comment ${number}`, 'octocat');
    await run();
    for (let number = 0; number < 230; number++) github.add(`Comment ${number}`, 'octocat');
    appear('billing');
    assertSucceeded(await run());
    assert.match(comment(), /\| billing \|/);
    assert.equal(github.comments.length, 461);
  });

  test('is one for each target', async (t) => {
    const { run, github, appear } = await withPullRequest(t);
    appear('billing');
    const creation = { mode: 'org-create', project: '' };
    assertSucceeded(await run());
    assertSucceeded(await run({ ...creation, 'organization-name': 'First' }));
    assertSucceeded(await run({ ...creation, 'organization-name': 'Second --> @octocat' }));
    assertSucceeded(await run({ ...creation, 'organization-name': 'First', 'parent-id': 'a1b2c3d4e5f6' }));
    assertSucceeded(await run({ ...creation, 'organization-name': 'First' }));
    assert.equal(github.comments.length, 4);
    for (const { body } of github.comments) {
      const [first = ''] = body.split('\n');
      assert.match(first, /^<!-- [^>]+ -->$/, 'the marker ends where it should');
      assert.doesNotMatch(first.slice('<!--'.length, -'-->'.length), /--/);
    }
  });

  test('of somebody else with the same marker is not taken over', async (t) => {
    const { run, comment, github, appear } = await withPullRequest(t);
    await run();
    const copy = comment();
    github.comments.length = 0;
    github.add(copy, 'octocat');
    appear('billing');
    assertSucceeded(await run());
    assert.equal(github.comments.length, 2);
    assert.equal(github.comments[0]?.body, copy);
    assert.match(github.comments[1]?.body ?? '', /\| billing \|/);
  });

  test('is found again under the name of another token', async (t) => {
    const { run, github } = await withPullRequest(t, { login: 'platform-bot[bot]' });
    await run();
    assertSucceeded(await run());
    assert.equal(github.comments.length, 1);
  });

  test('is found again where the app is called by half its name', async (t) => {
    const { run, github } = await withPullRequest(t, { login: 'platform-bot[bot]', viewer: 'platform-bot' });
    await run();
    assertSucceeded(await run());
    assert.equal(github.comments.length, 1);
  });

  test('is found again where the token of the job may not ask who it is', async (t) => {
    const { run, github } = await withPullRequest(t, { viewer: null });
    await run();
    assertSucceeded(await run());
    assert.equal(github.comments.length, 1);
  });

  test('tells an outcome too', async (t) => {
    const { run, comment } = await withPullRequest(t);
    assertSucceeded(await run({ 'dry-run': 'false' }));
    assert.match(comment(), /### ✅ Changed: Projects of Example/);
  });

  test('does not grow beyond what GitHub takes', async (t) => {
    const { run, comment, aiven } = await withPullRequest(t);
    const name = 'ü'.repeat(4_000);
    aiven.accounts.set('a1b2c3d4e5f6', account({ account_name: name, account_id: 'a1b2c3d4e5f6' }));
    const projects = Array.from({ length: 30 }, (_, index) => `project-${index}`);
    for (const each of projects) aiven.projects.set(each, project({ project_name: each }));
    const result = await run({ 'organization-name': name, project: projects.join() });
    assertSucceeded(result);
    assert.deepEqual(warnings(result), []);
    assert.ok(Buffer.byteLength(comment()) <= 65_536);
    assert.match(comment(), /project-7/);
  });
});

describe('a plan that becomes empty', { concurrency: 3 }, () => {
  test('marks its comment as outdated', async (t) => {
    const { run, comment, aiven } = await withPullRequest(t);
    await run();
    assign(aiven);
    assertSucceeded(await run());
    assert.match(comment(), /### ✅ Already right, nothing changed: Projects of Example/);
    assert.match(comment(), /The plan that was here is outdated/);
    assert.doesNotMatch(comment(), /Would be/);
  });

  test('makes no comment where there is none', async (t) => {
    const { run, github, aiven } = await withPullRequest(t);
    assign(aiven);
    const result = await run();
    assertSucceeded(result);
    assert.deepEqual(warnings(result), []);
    assert.deepEqual(github.comments, []);
  });
});

describe('a run that fails', { concurrency: 3 }, () => {
  test('says so in the comment, so that a reviewer sees it', async (t) => {
    const { run, comment, aiven } = await withPullRequest(t);
    await run();
    aiven.accounts.clear();
    failureOf(await run());
    assert.match(comment(), /### ⛔ Refused: Projects of Example/);
    assert.match(comment(), /no organization or unit called exactly `Example`/);
    assert.doesNotMatch(comment(), /Would be/);
  });

  test('says so also when an input is wrong', async (t) => {
    const { run, comment } = await withPullRequest(t);
    failureOf(await run({ 'allow-move': 'perhaps' }));
    assert.match(comment(), /### ⛔ Refused: Projects of Example/);
    assert.match(comment(), /`allow-move: perhaps` is not a boolean/);
  });
});

describe('two runs at once', { concurrency: 3 }, () => {
  test('end with one comment', async (t) => {
    const { run, comment, github } = await withPullRequest(t);
    const results = await Promise.all([run(), run(), run()]);
    for (const result of results) assertSucceeded(result);
    assert.match(comment(), /\| orders \|/);
    assert.equal(github.comments.length, 1);
  });

  test('of which one comments in between keep the older comment', async (t) => {
    let rival: string | null = null;
    const { run, comment, github, appear } = await withPullRequest(t, {
      before(request, world) {
        if (rival === null || !request.startsWith('POST /repos')) return;
        world.add(rival);
        rival = null;
      },
    });
    await run();
    rival = comment();
    github.comments.length = 0;
    appear('billing');
    assertSucceeded(await run());
    assert.match(comment(), /\| billing \|/);
    assert.deepEqual(
      github.comments.map(({ id }) => id),
      [2_000_000_002],
    );
  });

  test('leave the words of the newer one', async (t) => {
    const { run, comment, appear } = await withPullRequest(t);
    await run({}, { env: { GITHUB_RUN_ID: '1700000000' } });
    appear('billing');
    assertSucceeded(await run());
    assert.doesNotMatch(comment(), /\| billing \|/, 'run 1658821493 is older');
    assertSucceeded(await run({}, { env: { GITHUB_RUN_ID: '1700000000', GITHUB_RUN_ATTEMPT: '2' } }));
    assert.match(comment(), /\| billing \|/);
  });
});
