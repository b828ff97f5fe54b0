import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { pullRequestEvent, startGitHub } from '../../world/github.ts';
import { type RunningAction, startAction } from '../../world/run-action.ts';
import { annotations, assertSucceeded, failureOf, warnings } from '../outcome.ts';
import { withAiven } from '../setup.ts';
import { type CommentWorld, withPullRequest } from './comment-world.ts';

/** What stands in the way of a comment is a warning, never a failure. */

const TITLE = 'No comment on the pull request';

async function warningOf(
  run: CommentWorld['run'],
  ...args: Parameters<CommentWorld['run']>
): Promise<string> {
  const result = await run(...args);
  assertSucceeded(result);
  const given = annotations(result).filter(({ level }) => level === 'warning');
  assert.deepEqual(
    given.map(({ title }) => title),
    [TITLE],
  );
  assert.match(result.summary, /No comment on the pull request/, 'the summary has it too');
  return given[0]?.message ?? '';
}

describe('a warning says which line to add', { concurrency: 3 }, () => {
  test('where the job may not write', async (t) => {
    const { run, github } = await withPullRequest(t, { mayWrite: false });
    assert.match(await warningOf(run), /403 .*Add “pull-requests: write” under “permissions:” of the job/);
    assert.deepEqual(github.comments, []);
  });

  test('for a pull request from a fork', async (t) => {
    const { run } = await withPullRequest(t, { mayWrite: false });
    const message = await warningOf(run, {}, { event: pullRequestEvent({ fork: true }) });
    assert.match(message, /from a fork can only read/);
    assert.match(message, /comment: \$\{\{ !github\.event\.pull_request\.head\.repo\.fork \}\}/);
  });

  test('for an event without a pull request', async (t) => {
    const { run, github } = await withPullRequest(t);
    const event = { name: 'push', payload: { ref: 'refs/heads/main' } };
    const message = await warningOf(run, {}, { event });
    assert.match(message, /the event push has none\. Add “pull_request:” under “on:”/);
    assert.deepEqual(github.requests, []);
  });

  test('for an event that cannot be read', async (t) => {
    const { run } = await withPullRequest(t);
    assert.match(await warningOf(run, {}, { env: { GITHUB_EVENT_PATH: '/nowhere' } }), /has none/);
  });

  test('without a token', async (t) => {
    const { run, github } = await withPullRequest(t);
    assert.match(await warningOf(run, { 'github-token': '' }), /github-token is empty\. Remove it/);
    assert.deepEqual(github.requests, []);
  });

  test('for a token that GitHub does not know', async (t) => {
    const { run } = await withPullRequest(t);
    assert.match(await warningOf(run, { 'github-token': 'wrong-token' }), /401 .*Check github-token/);
  });

  test('for a repository that is not there for the token', async (t) => {
    const { run } = await withPullRequest(t);
    const message = await warningOf(run, {}, { env: { GITHUB_REPOSITORY: 'octo-org/elsewhere' } });
    assert.match(message, /404 .*pull-requests: write/);
  });
});

/** A comment on the same target that shows another plan. */
async function commentOfAnother(t: TestContext): Promise<string> {
  const other = await withPullRequest(t);
  other.appear('billing');
  await other.run();
  return other.comment();
}

