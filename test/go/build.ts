import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../world/run-action.ts';

const run = promisify(execFile);
const SOURCE = import.meta.dirname;

/**
 * Builds the program with Aiven's Go clients into `.cache/`, once for what its source is.
 * @returns the path of the program
 * @throws {Error} when there is no Go, or it cannot have the modules
 */
export async function buildClients(): Promise<string> {
  const place = join(ROOT, '.cache', `go-clients-${await fingerprint()}`);
  const program = join(place, 'clients');
  if (existsSync(program)) return program;
  const building = `${place}.building-${process.pid}`;
  await mkdir(building, { recursive: true });
  try {
    await run('go', ['build', '-trimpath', '-o', join(building, 'clients'), '.'], { cwd: SOURCE });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Error(
        'These tests build Aiven’s own clients with Go, and there is no go in PATH. Install Go 1.26.',
      );
    throw error;
  }
  // Renamed when whole, so that what is there is always whole.
  await rename(building, place).catch((error: unknown) => {
    if (!existsSync(program)) throw error;
  });
  return program;
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  const files = (await readdir(SOURCE)).filter((name) => /\.go$|^go\.(mod|sum)$/.test(name)).sort();
  for (const name of files) hash.update(name).update(await readFile(join(SOURCE, name)));
  return hash.digest('hex').slice(0, 12);
}

// As a program: before several tests at once would each build their own.
if (import.meta.main) console.log(await buildClients());
