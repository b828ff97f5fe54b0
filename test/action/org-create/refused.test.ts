import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { account, unit } from '../../world/aiven.ts';
import { calls, failureOf } from '../outcome.ts';
import { ACCOUNTS, EXAMPLE, withOrganizations } from './organizations.ts';

/** What a person has to decide, or to be allowed to. */

describe('a name that several have', { concurrency: 3 }, () => {
  test('is refused with their IDs', async (t) => {
    const twin = account({ account_name: 'Example', account_id: 'a0twin', organization_id: 'org0twin' });
    const { aiven, run } = await withOrganizations(t, { accounts: [EXAMPLE, twin] });
    const { title, message } = failureOf(await run({ 'organization-name': 'Example' }));
    assert.equal(title, 'The name is ambiguous');
    assert.equal(
      message,
      '2 organizations are called “Example” (input organization-name): a0example (organization org0example), a0twin (organization org0twin). Decide which one is meant, then rename or remove the others in the Aiven Console; this action deletes nothing. Nothing was changed.',
    );
    assert.deepEqual(calls(aiven.requests), [`GET ${ACCOUNTS}`]);
  });

  test('is refused for units, too', async (t) => {
    const twins = ['a0one', 'a0two'].map((account_id) =>
      unit(EXAMPLE, { account_id, account_name: 'Orders' }),
    );
    const { run } = await withOrganizations(t, { accounts: [EXAMPLE, ...twins] });
    const { message } = failureOf(await run({ 'organization-name': 'Orders', 'parent-id': 'a0example' }));
    assert.match(
      message,
      /^2 units are called “Orders” .*: a0one \(unit of a0example\), a0two \(unit of a0example\)\./,
    );
  });

  test('is no obstacle at another level', async (t) => {
    const twins = ['a0one', 'a0two'].map((account_id) =>
      unit(EXAMPLE, { account_id, account_name: 'Example' }),
    );
    const { run } = await withOrganizations(t, { accounts: [EXAMPLE, ...twins] });
    assert.equal((await run({ 'organization-name': 'Example' })).outputs['account-id'], 'a0example');
  });
});

describe('a name that looks like one that is there is refused', { concurrency: 3 }, () => {
  for (const [what, name, there] of [
    ['in case', 'EXAMPLE', 'Example'],
    ['by a blank within', 'Exa mple Two', 'Exa  mple Two'],
    ['by a blank that the other has not', 'Data Base', 'Database'],
    ['by a blank that cannot be seen', 'Exam\u200bple', 'Example'],
    ['by quotation marks', '"Example"', 'Example'],
    ['by the form of quotation marks', 'O’Brien', "O'Brien"],
    ['in how Unicode spells it', 'Exa\u0301mple', 'Ex\u00e1mple'],
    ['by fullwidth letters', 'Ｅｘａｍｐｌｅ', 'Example'],
    ['by a capital I for a small l', 'ExampIe', 'Example'],
  ] as const) {
    test(`where it differs only ${what}`, async (t) => {
      const { aiven, run } = await withOrganizations(t, { accounts: [{ ...EXAMPLE, account_name: there }] });
      const { title, message } = failureOf(await run({ 'organization-name': name }));
      assert.equal(title, 'A name that looks the same is taken');
      assert.match(
        message,
        new RegExp(`exist next to “${there}”, a0example \\(organization org0example\\): the names`),
      );
      assert.match(
        message,
        /If you want both, create the second one in the Aiven Console; this step then finds it/,
      );
      assert.deepEqual(aiven.writes(), []);
    });
  }

  test('where it differs only by a letter of another alphabet, which is named', async (t) => {
    const { aiven, run } = await withOrganizations(t);
    const { message } = failureOf(await run({ 'organization-name': 'Ex\u0430mple', 'dry-run': 'true' }));
    assert.match(
      message,
      /^The organization “Ex\u0430mple” \(in which “\u0430” is Cyrillic\) \(input organization-name\)/,
    );
    assert.deepEqual(aiven.writes(), []);
  });

  test('among the units of its organization alone', async (t) => {
    const { run, named } = await withOrganizations(t);
    const inputs = { 'organization-name': 'payments', 'parent-id': 'a0example' };
    assert.equal(failureOf(await run(inputs)).title, 'A name that looks the same is taken');
    assert.equal((await run({ ...inputs, 'parent-id': 'a0other' })).code, 0);
    assert.equal(named('payments').length, 1);
  });
});

describe('a parent-id', { concurrency: 3 }, () => {
  test('of a unit is refused with that of its organization', async (t) => {
    const { aiven, run } = await withOrganizations(t);
    const { title, message } = failureOf(await run({ 'organization-name': 'X', 'parent-id': 'a0payments' }));
    assert.equal(title, 'parent-id is a unit');
    assert.equal(
      message,
      'parent-id a0payments is the organizational unit “Payments”; units cannot be nested. Give the ID of its organization instead: a0example. Nothing was changed.',
    );
    assert.deepEqual(aiven.writes(), []);
  });

  for (const id of ['a0nowhere', 'org0nowhere']) {
    test(`that is unknown is refused with those that are there: ${id}`, async (t) => {
      const { aiven, run } = await withOrganizations(t);
      const { title, message } = failureOf(await run({ 'organization-name': 'X', 'parent-id': id }));
      assert.equal(title, 'parent-id is unknown');
      assert.match(message, new RegExp(`no organization or unit with the ID ${id} \\(input parent-id\\)`));
      assert.match(
        message,
        /The token sees “Example” \(a0example\), “Payments” \(a0payments\), “Other” \(a0other\)\./,
      );
      assert.deepEqual(aiven.writes(), []);
    });
  }

  test('that is a name is refused with the ID of that name', async (t) => {
    const acme = account({ account_name: 'acme', account_id: 'a0acme', organization_id: 'org0acme' });
    const { run } = await withOrganizations(t, { accounts: [acme] });
    const { message } = failureOf(await run({ 'organization-name': 'X', 'parent-id': 'acme' }));
    assert.match(message, /That is a name\. The ID is a0acme \(organization org0acme\)\./);
  });

  test('of a token that sees nothing says so', async (t) => {
    const { run } = await withOrganizations(t, { accounts: [] });
    const { message } = failureOf(await run({ 'organization-name': 'X', 'parent-id': 'a0example' }));
    assert.match(message, /The token sees no organization at all: check that its user is a member of one\./);
  });

  test('that is unknown does not list thousands', async (t) => {
    const many = Array.from({ length: 3_000 }, (_, index) => account({ account_name: `Other ${index}` }));
    const { run } = await withOrganizations(t, { accounts: many });
    const { message } = failureOf(await run({ 'organization-name': 'X', 'parent-id': 'a0example' }));
    assert.match(message, /and 2990 more\./);
    assert.ok(message.length < 1_000);
  });
});

