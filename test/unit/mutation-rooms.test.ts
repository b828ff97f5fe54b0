import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { ROOMS } from '../../scripts/mutation/rooms.ts';
import { ROOT } from '../world/run-action.ts';

/** The rooms whose rules are broken, which the weekly workflow takes one by one. */

test('each room has rules, and tests that hold it to them', () => {
  for (const [name, { mutate, tests }] of Object.entries(ROOMS))
    for (const pattern of [...mutate, ...tests])
      assert.notDeepEqual(globSync(pattern, { cwd: ROOT }), [], `${name}: ${pattern}`);
});

test('no test starts the bundle, in which nothing is broken', () => {
  const files = Object.values(ROOMS).flatMap(({ tests }) => globSync([...tests], { cwd: ROOT }));
  for (const file of files)
    assert.doesNotMatch(readFileSync(join(ROOT, file), 'utf8'), /\brunAction\(/, file);
});

test('the workflow takes every room', () => {
  const workflow: { jobs: { mutate: { strategy: { matrix: { room: string[] } } } } } = parse(
    readFileSync(join(ROOT, '.github/workflows/mutation.yml'), 'utf8'),
  );
  assert.deepEqual(workflow.jobs.mutate.strategy.matrix.room, Object.keys(ROOMS));
});
