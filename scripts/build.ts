/**
 * Builds `dist/` from `src/`: TypeScript to JavaScript, then one ES module by ncc, with the licenses of what it bundles
 * and a chunk for each part that only some runs load. `dist/` is made anew, so that nothing stale stays behind.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';
import { licenses } from './licenses.ts';
import { slimUndici, undiciForFetch } from './slim-undici.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BUILD = join(ROOT, 'build');
const BUNDLE = join(BUILD, 'dist');
const STATS = join(BUILD, 'stats.json');
const DIST = join(ROOT, 'dist');

rmSync(BUILD, { recursive: true, force: true });
run('tsc', '-p', 'tsconfig.build.json');
for (const name of ['@actions/core', '@platformatic/kafka']) allowShaking(name);
loadWithFirstUse();
slimUndici(join(ROOT, 'node_modules/undici'), join(BUILD, 'node_modules/undici'));
copyPackage('@actions/http-client');
undiciForFetch(
  join(ROOT, 'node_modules/undici'),
  join(copyPackage('@actions/github'), 'node_modules/undici'),
);
run('ncc', 'build', 'build/main.js', '--out', BUNDLE, '--stats-out', STATS, '--quiet');
for (const script of scripts()) await minifyScript(script);
dropUnusedAssets();
writeFileSync(join(BUNDLE, 'licenses.txt'), licenses(JSON.parse(readFileSync(STATS, 'utf8')).modules, ROOT));
rmSync(DIST, { recursive: true, force: true });
renameSync(BUNDLE, DIST);

function run(command: string, ...args: string[]): void {
  execFileSync(join(ROOT, 'node_modules/.bin', command), args, { cwd: ROOT, stdio: 'inherit' });
}

/**
 * Puts a copy of a package before the real one that says what the package itself does not: that its modules have no
 * effect by being loaded alone. Only then does the bundler leave out those that nothing uses, here the greater part.
 */
function allowShaking(name: string): void {
  const manifest = join(copyPackage(name), 'package.json');
  writeFileSync(
    manifest,
    JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), sideEffects: false }),
  );
}

/**
 * Puts a copy of a package before the real one. What it asks for is looked for beside the copy first, so that there is one
 * undici for all.
 * @returns the directory of the copy
 */
function copyPackage(name: string): string {
  const copy = join(BUILD, 'node_modules', name);
  cpSync(join(ROOT, 'node_modules', name), copy, { recursive: true });
  return copy;
}

/**
 * Has the copy of @actions/core load what asks GitHub for an ID token when that is asked for: few runs do, and its HTTP client is
 * larger than all else that a run needs.
 * @throws {Error} when @actions/core does not read as it did
 */
function loadWithFirstUse(): void {
  const path = join(BUILD, 'node_modules/@actions/core/lib/core.js');
  const code = readFileSync(path, 'utf8');
  const lazy = code
    .replace("import { OidcClient } from './oidc-utils.js';\n", '')
    .replace('OidcClient.getIDToken(', "(yield import('./oidc-utils.js')).OidcClient.getIDToken(");
  if (/^import.*OidcClient/m.test(lazy) || !lazy.includes("import('./oidc-utils.js')"))
    throw new Error('@actions/core asks for ID tokens in another way now: see loadWithFirstUse.');
  writeFileSync(path, lazy);
}

/** The entry point and the chunks. */
function scripts(): string[] {
  return readdirSync(BUNDLE).filter((name) => name.endsWith('.js'));
}

/**
 * ncc minifies the entry point alone, and by half as much.
 *
 * Each module is a function in parentheses, by which V8 knows that it will be called at once and compiles it in its
 * first pass over the script. The minifier drops them, and every run would parse its modules twice; so a call holds
 * their place meanwhile.
 */
async function minifyScript(name: string): Promise<void> {
  const path = join(BUNDLE, name);
  const marked = readFileSync(path, 'utf8').replaceAll('\n/***/ (', '\n/***/ calledAtOnce(');
  const { code = '' } = await minify(marked, { module: true });
  writeFileSync(path, code.replaceAll('calledAtOnce(', '('));
}

/** ncc keeps the assets of modules that it has left out, such as WebAssembly for checksums of records. */
function dropUnusedAssets(): void {
  const code = scripts().map((name) => readFileSync(join(BUNDLE, name), 'utf8'));
  for (const asset of readdirSync(BUNDLE).filter((name) => name.endsWith('.wasm')))
    if (!code.some((text) => text.includes(asset))) rmSync(join(BUNDLE, asset));
}
