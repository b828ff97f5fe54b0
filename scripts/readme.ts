/**
 * Keeps the Markdown pages true: renews what comes from somewhere else (tables from `action.yml` and from the settings,
 * workflows from `examples/`) and looks for what a reader would stumble over.
 *
 *     node scripts/readme.ts            renews the pages, then checks them
 *     node scripts/readme.ts --check    only checks; a part that is out of date is a finding as well
 *
 * A directory as a further argument is checked in place of this repository.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { complaints } from './readme/complaints.ts';
import { readPages } from './readme/pages.ts';
import { renew } from './readme/parts.ts';

const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const root = positionals[0] ?? fileURLToPath(new URL('..', import.meta.url));

const found: string[] = [];
for (const { path, text } of await readPages(root)) {
  const renewed = await renew(text, root);
  if (renewed === text) continue;
  if (values.check) found.push(`${path} is out of date: run npm run readme.`);
  else {
    await writeFile(join(root, path), renewed);
    console.log(`${path} renewed.`);
  }
}
found.push(...(await complaints(root)));
for (const complaint of found) console.error(complaint);
if (found.length > 0) process.exitCode = 1;
else console.log('The pages are up to date.');
