import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';

const IMPORT = /(?:^|\n)(?:import|export) [^;'"]*?from '(\.[^']+)'|\bimport\('(\.[^']+)'\)/g;

/** Files that are a room of their own in the drawing: the walk, and what one room has others know of it. */
const ALONE: Readonly<Record<string, string>> = {
  'main.ts': 'walk',
  'run.ts': 'walk',
  'modes/request.ts': 'request',
  'inputs/about.ts': 'about',
};

const NAMES: Readonly<Record<string, string>> = {
  walk: 'main.ts, run.ts',
  request: 'modes/request.ts',
  about: 'inputs/about.ts',
};

/** Draws which room of `src/` imports which, as the sources have it, without the words that all of them share. */
export async function drawRooms(root: string): Promise<string> {
  const src = join(root, 'src');
  const arrows = new Set<string>();
  for (const file of globSync('**/*.ts', { cwd: src })) {
    const path = file.replaceAll('\\', '/');
    const from = roomOf(path);
    if (from === null) continue;
    for (const [, fixed, lazy] of (await readFile(join(src, path), 'utf8')).matchAll(IMPORT)) {
      const to = roomOf(posix.join(posix.dirname(path), fixed ?? lazy ?? ''));
      if (to !== null && to !== from) arrows.add(`  ${node(from)} --> ${node(to)}`);
    }
  }
  return ['```mermaid', 'flowchart TD', ...[...arrows].sort(), '```'].join('\n');
}

/** The room that a file is in; null for a word at the top. */
function roomOf(path: string): string | null {
  const alone = ALONE[path];
  if (alone !== undefined) return alone;
  const [room, ...within] = path.split('/');
  return within.length === 0 ? null : (room ?? null);
}

function node(room: string): string {
  return `${room}["${NAMES[room] ?? `${room}/`}"]`;
}
