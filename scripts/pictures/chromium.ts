/** Takes pictures of pages with Chromium, without a window. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { shrink } from './shrink.ts';

const run = promisify(execFile);
const NAMES = [process.env['CHROMIUM'], 'chromium', 'chromium-browser', 'google-chrome'];
const MAX_DOM_BYTES = 50 * 1024 * 1024;
const FLAGS = [
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
  '--force-device-scale-factor=2',
];

/**
 * Takes a picture of a whole page.
 * @param html the page, which tells its height in `data-height` of its root element
 * @param file where the PNG goes
 */
export async function takePicture(html: string, file: string, width: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'picture-'));
  try {
    const page = join(folder, 'page.html');
    const shot = join(folder, 'page.png');
    await writeFile(page, html);
    const url = pathToFileURL(page).href;
    const flags = [
      ...FLAGS,
      // Chromium's sandbox does not start for root, as in a container.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--user-data-dir=${join(folder, 'profile')}`,
    ];
    const dom = await chromium([...flags, `--window-size=${width},1000`, '--dump-dom', url]);
    const height = /data-height="(\d+)"/.exec(dom)?.[1] ?? '1000';
    await chromium([...flags, `--window-size=${width},${height}`, `--screenshot=${shot}`, url]);
    await writeFile(file, shrink(await readFile(shot)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function chromium(args: readonly string[]): Promise<string> {
  for (const name of NAMES) {
    if (!name) continue;
    try {
      return (await run(name, args, { maxBuffer: MAX_DOM_BYTES })).stdout;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new Error('No Chromium is installed. On Debian: apt-get install chromium');
}
