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

/** Each example is linked from the list of them. */
async function hiddenExamples(pages: readonly Page[], root: string): Promise<string[]> {
  const examples = await readdir(join(root, 'examples'), { recursive: true }).catch(() => []);
  const list = pages.find(({ path }) => path === 'examples/README.md')?.text ?? '';
  return examples
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.yml') && !list.includes(`](${path})`))
    .sort()
    .map((path) => `examples/README.md does not link to ${path}.`);
}
