import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, runAction } from '../../test/world/run-action.ts';
import { makeTempDir } from '../../test/world/temp.ts';
import { interleave, ratios, Served, spread, timed } from './measure.ts';
import { bound, fact, milliseconds, type Row, times } from './table.ts';

interface Facts {
  readonly apiUrl: string;
  readonly token: string;
}

interface Traffic {
  readonly reads: number;
  readonly writes: number;
  readonly maxConcurrent: number;
  readonly connections: number;
}

const PROJECTS = 1_000;
const AT_ONCE = 8;
const LATENCY_MS = 50;
const ORGANIZATIONS = 10_000;
const RSS = pathToFileURL(join(ROOT, 'scripts/bench/rss.mjs')).href;

/** Assigns 1,000 projects, where each call takes a while. */
export async function manyProjects(): Promise<Row[]> {
  const platform = await Served.start<Facts>('scripts/bench/platform.ts', 1, PROJECTS, LATENCY_MS);
  const temp = await makeTempDir('bench');
  const file = join(temp.path, 'rss');
  try {
    const env = { NODE_OPTIONS: `--import ${RSS}`, BENCH_RSS_FILE: file };
    const inputs = { mode: 'project-assign', 'organization-name': 'organization-00000', project: '*' };
    const { ms } = await succeed(platform.facts, inputs, env);
    const { reads, writes, maxConcurrent, connections } = await platform.ask<Traffic>();
    const floorMs = (PROJECTS / AT_ONCE) * LATENCY_MS;
    const count = (value: number) => String(value);
    const rss = Number(await readFile(file, 'utf8')) / 1024;
    return [
      fact(`${PROJECTS} projects assigned, ${LATENCY_MS} ms each: writes`, count(writes)),
      bound('— reads: organizations and projects, one list each', reads, 2, count),
      bound('— requests at once', maxConcurrent, AT_ONCE, count),
      bound('— connections', connections, AT_ONCE, count),
      bound(`— time to (${PROJECTS} / ${AT_ONCE}) × latency`, ms / floorMs, 1.2, times),
      bound('— most memory resident', rss, 150, (value) => `${value.toFixed(0)} MiB`),
    ];
  } finally {
    await platform.stop();
    await temp.remove();
  }
}

/** Finds one organization among 10,000, against a bare script that gets and parses the list. */
export async function manyOrganizations(rounds: number): Promise<Row[]> {
  const [one, many] = [
    await Served.start<Facts>('scripts/bench/platform.ts', 1, 0, 0),
    await Served.start<Facts>('scripts/bench/platform.ts', ORGANIZATIONS, 0, 0),
  ];
  const inputs = { mode: 'org-create', 'organization-name': 'organization-00000' };
  const act = (name: string, facts: Facts) => ({
    name,
    run: async () => (await succeed(facts, inputs, {})).ms,
  });
  const get = (name: string, { apiUrl, token }: Facts) => ({
    name,
    run: () => timed(process.execPath, [BARE, token, `${apiUrl}/v1/account`], { PATH: process.env['PATH'] }),
  });
  try {
    const measured = await interleave(
      [
        act('action 1', one.facts),
        act('action', many.facts),
        get('bare 1', one.facts),
        get('bare', many.facts),
      ],
      rounds,
    );
    const of = (name: string) => measured.get(name) ?? [];
    // The quickest tenth: what the list adds is little beside what a busy machine does.
    const more = (name: string) => spread(of(name)).p10 - spread(of(`${name} 1`)).p10;
    return [
      fact(
        `${ORGANIZATIONS} organizations: bare script that gets and parses them`,
        milliseconds(spread(of('bare'))),
      ),
      fact('— this action', milliseconds(spread(of('action')))),
      fact(
        '— what they add to the bare script, and to this action',
        `${more('bare').toFixed(0)} ms, ${more('action').toFixed(0)} ms`,
      ),
      bound('— this action to the bare script', spread(ratios(of('action'), of('bare'))).median, 1.5, times),
    ];
  } finally {
    await one.stop();
    await many.stop();
  }
}

const BARE = join(ROOT, 'scripts/bench/bare.mjs');

async function succeed(
  { apiUrl, token }: Facts,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
) {
  const result = await runAction({ 'aiven-token': token, 'api-url': apiUrl, ...inputs }, { env });
  if (result.code !== 0) throw new Error(`${result.stdout}${result.stderr}`);
  return result;
}
