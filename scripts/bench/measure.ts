import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ROOT } from '../../test/world/run-action.ts';

/** A command to measure. */
export interface Command {
  readonly name: string;
  /** Makes one run of it ready. */
  run(): Promise<number>;
}

/** The middle of some measurements, and where the tenth and the ninetieth percent of them end. */
export interface Spread {
  readonly median: number;
  readonly p10: number;
  readonly p90: number;
}

/**
 * Runs commands in turn, again and again, each round in an order of its own, so that what else the machine does meets all
 * of them alike.
 * @returns the wall times of each, in milliseconds, by round
 */
export async function interleave(
  commands: readonly Command[],
  rounds: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map<string, number[]>(commands.map(({ name }) => [name, []]));
  for (const { run } of commands) await run();
  for (let round = 0; round < rounds; round++)
    for (const { name, run } of shuffled(commands)) times.get(name)?.push(await run());
  return times;
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}

/** @param values at least one */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { median: at(0.5), p10: at(0.1), p90: at(0.9) };
}

/** The quotients of measurements that were made in the same round. */
export function ratios(of: readonly number[], to: readonly number[]): number[] {
  return of.map((value, round) => value / (to[round] ?? Number.NaN));
}

/**
 * Runs a command to its end.
 * @returns its wall time in milliseconds
 * @throws {Error} with what it printed, when it fails
 */
export async function timed(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      printed += chunk;
    });
  const [code] = await once(child, 'close');
  const ms = performance.now() - startedAt;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${printed}`);
  return ms;
}

/** A program of this repository that serves something and says things in lines of JSON. */
export class Served<Facts> {
  readonly facts: Facts;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(facts: Facts, child: ChildProcess, lines: AsyncIterator<string>) {
    this.facts = facts;
    this.#child = child;
    this.#lines = lines;
  }

  /** Starts it; resolves once it is there. */
  static async start<Facts>(path: string, ...args: readonly unknown[]): Promise<Served<Facts>> {
    const child = spawn(process.execPath, [path, ...args.map(String)], {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return new Served<Facts>(JSON.parse(await next(lines)), child, lines);
  }

  /** Asks for its next line. */
  async ask<Answer>(): Promise<Answer> {
    this.#child.stdin?.write('\n');
    return JSON.parse(await next(this.#lines));
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, 'close');
    this.#child.stdin?.end();
    await gone;
  }
}

async function next(lines: AsyncIterator<string>): Promise<string> {
  const { done, value } = await lines.next();
  if (done) throw new Error('The program ended too soon.');
  return value;
}
