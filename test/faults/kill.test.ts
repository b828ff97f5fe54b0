import { describe, test } from 'node:test';
import { arrival, assertDone, runToEnd, start } from './bundle.ts';
import { assertOnce } from './hold.ts';
import { SCENES } from './scenes.ts';

/** The process is killed at every step, before and after the API has done its work; the next run finishes the job. */

for (const scene of SCENES) {
  describe(`killed, ${scene.name}`, { concurrency: 4 }, () => {
    for (const call of scene.calls) {
      for (const after of ['request', 'work'] as const) {
        test(`at ${call.operation}, with its ${after} done`, async (t) => {
          const aiven = await scene.start();
          t.after(() => aiven.close());
          const hang = aiven.fault(call.matcher, { kind: 'hang', after });
          const action = await start(scene, aiven);
          await arrival(aiven, call.matcher);
          action.kill('SIGKILL');
          await action.done;
          hang.remove();
          assertDone(await runToEnd(scene, aiven));
          scene.assertConverged(aiven);
          assertOnce(aiven);
        });
      }
    }
  });
}
