import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Account } from '../../../src/aiven/schema.ts';
import { Refusal } from '../../../src/failure.ts';
import {
  accountOutputs,
  findById,
  findByName,
  identify,
  isOrganization,
  kindOf,
} from '../../../src/modes/accounts.ts';

/** Which organization or unit is meant. */

const ACME: Account = {
  account_id: 'a1',
  account_name: 'Acme',
  organization_id: 'org1',
  parent_account_id: null,
};
const UNIT: Account = {
  account_id: 'a2',
  account_name: 'Unit',
  organization_id: 'org1',
  parent_account_id: 'a1',
};
const TWIN: Account = { account_id: 'a3', account_name: 'Unit', parent_account_id: 'a1' };
const BARE: Account = { account_id: 'a4', account_name: 'Bare' };

function refusal(work: () => unknown): Refusal {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof Refusal);
    return error;
  }
  throw new assert.AssertionError({ message: 'nothing was refused' });
}

test('what has no parent is an organization', () => {
  assert.deepEqual([ACME, UNIT, BARE].map(isOrganization), [true, false, true]);
  assert.deepEqual([ACME, UNIT, BARE].map(kindOf), ['organization', 'unit', 'organization']);
});

test('each is told by its IDs', () =>
  assert.deepEqual([ACME, UNIT, BARE].map(identify), [
    'a1 (organization org1)',
    'a2 (unit of a1)',
    'a4 (organization)',
  ]));

test('the outputs name it; an ID that is not told stays empty', () => {
  assert.deepEqual(accountOutputs(UNIT), {
    'account-id': 'a2',
    'organization-id': 'org1',
    'organization-name': 'Unit',
  });
  assert.equal(accountOutputs(BARE)['organization-id'], '');
});

describe('by its ID', () => {
  test('an account is found', () => assert.equal(findById([ACME, UNIT], 'a2'), UNIT));
  test('an organization is found, and not one of its units', () =>
    assert.equal(findById([UNIT, ACME], 'org1'), ACME));
  test('nothing is found that is not there', () => {
    const { title, problem, remedy } = refusal(() => findById([ACME, UNIT], 'a9'));
    assert.match(title, /parent-id/);
    assert.match(problem, /a9/);
    assert.match(remedy, /“Acme” \(a1\), “Unit” \(a2\)\.$/);
  });
  test('a name is none, and its IDs are told', () => {
    const { remedy } = refusal(() => findById([ACME, UNIT, TWIN], 'Unit'));
    assert.match(remedy, /a2 \(unit of a1\) or a3 \(unit of a1\)\.$/);
    assert.doesNotMatch(remedy, /Acme/);
  });
});

describe('by its name', () => {
  test('an account is found', () => assert.equal(findByName([ACME, UNIT], 'Unit'), UNIT));
  test('one of several is not guessed', () => {
    const { title, problem } = refusal(() => findByName([ACME, UNIT, TWIN], 'Unit'));
    assert.match(title, /organization-name is ambiguous/);
    assert.match(problem, /sees 2 .*“Unit”.*: a2 \(unit of a1\), a3 \(unit of a1\)\.$/);
  });
  test('near ones are told once each', () => {
    const { title, problem, remedy } = refusal(() => findByName([ACME, UNIT, TWIN], 'Unot'));
    assert.match(title, /organization-name is unknown/);
    assert.match(problem, /“Unot” \(input organization-name\)\.$/);
    assert.equal(remedy.match(/“Unit”/g)?.length, 1);
    assert.doesNotMatch(remedy, /Acme/);
  });
  test('a letter of another alphabet is told', () =>
    assert.match(refusal(() => findByName([ACME], '\u0410cme')).problem, /U\+0410/));
  test('where none is near, ten are told and the others counted', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ account_id: `a${index}`, account_name: `N${index}` }));
    const remedyFor = (count: number) => refusal(() => findByName(many(count), 'nothing-like-it')).remedy;
    assert.match(remedyFor(10), /“N9” \(a9\)\.$/);
    assert.match(remedyFor(12), /“N9” \(a9\) and 2 more\.$/);
  });
  test('where the token sees none, that is told', () =>
    assert.doesNotMatch(refusal(() => findByName([], 'Acme')).remedy, /It sees \./));
});
