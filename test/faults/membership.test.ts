import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, project, startAiven } from '../world/aiven.ts';
import { walk } from './walk.ts';

/** “Not a project member” is tried again for the run's minute, and says nothing of other projects. */

const PARENT = account({ account_name: 'Example', account_id: 'a0example' });
const NOT_A_MEMBER = {
  kind: 'status',
  status: 403,
  body: { message: 'Not a project member', errors: [] },
} as const;
const STRANGE = Array.from({ length: 9 }, (_, index) => `strange-${index}`);

async function assignAll(projects: readonly string[]) {
  const aiven = await startAiven({
    accounts: [PARENT],
    projects: projects.map((project_name) => project({ project_name })),
  });
  aiven.fault({ method: 'PUT', path: /strange/ }, NOT_A_MEMBER);
  const walking = walk();
  const startedAt = walking.clock.now();
  const walked = await walking.go({
    aivenToken: aiven.token,
    apiUrl: new URL(aiven.url),
    dryRun: false,
    expectNoChanges: false,
    mode: 'project-assign',
    parent: { id: PARENT.account_id },
    projects,
    allowMove: false,
    billingGroupId: null,
  });
  await aiven.close();
  return { aiven, walked, tookMs: walked.endedAt - startedAt };
}

test('for a minute in all, and then it is the permission', async () => {
  const { walked, tookMs } = await assignAll(['strange-0']);
  assert.ok(tookMs >= 60_000 && tookMs <= 85_000, `${tookMs} ms`);
  assert.equal(walked.failure?.title, 'The token lacks a permission');
  assert.match(
    walked.failure?.message ?? '',
    /403 \(Not a project member\)\. Nothing was changed by this call\. Aiven also answers this for a while after .*\. If that is not the cause: Give .* permission organization:projects:write/,
  );
});

test('as many projects as fill every place do not keep the next one from being assigned', async () => {
  const { aiven, walked, tookMs } = await assignAll([...STRANGE, 'mine']);
  assert.ok(tookMs <= 85_000, `${tookMs} ms`);
  assert.equal(aiven.projects.get('mine')?.account_id, PARENT.account_id);
  assert.match(walked.failure?.message ?? '', /^9 of 10 projects could not be assigned/);
  assert.doesNotMatch(walked.failure?.message ?? '', /given up/);
});
