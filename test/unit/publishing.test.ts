import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { ROOT } from '../world/run-action.ts';

/** What a stranger, GitHub and its robots meet first. */

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const LONGEST_YAML = 150;

test('the README has one page of YAML at most; the examples are linked', () => {
  const blocks = [...read('README.md').matchAll(/^ *```ya?ml\n([\s\S]*?)^ *```/gm)];
  const lines = blocks.flatMap(([, block = '']) => block.trimEnd().split('\n'));
  assert.ok(lines.length > 0 && lines.length <= LONGEST_YAML, `${lines.length} lines of YAML`);
});

test('the README says whose it is, that merging applies, and where to go on', () => {
  const readme = read('README.md');
  assert.match(readme, /not a product of Aiven/);
  assert.match(readme, /Merging this applies it/);
  const pages = globSync('docs/*.md', { cwd: ROOT }).map((path) => path.replaceAll('\\', '/'));
  assert.deepEqual(
    [...pages, 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].filter(
      (page) => !readme.includes(`](${page})`),
    ),
    [],
  );
});

test('Dependabot looks at every folder with workflows, and looks up no owner that does not exist', () => {
  interface Updates {
    readonly updates: readonly {
      readonly 'package-ecosystem': string;
      readonly directories?: readonly string[];
      readonly ignore?: readonly { readonly 'dependency-name': string }[];
    }[];
  }
  const { updates }: Updates = parse(read('.github/dependabot.yml'));
  const actions = updates.find((update) => update['package-ecosystem'] === 'github-actions');
  const folders = globSync('examples/**/*.yml', { cwd: ROOT }).map((path) => `/${join(path, '..')}`);
  for (const folder of folders)
    assert.ok(actions?.directories?.includes(folder.replaceAll('\\', '/')), folder);
  const ignored = (actions?.ignore ?? []).map((rule) => rule['dependency-name']);
  assert.deepEqual(ignored, ['<your-org>/aiven-kafka-oidc-action']);
});
