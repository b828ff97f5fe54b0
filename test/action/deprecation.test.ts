import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, kafkaService, project } from '../world/aiven.ts';
import { runAction } from '../world/run-action.ts';
import { annotations, assertSucceeded, failureOf } from './outcome.ts';
import { withAiven } from './setup.ts';

/** What Aiven announces in its headers, its own clients keep to themselves; this action does not. */

const LINK = 'https://aiven.io/docs/platform/deprecations';
const ANNOUNCED = { deprecation: 1_767_225_600, sunset: 'Mon, 01 Mar 2027 00:00:00 GMT', link: LINK };

test('a deprecated call is a warning, once, with its dates and where to read more', async (t) => {
  const aiven = await withAiven(t, {
    projects: [project({ project_name: 'streams' })],
    services: [kafkaService()],
    settle: { delayPolls: 0, movingPolls: 2 },
    deprecated: { 'GET /v1/project/{project}/service/{service}': ANNOUNCED },
  });
  const result = await runAction({
    mode: 'kafka-oidc',
    'aiven-token': aiven.token,
    'api-url': aiven.url,
    project: 'streams',
    'service-name': 'kafka',
    'kafka-rest-authorization': 'true',
    'wait-timeout-minutes': '0.02',
  });
  assertSucceeded(result);
  const reads = aiven.requests.filter(({ method }) => method === 'GET').length;
  assert.ok(reads > 1, 'the call is made more than once');
  const told = annotations(result).filter(({ title }) => title === 'Aiven is retiring an API call');
  assert.equal(told.length, 1);
  assert.match(
    told[0]?.message ?? '',
    /API call ServiceGet \(2026-01-01\) and will switch it off on 2027-03-01\. Update this action/,
  );
  assert.ok(told[0]?.message.includes(LINK));
});

test('each deprecated call has a warning of its own', async (t) => {
  const aiven = await withAiven(t, {
    accounts: [account({ account_id: 'a1', account_name: 'Example' })],
    projects: [project({ project_name: 'streams' })],
    deprecated: { 'GET /v1/account': { deprecation: 1_767_225_600 }, 'GET /v1/project': ANNOUNCED },
  });
  const inputs = { mode: 'project-assign', 'parent-id': 'a1', project: 'streams' };
  const result = await runAction({ 'aiven-token': aiven.token, 'api-url': aiven.url, ...inputs });
  assertSucceeded(result);
  const told = annotations(result).filter(({ title }) => title === 'Aiven is retiring an API call');
  assert.deepEqual(told.map(({ message }) => /API call (\w+)/.exec(message)?.[1]).sort(), [
    'AccountList',
    'ProjectList',
  ]);
});

test('a retired call says to update the action', async (t) => {
  const aiven = await withAiven(t);
  const error_code = 'retired_api_endpoint';
  const body = { message: 'Gone', errors: [{ message: 'Gone', status: 410, error_code }] };
  aiven.fault({}, { kind: 'status', status: 410, body });
  const inputs = { mode: 'org-create', 'organization-name': 'Example' };
  const result = await runAction({ 'aiven-token': aiven.token, 'api-url': aiven.url, ...inputs });
  const { title, message } = failureOf(result);
  assert.equal(title, 'Aiven has retired an API call');
  assert.match(message, /update it to the newest one/);
  assert.equal(aiven.requests.length, 1, 'it is not tried again');
});
