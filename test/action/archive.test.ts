import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ROOT, runAction } from '../world/run-action.ts';
import { makeTempDir } from '../world/temp.ts';
import { failureOf } from './outcome.ts';

/** What GitHub packs of a commit for every run that uses it: small, and all that it takes to run. */

const PACKED_BYTES = 550_000;
/** What a person looks for in a release, and what GitHub needs. */
const THERE = ['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'action.yml', 'dist', 'package.json'];

let archive: Buffer;

before(() => {
  // With the attributes that are about to be committed.
  const args = ['-C', ROOT, 'archive', '--worktree-attributes', '--format=tar', 'HEAD'];
  const { status, stdout, stderr } = spawnSync('git', args, { maxBuffer: 100_000_000 });
  assert.equal(status, 0, String(stderr));
  archive = stdout;
});

test('it keeps to its bound', () => {
  const { length } = gzipSync(archive, { level: 9 });
  assert.ok(length <= PACKED_BYTES, `${length} bytes are packed for every run`);
});

test('it runs from what is left, to a clear refusal of a wrong input', async (t) => {
  const temp = await makeTempDir('archive');
  t.after(() => temp.remove());
  const file = join(temp.path, 'archive.tar');
  await writeFile(file, archive);
  const { status, stderr } = spawnSync('tar', ['-xf', 'archive.tar'], { cwd: temp.path, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  const left = (await readdir(temp.path)).filter((name) => name !== 'archive.tar');
  assert.deepEqual(left.sort(), THERE);

  const inputs = { mode: 'kafka', 'aiven-token': 'token-of-nobody' };
  const result = await runAction(inputs, { bundle: join(temp.path, 'dist/index.js') });
  const { message } = failureOf(result);
  assert.match(message, /mode “kafka”.*org-create, project-assign/);
  assert.match(result.summary, /Nothing was changed/);
});
