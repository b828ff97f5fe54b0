import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertSucceeded } from '../outcome.ts';
import { withFence } from './behind.ts';

const SERVER = 'https://github.corp.test';
/** What a runner of GitHub Enterprise Server has in its environment. */
const ENTERPRISE = {
  GITHUB_SERVER_URL: SERVER,
  GITHUB_API_URL: `${SERVER}/api/v3`,
  GITHUB_GRAPHQL_URL: `${SERVER}/api/graphql`,
};

test('on GitHub Enterprise Server the summary leads to the run there', async (t) => {
  const { env, run } = await withFence(t);
  const result = await run({ ...env, ...ENTERPRISE });
  assertSucceeded(result);
  assert.ok(result.summary.includes(`${SERVER}/octo-org/streams/actions/runs/1658821493`), result.summary);
  assert.doesNotMatch(result.summary, /https:\/\/github\.com\//);
});
