import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pullRequestEvent } from '../../world/github.ts';
import { assertSucceeded, warnings } from '../outcome.ts';
import { API, GITHUB, IDP, withFence } from './behind.ts';

const SERVER = `https://${GITHUB}`;
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

test('the comment on the pull request goes there, through the proxy as well', async (t) => {
  const { env, run, github, proxy } = await withFence(t);
  const inputs = { 'dry-run': 'true', comment: 'true', 'github-token': github.token };
  for (const other of Array.from({ length: 120 }, (_, index) => `Comment ${index}`))
    github.add(other, 'octocat');
  for (const time of ['first', 'second']) {
    const result = await run({ ...env, ...ENTERPRISE }, inputs, pullRequestEvent());
    assertSucceeded(result);
    assert.deepEqual(warnings(result), [], time);
  }
  const ours = github.comments.filter(({ body }) => body.includes('kafka.sasl_oauthbearer_expected_issuer'));
  assert.equal(ours.length, 1, 'the second run found it, on the second page');
  assert.ok(ours[0]?.body.includes(`${SERVER}/octo-org/streams/`), 'its links lead there');
  const targets = [...new Set(proxy.requests.map(({ target }) => target))];
  assert.deepEqual(targets.sort(), [`${API}:443`, `${GITHUB}:443`, `${IDP}:443`]);
});
