import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { makeTempDir, type TempDir } from '../world/temp.ts';

/** `npm run readme` on a small repository of its own, whose pages are right until a test spoils one. */

const SCRIPT = join(import.meta.dirname, '../../scripts/readme.ts');

const README = `# Example

See [how to contribute](CONTRIBUTING.md#first-steps), and [the notes](docs/notes.md).

<img alt="A picture" src="docs/picture.png">

<!-- inputs -->
| Input | Default | Meaning |
| --- | --- | --- |
| \`mode\` | required | What to do. |
<!-- /inputs -->

<!-- file: examples/one.yml -->
\`\`\`yaml
on: push
\`\`\`
`;

let repository: TempDir;

beforeEach(async () => {
  repository = await makeTempDir('readme');
  await put('README.md', README);
  await put(
    'CONTRIBUTING.md',
    '# Contributing\n\n## First steps\n\n`npm test` tests, `npm run build` builds.\n',
  );
  await put('docs/notes.md', '# Notes\n\n[Home](../README.md#example). [Again](#notes)\n');
  await put('docs/picture.png', '');
  await put('examples/one.yml', 'on: push\n');
  await put('examples/README.md', '# Examples\n\n[One](one.yml)\n');
  await put('package.json', '{"scripts": {"test": "true", "build": "true"}}');
  await put(
    'action.yml',
    'inputs:\n  mode:\n    description: What to do.\n    required: true\noutputs: {}\n',
  );
});

afterEach(() => repository.remove());

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(repository.path, path)), { recursive: true });
  await writeFile(join(repository.path, path), text);
}

function readme(...options: string[]): { code: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...options, repository.path], {
    encoding: 'utf8',
  });
  return { code: status, said: stdout + stderr };
}

function assertComplaint(complaint: string): void {
  assert.deepEqual(readme('--check'), { code: 1, said: `${complaint}\n` });
}

describe('npm run readme -- --check', () => {
  test('is content with pages that are right', () => {
    assert.deepEqual(readme('--check'), { code: 0, said: 'The pages are up to date.\n' });
  });

  test('finds a table of inputs that is out of date, which npm run readme renews', async () => {
    await put('action.yml', 'inputs:\n  mode:\n    description: Another.\n    required: true\noutputs: {}\n');
    assertComplaint('README.md is out of date: run npm run readme.');
    assert.deepEqual(readme(), { code: 0, said: 'README.md renewed.\nThe pages are up to date.\n' });
    assert.equal(
      await readFile(join(repository.path, 'README.md'), 'utf8'),
      README.replace('What to do', 'Another'),
    );
  });

  test('finds an included file that has changed, which npm run readme renews', async () => {
    await put('examples/one.yml', 'on: pull_request\n');
    assertComplaint('README.md is out of date: run npm run readme.');
    readme();
    assert.match(await readFile(join(repository.path, 'README.md'), 'utf8'), /^on: pull_request$/m);
  });

  test('finds an included file that is not there', async () => {
    await put('README.md', README.replace('examples/one.yml', 'examples/two.yml'));
    assert.deepEqual(readme('--check'), {
      code: 1,
      said: 'README.md includes examples/two.yml, which is not there.\n',
    });
  });

  test('finds a link to a page that is not there', async () => {
    await put('README.md', README.replace('docs/notes.md', 'docs/note.md'));
    assertComplaint('README.md links to docs/note.md, which is not there.');
  });

  test('finds a picture that is not there', async () => {
    await put('README.md', README.replace('docs/picture.png', 'docs/other.png'));
    assertComplaint('README.md links to docs/other.png, which is not there.');
  });

  test('finds a link to a heading that is not there', async () => {
    await put('docs/notes.md', '# Notes\n\n[Home](../README.md#examples)\n\n```md\n# Examples\n```\n');
    assertComplaint('docs/notes.md links to ../README.md#examples, but README.md has no such heading.');
  });

  test('knows the anchors of repeated headings, and of headings with punctuation', async () => {
    await put('docs/notes.md', '# A `b`, c\n\n# A b c\n\n[One](#a-b-c) [two](#a-b-c-1)\n');
    assert.equal(readme('--check').code, 0);
    await put('docs/notes.md', '# A `b`, c\n\n[One](#a-b-c) [two](#a-b-c-1)\n');
    assertComplaint('docs/notes.md links to #a-b-c-1, but docs/notes.md has no such heading.');
  });

  test('leaves links out of the repository, and what looks like one in code, alone', async () => {
    await put(
      'docs/notes.md',
      '# Notes\n\n[Out](https://example.com/#a) `[no](link)`\n\n```\n[no](link)\n```\n',
    );
    assert.equal(readme('--check').code, 0);
  });

  test('finds a script that CONTRIBUTING does not explain, and one that is gone', async () => {
    await put('package.json', '{"scripts": {"test": "true", "bench": "true"}}');
    assert.deepEqual(readme('--check'), {
      code: 1,
      said: 'CONTRIBUTING.md does not explain `npm run bench`.\nCONTRIBUTING.md names `npm run build`, which package.json does not have.\n',
    });
  });

  test('finds an example that is not in the list of them', async () => {
    await put('examples/providers/two.yml', 'on: push\n');
    assertComplaint('examples/README.md does not link to providers/two.yml.');
  });
});
