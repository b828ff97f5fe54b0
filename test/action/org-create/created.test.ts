import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { account } from '../../world/aiven.ts';
import { annotations, assertSucceeded, calls, warnings } from '../outcome.ts';
import { ACCOUNTS, EXAMPLE, FOREIGN_OUTPUTS, withOrganizations } from './organizations.ts';

/** What is not there is created: three calls, one of them a write; and the next run finds it. */

const THREE_CALLS = [`GET ${ACCOUNTS}`, `POST ${ACCOUNTS}`, `GET ${ACCOUNTS}`];
const change = (resource: string, after: string) => [{ resource, path: 'account_name', before: null, after }];

describe('an organization that is new', { concurrency: 3 }, () => {
  test('is created, and found by the next run', async (t) => {
    const { aiven, run, named } = await withOrganizations(t);
    const result = await run({ 'organization-name': 'New one' });
    assertSucceeded(result);
    assert.deepEqual(calls(aiven.requests), THREE_CALLS);
    assert.deepEqual(aiven.writes()[0]?.body, { account_name: 'New one' });
    const [created, ...more] = named('New one');
    assert.ok(created && more.length === 0);
    const outputs = {
      'account-id': created.account_id,
      'organization-id': created.organization_id,
      'organization-name': 'New one',
      projects: '',
      ...FOREIGN_OUTPUTS,
    };
    const { changes, ...rest } = result.outputs;
    assert.deepEqual(rest, { changed: 'true', ...outputs });
    assert.deepEqual(JSON.parse(changes ?? ''), change('organization New one', 'New one'));
    assert.deepEqual(
      annotations(result).map(({ level }) => level),
      ['notice'],
    );
    assert.match(result.summary, /^### ✅ Changed: Organization New one/);
    assert.match(result.summary, new RegExp(`parent-id\` ${created.account_id}`), 'what to do next');

    const second = await run({ 'organization-name': 'New one' });
    assertSucceeded(second);
    assert.equal(aiven.requests.length, 4, 'one call more');
    assert.deepEqual(second.outputs, { changed: 'false', changes: '[]', ...outputs });
  });

  test('is only planned in a dry run: every output is set, the IDs are Aiven’s to give', async (t) => {
    const { aiven, run } = await withOrganizations(t);
    const result = await run({ 'organization-name': 'New one', 'dry-run': 'true' });
    assertSucceeded(result);
    assert.deepEqual(calls(aiven.requests), [`GET ${ACCOUNTS}`]);
    const { changes, ...rest } = result.outputs;
    assert.deepEqual(rest, {
      changed: 'true',
      'account-id': '',
      'organization-id': '',
      'organization-name': 'New one',
      projects: '',
      ...FOREIGN_OUTPUTS,
    });
    assert.deepEqual(JSON.parse(changes ?? ''), change('organization New one', 'New one'));
    assert.match(result.summary, /Would change/);
  });

  test('where there was none at all', async (t) => {
    const { run, named } = await withOrganizations(t, { accounts: [] });
    assertSucceeded(await run({ 'organization-name': 'First' }));
    assert.equal(named('First').length, 1);
  });

  test('is no unit of that name', async (t) => {
    const { run, named } = await withOrganizations(t);
    const result = await run({ 'organization-name': 'Payments' });
    assertSucceeded(result);
    assert.deepEqual(
      named('Payments')
        .map(({ parent_account_id }) => parent_account_id)
        .sort(),
      ['a0example', null],
    );
    assert.notEqual(result.outputs['account-id'], 'a0payments');
  });

  for (const name of [
    'x',
    'é'.repeat(83),
    '漢字 & <b>“quotes”</b> | `x` $1',
    "O'Brien, Sons\\",
    '<!-- -->',
    '::error::x',
  ]) {
    test(`with the name ${name.slice(0, 30)}`, async (t) => {
      const { run, named } = await withOrganizations(t);
      const result = await run({ 'organization-name': name });
      assertSucceeded(result);
      assert.equal(named(name).length, 1);
      assert.equal(result.outputs['organization-name'], name);
      assert.equal(JSON.parse(result.outputs['changes'] ?? '')[0].after, name);
    });
  }
});

describe('a name is taken only by one that looks the same', { concurrency: 3 }, () => {
  for (const [what, name] of [
    ['one more letter', 'Examples'],
    ['an accent', 'Exámple'],
    ['a digit for a letter', 'Examp1e'],
    ['a dash', 'Ex-ample'],
    ['only a unit that has it', 'payments'],
  ] as const) {
    test(`so with ${what} it is created, without a word`, async (t) => {
      const { run, named } = await withOrganizations(t);
      const result = await run({ 'organization-name': name });
      assertSucceeded(result);
      assert.deepEqual(warnings(result), []);
      assert.equal(named(name).length, 1);
    });
  }

  test('and whoever wants both creates the second in the Console, and it is found', async (t) => {
    const second = account({ account_name: 'EXAMPLE', account_id: 'a0second' });
    const { run } = await withOrganizations(t, { accounts: [EXAMPLE, second] });
    const result = await run({ 'organization-name': 'EXAMPLE' });
    assertSucceeded(result);
    assert.deepEqual([result.outputs['changed'], result.outputs['account-id']], ['false', 'a0second']);
  });
});

describe('a unit that is new', { concurrency: 3 }, () => {
  for (const parent of ['a0example', 'org0example']) {
    test(`is created under ${parent}, and found by the next run`, async (t) => {
      const { aiven, run, named } = await withOrganizations(t);
      const result = await run({ 'organization-name': 'Orders', 'parent-id': parent });
      assertSucceeded(result);
      assert.deepEqual(calls(aiven.requests), THREE_CALLS);
      assert.deepEqual(aiven.writes()[0]?.body, { account_name: 'Orders', parent_account_id: 'a0example' });
      const [created, ...more] = named('Orders');
      assert.ok(created && more.length === 0);
      assert.equal(result.outputs['account-id'], created.account_id);
      assert.equal(result.outputs['organization-id'], 'org0example');
      assert.deepEqual(JSON.parse(result.outputs['changes'] ?? ''), change('unit Orders', 'Orders'));
      assert.match(result.summary, /^### ✅ Changed: Unit Orders/);

      const second = await run({ 'organization-name': 'Orders', 'parent-id': parent });
      assert.equal(second.outputs['changed'], 'false');
      assert.equal(second.outputs['account-id'], created.account_id);
      assert.equal(aiven.requests.length, 4);
    });
  }

  test('is only planned in a dry run, and its organization is known', async (t) => {
    const { aiven, run } = await withOrganizations(t);
    const inputs = { 'organization-name': 'Orders', 'parent-id': 'a0example', 'dry-run': 'true' };
    const { outputs, stdout } = await run(inputs);
    assert.deepEqual(aiven.writes(), []);
    assert.equal(outputs['account-id'], '');
    assert.equal(outputs['organization-id'], 'org0example');
    assert.match(stdout, /organizational unit in the organization “Example”/);
  });

  test('may have the name of an organization', async (t) => {
    const { run, named } = await withOrganizations(t);
    assertSucceeded(await run({ 'organization-name': 'Other', 'parent-id': 'a0example' }));
    assert.equal(named('Other').length, 2);
  });

  test('may have the name of a unit of another organization', async (t) => {
    const { run, named } = await withOrganizations(t);
    assertSucceeded(await run({ 'organization-name': 'Payments', 'parent-id': 'a0other' }));
    assert.equal(named('Payments').length, 2);
  });
});

describe('when another run creates the same', { concurrency: 3 }, () => {
  test('both use the older one, and the surplus is told', async (t) => {
    const rival = account({
      account_name: 'New one',
      account_id: 'a0rival',
      create_time: '2020-01-01T00:00:00Z',
    });
    const { aiven, run } = await withOrganizations(t);
    // The rival comes between this run's first look and its creation.
    const before = { accounts: [...aiven.accounts.values()] };
    aiven.fault({ method: 'GET', times: 1 }, { kind: 'shape', body: before });
    aiven.accounts.set('a0rival', rival);
    const result = await run({ 'organization-name': 'New one' });
    assertSucceeded(result);
    assert.equal(result.outputs['account-id'], 'a0rival');
    assert.deepEqual(warnings(result), ['Created more than once']);
    assert.match(result.stdout, /was created by another run: a0rival\./);
  });

  test('and Aiven takes a name once, the later run finds what the other created', async (t) => {
    const { aiven, run, named } = await withOrganizations(t);
    aiven.fault({ method: 'POST' }, { kind: 'status', status: 409, after: 'work' });
    const result = await run({ 'organization-name': 'Streaming' });
    assertSucceeded(result);
    const [only, ...more] = named('Streaming');
    assert.deepEqual(more, []);
    assert.equal(result.outputs['account-id'], only?.account_id);
    assert.equal(result.outputs['changed'], 'false');
    assert.match(result.stdout, /Another run has created the organization in the meantime\./);
    assert.equal(aiven.requests.length, 3);
  });

  test('an answer that is lost is looked for, not asked for again', async (t) => {
    const { aiven, run, named } = await withOrganizations(t);
    aiven.fault({ method: 'POST', times: 1 }, { kind: 'reset', after: 'work' });
    const result = await run({ 'organization-name': 'New one' });
    assertSucceeded(result);
    assert.equal(aiven.writes().length, 1);
    assert.equal(named('New one').length, 1);
    assert.equal(result.outputs['account-id'], named('New one')[0]?.account_id);
    assert.match(result.stdout, /is there, although the answer that confirmed it was lost/);
  });
});
