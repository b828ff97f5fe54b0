/**
 * Starts `serve.ts` so that it goes on when the step of a workflow is over, on any system, and gives what it says as outputs of the step.
 *
 *     node test/world/in-background.ts          starts it; its process is the output `pid`
 *     node test/world/in-background.ts PID      ends it
 */
import { spawn } from 'node:child_process';
import { appendFileSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SERVE = fileURLToPath(new URL('serve.ts', import.meta.url));
const LONGEST_MS = 60_000;

async function start(): Promise<void> {
  const said = join(process.env['RUNNER_TEMP'] ?? tmpdir(), `world-${process.pid}.json`);
  const output = openSync(said, 'w');
  const child = spawn(process.execPath, [SERVE], {
    detached: true,
    stdio: ['ignore', output, output],
    windowsHide: true,
  });
  child.unref();
  const facts = await firstLine(said, child.pid);
  const lines = Object.entries({ ...facts, pid: child.pid }).map(([name, value]) => `${name}=${value}\n`);
  appendFileSync(process.env['GITHUB_OUTPUT'] ?? said, lines.join(''));
}

/** What it says once it serves. */
async function firstLine(file: string, pid: number | undefined): Promise<Record<string, string>> {
  for (const until = Date.now() + LONGEST_MS; Date.now() < until; await sleep(100)) {
    const [line, ...more] = readFileSync(file, 'utf8').split('\n');
    if (line && more.length > 0) return JSON.parse(line);
  }
  throw new Error(`The world (process ${pid}) has said nothing whole: ${readFileSync(file, 'utf8')}`);
}

const [pid] = process.argv.slice(2);
if (pid === undefined) await start();
else process.kill(Number(pid));
