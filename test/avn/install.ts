import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../world/run-action.ts';

const run = promisify(execFile);

const VERSION = '4.18.0';
const PLACE = join(ROOT, '.cache', `avn-${VERSION}`);

/**
 * Installs Aiven's own command-line client (`aiven-client` on PyPI) in a Python environment of its own, once.
 * @returns the path of `avn`
 */
export async function installAvn(): Promise<string> {
  const avn = join(PLACE, 'bin', 'avn');
  if (!existsSync(avn)) {
    await run('python3', ['-m', 'venv', '--clear', PLACE]);
    const pip = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      `aiven-client==${VERSION}`,
    ];
    await run(join(PLACE, 'bin', 'python'), pip);
  }
  return avn;
}
