import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { makeTempDir, type TempDir } from './temp.ts';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What GitHub's runner starts. */
export const BUNDLE = join(ROOT, 'dist/index.js');

/** How to start the action; every field has a default that fits most tests. */
export interface RunOptions {
  /** More environment variables, such as `NODE_EXTRA_CA_CERTS`; they win over those of the runner. */
  readonly env?: Readonly<Record<string, string>>;
  /** The file to start; `dist/index.js` unless told. */
  readonly bundle?: string;
  /** Starts it in debug mode (`RUNNER_DEBUG`), as a rerun with debug logging does. */
  readonly debug?: boolean;
  /** The event that started the workflow, a push to `main` unless told. */
  readonly event?: { readonly name: string; readonly payload: unknown };
  /** Called with each line of standard output as it comes. */
  readonly onLine?: (line: string) => void;
}

/** What a run left behind. */
export interface ActionResult {
  /** The exit code, null when a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What the run wrote to `GITHUB_OUTPUT`. */
  readonly outputs: Readonly<Record<string, string>>;
  /** What the run wrote to `GITHUB_STEP_SUMMARY`. */
  readonly summary: string;
  /** Wall time from the start of the process to its end. */
  readonly ms: number;
}

/** A run that is under way. */
export interface RunningAction {
  readonly pid: number;
  /** Sends a signal, as the runner does when a job is cancelled (SIGINT, then SIGTERM). */
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the first line of standard output that matches; rejects when the run ends without one. */
  line(pattern: RegExp): Promise<string>;
  /** Resolves when the process has ended. */
  readonly done: Promise<ActionResult>;
}

/**
 * Runs the bundled action as GitHub's runner would, to its end.
 * @param inputs as under `with:` in a workflow; the rest take the defaults of `action.yml`
 */
export async function runAction(
  inputs: Readonly<Record<string, string>>,
  options: RunOptions = {},
): Promise<ActionResult> {
  const action = await startAction(inputs, options);
  return action.done;
}

/**
 * Starts the bundled action as GitHub's runner would: `node dist/index.js` with nothing in its environment but what
 * the runner puts there.
 * @param inputs as under `with:` in a workflow; the rest take the defaults of `action.yml`
 */
export async function startAction(
  inputs: Readonly<Record<string, string>>,
  options: RunOptions = {},
): Promise<RunningAction> {
  const temp = await makeTempDir('action');
  const env = { ...(await runnerEnvironment(temp.path, inputs, options)), ...options.env };
  const bundle = options.bundle ?? BUNDLE;
  const startedAt = performance.now();
  const child = spawn(process.execPath, [bundle], { env, cwd: temp.path, stdio: ['ignore', 'pipe', 'pipe'] });

  const lines: string[] = [];
  const listeners = new Set<(line: string) => void>();
  if (options.onLine) listeners.add(options.onLine);
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const listener of listeners) listener(line);
  });

  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });

  const done = new Promise<ActionResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const ms = performance.now() - startedAt;
      readBack(temp).then((left) => resolve({ code, signal, stdout, stderr, ...left, ms }), reject);
    });
  });

  function line(pattern: RegExp): Promise<string> {
    const before = lines.find((text) => pattern.test(text));
    if (before !== undefined) return Promise.resolve(before);
    return new Promise((resolve, reject) => {
      const listener = (text: string) => {
        if (!pattern.test(text)) return;
        listeners.delete(listener);
        resolve(text);
      };
      listeners.add(listener);
      done.then(
        () => reject(new Error(`The run ended without a line that matches ${pattern}:\n${stdout}${stderr}`)),
        reject,
      );
    });
  }

  return { pid: child.pid ?? 0, kill: (signal) => void child.kill(signal), line, done };
}

/** The environment of a step, by GitHub's documentation of default variables. */
export async function runnerEnvironment(
  temp: string,
  inputs: Readonly<Record<string, string>>,
  { debug = false, event = { name: 'push', payload: { ref: 'refs/heads/main' } } }: RunOptions,
): Promise<Record<string, string>> {
  const file = (name: string) => join(temp, name);
  // The runner makes these files before the step starts.
  for (const name of ['output', 'summary', 'state', 'env', 'path']) await writeFile(file(name), '');
  await writeFile(file('event.json'), JSON.stringify(event.payload));
  await mkdir(file('home'));
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: file('home'),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__self',
    GITHUB_ACTOR: 'octocat',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_ENV: file('env'),
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: file('event.json'),
    GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
    GITHUB_JOB: 'kafka',
    GITHUB_OUTPUT: file('output'),
    GITHUB_PATH: file('path'),
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REPOSITORY: 'octo-org/streams',
    GITHUB_REPOSITORY_OWNER: 'octo-org',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '1658821493',
    GITHUB_RUN_NUMBER: '3',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: 'ffac537e6cbbf934b08745a378932722df287a53',
    GITHUB_STATE: file('state'),
    GITHUB_STEP_SUMMARY: file('summary'),
    GITHUB_WORKFLOW: 'Kafka',
    GITHUB_WORKSPACE: temp,
    RUNNER_ARCH: 'X64',
    RUNNER_NAME: 'GitHub Actions 1',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: temp,
    RUNNER_TOOL_CACHE: temp,
    ...(debug && { RUNNER_DEBUG: '1' }),
    ...inputVariables({ ...(await inputDefaults()), ...inputs }),
  };
}

/** `my-input` becomes `INPUT_MY-INPUT`: upper case, blanks to underscores, hyphens kept. */
function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  );
}

/** Every input of `action.yml` with its default: the runner sets those without one too, to nothing. */
async function inputDefaults(): Promise<Record<string, string>> {
  defaults ??= readFile(join(ROOT, 'action.yml'), 'utf8').then((text) => {
    const { inputs }: { inputs: Record<string, { default?: unknown } | null> } = parse(text);
    return Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => [name, evaluate(String(input?.default ?? ''))]),
    );
  });
  return defaults;
}

let defaults: Promise<Record<string, string>> | undefined;

/** Expressions such as `${{ github.token }}` come out empty: a test that needs one sets the input. */
function evaluate(text: string): string {
  return text.replaceAll(/\$\{\{.*?\}\}/g, '');
}

export async function readBack(temp: TempDir): Promise<Pick<ActionResult, 'outputs' | 'summary'>> {
  const outputs = parseFileCommands(await readFile(join(temp.path, 'output'), 'utf8'));
  const summary = await readFile(join(temp.path, 'summary'), 'utf8');
  await temp.remove();
  return { outputs, summary };
}

/**
 * Reads the format of `GITHUB_OUTPUT`: `name=value`, or `name<<DELIMITER`, the value's lines, `DELIMITER`.
 * @throws {Error} on what the runner would refuse: a line of neither kind, or a value that never ends
 */
export function parseFileCommands(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split('\n');
  while (lines.length > 0) {
    const line = (lines.shift() ?? '').replace(/\r$/, '');
    if (line === '') continue;
    const block = /^([^=]+?)<<(.+)$/.exec(line);
    const pair = /^([^=]+)=(.*)$/.exec(line);
    if (block) values[block[1] ?? ''] = takeBlock(lines, block[2] ?? '');
    else if (pair) values[pair[1] ?? ''] = pair[2] ?? '';
    else throw new Error(`Not a file command: ${line}`);
  }
  return values;
}

function takeBlock(lines: string[], delimiter: string): string {
  const end = lines.indexOf(delimiter);
  if (end === -1) throw new Error(`A value has no closing delimiter ${delimiter}`);
  const value = lines.splice(0, end);
  lines.shift();
  return value.join('\n');
}
