import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { ROOT } from '../world/run-action.ts';
import { makeTempDir } from '../world/temp.ts';
import { calledBy, commitAll, OURS, usesOf } from './act.ts';
import { ACTIONLINT, goTool, shellcheck } from './tools.ts';

const OWN = globSync('.github/workflows/*.yml', { cwd: ROOT });
const EXAMPLES = globSync('examples/**/*.yml', { cwd: ROOT });
const ALL = [...OWN, ...EXAMPLES, 'test/workflows/engine.yml'];
const PAGES = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md'], { cwd: ROOT });
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Job {
  readonly permissions?: unknown;
  readonly 'timeout-minutes'?: number;
  readonly uses?: string;
  readonly if?: string;
  readonly environment?: string;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly steps?: readonly Step[];
}
interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Workflow {
  readonly on: Record<string, unknown>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: Job['concurrency'];
  readonly jobs: Record<string, Job>;
}
interface ActionFile {
  readonly inputs: Record<string, { readonly required?: boolean }>;
}

async function actionlint(
  args: readonly string[],
  { input, cwd = ROOT }: { readonly input?: string; readonly cwd?: string } = {},
): Promise<string> {
  const all = ['-no-color', `-shellcheck=${await shellcheck()}`, ...args];
  const { stdout, stderr } = spawnSync(await goTool(ACTIONLINT), all, { cwd, encoding: 'utf8', input });
  return stdout + stderr;
}

test('every workflow of this repository, and every script in one, is clean under actionlint and ShellCheck', async () => {
  assert.ok(OWN.length > 0);
  assert.equal(await actionlint([...OWN, 'test/workflows/engine.yml']), '');
});

test('so is every example, where a user saves it', async (t) => {
  const temp = await makeTempDir('lint');
  t.after(() => temp.remove());
  const folder = join(temp.path, '.github/workflows');
  mkdirSync(folder, { recursive: true });
  for (const path of EXAMPLES) copyFileSync(join(ROOT, path), join(folder, basename(path)));
  await commitAll(temp.path);
  assert.equal(readdirSync(folder).length, EXAMPLES.length, 'no two have one name');
  assert.equal(await actionlint([], { cwd: temp.path }), '');
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

/** What the steps of a job give to our action. */
const oursOf = ({ steps = [] }: Job) =>
  steps.filter(({ uses }) => uses?.startsWith(`${OURS}@`)).map(({ with: inputs = {} }) => inputs);
/** Whether a job can change anything at Aiven. */
const applies = (job: Job) => oursOf(job).some((inputs) => inputs['dry-run'] !== true);

const FIRST_LOOK = 'examples/first-look.yml';

for (const path of EXAMPLES) {
  const text = read(path);
  const { on, permissions, concurrency, jobs }: Workflow = parse(text);
  const top = /^(#.*\n)*/.exec(text)?.[0] ?? '';

  test(`${path}: runs on a push and by hand, or is called`, () => {
    assert.ok(('push' in on && 'workflow_dispatch' in on) || 'workflow_call' in on);
    const { push } = on as { push?: unknown };
    const paths = [`.github/workflows/${basename(path)}`];
    // What only shows a plan may do so on any branch.
    if (push) assert.deepEqual(push, path === FIRST_LOOK ? { paths } : { branches: ['main'], paths });
  });

  test(`${path}: says at its top where to save it, what merging does, and what it needs`, () => {
    assert.ok(top.startsWith(`# Save as .github/workflows/${basename(path)}. `), top);
    const changes = 'push' in on && Object.values(jobs).some((job) => applies(job) || job.uses);
    assert.equal(top.includes('Merging this applies it: '), changes, top);
    const called = calledBy(text).map((file) => read(join(dirname(path), file)));
    const used = [text, ...called].join('\n').matchAll(/\b(?:secrets|vars)\.([A-Z0-9_]+)/g);
    const listed = top.matchAll(/^# {3}([A-Z0-9_]+): /gm);
    const sorted = (names: Iterable<RegExpExecArray>) =>
      [...new Set([...names].map(([, name]) => name))].sort();
    assert.deepEqual(sorted(listed), sorted(used));
  });

  test(`${path}: what applies is in an environment that a person can guard`, () => {
    for (const [name, job] of Object.entries(jobs))
      assert.equal(job.environment !== undefined, applies(job), `the environment of job ${name}`);
  });

  test(`${path}: one change of a service at a time, whichever workflow makes it`, () => {
    for (const [name, job] of Object.entries(jobs)) {
      const limit = job.concurrency ?? concurrency;
      if (!job.uses) assert.ok(limit, `job ${name} has a concurrency group`);
      for (const { mode, project, 'service-name': service } of applies(job) ? oursOf(job) : []) {
        assert.equal(limit?.['cancel-in-progress'], false, `job ${name} is not cancelled half-way`);
        if (mode === 'kafka-oidc') assert.equal(limit?.group, `kafka-oidc-${project}-${service}`);
      }
    }
  });

  test(`${path}: an ID token for the jobs that need one`, () =>
    assert.ok(!('id-token' in (permissions ?? {}))));

  test(`${path}: a pull request plans with a token that only reads, where it gets one`, () => {
    for (const job of Object.values(jobs)) {
      const planning = oursOf(job).filter((inputs) => inputs['dry-run'] === true);
      for (const inputs of planning) assert.equal(inputs['aiven-token'], '${{ secrets.AIVEN_READ_TOKEN }}');
      if (!('pull_request' in on)) continue;
      if (applies(job)) assert.equal(job.if, "github.event_name != 'pull_request'");
      else {
        assert.match(job.if ?? '', /head\.repo\.full_name == github\.repository/);
        assert.match(job.if ?? '', /user\.login != 'dependabot\[bot\]'/);
      }
    }
  });

  test(`${path}: what is fetched says why it was not, and images are pinned by digest`, () => {
    for (const [command] of text.matchAll(/\bcurl\b[^|]*/g)) assert.match(command, /--fail-with-body\b/);
    for (const [image] of text.matchAll(/(?:docker:\/\/|image: |docker run[^|]* )[\w.-]+\/\S+/g))
      assert.match(image, /@sha256:[0-9a-f]{64}$/);
  });
}

for (const path of [...PAGES, ...EXAMPLES]) {
  test(`${path}: nobody can own the action that it names`, () => {
    const owners = [...read(path).matchAll(/^.*uses: (\S+)\/aiven-kafka-oidc-action/gm)].map(
      ([, owner]) => owner,
    );
    for (const owner of owners) assert.equal(`${owner}/aiven-kafka-oidc-action`, OURS);
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
      assert.equal(await actionlint(['-'], { input: workflow }), '', block);
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
