import { stripVTControlCharacters, styleText } from 'node:util';

/** Prints a line; without colors where the terminal has none. */
export function print(line: string): void {
  const colors = process.stdout.isTTY && process.stdout.hasColors();
  console.log(colors ? line : stripVTControlCharacters(line));
}

/**
 * What GitHub's log shows of what a step printed: workflow commands take effect, masked texts are hidden, and groups are
 * folded.
 */
export function asRunnerShows(stdout: string): string[] {
  const masks: string[] = [];
  const shown: string[] = [];
  let folded = false;
  for (const line of stdout.trimEnd().split('\n')) {
    const [, name = '', message = ''] = /^::([a-z-]+)(?: [^:]*(?::(?!:)[^:]*)*)?::(.*)$/.exec(line) ?? [];
    if (name === 'add-mask') masks.push(plain(message));
    else if (name === 'endgroup') folded = false;
    else if (!folded) shown.push(...shownOf(name, message, line));
    if (name === 'group') folded = true;
  }
  return shown.map((line) => masks.reduce((text, mask) => text.replaceAll(mask, '***'), line));
}

const PREFIXES: Readonly<Record<string, string>> = {
  error: styleText('red', 'Error:', { validateStream: false }),
  warning: styleText('yellow', 'Warning:', { validateStream: false }),
  notice: styleText('cyan', 'Notice:', { validateStream: false }),
};

function shownOf(name: string, message: string, line: string): string[] {
  if (name === '') return [line];
  if (name === 'group') return [`▸ ${plain(message)}`];
  const prefix = PREFIXES[name];
  return prefix === undefined ? [] : `${prefix} ${plain(message)}`.split('\n');
}

/** The message of a workflow command: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands */
function plain(message: string): string {
  return message.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

const WIDTH = 72;

/** The outputs that are set, a line each; long ones cut, with the file that has the whole. */
export function foldOutputs(outputs: Readonly<Record<string, string>>, whole: string): string[] {
  const set = Object.entries(outputs).filter(([, value]) => value !== '');
  const lines = set.map(([name, value]) => `${name.padEnd(17)} ${fold(value)}`);
  return set.some(([, value]) => fold(value) !== value) ? [...lines, `(whole: ${whole})`] : lines;
}

function fold(value: string): string {
  const lines = value.trimEnd().split('\n');
  if (lines.length > 1) return `… ${lines.length} lines`;
  return value.length > WIDTH ? `${value.slice(0, WIDTH)}…` : value;
}
