import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { ROOT } from '../world/run-action.ts';
import { usesOf } from './act.ts';
import { ACTIONLINT, goTool, shellcheck } from './tools.ts';

const OURS = 'your-org/aiven-kafka-oidc-action';
const OWN = globSync('.github/workflows/*.yml', { cwd: ROOT });
const EXAMPLES = globSync('examples/**/*.yml', { cwd: ROOT });
const ALL = [...OWN, ...EXAMPLES, 'test/workflows/engine.yml'];
const PAGES = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md'], { cwd: ROOT });
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Job {
  readonly permissions?: unknown;
  readonly 'timeout-minutes'?: number;
  readonly uses?: string;
}
interface Workflow {
  readonly on: Record<string, unknown>;
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Record<string, Job & { readonly concurrency?: unknown }>;
}
interface ActionFile {
  readonly inputs: Record<string, { readonly required?: boolean }>;
}

async function actionlint(args: readonly string[], input?: string): Promise<string> {
  const all = ['-no-color', `-shellcheck=${await shellcheck()}`, ...args];
  const { stdout, stderr } = spawnSync(await goTool(ACTIONLINT), all, { cwd: ROOT, encoding: 'utf8', input });
  return stdout + stderr;
}

test('every workflow, and every script in one, is clean under actionlint and ShellCheck', async () => {
  assert.ok(OWN.length > 0 && EXAMPLES.length > 0);
  assert.equal(await actionlint(ALL), '');
});

for (const path of ALL) {
  test(`${path}: the least of permissions, and an end to each job`, () => {
    const { permissions, jobs }: Workflow = parse(read(path));
    assert.notEqual(permissions, undefined, 'permissions are declared');
    assert.ok(typeof permissions === 'object', 'permissions are named one by one');
    for (const [name, job] of Object.entries(jobs))
      assert.ok(job['timeout-minutes'] || job.uses, `job ${name} has a timeout`);
  });

  test(`${path}: actions of others are pinned by commit, with the version beside it`, () => {
    const others = read(path)
      .split('\n')
      .flatMap((line) => /^\s*(?:- )?uses: (.*)$/.exec(line)?.[1] ?? [])
      .filter((uses) => !uses.startsWith(OURS) && !uses.startsWith('./'));
    for (const uses of others) assert.match(uses, /^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test(`${path}: every input that it gives is one that the action takes`, () => {
    for (const { action, inputs } of usesOf(read(path))) {
      const standIn = `test/workflows/stand-ins/${action.replace('/', '+')}/action.yml`;
      if (action !== OURS && OWN.includes(path)) continue;
      const known = (parse(read(action === OURS ? 'action.yml' : standIn)) as ActionFile).inputs;
      for (const name of inputs) assert.ok(name in known, `${action} has no input ${name}`);
      for (const [name, { required }] of Object.entries(known))
        assert.ok(!required || inputs.includes(name), `${action} needs the input ${name}`);
    }
  });
}

test('a workflow that comments may write to pull requests', () => {
  const commenting = EXAMPLES.filter((path) =>
    usesOf(read(path)).some(({ inputs }) => inputs.includes('comment')),
  );
  assert.ok(commenting.length > 0);
  for (const path of commenting) assert.match(read(path), /^ {6}pull-requests: write/m, path);
});

for (const path of EXAMPLES) {
  test(`${path}: runs on a push and by hand, and never twice at once`, () => {
    const { on, concurrency, jobs }: Workflow = parse(read(path));
    assert.ok('push' in on && 'workflow_dispatch' in on);
    const all = concurrency ?? Object.values(jobs).every((job) => job.concurrency);
    assert.ok(all, 'concurrency is set');
  });
}

for (const page of PAGES) {
  test(`${page}: every workflow in it is a file that is tested, every step is clean`, async () => {
    const blocks = read(page).matchAll(/(<!-- file: \S+ -->\n+)?^( *)```ya?ml\n([\s\S]*?)\n\2```/gm);
    for (const [, included, indent = '', indented = ''] of blocks) {
      if (included) continue;
      const block = indented.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
      const content: unknown = parse(block);
      assert.ok(!isWorkflow(content), `a workflow that no file has:\n${block}`);
      if (!Array.isArray(content)) continue;
      const steps = block.replaceAll(/^/gm, '      ');
      const workflow = `on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n${steps}\n`;
      assert.equal(await actionlint(['-'], workflow), '', block);
      const known = (parse(read('action.yml')) as ActionFile).inputs;
      const ours = usesOf(workflow).filter(({ action }) => action === OURS);
      for (const name of ours.flatMap(({ inputs }) => inputs))
        assert.ok(name in known, `the action has no input ${name}:\n${block}`);
    }
  });
}

function isWorkflow(content: unknown): boolean {
  return typeof content === 'object' && content !== null && 'jobs' in content;
}
