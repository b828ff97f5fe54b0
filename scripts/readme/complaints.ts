import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brokenLinks } from './links.ts';
import { type Page, readPages } from './pages.ts';

/** What a reader of the pages would stumble over, one sentence each. */
export async function complaints(root: string): Promise<string[]> {
  const pages = await readPages(root);
  return [
    ...(await brokenLinks(pages, root)),
    ...(await unlistedScripts(pages, root)),
    ...(await hiddenExamples(pages, root)),
  ];
}

/** CONTRIBUTING explains each script of `package.json` by its command. */
async function unlistedScripts(pages: readonly Page[], root: string): Promise<string[]> {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  );
  const text = pages.find(({ path }) => path === 'CONTRIBUTING.md')?.text ?? '';
  const command = (name: string) => (name === 'test' ? 'npm test' : `npm run ${name}`);
  const missing = Object.keys(scripts).filter((name) => !text.includes(`\`${command(name)}\``));
  const listed = [...text.matchAll(/`npm run ([\w:]+)/g)].map(([, name = '']) => name);
  const unknown = [...new Set(listed)].filter((name) => !(name in scripts));
  return [
    ...missing.map((name) => `CONTRIBUTING.md does not explain \`${command(name)}\`.`),
    ...unknown.map((name) => `CONTRIBUTING.md names \`npm run ${name}\`, which package.json does not have.`),
  ];
}

/** Each example stands on a page, or is linked from one, beside the list in its own folder. */
async function hiddenExamples(pages: readonly Page[], root: string): Promise<string[]> {
  const entries = await readdir(join(root, 'examples'), { recursive: true }).catch(() => []);
  const examples = entries.map((path) => `examples/${path.replaceAll('\\', '/')}`);
  const shown = (example: string) =>
    pages.some(({ path, text }) => !path.startsWith('examples/') && text.includes(example));
  return examples
    .filter((path) => path.endsWith('.yml') && !shown(path))
    .sort()
    .map((path) => `${path} is on no page.`);
}
