import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Change, isChanged, report } from '../../src/plan.ts';

/** What every mode reports in, with what is often empty filled in. */

const PARTS = { title: 't', resource: 'r', already: 'a', changes: [], outputs: {} };

test('what is not told is empty', () =>
  assert.deepEqual(report(PARTS), {
    ...PARTS,
    affected: { lockedOut: [], opens: [] },
    checks: [],
    effects: [],
    events: [],
    unconfirmed: false,
    nextSteps: [],
    wayBack: null,
    attachments: [],
    links: [],
  }));

test('what is told stays', () => {
  const told = { ...report(PARTS), events: ['It happened.'], unconfirmed: true };
  assert.deepEqual(report(told), told);
});

test('it changes something where there is a change', () => {
  const change: Change = { resource: 'r', path: 'p', label: 'l', before: null, after: 1 };
  assert.deepEqual(
    [[], [change]].map((changes) => isChanged({ changes })),
    [false, true],
  );
});
