import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { parse } from 'yaml';
import { nameOf, SETTINGS, type Setting } from '../../src/kafka/settings.ts';
import { drawRooms } from './rooms.ts';

interface ActionFile {
  readonly inputs: Record<string, { description: string; required?: boolean; default?: string }>;
  readonly outputs: Record<string, { description: string }>;
}

/** The parts that can stand between `<!-- NAME -->` and `<!-- /NAME -->`. */
const PARTS: Readonly<Record<string, (action: ActionFile, root: string) => string | Promise<string>>> = {
  rooms: (_, root) => drawRooms(root),
  inputs: ({ inputs }) =>
    table(
      ['Input', 'Default', 'Meaning'],
      Object.entries(inputs).map(([name, { description, required, default: standard }]) => [
        `\`${name}\``,
        required ? 'required' : standard ? `\`${standard}\`` : '',
        description,
      ]),
    ),
  outputs: ({ outputs }) =>
    table(
      ['Output', 'Meaning'],
      Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, description]),
    ),
  settings: () =>
    table(
      ['Setting', 'Input', 'Field of `user_config`', 'Unset means'],
      (SETTINGS as readonly Setting[]).map((setting) => [
        setting.label,
        inputOf(setting),
        `\`${nameOf(setting)}\``,
        setting.unsetMeans === null ? '' : `\`${setting.unsetMeans}\``,
      ]),
    ),
};

function inputOf({ input, mechanism }: Setting): string {
  if (input) return `\`${input}\``;
  return mechanism ? '`sasl-mechanisms`' : 'set with the others';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Where a page includes a file: `<!-- file: examples/kafka-oidc.yml -->` before a fenced code block. */
export const INCLUDE = /^<!-- file: (\S+) -->$/gm;

/** A page with its parts as they should be; a file that is not there is left to `complaints`. */
export async function renew(page: string, root: string): Promise<string> {
  const action: ActionFile = parse(await readFile(join(root, 'action.yml'), 'utf8'));
  let text = page;
  for (const [name, make] of Object.entries(PARTS)) {
    const part = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!part.test(text)) continue;
    const made = await make(action, root);
    text = text.replace(part, (_, open: string, close: string) => `${open}${made}\n${close}`);
  }
  for (const [, path = ''] of page.matchAll(INCLUDE)) {
    const content = await readFile(join(root, path), 'utf8').catch(() => null);
    if (content !== null) text = includeFile(text, path, content);
  }
  return text;
}

function includeFile(text: string, path: string, content: string): string {
  const language = { '.yml': 'yaml', '.mmd': 'mermaid' }[extname(path)] ?? extname(path).slice(1);
  const place = new RegExp(`(^<!-- file: ${RegExp.escape(path)} -->\\n+)\`\`\`[\\s\\S]*?\\n\`\`\``, 'm');
  return text.replace(place, (_, open: string) => `${open}\`\`\`${language}\n${content.trimEnd()}\n\`\`\``);
}
