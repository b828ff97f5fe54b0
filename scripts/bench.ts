/**
 * Measures what a run costs, side by side with what else could do its work, and prints a table in Markdown.
 *
 *     npm run bench               some minutes
 *     npm run bench -- --quick    fewer rounds
 *
 * Commands that are compared run in turn, in one go; ratios are the median of the ratios of each round, so that a machine
 * that is busy meanwhile slows both sides of them. The worlds that are talked to are programs of their own.
 */
import { readdirSync, statSync } from 'node:fs';
import { cpus, type as system } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../test/world/run-action.ts';
import { simulateWait } from '../test/world/simulated-wait.ts';
import { manyOrganizations, manyProjects } from './bench/large.ts';
import { nothingToChange } from './bench/nothing-to-change.ts';
import { bound, fact, markdown, megabytes, type Row } from './bench/table.ts';

const quick = process.argv.includes('--quick');
const notes: string[] = [];
const rows = [
  ...bytes(),
  ...(await nothingToChange(quick ? 7 : 41, (text) => notes.push(text))),
  ...(await manyProjects()),
  ...(await manyOrganizations(quick ? 5 : 15)),
  ...(await polling()),
];

const [cpu] = cpus();
const machine = `${system()}, ${cpus().length} × ${cpu?.model.trim()}, Node ${process.version}`;
console.log(`${new Date().toISOString().slice(0, 10)}: ${machine}.`);
console.log('Median (10th–90th percentile) of wall times, start and end of the process included.\n');
console.log(markdown(rows));
for (const note of notes) console.log(`\n${note}`);

/** What a runner downloads. */
function bytes(): Row[] {
  const dist = join(ROOT, 'dist');
  const sizes = readdirSync(dist)
    .filter((name) => name.endsWith('.js'))
    .map((name) => [name, statSync(join(dist, name)).size] as const);
  const all = sizes.reduce((sum, [, size]) => sum + size, 0);
  return [
    bound(
      '`dist/index.js`, all that most runs load',
      Object.fromEntries(sizes)['index.js'] ?? 0,
      300_000,
      megabytes,
    ),
    bound('All scripts together', all, 1_500_000, megabytes),
  ];
}

/** How late the end of a wait is seen, on a clock of its own: calculated, not measured. */
async function polling(): Promise<Row[]> {
  const READ_MS = 120;
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
  const latest = async (fromSeconds: number, toSeconds: number) => {
    const waits = [];
    for (let at = fromSeconds * 1000; at < toSeconds * 1000; at += 170)
      waits.push(await simulateWait(at, READ_MS));
    return Math.max(...waits.map(({ delayMs }) => delayMs));
  };
  const long = await simulateWait(600_000, READ_MS);
  return [
    bound('End of a wait of up to 20 s is seen, at the latest, after', await latest(1, 20), 2_000, seconds),
    fact('— of one to two minutes', seconds(await latest(60, 120))),
    fact('— of five to ten minutes', seconds(await latest(300, 600))),
    fact('— reads of the service in ten minutes', String(long.reads)),
  ];
}
