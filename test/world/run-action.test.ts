import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseFileCommands, runAction, startAction } from './run-action.ts';
import { makeTempDir, type TempDir } from './temp.ts';

/** The stand-in for GitHub's runner. */

let temp: TempDir;

before(async () => {
  temp = await makeTempDir('bundle');
});
after(() => temp.remove());

async function bundle(source: string): Promise<string> {
  const path = join(temp.path, `${crypto.randomUUID()}.mjs`);
  await writeFile(path, source);
  return path;
}

test('an action finds its inputs and nothing of the machine around it', async () => {
  process.env['LEAK'] = 'leaked';
  const file = await bundle('console.log(JSON.stringify(process.env))');
  const { code, stdout } = await runAction(
    { 'aiven-token': 'abc', mode: 'org-create' },
    { bundle: file, debug: true },
  );
  delete process.env['LEAK'];
  const env = JSON.parse(stdout);
  assert.equal(code, 0);
  assert.equal(env['INPUT_AIVEN-TOKEN'], 'abc');
  assert.equal(env['INPUT_MODE'], 'org-create');
  assert.equal(env['RUNNER_DEBUG'], '1');
  assert.equal(env['GITHUB_ACTIONS'], 'true');
  assert.equal(env['LEAK'], undefined);
});

test('what an action leaves is read back', async () => {
  const file = await bundle(`
    import { appendFileSync } from 'node:fs';
    appendFileSync(process.env.GITHUB_OUTPUT, 'changes<<end-1\\n[1,\\n2]\\nend-1\\nchanged=true\\n');
    appendFileSync(process.env.GITHUB_STEP_SUMMARY, '# Done\\n');
    console.error('to the error stream');
    process.exitCode = 3;
  `);
  const { code, stderr, outputs, summary } = await runAction({}, { bundle: file });
  assert.equal(code, 3);
  assert.equal(stderr, 'to the error stream\n');
  assert.deepEqual(outputs, { changes: '[1,\n2]', changed: 'true' });
  assert.equal(summary, '# Done\n');
});

test('an action that is under way can be sent a signal', async () => {
  const file = await bundle(`
    process.on('SIGINT', () => { console.log('interrupted'); process.exit(130); });
    setInterval(() => {}, 1000);
    console.log('ready');
  `);
  const action = await startAction({}, { bundle: file });
  assert.equal(await action.line(/ready/), 'ready');
  action.kill('SIGINT');
  const { code, stdout } = await action.done;
  assert.equal(code, 130);
  assert.match(stdout, /interrupted/);
});

test('a line that never comes is an error', async () => {
  const action = await startAction({}, { bundle: await bundle('console.log("over")') });
  await assert.rejects(action.line(/never/), /ended without a line/);
});

describe('file commands', () => {
  test('are pairs or blocks', () => {
    assert.deepEqual(parseFileCommands('a=1=2\nb<<X\nx=1\n\nX\n'), { a: '1=2', b: 'x=1\n' });
  });

  test('of no kind, or without an end, are refused', () => {
    assert.throws(() => parseFileCommands('nonsense\n'), /Not a file command/);
    assert.throws(() => parseFileCommands('a<<X\n1\n'), /no closing delimiter/);
  });
});
