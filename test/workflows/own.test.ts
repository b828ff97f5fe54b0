import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { startAiven } from '../world/aiven.ts';
import { ROOT, runAction } from '../world/run-action.ts';
import { makeTempDir } from '../world/temp.ts';
import { commitAll, runWorkflow, STAND_INS } from './act.ts';

const run = promisify(execFile);

/** A copy of this checkout, as committed as it would be, and where it pushes to. */
async function copyOfThis(place: string): Promise<{ repository: string; origin: string }> {
  const repository = join(place, 'repository');
  const { stdout } = await run('git', [
    '-C',
    ROOT,
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
  ]);
  for (const file of stdout.split('\0').filter(Boolean))
    await cp(join(ROOT, file), join(repository, file)).catch((error: NodeJS.ErrnoException) => {
      // Deleted, and not yet committed.
      if (error.code !== 'ENOENT') throw error;
    });
  await commitAll(repository);
  const origin = join(place, 'origin.git');
  await run('git', ['clone', '--quiet', '--bare', repository, origin]);
  await run('git', ['-C', repository, 'remote', 'add', 'origin', origin]);
  return { repository, origin };
}

/** What the bundle of a checkout calls itself to the API. */
async function userAgentOf(tagged: string): Promise<unknown> {
  const aiven = await startAiven();
  const inputs = {
    mode: 'org-create',
    'aiven-token': aiven.token,
    'api-url': aiven.url,
    'organization-name': 'x',
  };
  await runAction(inputs, { bundle: join(tagged, 'dist/index.js') });
  await aiven.close();
  return aiven.requests[0]?.headers['user-agent'];
}

test('ci.yml: the action of this checkout, started by uses: ./', async (t) => {
  const temp = await makeTempDir('own');
  t.after(() => temp.remove());
  const { repository } = await copyOfThis(temp.path);
  const ran = await runWorkflow('.github/workflows/ci.yml', {
    repository,
    job: 'itself',
    matrix: { os: 'ubuntu-latest' },
  });
  assert.equal(ran.code, 0, ran.log + ran.stderr);
  const changed = ['organization', 'projects', 'kafka', 'again'].map((id) => ran.step(id).outputs['changed']);
  assert.deepEqual(changed, ['true', 'true', 'true', 'false']);
});

test('release.yml: bumps, builds, tests, tags, attests, publishes', async (t) => {
  const temp = await makeTempDir('own');
  t.after(() => temp.remove());
  const { repository, origin } = await copyOfThis(temp.path);
  const git = async (...args: string[]) => (await run('git', ['-C', origin, ...args])).stdout.trim();
  const ran = await runWorkflow('.github/workflows/release.yml', {
    event: 'workflow_dispatch',
    inputs: { bump: 'major' },
    secrets: { GITHUB_TOKEN: 'token-of-the-job' },
    repository,
  });
  assert.equal(ran.code, 0, ran.log + ran.stderr);
  assert.equal(await git('log', '-1', '--format=%s', 'main'), 'Release v1.0.0');
  const [main, exact, major] = await Promise.all(
    ['main', 'v1.0.0', 'v1'].map((name) => git('rev-parse', `${name}^{commit}`)),
  );
  assert.equal(exact, main);
  assert.equal(major, main, 'the tag of the major version is there');
  assert.match(await git('show', 'v1:src/version.ts'), /VERSION = '1\.0\.0'/);
  const tagged = join(temp.path, 'tagged');
  await run('git', ['clone', '--quiet', '--branch', 'v1', origin, tagged]);
  assert.equal(await userAgentOf(tagged), 'aiven-kafka-oidc-action/1.0.0', 'it was built anew');
  await run(join(STAND_INS, 'bin/npm'), ['ci'], { cwd: tagged });
  await run('node', ['scripts/build.ts'], { cwd: tagged });
  const { stdout: differing } = await run('git', ['-C', tagged, 'status', '--porcelain', 'dist']);
  assert.equal(differing, '', 'the bundle is what the tagged source builds, byte for byte');
  assert.match(
    await git('show', 'v1:CHANGELOG.md'),
    /^## \[Unreleased\]\n\n## \[1\.0\.0\] - \d{4}-\d\d-\d\d$/m,
  );
  assert.match(ran.log, /^npm test, of 1\.0\.0$/m, 'what is released was tested');
  const attested = [...ran.log.matchAll(/^([0-9a-f]{64}) {2}dist\/index\.js$/gm)].map(([, digest]) => digest);
  const bundle = await readFile(join(tagged, 'dist/index.js'));
  const digest = createHash('sha256').update(bundle).digest('hex');
  assert.deepEqual(
    attested,
    [digest, digest],
    'how the tagged bundle was built is attested, and what is in it',
  );
  assert.match(ran.log, /^SBOM of \d\d packages, CycloneDX 1\.\d$/m);
  const notes = (await readFile(join(ROOT, 'CHANGELOG.md'), 'utf8')).split('## ')[1]?.split('\n')[4] ?? '-';
  assert.match(ran.log, /^gh release create v1\.0\.0 --verify-tag --title v1\.0\.0 --notes-file /m);
  assert.ok(ran.log.includes(notes), 'the notes are those of the changelog');
});

const NOT_RELEASED: Record<string, { env: Record<string, string>; says: RegExp }> = {
  'without a CI that passed': { env: { PASSED_RUNS: '0' }, says: /CI has not passed/ },
  'when the tests fail of what is to be released': { env: { TESTS_END_WITH: '1' }, says: /npm test, of 0\./ },
};

for (const [when, { env, says }] of Object.entries(NOT_RELEASED)) {
  test(`release.yml: not ${when}`, async (t) => {
    const temp = await makeTempDir('own');
    t.after(() => temp.remove());
    const { repository, origin } = await copyOfThis(temp.path);
    const ran = await runWorkflow('.github/workflows/release.yml', {
      event: 'workflow_dispatch',
      inputs: { bump: 'patch' },
      repository,
      env,
    });
    assert.equal(ran.code, 1);
    assert.match(ran.log, says);
    assert.equal((await run('git', ['-C', origin, 'tag'])).stdout, '');
    assert.equal((await run('git', ['-C', origin, 'log', '--format=%s'])).stdout, 'x\n');
  });
}

test('release.yml: what may write runs nothing that npm installed', async () => {
  const { jobs } = parse(await readFile(join(ROOT, '.github/workflows/release.yml'), 'utf8')) as {
    jobs: Record<string, { permissions: Record<string, string>; steps: { run?: string; uses?: string }[] }>;
  };
  for (const [name, { permissions, steps }] of Object.entries(jobs)) {
    const mayWrite = Object.values(permissions).includes('write');
    const runsCode = steps.some(({ run }) => /\b(npm|npx|node)\b/.test(run ?? ''));
    assert.ok(mayWrite !== runsCode, `job ${name} either builds or writes`);
  }
});
