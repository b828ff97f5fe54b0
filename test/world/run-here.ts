import { AsyncLocalStorage } from 'node:async_hooks';
import { readFile } from 'node:fs/promises';
import * as tls from 'node:tls';
import { type ActionResult, type RunOptions, readBack, runAction, runnerEnvironment } from './run-action.ts';
import { makeTempDir } from './temp.ts';

/**
 * Runs the action from its sources inside this process: the same walk from `INPUT_*` to the outputs, at a tenth of the cost,
 * so that there can be many. What GitHub's runner starts is the bundle: `runAction` starts that, and so does this where the
 * options name one or `ACTION_AS=bundle` is in the environment. Signals, and how a process ends, are for `startAction`.
 * @param inputs as under `with:` in a workflow; the rest take the defaults of `action.yml`
 */
export async function runHere(
  inputs: Readonly<Record<string, string>>,
  options: RunOptions = {},
): Promise<ActionResult> {
  const asBundle = options.bundle !== undefined || process.env['ACTION_AS'] === 'bundle';
  // Node before 24.5 trusts for good what it trusts when it starts.
  if (asBundle || !('setDefaultCACertificates' in tls)) return runAction(inputs, options);
  const temp = await makeTempDir('action');
  const env = { ...(await runnerEnvironment(temp.path, inputs, options)), ...options.env };
  const own = new OwnWorld(env, options.onLine);
  const startedAt = performance.now();
  await trusting(env['NODE_EXTRA_CA_CERTS'], () => own.evaluate());
  const ms = performance.now() - startedAt;
  return { code: own.exitCode, signal: null, ...own.printed, ...(await readBack(temp)), ms };
}

let runs = 0;

/** What a run finds where a process of its own would have it: its environment, its output, its exit code. */
class OwnWorld {
  readonly env: NodeJS.ProcessEnv;
  readonly printed = { stdout: '', stderr: '' };
  exitCode = 0;
  readonly #listeners: [event: string | symbol, listener: () => void][] = [];
  readonly #onLine: ((line: string) => void) | undefined;

  constructor(env: NodeJS.ProcessEnv, onLine: ((line: string) => void) | undefined) {
    this.env = env;
    this.#onLine = onLine;
  }

  /** Runs `src/main.ts` in this world, to the end of its last line. */
  async evaluate(): Promise<void> {
    try {
      await WORLD.run(this, () => import(`../../src/main.ts?run=${runs++}`));
    } finally {
      for (const [event, listener] of this.#listeners) process.off(event, listener);
    }
  }

  print(stream: 'stdout' | 'stderr', text: string): void {
    this.printed[stream] += text;
    if (stream === 'stdout') for (const line of text.split('\n').slice(0, -1)) this.#onLine?.(line);
  }

  listens(event: string | symbol, listener: () => void): void {
    this.#listeners.push([event, listener]);
  }
}

/** The world of the run whose code is at work; none where the code is that of a test. */
const WORLD = new AsyncLocalStorage<OwnWorld>();

const ownEnv = process.env;
process.env = new Proxy(ownEnv, {
  get: (_, name) => Reflect.get(WORLD.getStore()?.env ?? ownEnv, name),
  set: (_, name, value) => Reflect.set(WORLD.getStore()?.env ?? ownEnv, name, value),
  has: (_, name) => Reflect.has(WORLD.getStore()?.env ?? ownEnv, name),
});

for (const stream of ['stdout', 'stderr'] as const) {
  const write = process[stream].write;
  process[stream].write = function (this: NodeJS.WriteStream, ...args: Parameters<typeof write>) {
    const world = WORLD.getStore();
    const [chunk] = args;
    if (!world || typeof chunk !== 'string') return write.apply(this, args);
    world.print(stream, chunk);
    return true;
  } as typeof write;
}

// Node does not let the exit code of the real one be redefined.
globalThis.process = Object.create(process, {
  exitCode: {
    get: () => WORLD.getStore()?.exitCode,
    set(code: number) {
      const world = WORLD.getStore();
      if (world) world.exitCode = code;
    },
  },
});

process.on('newListener', (event, listener) => WORLD.getStore()?.listens(event, listener));

let trusted = '';
const under = new Set<Promise<void>>();

/** Has Node trust what it would if it were started with this file. Runs that trust the same may overlap. */
async function trusting(caFile: string | undefined, run: () => Promise<void>): Promise<void> {
  const authority = caFile === undefined ? '' : await readFile(caFile, 'utf8').catch(() => '');
  while (authority !== trusted && under.size > 0) await Promise.race(under);
  if (authority !== trusted)
    tls.setDefaultCACertificates([...tls.getCACertificates('bundled'), authority].filter(Boolean));
  trusted = authority;
  const running = run().finally(() => under.delete(running));
  under.add(running);
  await running;
}
