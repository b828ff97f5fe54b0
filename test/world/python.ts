import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './run-action.ts';

const run = promisify(execFile);

/** A program that comes as a package on PyPI. */
export interface PythonProgram {
  readonly package: string;
  readonly version: string;
  /** What the package calls it. */
  readonly program: string;
}

/**
 * Installs a program in a Python environment of its own in `.cache/`, once.
 * @returns the path of the program
 * @throws {Error} when there is no Python 3 with `venv`, or it cannot have the package
 */
export function installPython({ package: name, version, program }: PythonProgram): Promise<string> {
  return install(name, version, program, program);
}

/**
 * Installs a library in a Python environment of its own in `.cache/`, once.
 * @param beside what is to be there beside it, such as `cryptography==46.0.6`
 * @returns the path of the Python that has it
 * @throws {Error} when there is no Python 3 with `venv`, or it cannot have the package
 */
export function installPythonPackage(
  name: string,
  version: string,
  beside: readonly string[] = [],
): Promise<string> {
  return install(name, version, name, 'python', beside);
}

async function install(
  name: string,
  version: string,
  folder: string,
  program: string,
  beside: readonly string[] = [],
): Promise<string> {
  const place = join(ROOT, '.cache', [folder, version, ...beside].join('-').replaceAll('==', '-'));
  const path = join(place, 'bin', program);
  const installed = join(place, 'installed');
  if (existsSync(installed)) return path;
  await run('python3', ['-m', 'venv', '--clear', place]);
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    `${name}==${version}`,
    ...beside,
  ];
  await run(join(place, 'bin', 'python'), pip);
  // A half-made environment has a Python, too.
  await writeFile(installed, '');
  return path;
}
