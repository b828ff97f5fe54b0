import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fault } from '../world/aiven.ts';
import type { ActionResult } from '../world/run-action.ts';
import { arrival, assertDiscreet, assertDone, runToEnd, start, theError } from './bundle.ts';
import { assertOnce } from './hold.ts';
import { SCENES, type Scene, type SceneCall } from './scenes.ts';

/**
 * A cancelled workflow at every step: SIGINT, or SIGTERM. The step ends before the runner would kill it, 10 s after the
 * first signal, says what was done and what was not, and the next run finishes the job.
 */

const KILLED_AFTER_MS = 10_000;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

for (const scene of SCENES) {
  describe(`cancelled, ${scene.name}`, { concurrency: 4 }, () => {
    for (const call of scene.calls) {
      for (const signal of SIGNALS) {
        test(`${signal} while ${call.operation} hangs`, async (t) => {
          const said = await cancel(t, scene, call, { kind: 'hang', after: 'work' }, [signal]);
          if (call.writes) assert.match(said, /whether it took effect is unknown|not tried|was under way/);
          else if (call.matcher.skip) assert.match(said, /Done by then: .+(sent|created)/);
          else assert.match(said, /Nothing was changed/);
        });
      }
      if (!call.writes) continue;
      test(`a ${call.operation} under way is let finish, and told`, async (t) => {
        const said = await cancel(t, scene, call, { kind: 'delay', ms: 1_000, after: 'work' }, ['SIGINT']);
        // The assignments are all there is to do, so nothing is left to cancel.
        assert.match(
          said,
          scene.name.startsWith('project-assign') ? /^$/ : /Done by then|was created|were sent/,
        );
        assert.doesNotMatch(said, /not known/);
      });
      test(`a second signal gives up ${call.operation}`, async (t) => {
        const said = await cancel(t, scene, call, { kind: 'hang', after: 'request' }, ['SIGINT', 'SIGTERM']);
        assert.match(said, /SIGTERM|SIGINT/);
      });
    }
  });
}

test('a creation whose answer was lost, and that was found, is told', async (t) => {
  const scene = SCENES.find(({ name }) => name.startsWith('org-create'));
  assert.ok(scene);
  const aiven = await scene.start();
  t.after(() => aiven.close());
  aiven.fault({ method: 'POST', times: 1 }, { kind: 'reset', after: 'work' });
  const list = { method: 'GET', path: '/v1/account', skip: 2 };
  aiven.fault(list, { kind: 'hang', after: 'request' });
  const action = await start(scene, aiven);
  await arrival(aiven, list);
  action.kill('SIGINT');
  const result = await action.done;
  assert.match(cancellationOf(result), /Done by then: .* is there, although the answer .* was lost/);
  assert.equal(result.outputs['changed'], 'true');
});

/** Cancels a run while a call meets a fault; returns its one error, empty when nothing was left to do, and runs again. */
async function cancel(
  t: { after(work: () => Promise<void>): void },
  scene: Scene,
  call: SceneCall,
  fault: Fault,
  signals: readonly NodeJS.Signals[],
): Promise<string> {
  const aiven = await scene.start();
  t.after(() => aiven.close());
  const set = aiven.fault(call.matcher, fault);
  const action = await start(scene, aiven);
  await arrival(aiven, call.matcher);
  const from = performance.now();
  for (const signal of signals) action.kill(signal);
  const result = await action.done;
  assert.ok(performance.now() - from < KILLED_AFTER_MS, 'it ends before it is killed');
  assertDiscreet(result);
  const said = result.code === 0 ? '' : cancellationOf(result);
  set.remove();
  assertDone(await runToEnd(scene, aiven));
  scene.assertConverged(aiven);
  assertOnce(aiven);
  return said;
}

function cancellationOf(result: ActionResult): string {
  const { title, message } = theError(result);
  assert.equal(title, 'Cancelled');
  assert.match(message, /Run the workflow again/);
  return message;
}
