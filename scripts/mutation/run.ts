import { spawnSync } from 'node:child_process';
import { ROOMS } from './rooms.ts';

/**
 * Breaks the rules of `src/` one at a time and looks whether a test notices (StrykerJS), room by room. Rooms are named after the
 * command, or all are taken; what begins with a dash goes on to StrykerJS: `npm run test:mutation -- inputs --concurrency 1`.
 */
const args = process.argv.slice(2);
const from = args.findIndex((arg) => arg.startsWith('-'));
const [named, options] = from < 0 ? [args, []] : [args.slice(0, from), args.slice(from)];
const stranger = named.find((name) => !Object.hasOwn(ROOMS, name));
if (stranger !== undefined) {
  console.error(`There is no room “${stranger}”: there are ${Object.keys(ROOMS).join(', ')}.`);
  process.exit(1);
}

const failed: string[] = [];
for (const name of named.length > 0 ? named : Object.keys(ROOMS)) {
  console.log(`\n${name}\n`);
  const { status } = spawnSync('stryker', ['run', 'scripts/mutation/config.ts', ...options], {
    stdio: 'inherit',
    env: { ...process.env, MUTATION_ROOM: name },
  });
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`StrykerJS failed in ${failed.join(', ')}.`);
  process.exitCode = 1;
}
