import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A module of the bundle, as ncc's statistics have it (webpack's `stats.toJson()`). */
export interface BundledModule {
  /** The path of its file, relative to the root of the repository. */
  readonly name?: string;
  /** Empty for what was left out. */
  readonly chunks?: readonly unknown[];
  /** The modules that were joined into this one. */
  readonly modules?: readonly BundledModule[];
}

/**
 * The licenses of all packages that a bundle holds a part of, by name. ncc's own list follows the chunk that happens to
 * be written last.
 * @param root what the names of the modules are relative to
 */
export function licenses(modules: readonly BundledModule[], root: string): string {
  const packages = new Set(files(modules).flatMap((file) => packageOf(join(root, file)) ?? []));
  return [...packages].map(describe).sort().join('\n');
}

function files(modules: readonly BundledModule[]): string[] {
  const bundled = modules.filter(({ chunks }) => chunks === undefined || chunks.length > 0);
  return bundled.flatMap(({ name = '', modules: joined }) =>
    // Those that were joined have no chunk of their own.
    joined ? joined.map((module) => module.name ?? '') : name,
  );
}

/** The directory of the package that a file belongs to, null for our own files and for what the bundler adds. */
function packageOf(path: string): string | null {
  const found = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path);
  return found?.[1] && existsSync(join(found[1], 'package.json')) ? found[1] : null;
}

function describe(directory: string): string {
  const { name, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const file = readdirSync(directory).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  const text = file ? readFileSync(join(directory, file), 'utf8').trim() : '';
  return `${name}\n${license}\n${text}\n`;
}
