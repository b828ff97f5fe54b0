import assert from 'node:assert/strict';
import { copyFile, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { kafkaService, project } from '../world/aiven.ts';
import { ROOT, runAction } from '../world/run-action.ts';
import { makeTempDir } from '../world/temp.ts';
import { assertSucceeded } from './outcome.ts';
import { withAiven, withProvider } from './setup.ts';

/** What a runner downloads before each run, and what a run loads: both are bounded. */

const DIST = join(ROOT, 'dist');
const ENTRY_BYTES = 200_000;
const ALL_BYTES = 1_300_000;

async function scripts(): Promise<string[]> {
  return (await readdir(DIST)).filter((name) => name.endsWith('.js'));
}

test('the entry point and all chunks keep to their bounds', async () => {
  const sizes = await Promise.all(
    (await scripts()).map(async (name) => ({ name, bytes: (await stat(join(DIST, name))).size })),
  );
  const entry = sizes.find(({ name }) => name === 'index.js');
  assert.ok(entry && entry.bytes <= ENTRY_BYTES, `index.js has ${entry?.bytes} bytes`);
  const all = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  assert.ok(all <= ALL_BYTES, `all scripts together have ${all} bytes`);
});

test('V8 compiles each module in its first pass over the entry point', async () => {
  const code = await readFile(join(DIST, 'index.js'), 'utf8');
  const modules = code.match(/[{,]\d+:/g) ?? [];
  const atOnce = code.match(/[{,]\d+:\(/g) ?? [];
  assert.ok(atOnce.length > 20, `only ${atOnce.length} of ${modules.length} modules are in parentheses`);
  assert.doesNotMatch(code, /[{,]\d+:(\w+|\([\w,]*\))=>/);
});

test('there is one HTTP client for GitHub, and no run loads it that does not comment', async () => {
  const { packages } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, unknown>;
  };
  for (const name of ['undici', '@actions/http-client']) {
    const copies = Object.keys(packages).filter((path) => path.endsWith(`node_modules/${name}`));
    assert.equal(copies.length, 1, `${name} is installed as ${copies.join(' and ')}`);
  }
  const holders = [];
  for (const name of await scripts())
    if ((await readFile(join(DIST, name), 'utf8')).includes('UND_ERR_')) holders.push(name);
  assert.equal(holders.length, 1, `undici is in ${holders.join(' and ')}`);
  assert.ok(!holders.includes('index.js'));
});

test('a run of any mode that asks no provider needs the entry point alone', async (t) => {
  const bundle = await entryAlone(t);
  const aiven = await withAiven(t, {
    projects: [project({ project_name: 'streams' })],
    services: [kafkaService({ project_name: 'streams', service_name: 'kafka' })],
  });
  const provider = await withProvider(t);
  const run = (inputs: Readonly<Record<string, string>>) =>
    runAction(
      { 'aiven-token': aiven.token, 'api-url': aiven.url, ...inputs },
      { bundle, env: { NODE_EXTRA_CA_CERTS: provider.caFile } },
    );
  assertSucceeded(await run({ mode: 'org-create', 'organization-name': 'Example' }));
  assertSucceeded(await run({ mode: 'project-assign', 'organization-name': 'Example', project: 'streams' }));
  const kafkaOidc = {
    mode: 'kafka-oidc',
    project: 'streams',
    'service-name': 'kafka',
    'jwks-endpoint-url': provider.jwksUri,
    'expected-issuer': provider.issuer,
    'expected-audience': 'kafka',
    'verify-provider': 'false',
    wait: 'false',
  };
  assertSucceeded(await run(kafkaOidc));
});

test('a run that comments needs more than the entry point', async (t) => {
  const aiven = await withAiven(t);
  const inputs = { mode: 'org-create', 'organization-name': 'Example', comment: 'true', 'github-token': 'x' };
  const pullRequest = {
    number: 1,
    head: { sha: 'c0ffee' },
    base: { repo: { full_name: 'octo-org/streams' } },
  };
  const { stdout } = await runAction(
    { 'aiven-token': aiven.token, 'api-url': aiven.url, ...inputs },
    {
      bundle: await entryAlone(t),
      event: { name: 'pull_request', payload: { number: 1, pull_request: pullRequest } },
    },
  );
  assert.match(stdout, /Cannot find module/);
});

/** A copy of the bundle without its chunks. */
async function entryAlone(t: TestContext): Promise<string> {
  const temp = await makeTempDir('entry');
  t.after(() => temp.remove());
  for (const name of ['index.js', 'package.json']) await copyFile(join(DIST, name), join(temp.path, name));
  return join(temp.path, 'index.js');
}
