import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { ROOT } from '../world/run-action.ts';
import { makeTempDir } from '../world/temp.ts';
import { ACT, goTool } from './tools.ts';

/** How a workflow is started. */
export interface WorkflowStart {
  /** `push` unless told. */
  readonly event?: 'push' | 'pull_request' | 'schedule' | 'workflow_dispatch';
  /** What GitHub tells of the event. */
  readonly payload?: unknown;
  /** What a person typed for a `workflow_dispatch`. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  /** The environment of the runner, besides `PATH` and `HOME`. */
  readonly env?: Readonly<Record<string, string>>;
  /** The repository that the workflow is in; one with this workflow, those that it calls, and nothing else unless told. */
  readonly repository?: string;
  /** The one job to run; all of them unless told. */
  readonly job?: string;
  /** The one part of the matrix to run; all of them unless told. */
  readonly matrix?: Readonly<Record<string, string>>;
}

/** One step as it ran. */
export interface StepRun {
  /** The job's ID. */
  readonly job: string;
  readonly matrix: Readonly<Record<string, unknown>>;
  /** The step's ID, or its number from 0. */
  readonly id: string;
  readonly name: string;
  result: 'success' | 'failure' | 'unknown';
  readonly outputs: Record<string, string>;
  /** What it wrote to `GITHUB_STEP_SUMMARY`. */
  summary: string;
  readonly annotations: { readonly level: string; readonly title: string; readonly message: string }[];
  /** What it printed, as the log shows it, without commands. */
  log: string;
}

/** A workflow as it ran. */
export interface WorkflowRun {
  /** The exit code of act: 0 when every job succeeded. */
  readonly code: number | null;
  /** In the order in which they began. */
  readonly steps: readonly StepRun[];
  /** The one step with this ID, in this job if given. */
  step(id: string, job?: string): StepRun;
  /** Every line that a person sees, with secrets masked. */
  readonly log: string;
  /** What act itself complained of. */
  readonly stderr: string;
}

const run = promisify(execFile);

/** No workflow here takes this long, however slow the machine; one that hangs is to end. */
const LONGEST_MS = 10 * 60_000;

/**
 * What our own action is called in workflows. No account of GitHub can have that name, so that what is copied and not edited runs
 * nobody's code; and it is none that Dependabot takes for a repository.
 */
export const OURS = '<your-org>/aiven-kafka-oidc-action';
/** What stands in for actions and programs that are not on this machine. */
export const STAND_INS = fileURLToPath(new URL('stand-ins', import.meta.url));

/**
 * Runs a workflow as it is, with act (https://github.com/nektos/act) and without a container: `ubuntu-latest` is this machine. Our
 * action is the one of this checkout; those of others have stand-ins, since there is no network.
 *
 * act knows no `concurrency`, `environment`, `permissions`, schedule or filter by path, and has no ID tokens to give: the first ones are
 * read by `lint.test.ts`, the last ones come from the world of the test.
 * @param path the workflow's file, from the root of the repository
 */
