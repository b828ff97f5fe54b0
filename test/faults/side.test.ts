import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Request } from '../../src/modes/request.ts';
import { type AivenWorld, kafkaService, project, startAiven } from '../world/aiven.ts';
import { type FaultRow, faultRows } from './faults.ts';
import { assertNoSecret, assertWantsNoSecrets } from './hold.ts';
import { JWKS_URL, SCENES, TOKEN } from './scenes.ts';
import { type Walked, walk } from './walk.ts';

/** The calls that few runs make: the project's authority before a login, and the names that are near an unknown one. */

const DEADLINE_MS = 90_000;
const FAULTS = faultRows('http://127.0.0.1:9/').filter(({ fault }) => fault !== 'refused');

/** A service that has what it is asked for, and a listener at which nobody is. */
function start(): Promise<AivenWorld> {
  const service = kafkaService({ service_uri_params: { host: 'localhost' } });
  service.user_config['kafka_authentication_methods'] = { sasl: true };
  service.user_config['kafka'] = {
    sasl_oauthbearer_jwks_endpoint_url: JWKS_URL,
    sasl_oauthbearer_expected_audience: 'kafka',
  };
  return startAiven({
    token: TOKEN,
    projects: [project({ project_name: 'streams' })],
    services: [service],
    projectCa: 'a CA '.repeat(100),
  });
}

function request(aiven: AivenWorld, more: object): Request {
  const scene = SCENES.find(({ name }) => name === 'kafka-oidc');
  assert.ok(scene);
  return { ...scene.request(aiven), ...more } as Request;
}

async function struck(path: string, { fault }: FaultRow, times: number, more: object): Promise<Walked> {
  const aiven = await start();
  try {
    assert.notEqual(fault, 'refused');
    aiven.fault({ method: 'GET', path, times }, fault as Exclude<typeof fault, 'refused'>);
    const walking = walk();
    const startedAt = walking.clock.now();
    const walked = await walking.go(request(aiven, more));
    assertNoSecret(walked.everything);
    assertWantsNoSecrets(aiven);
    assert.deepEqual(aiven.writes(), []);
    assert.ok(walked.endedAt - startedAt <= DEADLINE_MS, `${walked.endedAt - startedAt} ms`);
    return walked;
  } finally {
    await aiven.close();
  }
}

describe('kafka-oidc, ProjectKmsGetCA', { concurrency: 6 }, () => {
  const path = '/v1/project/streams/kms/ca';
  for (const row of FAULTS) {
    test(`${row.name}, once`, async () => {
      const { failure } = await struck(path, row, 1, { verifyLogin: true });
      const isTried = failure?.title === 'The login failed';
      assert.equal(isTried, row.passes || isForbidden(row), failure?.message);
    });
    test(`${row.name}, for good`, async () => {
      const { failure } = await struck(path, row, Number.POSITIVE_INFINITY, { verifyLogin: true });
      const told = isForbidden(row) ? /Logging in to service/ : /ProjectKmsGetCA for project streams/;
      assert.match(failure?.message ?? '', told);
    });
  }
});

/** Without the permission for the CA, the login is tried with what the runner trusts. */
function isForbidden({ name }: FaultRow): boolean {
  return name.startsWith('status 403');
}

describe('kafka-oidc, ServiceList after an unknown name', { concurrency: 6 }, () => {
  const path = '/v1/project/streams/service';
  for (const row of FAULTS) {
    test(`${row.name}, once`, async () => {
      const { failure } = await struck(path, row, 1, { service: 'kafkas' });
      assert.match(failure?.message ?? '', /ServiceGet for service streams\/kafkas: Aiven answered 404/);
      assert.equal(failure?.message.includes('Did you mean kafka?'), row.passes);
    });
    test(`${row.name}, for good`, async () => {
      const { failure } = await struck(path, row, Number.POSITIVE_INFINITY, { service: 'kafkas' });
      assert.match(failure?.message ?? '', /ServiceGet for service streams\/kafkas: Aiven answered 404/);
    });
  }
});
