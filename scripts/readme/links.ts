import { access } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { type Page, withoutCode } from './pages.ts';
import { INCLUDE } from './parts.ts';

/** The links and inclusions within the repository that lead nowhere: to no file, or to no heading of a page. */
export async function brokenLinks(pages: readonly Page[], root: string): Promise<string[]> {
  const anchors = new Map(pages.map(({ path, text }) => [path, anchorsOf(text)]));
  const broken: string[] = [];
  for (const { path, text } of pages) {
    for (const [, file = ''] of text.matchAll(INCLUDE)) {
      if (!(await isThere(join(root, file)))) broken.push(`${path} includes ${file}, which is not there.`);
    }
    for (const target of targetsIn(text)) {
      const [file = '', anchor] = target.split('#');
      const to = file === '' ? path : normalize(join(dirname(path), file));
      const known = anchors.get(to);
      if (!(await isThere(join(root, to)))) broken.push(`${path} links to ${target}, which is not there.`);
      else if (anchor && known && !known.has(anchor))
        broken.push(`${path} links to ${target}, but ${to} has no such heading.`);
    }
  }
  return broken;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

const LINKS = [/\]\(([^)\s]+)\)/g, /\b(?:href|src|srcset)="([^"]+)"/g];

function targetsIn(text: string): string[] {
  const prose = withoutCode(text);
  const targets = LINKS.flatMap((pattern) => [...prose.matchAll(pattern)].map(([, target = '']) => target));
  return [...new Set(targets)].filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
}

/** The anchors of the headings, as GitHub makes them. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutCode(text).matchAll(/^#{1,6} +(.+)$/gm)) {
    const anchor = slug(heading);
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count++) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}

function slug(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-');
}
