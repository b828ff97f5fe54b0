import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { account } from '../../world/aiven.ts';
import { annotations, assertSucceeded, calls } from '../outcome.ts';
import { ACCOUNTS, EXAMPLE, FOREIGN_OUTPUTS, OTHER, PAYMENTS, withOrganizations } from './organizations.ts';

/** What is there already is left alone: one call, and its IDs are the outputs. */

const UNCHANGED = { changed: 'false', changes: '[]', projects: '', ...FOREIGN_OUTPUTS };
const EXAMPLE_OUTPUTS = {
  ...UNCHANGED,
  'account-id': 'a0example',
  'organization-id': 'org0example',
  'organization-name': 'Example',
};
const PAYMENTS_OUTPUTS = {
  ...UNCHANGED,
  'account-id': 'a0payments',
  'organization-id': 'org0example',
  'organization-name': 'Payments',
};

describe('what exists', { concurrency: 3 }, () => {
  test('an organization', async (t) => {
    const { aiven, run } = await withOrganizations(t);
    const result = await run({ 'organization-name': 'Example' });
    assertSucceeded(result);
    assert.deepEqual(calls(aiven.requests), [`GET ${ACCOUNTS}`]);
    assert.deepEqual(result.outputs, EXAMPLE_OUTPUTS);
    assert.deepEqual(annotations(result), [], 'there is nothing to see');
    assert.match(result.summary, /^### ✅ .*Organization Example/);
    assert.match(result.summary, /The organization `Example` exists \(a0example\)\./);
  });

  for (const parent of ['a0example', 'org0example']) {
    test(`a unit, by its parent ${parent}`, async (t) => {
      const { aiven, run } = await withOrganizations(t);
      const result = await run({ 'organization-name': 'Payments', 'parent-id': parent });
      assertSucceeded(result);
      assert.deepEqual(calls(aiven.requests), [`GET ${ACCOUNTS}`]);
      assert.deepEqual(result.outputs, PAYMENTS_OUTPUTS);
      assert.match(result.summary, /Unit Payments/);
    });
  }

  test('in a dry run, too', async (t) => {
    const { run } = await withOrganizations(t);
    const result = await run({ 'organization-name': 'Example', 'dry-run': 'true' });
    assertSucceeded(result);
    assert.deepEqual(result.outputs, EXAMPLE_OUTPUTS);
    assert.doesNotMatch(result.stdout, /would/);
  });

  test('with blanks around the input', async (t) => {
    const { run } = await withOrganizations(t);
    const result = await run({ 'organization-name': '  Example\n' });
    assert.equal(result.outputs['changed'], 'false');
  });

  test('with a parent_account_id that is absent instead of null', async (t) => {
    const { parent_account_id: _, ...bare } = account({ account_name: 'Bare', account_id: 'a0bare' });
    const { run } = await withOrganizations(t, { accounts: [bare as typeof EXAMPLE] });
    assert.equal((await run({ 'organization-name': 'Bare' })).outputs['account-id'], 'a0bare');
  });

  test('among thousands, in one call', async (t) => {
    const many = Array.from({ length: 5_000 }, (_, index) => account({ account_name: `Other ${index}` }));
    const { aiven, run } = await withOrganizations(t, { accounts: [...many, EXAMPLE] });
    assert.deepEqual((await run({ 'organization-name': 'Example' })).outputs, EXAMPLE_OUTPUTS);
    assert.equal(aiven.requests.length, 1);
  });

  test('at one level alone: another organization has a unit of that name', async (t) => {
    const elsewhere = { ...PAYMENTS, account_id: 'a0elsewhere', parent_account_id: OTHER.account_id };
    const { aiven, run } = await withOrganizations(t, { accounts: [EXAMPLE, PAYMENTS, OTHER, elsewhere] });
    const result = await run({ 'organization-name': 'Payments', 'parent-id': 'a0example' });
    assert.deepEqual(result.outputs, PAYMENTS_OUTPUTS);
    assert.equal(aiven.requests.length, 1);
  });
});
