/**
 * Fails when the committed `dist/` is not, byte for byte, what the source builds. Run after a change:
 * `npm run build`, then commit `dist/`.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');

function snapshot(): Map<string, string> {
  return new Map(readdirSync(DIST).map((name) => [name, readFileSync(join(DIST, name), 'base64')]));
}

const committed = snapshot();
execFileSync('npm', ['run', 'build'], { cwd: ROOT, stdio: 'inherit' });
const built = snapshot();
const differing = [...new Set([...committed.keys(), ...built.keys()])].filter(
  (name) => committed.get(name) !== built.get(name),
);
if (differing.length > 0) {
  console.error(
    `dist/ is not what src/ builds: ${differing.join(', ')}. Run npm run build and commit dist/.`,
  );
  process.exitCode = 1;
} else console.log(`dist/ is what src/ builds: ${built.size} files, byte for byte.`);
