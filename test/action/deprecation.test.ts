import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type AivenOptions, account, kafkaService, project } from '../world/aiven.ts';
import type { ActionResult } from '../world/run-action.ts';
import { runHere } from '../world/run-here.ts';
import { type Annotation, annotations, assertSucceeded, failureOf, warnings } from './outcome.ts';
import { withAiven } from './setup.ts';

/** What Aiven announces in its headers, its own clients keep to themselves; this action does not. */

const LINK = 'https://aiven.io/docs/platform/deprecations';
const ANNOUNCED = { deprecation: 1_767_225_600, sunset: 'Mon, 01 Mar 2027 00:00:00 GMT', link: LINK };

test('a call with a date for its end is a warning, once, with its dates and where to read more', async (t) => {
  const aiven = await withAiven(t, {
    projects: [project({ project_name: 'streams' })],
    services: [kafkaService()],
    settle: { delayPolls: 0, movingPolls: 2 },
    deprecated: { 'GET /v1/project/{project}/service/{service}': ANNOUNCED },
  });
  const result = await runHere({
    mode: 'kafka-oidc',
    'aiven-token': aiven.token,
    'api-url': aiven.url,
    project: 'streams',
    'service-name': 'kafka',
    'kafka-rest-authorization': 'true',
    'allow-lockout': 'true',
    'wait-timeout-minutes': '0.02',
  });
  assertSucceeded(result);
  const reads = aiven.requests.filter(({ method }) => method === 'GET').length;
  assert.ok(reads > 1, 'the call is made more than once');
  const told = retiring(result);
  assert.equal(told.length, 1);
  assert.match(
    told[0]?.message ?? '',
    /API call ServiceGet \(2026-01-01\) and will switch it off on 2027-03-01\. Update this action/,
  );
  assert.ok(told[0]?.message.includes(LINK));
});

test('each such call has a warning of its own', async (t) => {
  const result = await assigning(t, { 'GET /v1/account': ANNOUNCED, 'GET /v1/project': ANNOUNCED });
  assert.deepEqual(
    retiring(result)
      .map(({ message }) => /API call (\w+)/.exec(message)?.[1])
      .sort(),
    ['AccountList', 'ProjectList'],
  );
});

test('a deprecated call without a date is a line of the log: nobody can do anything about it', async (t) => {
  const { sunset: _, ...undated } = ANNOUNCED;
  const undecided = { ...ANNOUNCED, sunset: 'some day' };
  const result = await assigning(t, {
    'GET /v1/account': undecided,
    'GET /v1/project': undated,
    'PUT /v1/project/{project}': undated,
  });
  assert.deepEqual(warnings(result), []);
  const lines = result.stdout.split('\n').filter((line) => line.includes('has deprecated'));
  assert.deepEqual(
    lines.sort(),
    ['AccountList', 'ProjectList', 'ProjectUpdate'].map(
      (operation) =>
        `Aiven has deprecated the API call ${operation} (2026-01-01). It still works, and no end date is set. More at ${LINK}.`,
    ),
  );
  assert.doesNotMatch(result.stdout, /newest version/);
});

test('a call without a successor advises no newer version, but what to do without it', async (t) => {
  const [told, ...more] = retiring(await assigning(t, { 'PUT /v1/project/{project}': ANNOUNCED }));
  assert.deepEqual(more, []);
  assert.match(told?.message ?? '', /will switch it off on 2027-03-01\. It has no successor yet: .* Console/);
  assert.doesNotMatch(told?.message ?? '', /version/);
});

function retiring(result: ActionResult): Annotation[] {
  return annotations(result).filter(({ title }) => title === 'Aiven is retiring an API call');
}

/** A run that assigns a project that belongs nowhere. */
async function assigning(
  t: TestContext,
  deprecated: AivenOptions['deprecated'] & object,
): Promise<ActionResult> {
  const aiven = await withAiven(t, {
    accounts: [account({ account_id: 'a1', account_name: 'Example' })],
    projects: [project({ project_name: 'streams' })],
    deprecated,
  });
  const inputs = { mode: 'project-assign', 'parent-id': 'a1', project: 'streams' };
  const result = await runHere({ 'aiven-token': aiven.token, 'api-url': aiven.url, ...inputs });
  assertSucceeded(result);
  return result;
}

test('a retired call says to update the action', async (t) => {
  const aiven = await withAiven(t);
  const error_code = 'retired_api_endpoint';
  const body = { message: 'Gone', errors: [{ message: 'Gone', status: 410, error_code }] };
  aiven.fault({}, { kind: 'status', status: 410, body });
  const inputs = { mode: 'org-create', 'organization-name': 'Example' };
  const result = await runHere({ 'aiven-token': aiven.token, 'api-url': aiven.url, ...inputs });
  const { title, message } = failureOf(result);
  assert.equal(title, 'Aiven has retired an API call');
  assert.match(message, /update it to the newest one/);
  assert.equal(aiven.requests.length, 1, 'it is not tried again');
});
