/**
 * Keeps the parts of Markdown pages that come from somewhere else: the tables of inputs and outputs (from `action.yml`),
 * the table of settings (from `src/kafka/settings.ts`), and the workflows (from `examples/`).
 *
 *     node scripts/readme.ts           renews them
 *     node scripts/readme.ts --check   fails when one is out of date
 *
 * A part stands between two markers, `<!-- inputs -->` and `<!-- /inputs -->`; a file is included by
 * `<!-- file: examples/kafka-oidc.yml -->` before a fenced code block.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { nameOf, SETTINGS, type Setting } from '../src/kafka/settings.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface ActionFile {
  readonly inputs: Record<string, { description: string; required?: boolean; default?: string }>;
  readonly outputs: Record<string, { description: string }>;
}

const action: ActionFile = parse(await readFile(join(ROOT, 'action.yml'), 'utf8'));

const PARTS: Record<string, () => string> = {
  inputs: () =>
    table(
      ['Input', 'Default', 'Meaning'],
      Object.entries(action.inputs).map(([name, { description, required, default: standard }]) => [
        `\`${name}\``,
        required ? 'required' : standard ? `\`${standard}\`` : '',
        description,
      ]),
    ),
  outputs: () =>
    table(
      ['Output', 'Meaning'],
      Object.entries(action.outputs).map(([name, { description }]) => [`\`${name}\``, description]),
    ),
  settings: () =>
    table(
      ['Setting', 'Input', 'Field of `user_config`', 'Unset means'],
      (SETTINGS as readonly Setting[]).map((setting) => [
        setting.label,
        setting.input ? `\`${setting.input}\`` : setting.mechanism ? '`sasl-mechanisms`' : 'set with OIDC',
        `\`${nameOf(setting)}\``,
        setting.unsetMeans === null ? '' : `\`${setting.unsetMeans}\``,
      ]),
    ),
};

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

async function renew(page: string): Promise<string> {
  let text = page;
  for (const [name, make] of Object.entries(PARTS)) {
    const part = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
    text = text.replace(part, (_, open: string, close: string) => `${open}${make()}\n${close}`);
  }
  for (const [, path] of page.matchAll(/<!-- file: (\S+) -->/g)) {
    if (path) text = includeFile(text, path, await readFile(join(ROOT, path), 'utf8'));
  }
  return text;
}

function includeFile(text: string, path: string, content: string): string {
  const language =
    { '.yml': 'yaml', '.properties': 'properties', '.mmd': 'mermaid' }[extname(path)] ??
    extname(path).slice(1);
  const place = new RegExp(`(<!-- file: ${RegExp.escape(path)} -->\\n+)\`\`\`[\\s\\S]*?\\n\`\`\``);
  return text.replace(place, (_, open: string) => `${open}\`\`\`${language}\n${content.trimEnd()}\n\`\`\``);
}

async function pages(): Promise<string[]> {
  const docs = await readdir(join(ROOT, 'docs')).catch(() => []);
  return [
    'README.md',
    'CONTRIBUTING.md',
    ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
  ];
}

const check = process.argv.includes('--check');
let stale = 0;
for (const page of await pages()) {
  const path = join(ROOT, page);
  const before = await readFile(path, 'utf8');
  const after = await renew(before);
  if (after === before) continue;
  stale++;
  if (!check) await writeFile(path, after);
  console.log(check ? `${page} is out of date: run npm run readme` : `${page} renewed`);
}
if (check && stale > 0) process.exitCode = 1;
else if (stale === 0) console.log('The pages are up to date.');
