import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fault } from '../world/aiven.ts';
import { assertDone, runToEnd, theError } from './bundle.ts';
import { assertOnce } from './hold.ts';
import { SCENES } from './scenes.ts';

/** The bundle itself, as the runner starts it: the faults that pass, once for every call, in debug mode too; and for good. */

const PASSING: Readonly<Record<string, Fault>> = {
  'reset before the work': { kind: 'reset', after: 'request' },
  'reset after the work': { kind: 'reset', after: 'work' },
  'cut body': { kind: 'cut' },
  'HTML, status 502': { kind: 'html', status: 502 },
  'empty, status 200': { kind: 'empty', status: 200, after: 'work' },
  'status 429 that asks for a second': { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
  'status 500 after the work': { kind: 'status', status: 500, after: 'work' },
};

for (const scene of SCENES) {
  for (const call of scene.calls) {
    describe(`the bundle, ${scene.name}, ${call.operation}`, { concurrency: 4 }, () => {
      for (const [index, [name, fault]] of Object.entries(PASSING).entries()) {
        test(name, async (t) => {
          const aiven = await scene.start();
          t.after(() => aiven.close());
          aiven.fault({ ...call.matcher, times: 1 }, fault);
          const result = await runToEnd(scene, aiven, { debug: index % 2 === 0 });
          assertDone(result);
          assert.match(result.stdout, /\. Trying again in \d/, 'it says that it tries again');
          assert.equal(result.outputs['changed'], 'true');
          scene.assertConverged(aiven);
          assertOnce(aiven);
        });
      }
    });
  }
}

describe('the bundle, when the API stays down', { concurrency: true }, () => {
  for (const scene of SCENES) {
    test(`${scene.name} fails within 90 s`, async (t) => {
      const aiven = await scene.start();
      t.after(() => aiven.close());
      const down = aiven.fault({}, { kind: 'status', status: 503 });
      const result = await runToEnd(scene, aiven);
      assert.match(theError(result).message, /Aiven answered 503/);
      assert.ok(result.ms < 90_000, `${result.ms} ms`);
      down.remove();
      assertDone(await runToEnd(scene, aiven));
      scene.assertConverged(aiven);
    });
  }
});