describe('a permission that is missing', { concurrency: 3 }, () => {
  test('to create organizations', async (t) => {
    const { aiven, run } = await withOrganizations(t, { forbidden: ['AccountCreate'] });
    const { title, message } = failureOf(await run({ 'organization-name': 'New one' }));
    assert.equal(title, 'The token lacks a permission');
    assert.match(message, /AccountCreate for organization New one: Aiven answered 403/);
    assert.match(message, /the permission to create organizations/);
    assert.equal(aiven.writes().length, 1);
  });

  test('to create units names the role', async (t) => {
    const { run } = await withOrganizations(t, { permissions: ['project:services:read'] });
    const failed = await run({ 'organization-name': 'Orders', 'parent-id': 'a0example' });
    assert.match(failureOf(failed).message, /AccountCreate for unit Orders: .*role:organization:admin/);
  });

  test('to list, or a token that is unknown', async (t) => {
    const { aiven, run } = await withOrganizations(t);
    aiven.fault({}, { kind: 'status', status: 401 });
    const { title, message } = failureOf(await run({ 'organization-name': 'New one' }));
    assert.equal(title, 'Aiven does not accept the token');
    assert.match(message, /AccountList .* aiven-token.*application user\. Nothing was changed\.$/);
    assert.equal(aiven.requests.length, 1);
  });
});

test('an answer with another name than was asked for is an error', async (t) => {
  const { aiven, run } = await withOrganizations(t);
  const body = { account: account({ account_name: 'Neu', account_id: 'a0neu' }) };
  aiven.fault({ method: 'POST' }, { kind: 'shape', body });
  const { title, message } = failureOf(await run({ 'organization-name': 'New' }));
  assert.equal(title, 'Aiven created something else');
  assert.match(message, /asked for .*“New” and answered .*“Neu” \(a0neu\)/);
});

test('so is one at another level', async (t) => {
  const { aiven, run } = await withOrganizations(t);
  for (const parent_account_id of [null, 'a0other']) {
    const body = { account: { ...account({ account_name: 'New', account_id: 'a0new' }), parent_account_id } };
    aiven.fault({ method: 'POST' }, { kind: 'shape', body });
    const inputs = { 'organization-name': 'New', 'parent-id': 'a0example' };
    const { title, message } = failureOf(await run(inputs));
    assert.equal(title, 'Aiven created something else');
    const what = parent_account_id === null ? 'an organization' : 'a unit of a0other';
    assert.ok(message.includes(`unit “New” and answered with ${what}, “New” (a0new)`), message);
    aiven.accounts.clear();
    aiven.accounts.set(EXAMPLE.account_id, structuredClone(EXAMPLE));
  }
});

test('what was created is told although looking again fails', async (t) => {
  const { aiven, run, named } = await withOrganizations(t);
  aiven.fault({ method: 'GET', skip: 1 }, { kind: 'status', status: 403 });
  const result = await run({ 'organization-name': 'New one' });
  failureOf(result);
  assert.equal(result.outputs['account-id'], named('New one')[0]?.account_id);
  assert.equal(result.outputs['changed'], 'true');
});

test('so is what was found after its answer was lost', async (t) => {
  const { aiven, run } = await withOrganizations(t);
  aiven.fault({ method: 'POST' }, { kind: 'reset', after: 'work' });
  aiven.fault({ method: 'GET', skip: 2 }, { kind: 'status', status: 403 });
  const result = await run({ 'organization-name': 'New one' });
  failureOf(result);
  assert.match(result.summary, /`New one` is there, although the answer that confirmed it was lost/);
  assert.equal(result.outputs['changed'], 'true');
});

describe('a creation whose answer is of no use says whether it took effect', { concurrency: 2 }, () => {
  test('as looking shows', async (t) => {
    const { aiven, run } = await withOrganizations(t);
    aiven.fault({ method: 'POST' }, { kind: 'status', status: 501 });
    const { message } = failureOf(await run({ 'organization-name': 'New one' }));
    assert.match(message, /answered 501 .*\. It had not taken effect when this step checked afterwards\./);
  });

  test('or that it could not look', async (t) => {
    const { aiven, run } = await withOrganizations(t);
    aiven.fault({ method: 'POST' }, { kind: 'status', status: 501, after: 'work' });
    aiven.fault({ method: 'GET', skip: 1 }, { kind: 'status', status: 403 });
    const { message } = failureOf(await run({ 'organization-name': 'New one' }));
    assert.match(
      message,
      /answered 501 .*\. Whether it took effect is unknown, because checking failed, too\./,
    );
  });
});
