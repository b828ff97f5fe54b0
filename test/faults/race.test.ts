import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { annotations } from '../action/outcome.ts';
import { assertDone, runToEnd } from './bundle.ts';
import { SCENES } from './scenes.ts';

/** Four runs at once, each of which sees the world as it was before the others. */

const RUNS = 4;
/** Longer than it takes to start four processes on a busy machine. */
const HEAD_START_MS = 4_000;

describe('four runs at once', () => {
  for (const scene of SCENES) {
    const [first] = scene.calls;
    test(scene.name, async (t) => {
      const aiven = await scene.start();
      t.after(() => aiven.close());
      const before = new Set(aiven.accounts.keys());
      if (first)
        aiven.fault({ ...first.matcher, times: RUNS }, { kind: 'delay', ms: HEAD_START_MS, after: 'work' });
      const results = await Promise.all(Array.from({ length: RUNS }, () => runToEnd(scene, aiven)));
      for (const result of results) assertDone(result);
      if (!scene.name.startsWith('org-create')) {
        scene.assertConverged(aiven);
        return;
      }

      const created = [...aiven.accounts.keys()].filter((id) => !before.has(id));
      assert.equal(created.length, RUNS, 'the race took place');
      const winners = new Set(results.map(({ outputs }) => outputs['account-id']));
      assert.equal(winners.size, 1, 'all report the same winner');
      const surplus = results.flatMap((result) =>
        annotations(result).flatMap(({ title, message }) =>
          title === 'Created more than once' ? (/surplus: (\S+)\./.exec(message)?.[1] ?? '') : [],
        ),
      );
      const losers = created.filter((id) => !winners.has(id));
      assert.deepEqual(surplus.sort(), losers.sort(), 'each run whose creation lost names it');

      const next = await runToEnd(scene, aiven);
      assert.equal(next.code, 1, 'a later run stops');
      for (const id of created) assert.ok(next.stdout.includes(id), `and lists ${id}`);
    });
  }
});
