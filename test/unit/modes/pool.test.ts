import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { inParallel } from '../../../src/modes/pool.ts';

test('results come in the order of the items, however long each takes', async () => {
  const results = await inParallel(3, [5, 1, 4, 2, 3], async (turns) => {
    for (let left = turns; left > 0; left--) await turn();
    return turns * 10;
  });
  assert.deepEqual(results, [50, 10, 40, 20, 30]);
});

test('no more than so many are under way at once, and no fewer while there is work', async () => {
  let under = 0;
  const seen: number[] = [];
  await inParallel(4, Array.from({ length: 20 }), async () => {
    seen.push(++under);
    await turn();
    under--;
  });
  assert.equal(Math.max(...seen), 4);
  assert.equal(seen.length, 20);
});

test('nothing to do is done at once', async () => {
  assert.deepEqual(await inParallel(8, [], async () => assert.fail('there is nothing to do')), []);
});

test('an error is passed on', async () => {
  await assert.rejects(
    inParallel(2, [1, 2, 3], async (item) => {
      if (item === 2) throw new Error('two');
    }),
    /two/,
  );
});
