import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
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
const ENTRY_BYTES = 300_000;
const ALL_BYTES = 1_500_000;

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

test('there is one version of the HTTP client, for what packages send as well', async () => {
  const { packages } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, unknown>;
  };
  for (const name of ['undici', '@actions/http-client']) {
    const copies = Object.keys(packages).filter((path) => path.endsWith(`node_modules/${name}`));
    assert.equal(copies.length, 1, `${name} is installed as ${copies.join(' and ')}`);
  }
});

test('every run loads it with HTTP/1.1 alone, from the entry point', async () => {
  const code = await readFile(join(DIST, 'index.js'), 'utf8');
  assert.ok(code.includes('UND_ERR_SOCKET'), 'undici is there');
  // All that Node brings is named in the entry point; this one is for the chunk that comments.
  const [, http2] = /(\d+):\(\w+=>\{[^{}]{1,50}"node:http2"/.exec(code) ?? [];
  assert.ok(http2 !== undefined && !code.includes(`(${http2})`), 'Node’s HTTP/2 is not loaded');
});

test('V8 keeps its budget for compiling WebAssembly anew once the parser is compiled', async () => {
  const code = await readFile(join(DIST, 'index.js'), 'utf8');
  const [, ...values] = /--wasm-tiering-budget=(\d+)".{1,60}--wasm-tiering-budget=(\d+)"/.exec(code) ?? [];
  const { stdout } = spawnSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  const [, ownValue] = /default: --wasm-tiering-budget=(\d+)/.exec(stdout) ?? [];
  assert.deepEqual(values, ['2000000000', ownValue]);
});

test('a run of any mode that asks no provider needs the entry point and code of this action alone', async (t) => {
  const bundle = await entryAlone(t, LARGEST_OWN_CHUNK);
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

/** A chunk of more bytes than that holds a package: what logs in to Kafka, asks GitHub for an ID token or comments. */
const LARGEST_OWN_CHUNK = 60_000;

/**
 * A copy of the bundle without its chunks.
 * @param largest keeps the chunks of at most so many bytes
 */
async function entryAlone(t: TestContext, largest = 0): Promise<string> {
  const temp = await makeTempDir('entry');
  t.after(() => temp.remove());
  const chunks = (await scripts()).filter((name) => name !== 'index.js');
  const sizes = await Promise.all(chunks.map(async (name) => (await stat(join(DIST, name))).size));
  const kept = chunks.filter((_, index) => (sizes[index] ?? 0) <= largest);
  for (const name of ['index.js', 'package.json', ...kept])
    await copyFile(join(DIST, name), join(temp.path, name));
  return join(temp.path, 'index.js');
}
