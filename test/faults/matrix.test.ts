import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { HttpRequest } from '../../src/net/http.ts';
import { type AivenWorld, startAiven } from '../world/aiven.ts';
import { type FaultRow, faultRows } from './faults.ts';
import { assertNoRequest, assertNoSecret, assertOnce, assertWantsNoSecrets } from './hold.ts';
import { SCENES, type Scene, type SceneCall } from './scenes.ts';
import { type Walked, walk } from './walk.ts';

/**
 * Every call of every mode, met by every fault, once and for good. The walk of the action runs in this process against the
 * embedded API over real HTTP; time passes only where somebody waits.
 */

const DEADLINE_MS = 90_000;
const AT_ONCE = 6;

/** The host that redirects lead to: nobody may ever ask it. */
const elsewhere = await startAiven();
after(() => elsewhere.close());

const FAULTS = faultRows(`${elsewhere.url}/v1/account`);

for (const scene of SCENES) {
  for (const call of scene.calls) {
    describe(`${scene.name}, ${call.operation}`, { concurrency: AT_ONCE }, () => {
      for (const row of FAULTS) {
        test(`${row.name}, once`, () => holdsOnce(scene, call, row));
        test(`${row.name}, for good`, () => holdsForGood(scene, call, row));
      }
    });
  }
}

async function holdsOnce(scene: Scene, call: SceneCall, row: FaultRow): Promise<void> {
  const aiven = await scene.start();
  try {
    const { walked } = await struck(scene, call, row, aiven, 1);
    if (expectedOnce(call, row)) {
      assert.equal(walked.failure, null, walked.failure?.message);
      scene.assertConverged(aiven);
    } else {
      assertClear(walked);
    }
    assertOnce(aiven);
    assertWantsNoSecrets(aiven);
    assertNoSecret(walked.everything);
    assertNoRequest(elsewhere);
  } finally {
    await aiven.close();
  }
}

/** Whether a run gets over a fault that strikes once. */
function expectedOnce({ writes = false, flaky = false }: SceneCall, row: FaultRow): boolean {
  if (row.passes || (flaky && row.name === 'status 404')) return true;
  return writes && row.works;
}

async function holdsForGood(scene: Scene, call: SceneCall, row: FaultRow): Promise<void> {
  const aiven = await scene.start();
  try {
    const { walked, struckAt, mend } = await struck(scene, call, row, aiven, Number.POSITIVE_INFINITY);
    if (call.writes && row.works) {
      assert.equal(walked.failure, null, walked.failure?.message);
    } else {
      assertClear(walked);
      assert.ok(struckAt !== null && walked.endedAt - struckAt <= DEADLINE_MS, 'it fails in time');
    }
    assertOnce(aiven);
    assertWantsNoSecrets(aiven);
    assertNoSecret(walked.everything);

    mend();
    const next = await walk().go(scene.request(aiven));
    assert.equal(next.failure, null, `the next run finishes: ${next.failure?.message}`);
    scene.assertConverged(aiven);
    assertOnce(aiven);
    assertNoRequest(elsewhere);
  } finally {
    await aiven.close();
  }
}

/** A walk that meets a fault. */
async function struck(scene: Scene, call: SceneCall, row: FaultRow, aiven: AivenWorld, times: number) {
  const { method, path, skip = 0 } = call.matcher;
  let seen = 0;
  let struckAt: number | null = null;
  const matches = (request: HttpRequest) => request.method === method && request.url.pathname === path;
  const walking = walk((request, clock) => {
    if (matches(request) && ++seen > skip) struckAt ??= clock.now();
  });
  let mend = () => {};
  if (row.fault === 'refused') walking.http.refuse((request) => matches(request) && seen > skip, times);
  else mend = aiven.fault({ ...call.matcher, times }, row.fault).remove;
  const walked = await walking.go(scene.request(aiven));
  return { walked, struckAt: struckAt as number | null, mend };
}

/** One error that says what failed and what to do. */
function assertClear({ failure }: Walked): void {
  assert.ok(failure, 'the step fails');
  assert.ok(failure.title.length > 0 && failure.title.length < 80, failure.title);
  assert.match(
    failure.problem,
    /\b(Account|Organization|Project|Service)[A-Z]\w+ for /,
    'it names the call and what it is about',
  );
  assert.ok(failure.remedy.length > 20, 'it says what to do');
  assert.doesNotMatch(failure.message, /undefined|\[object|\bat .+:\d+:\d+/);
}
