import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A Markdown page of the repository. */
export interface Page {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** The pages that people read: those in the root, in `docs/` and in `examples/`. */
export async function readPages(root: string): Promise<Page[]> {
  const paths = (
    await Promise.all(['', 'docs/', 'examples/'].map((place) => markdownIn(root, place)))
  ).flat();
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })));
}

async function markdownIn(root: string, place: string): Promise<string[]> {
  const names = await readdir(join(root, place)).catch(() => []);
  return names
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => place + name);
}

/** A page without its code, in which nothing is a link or a heading. */
export function withoutCode(text: string): string {
  return text
    .replaceAll(/^( *)(```+)[^\n]*\n[\s\S]*?^\1\2 *$/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()<>]/g, ''));
}
