/**
 * Prepares a release in the working tree: the version goes up in `package.json`, `package-lock.json` and `src/version.ts`, and
 * what is under “Unreleased” in `CHANGELOG.md` becomes the section of that version and the notes of the release.
 *
 *     node scripts/release.ts patch|minor|major
 *
 * Nothing is committed, tagged or pushed: `.github/workflows/release.yml` does that.
 */
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Which part of a version goes up (https://semver.org). */
export type Bump = 'patch' | 'minor' | 'major';

/**
 * The version after this one.
 * @throws {Error} when it is not a plain `X.Y.Z`, or there is no such part
 */
export function nextVersion(version: string, bump: string): string {
  const parts = /^(\d+)\.(\d+)\.(\d+)$/.exec(version);
  if (!parts) throw new Error(`The version ${version} is not of the form X.Y.Z.`);
  const [major, minor, patch] = parts.slice(1).map(Number) as [number, number, number];
  switch (bump) {
    case 'major':
      return `${major + 1}.0.0`;
    case 'minor':
      return `${major}.${minor + 1}.0`;
    case 'patch':
      return `${major}.${minor}.${patch + 1}`;
    default:
      throw new Error(`“${bump}” is not one of patch, minor, major.`);
  }
}

/** A changelog with a new section, and what is in it. */
export interface Closed {
  readonly changelog: string;
  readonly notes: string;
}

const UNRELEASED = '## [Unreleased]';

/**
 * Closes the section “Unreleased” of a changelog (https://keepachangelog.com) under a version, and opens an empty one.
 * @param date `YYYY-MM-DD`
 * @throws {Error} when there is no such section, or nothing in it
 */
export function closeUnreleased(changelog: string, version: string, date: string): Closed {
  const [before, rest] = changelog.split(`${UNRELEASED}\n`, 2);
  if (before === undefined || rest === undefined)
    throw new Error(`CHANGELOG.md has no section ${UNRELEASED}.`);
  const next = rest.search(/^## /m);
  const end = next === -1 ? rest.length : next;
  const notes = rest.slice(0, end).trim();
  if (!/^- /m.test(notes))
    throw new Error(`CHANGELOG.md says nothing under ${UNRELEASED}: there is nothing to release.`);
  const closed = `${before}${UNRELEASED}\n\n## [${version}] - ${date}\n\n${notes}\n\n${rest.slice(end)}`;
  return { changelog: `${closed.trimEnd()}\n`, notes: `${notes}\n` };
}

/**
 * Prepares a release of the project in a directory.
 * @returns the new version, and the file with the notes
 */
export async function prepareRelease(
  root: string,
  bump: string,
  date: string,
): Promise<{ version: string; notes: string }> {
  const path = (name: string) => join(root, name);
  const { version: present } = JSON.parse(await readFile(path('package.json'), 'utf8')) as {
    version: string;
  };
  const version = nextVersion(present, bump);
  const { changelog, notes } = closeUnreleased(await readFile(path('CHANGELOG.md'), 'utf8'), version, date);
  for (const [name, places] of [
    ['package.json', 1],
    ['package-lock.json', 2],
    ['src/version.ts', 1],
  ] as const) {
    const text = await readFile(path(name), 'utf8');
    await writeFile(path(name), replaceFirst(text, present, version, places, name));
  }
  await writeFile(path('CHANGELOG.md'), changelog);
  await mkdir(path('.cache'), { recursive: true });
  const notesFile = path('.cache/release-notes.md');
  await writeFile(notesFile, notes);
  return { version, notes: notesFile };
}

/** Replaces a quoted version at its first places, which are the project's own. */
function replaceFirst(text: string, from: string, to: string, places: number, name: string): string {
  let left = places;
  const result = text.replaceAll(
    new RegExp(`(["'])${RegExp.escape(from)}\\1`, 'g'),
    (found, quote: string) => (left-- > 0 ? `${quote}${to}${quote}` : found),
  );
  if (left > 0) throw new Error(`${name} does not say ${from} ${places} times.`);
  return result;
}

if (import.meta.main) {
  const today = new Date().toISOString().slice(0, 10);
  const { version, notes } = await prepareRelease(process.cwd(), process.argv[2] ?? '', today);
  console.log(`Prepared ${version}. Its notes are in ${notes}.`);
  const outputs = process.env['GITHUB_OUTPUT'];
  if (outputs) await appendFile(outputs, `version=${version}\nnotes=${notes}\n`);
}
