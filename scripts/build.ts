/**
 * Builds `dist/` from `src/`: TypeScript to JavaScript, then one ES module by ncc, with the licences of what it bundles.
 * `dist/` is made anew, so that nothing stale stays behind.
 */
import { execFileSync } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

function run(command: string, ...args: string[]): void {
  execFileSync(join(ROOT, 'node_modules/.bin', command), args, { cwd: ROOT, stdio: 'inherit' });
}

rmSync(join(ROOT, 'build'), { recursive: true, force: true });
run('tsc', '-p', 'tsconfig.build.json');
run(
  'ncc',
  'build',
  'build/main.js',
  '--out',
  'build/dist',
  '--minify',
  '--license',
  'licenses.txt',
  '--quiet',
);
rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
renameSync(join(ROOT, 'build/dist'), join(ROOT, 'dist'));
