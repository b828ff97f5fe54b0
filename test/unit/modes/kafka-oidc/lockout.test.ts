import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../../../src/failure.ts';
import { describeAffected, refuseLockout } from '../../../../src/modes/kafka-oidc/lockout.ts';
import { PLANNED, requestFor } from './situations.ts';

/** Whom a change locks out is refused, unless that is allowed. */

const AFFECTED = describeAffected({
  lockedOut: [
    { who: 'Clients of PLAIN', why: 'it goes' },
    { who: 'Others', why: 'they go' },
  ],
  opens: [{ who: 'Anyone', why: 'it comes' }],
});

test('groups are told as sentences', () =>
  assert.deepEqual(AFFECTED, {
    lockedOut: ['Clients of PLAIN: it goes.', 'Others: they go.'],
    opens: ['Anyone: it comes.'],
  }));

test('it is refused with each group, and nothing that would follow', () => {
  assert.throws(
    () => refuseLockout({ ...PLANNED, affected: AFFECTED }, requestFor()),
    (error) => {
      assert.ok(error instanceof Refusal);
      assert.deepEqual(error.problem.split('\n').slice(1), AFFECTED.lockedOut);
      assert.match(error.remedy, /allow-lockout: true/);
      assert.deepEqual(error.report, {
        ...PLANNED,
        affected: AFFECTED,
        effects: [],
        nextSteps: [],
        attachments: [],
        wayBack: null,
      });
      return true;
    },
  );
});

test('it is not refused where that is allowed, or where it only opens', () => {
  refuseLockout({ ...PLANNED, affected: AFFECTED }, requestFor({ allowLockout: true }));
  refuseLockout({ ...PLANNED, affected: { ...AFFECTED, lockedOut: [] } }, requestFor());
});
