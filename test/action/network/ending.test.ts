import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { startStaticSite } from '../../world/bad-provider.ts';
import { makeTempDir } from '../../world/temp.ts';
import { withService } from '../kafka-oidc/oidc.ts';
import { failureOf } from '../outcome.ts';
import { withProjects } from '../project-assign/projects.ts';

/** A run that has failed ends at once: what it was doing beside that is not waited for, nor asked again. */

describe('a run that has failed does not wait', { concurrency: 2 }, () => {
  test('for a provider that does not answer', async (t) => {
    const site = await startStaticSite({
      '/.well-known/openid-configuration': { delayMs: Number.POSITIVE_INFINITY },
    });
    t.after(() => site.close());
    const temp = await makeTempDir('ca');
    t.after(() => temp.remove());
    const caFile = join(temp.path, 'ca.pem');
    await writeFile(caFile, site.ca);
    const { aiven, run } = await withService(t, { caFile, latencyMs: 500 });
    aiven.fault({}, { kind: 'status', status: 403, after: 'work' });
    const { title } = failureOf(await run({ 'expected-issuer': site.url }));
    assert.equal(title, 'The token lacks a permission');
    assert.equal(site.requests.length, 1, 'it is not asked again');
  });

  test('for a call that was to be tried again', async (t) => {
    const { aiven, run } = await withProjects(t, { forbidden: ['AccountList'] });
    const headers = { 'retry-after': '5' };
    aiven.fault({ path: '/v1/project' }, { kind: 'status', status: 429, headers });
    aiven.fault({ path: '/v1/account' }, { kind: 'delay', ms: 500, after: 'work' });
    const result = await run({ 'organization-name': 'Example', project: 'zebra' });
    assert.equal(failureOf(result).title, 'The token lacks a permission');
    assert.match(result.stdout, /ProjectList: .* Trying again in 5\.0 s/);
    assert.equal(aiven.requests.filter(({ path }) => path === '/v1/project').length, 1);
  });
});