export async function runWorkflow(path: string, start: WorkflowStart = {}): Promise<WorkflowRun> {
  const act = await goTool(ACT);
  const workflows = await readWorkflows(path);
  const temp = await makeTempDir('act');
  try {
    const repository = start.repository ?? (await makeRepository(temp.path, workflows));
    const args = [
      start.event ?? 'push',
      `--workflows=.github/workflows/${basename(path)}`,
      ...(start.job === undefined ? [] : [`--job=${start.job}`]),
      ...Object.entries(start.matrix ?? {}).map(([name, value]) => `--matrix=${name}:${value}`),
      ...(await argumentsFor(temp.path, [...workflows.values()], start)),
    ];
    const child = spawn(act, args, {
      cwd: repository,
      env: environment(temp.path, start),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LONGEST_MS,
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    const [stdout, stderr, code] = await Promise.all([
      readLog(child.stdout, temp.path),
      text(child.stderr),
      ended,
    ]);
    return readRun(code, stdout, stderr);
  } finally {
    await temp.remove();
  }
}

/** A workflow and those beside it that it calls, by their file names. */
async function readWorkflows(path: string): Promise<Map<string, string>> {
  const workflow = await readFile(join(ROOT, path), 'utf8');
  const workflows = new Map([[basename(path), workflow]]);
  for (const called of calledBy(workflow))
    workflows.set(called, await readFile(join(ROOT, dirname(path), called), 'utf8'));
  return workflows;
}

/** The workflows of the same repository that a workflow calls, by their file names. */
export function calledBy(workflow: string): string[] {
  const { jobs = {} } = parse(workflow) as { jobs?: Record<string, { uses?: string }> };
  return Object.values(jobs).flatMap(({ uses }) => (uses ? [basename(uses)] : []));
}

/** A repository with one commit, these workflows in it, and nothing else. */
async function makeRepository(temp: string, workflows: ReadonlyMap<string, string>): Promise<string> {
  const place = join(temp, 'streams');
  const folder = join(place, '.github/workflows');
  await mkdir(folder, { recursive: true });
  for (const [name, workflow] of workflows) await writeFile(join(folder, name), workflow);
  await commitAll(place);
  return place;
}

/** Makes a directory a git repository with one commit of all that is in it. */
export async function commitAll(place: string): Promise<void> {
  const git = (...args: string[]) => run('git', ['-C', place, ...args]);
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '.');
  await git(
    '-c',
    'user.name=Octocat',
    '-c',
    'user.email=octocat@example.com',
    'commit',
    '--quiet',
    '--message=x',
  );
}

async function argumentsFor(
  temp: string,
  workflows: readonly string[],
  start: WorkflowStart,
): Promise<string[]> {
  const payload = start.inputs ? { inputs: start.inputs } : start.payload;
  const event = join(temp, 'event.json');
  await writeFile(event, JSON.stringify(payload ?? { ref: 'refs/heads/main' }));
  const pairs = (flag: string, values: Readonly<Record<string, string>> = {}) =>
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  return [
    '--json',
    '--no-cache-server',
    '--platform=ubuntu-latest=-self-hosted',
    `--eventpath=${event}`,
    ...pairs('--secret', start.secrets),
    ...pairs('--var', start.vars),
    ...pairs('--env', { GITHUB_REPOSITORY: 'octo-org/streams' }),
    ...pairs('--local-repository', await localActions(temp, workflows)),
  ];
}

/** Where the actions are that workflows use, by `owner/repository@ref`. */
async function localActions(temp: string, workflows: readonly string[]): Promise<Record<string, string>> {
  const ours = join(temp, 'action');
  // What a tag of ours has that GitHub needs.
  await cp(join(ROOT, 'action.yml'), join(ours, 'action.yml'));
  await cp(join(ROOT, 'dist'), join(ours, 'dist'), { recursive: true });
  return Object.fromEntries(
    workflows
      .flatMap(usesOf)
      .map(({ action, ref }) => [
        `${action}@${ref}`,
        action === OURS ? ours : join(STAND_INS, action.replace('/', '+')),
      ]),
  );
}

/** The actions that a workflow uses. */
export function usesOf(workflow: string): { action: string; ref: string; inputs: string[] }[] {
  const { jobs = {} } = parse(workflow) as {
    jobs?: Record<string, { steps?: { uses?: string; with?: Record<string, unknown> }[] }>;
  };
  return Object.values(jobs)
    .flatMap(({ steps = [] }) => steps)
    .flatMap(({ uses, with: inputs = {} }) => {
      const [action, ref] = uses?.split('@') ?? [];
      return action && ref ? [{ action, ref, inputs: Object.keys(inputs) }] : [];
    });
}

/** Nothing of whoever runs the tests but where programs are, stand-ins first, then the Node of the project. */
function environment(temp: string, { env }: WorkflowStart): NodeJS.ProcessEnv {
  return {
    PATH: [join(STAND_INS, 'bin'), dirname(process.execPath), process.env['PATH']].join(delimiter),
    HOME: temp,
    XDG_CACHE_HOME: join(temp, 'cache'),
    XDG_CONFIG_HOME: join(temp, 'config'),
    ACT_DISABLE_VERSION_CHECK: '1',
    ACT_LOG_SEEN: temp,
    ...env,
  };
}

/** Reads act's log, and tells each program that waits for it that its end was seen, see `stand-ins/to-the-end`. */
async function readLog(output: Readable, temp: string): Promise<string> {
  let log = '';
  for await (const chunk of output.setEncoding('utf8')) {
    log += chunk;
    for (const [mark] of log.matchAll(new RegExp(END_MARK, 'g'))) await writeFile(join(temp, mark), '');
  }
  return log;
}

const END_MARK = /end-of-output-\d+(?=\D)/;

/** One line of act's log with `--json`. */
interface ActLine {
  readonly msg: string;
  readonly jobID?: string;
  readonly job?: string;
  readonly matrix?: Record<string, unknown>;
  readonly step?: string;
  readonly stepID?: readonly string[];
  readonly stage?: string;
  readonly stepResult?: StepRun['result'];
  readonly raw_output?: boolean;
  readonly command?: string;
  readonly name?: string;
  readonly arg?: string;
  readonly content?: string;
  readonly kvPairs?: Record<string, string>;
}

/** What act says when a step begins. */
const BEGIN = '⭐ Run Main';

function readRun(code: number | null, stdout: string, stderr: string): WorkflowRun {
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '' && !END_MARK.test(line))
    .map((line): ActLine => JSON.parse(line));
  const steps = new Map<string, StepRun>();
  for (const line of lines) {
    if (line.stage !== 'Main' || !line.stepID) continue;
    // Steps of a composite action count as the step that uses it.
    const [id = ''] = line.stepID;
    const key = `${line.job}/${id}`;
    // A step that is skipped may have lines as well, but never begins.
    if (line.msg.startsWith(BEGIN) && !steps.has(key)) steps.set(key, newStep(line, id));
    const step = steps.get(key);
    if (step) readLine(step, line);
  }
  const all = [...steps.values()];
  const log = lines.map(({ msg }) => msg.trimEnd()).join('\n');
  return {
    code,
    steps: all,
    log,
    stderr,
    step(id, job) {
      const found = all.filter((step) => step.id === id && (job === undefined || step.job === job));
      if (found.length !== 1 || !found[0])
        throw new Error(`${found.length} steps with the ID ${id}, not one:\n${log}${stderr}`);
      return found[0];
    },
  };
}

function newStep({ jobID = '', matrix = {}, step: name = '' }: ActLine, id: string): StepRun {
  return {
    job: jobID,
    matrix,
    id,
    name,
    result: 'unknown',
    outputs: {},
    summary: '',
    annotations: [],
    log: '',
  };
}

function readLine(step: StepRun, line: ActLine): void {
  const { command, name = '', arg = '', content = '', kvPairs = {}, msg } = line;
  if (line.raw_output) step.log += msg;
  if (line.stepResult && line.stepID?.length === 1) step.result = line.stepResult;
  if (command === 'set-output') step.outputs[name] = arg;
  if (command === 'summary') step.summary += content;
  if (command === 'error' || command === 'warning' || command === 'notice')
    step.annotations.push({ level: command, title: kvPairs['title'] ?? '', message: arg });
}
