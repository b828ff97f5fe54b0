/**
 * Makes the pictures of job summaries in `docs/`, light and dark, of what the bundled action writes (the summaries that
 * `test/action/report/endings.test.ts` keeps), in GitHub's look, with Chromium.
 *
 *     node scripts/pictures.ts              renews them
 *     node scripts/pictures.ts --check      fails when one is not of the present summary; needs no Chromium
 *     node scripts/pictures.ts PAGE.md …    makes a picture of any pages, one below the other, in .cache/pictures/
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takePicture } from './pictures/chromium.ts';
import { githubPage, type Theme, WIDTH } from './pictures/github-page.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SUMMARIES = join(ROOT, 'test/action/report/summaries');
const DOCS = join(ROOT, 'docs');
const RECORD = join(DOCS, 'pictures.json');
const LOOK = join(ROOT, 'scripts/pictures/github-page.ts');
const THEMES: readonly Theme[] = ['light', 'dark'];

/** What each picture shows. */
const PICTURES: Readonly<Record<string, string>> = {
  summary: 'kafka-oidc-changed.md',
  plan: 'kafka-oidc-would-change.md',
  refused: 'kafka-oidc-refused-issuer.md',
  lockout: 'kafka-oidc-refused-lockout.md',
};

/** By file name: the page that a picture was made of, and the picture, as hashes. */
type Made = Record<string, { readonly page: string; readonly picture: string }>;

function hash(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** What a picture is made of: the summary, and the look of the page around it. */
async function sourceOf(page: string): Promise<{ markdown: string; hash: string }> {
  const markdown = await readFile(join(SUMMARIES, page), 'utf8');
  return { markdown, hash: hash(markdown + (await readFile(LOOK, 'utf8'))) };
}

async function isPresent(made: Made, file: string, source: string): Promise<boolean> {
  const picture = await readFile(join(DOCS, file)).catch(() => '');
  return made[file]?.page === source && made[file].picture === hash(picture);
}

async function renew(): Promise<void> {
  await mkdir(DOCS, { recursive: true });
  const made = await readRecord();
  for (const [name, page] of Object.entries(PICTURES)) {
    const source = await sourceOf(page);
    for (const theme of THEMES) {
      const file = `${name}-${theme}.png`;
      if (await isPresent(made, file, source.hash)) continue;
      await takePicture(await githubPage(source.markdown, theme, 'kafka summary'), join(DOCS, file), WIDTH);
      const picture = await readFile(join(DOCS, file));
      made[file] = { page: source.hash, picture: hash(picture) };
      console.log(`docs/${file}: ${Math.round(picture.length / 1024)} KiB`);
    }
  }
  await writeFile(RECORD, `${JSON.stringify(made, null, 2)}\n`);
}

async function check(): Promise<void> {
  const made = await readRecord();
  for (const [name, page] of Object.entries(PICTURES)) {
    const source = await sourceOf(page);
    for (const theme of THEMES) {
      const file = `${name}-${theme}.png`;
      if (await isPresent(made, file, source.hash)) continue;
      console.log(`docs/${file} is not of the present ${page}: run npm run pictures`);
      process.exitCode = 1;
    }
  }
  if (process.exitCode !== 1) console.log('The pictures are of the present summaries.');
}

async function readRecord(): Promise<Made> {
  return JSON.parse(await readFile(RECORD, 'utf8').catch(() => '{}'));
}

async function show(pages: readonly string[]): Promise<void> {
  const folder = join(ROOT, '.cache/pictures');
  await mkdir(folder, { recursive: true });
  const texts = await Promise.all(pages.map((page) => readFile(page, 'utf8')));
  for (const theme of THEMES) {
    const file = join(folder, `${theme}.png`);
    await takePicture(await githubPage(texts.join('\n'), theme, 'kafka summary'), file, WIDTH);
    console.log(file);
  }
}

const args = process.argv.slice(2);
if (args[0] === '--check') await check();
else if (args.length > 0) await show(args);
else await renew();