describe('trouble at GitHub', { concurrency: 3 }, () => {
  for (const status of [0, 502]) {
    test(`that passes (${status || 'a torn connection'}) is got over`, async (t) => {
      const { run, comment, github } = await withPullRequest(t);
      github.failNext(status);
      const result = await run();
      assertSucceeded(result);
      assert.deepEqual(warnings(result), []);
      assert.match(comment(), /Would change/);
    });
  }

  for (const status of [0, 502]) {
    test(`while it is asked whose token it is (${status || 'a torn connection'}) makes no second comment`, async (t) => {
      let trouble = false;
      const { run, github, appear } = await withPullRequest(t, {
        login: 'platform-bot[bot]',
        before(request, world) {
          if (trouble && request === 'POST /graphql') world.failNext(status);
        },
      });
      await run();
      appear('billing');
      trouble = true;
      assert.match(await warningOf(run), /The next run tries again\.$/);
      assert.equal(github.comments.length, 1);
    });
  }

  test('that lasts is a warning', async (t) => {
    const { run, github } = await withPullRequest(t);
    github.failNext(502, 502);
    assert.match(await warningOf(run), /GitHub answered 502 .*The next run tries again/);
  });

  test('with its address is a warning', async (t) => {
    const { run } = await withPullRequest(t);
    assert.match(await warningOf(run, {}, { env: { GITHUB_API_URL: 'nonsense' } }), /Invalid URL/);
  });

  test('whose message repeats the token is told without it', async (t) => {
    const { run, github } = await withPullRequest(t);
    github.failNext({ status: 403, message: `No access for ${github.token}` });
    assert.match(await warningOf(run), /403 \(No access for \*\*\*/);
  });

  test('of a rate limit does not speak of permissions', async (t) => {
    const { run, github } = await withPullRequest(t);
    github.failNext({ status: 403, message: 'API rate limit exceeded for installation ID 1.' });
    assert.match(await warningOf(run), /403 \(API rate limit exceeded.*\)\. The next run tries again\.$/);
  });

  test('where nobody answers is a warning', async (t) => {
    const { run, github } = await withPullRequest(t);
    await github.close();
    assert.match(await warningOf(run), /ECONNREFUSED.*The next run tries again/);
  });

  test('with a lost answer does not make a second comment', async (t) => {
    let torn = false;
    const { run, comment, github } = await withPullRequest(t, {
      before(request, world) {
        if (torn || !request.startsWith('POST /repos')) return;
        torn = true;
        world.failNext(0);
        world.add(previous);
      },
    });
    const previous = await commentOfAnother(t);
    assertSucceeded(await run());
    assert.doesNotMatch(comment(), /\| billing \|/);
    assert.equal(github.comments.length, 1);
  });
});

describe('a pull request is found in', { concurrency: 3 }, () => {
  const events = {
    issue_comment: { issue: { number: 7, pull_request: { url: 'https://api.github.com' } } },
    workflow_run: { workflow_run: { pull_requests: [{ number: 7 }] } },
  };
  for (const [name, payload] of Object.entries(events)) {
    test(`the event ${name}`, async (t) => {
      const { run, comment } = await withPullRequest(t);
      assertSucceeded(await run({}, { event: { name, payload } }));
      assert.match(comment(), /Would change/);
    });
  }

  test('no event of a mere issue', async (t) => {
    const { run, github } = await withPullRequest(t);
    await warningOf(run, {}, { event: { name: 'issue_comment', payload: { issue: { number: 7 } } } });
    assert.deepEqual(github.requests, []);
  });
});

test('nothing is asked of GitHub without comment: true', async (t) => {
  const { run, github } = await withPullRequest(t);
  const result = await run({ comment: 'false' });
  assertSucceeded(result);
  assert.deepEqual(github.requests, []);
  assert.deepEqual(warnings(result), []);
});

test('a cancelled run does not wait for GitHub, and its summary says what was done', async (t) => {
  const silent = createServer().listen(0, '127.0.0.1');
  t.after(() => silent.close());
  await once(silent, 'listening');
  const asked = once(silent, 'connection');
  const { port } = silent.address() as AddressInfo;
  const aiven = await withAiven(t);
  const inputs = { mode: 'org-create', 'organization-name': 'Example', comment: 'true', 'github-token': 'x' };
  const action = await startAction(
    { 'aiven-token': aiven.token, 'api-url': aiven.url, ...inputs },
    { event: pullRequestEvent(), env: { GITHUB_API_URL: `http://127.0.0.1:${port}` } },
  );
  await asked;
  action.kill('SIGINT');
  const result = await action.done;
  assertSucceeded(result);
  assert.deepEqual(
    annotations(result).flatMap(({ level, message }) => (level === 'warning' ? [message] : [])),
    ['The workflow was cancelled before GitHub answered. The next run tries again.'],
  );
  assert.match(result.summary, /Organization `Example` was created/);
});

test('a run that has failed gets the same time for its comment when it is cancelled then', async (t) => {
  let action: RunningAction | null = null;
  const github = await startGitHub({
    before() {
      action?.kill('SIGINT');
      action = null;
    },
  });
  t.after(() => github.close());
  const aiven = await withAiven(t);
  const inputs = { mode: 'project-assign', 'organization-name': 'Unknown', project: '*', comment: 'true' };
  action = await startAction(
    { 'aiven-token': aiven.token, 'api-url': aiven.url, 'github-token': github.token, ...inputs },
    { event: pullRequestEvent(), env: { GITHUB_API_URL: github.url } },
  );
  const result = await action.done;
  assert.equal(failureOf(result).title, 'organization-name is unknown');
  assert.deepEqual(warnings(result), []);
  assert.equal(github.comments.length, 1);
});
