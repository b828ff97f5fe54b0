import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runAction } from '../../world/run-action.ts';
import { assertDiscreet, failureOf } from '../outcome.ts';
import { withAiven } from '../setup.ts';

/** A runner that does not keep what the step gives it. */

const NOWHERE = { GITHUB_OUTPUT: '/nonexistent/output' };

test('outputs that cannot be set fail the step, which says what it did', async (t) => {
  const aiven = await withAiven(t);
  const inputs = { mode: 'org-create', 'aiven-token': aiven.token, 'api-url': aiven.url };
  const result = await runAction({ ...inputs, 'organization-name': 'Example' }, { env: NOWHERE });
  const { title, message } = failureOf(result);
  assert.equal(title, 'The outputs could not be set');
  assert.match(message, /Everything before that succeeded\. Check the disk/);
  assert.match(result.stdout, /^Organization “Example” was created: a/m);
  assert.match(result.summary, /was created/);
  assertDiscreet(result, aiven.token);
});

test('outputs of a dry run that cannot be set do not read as if something had been done', async (t) => {
  const aiven = await withAiven(t);
  const inputs = { mode: 'org-create', 'aiven-token': aiven.token, 'api-url': aiven.url, 'dry-run': 'true' };
  const result = await runAction({ ...inputs, 'organization-name': 'Example' }, { env: NOWHERE });
  assert.match(failureOf(result).message, /Everything before that succeeded\. .* Nothing was changed\.$/);
  assert.equal(aiven.accounts.size, 0);
});

test('a failure is told although its outputs cannot be set', async (t) => {
  const aiven = await withAiven(t);
  aiven.fault({ method: 'GET', skip: 1 }, { kind: 'status', status: 403 });
  const inputs = { mode: 'org-create', 'aiven-token': aiven.token, 'api-url': aiven.url };
  const result = await runAction({ ...inputs, 'organization-name': 'Example' }, { env: NOWHERE });
  assert.equal(failureOf(result).title, 'The token lacks a permission');
  assert.match(result.stdout, /^The organization “Example” was created: a/m);
  assertDiscreet(result, aiven.token);
});
