import { spell } from '../quote.ts';

/** No line of the log need be longer; what a provider publishes can be. */
const MAX_LINE = 8_000;

/**
 * Makes a text safe to print on one line of a GitHub log: control characters become visible, and nothing in it can be
 * read as a workflow command, neither `::name::` at the start of a line nor `##[name]` anywhere.
 */
export function inertLine(text: string): string {
  const shown = text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : text;
  return shown
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]/gu, (character) =>
      character === '\t' ? ' ' : spell(character),
    )
    .replaceAll('##[', '#\u200b#[')
    .replace(/^(\s*):/, '$1\u200b:');
}

/** The same for a text of several lines. */
export function inertLines(text: string): string {
  return text.split('\n').map(inertLine).join('\n');
}

/**
 * Makes a text safe within Markdown on GitHub, and keeps it readable as it stands: no markup, link, mention, image, formula or
 * HTML of it takes effect. Addresses become code, which no autolink reaches. Line breaks become blanks.
 */
export function inertMarkdown(text: string): string {
  return inertWithCode(text, ADDRESS);
}

/**
 * The same with more of it as code.
 * @param code what becomes code, as one capturing group
 * @param shown how it is written then
 */
export function inertWithCode(text: string, code: RegExp, shown = (part: string) => part): string {
  return oneLine(text)
    .split(code)
    .map((part, index) => (index % 2 === 1 ? inertCode(shown(part)) : inertSpans(part)))
    .join('')
    .replace(BLOCK_START, '$1\\$2');
}

function inertSpans(line: string): string {
  const parts = line.split(ADDRESS);
  return parts.map((part, index) => (index % 2 === 1 ? inertCode(part) : inertProse(part))).join('');
}

/** `https://…` and the like, and what begins with `www.`, without the punctuation that ends a sentence. */
const ADDRESS = /((?:[a-z][a-z0-9+.-]*:\/\/|www\.)[^\s“”"<>]*[^\s“”"<>.,;:!?)\]}])/i;

/** What makes a list or an underlined heading at the start of a line (CommonMark, sections 4.3 and 5.2). */
const BLOCK_START = /^(\d{0,9})([-+=.)])/;

function inertProse(text: string): string {
  return text
    .replace(/[\\`*_[\]~|]|!(?=\[)/g, '\\$&')
    .replace(/[@#]/g, '$&\u200b')
    .replace(/[&<>]/g, entity)
    .replaceAll('$', '<span>$</span>');
}

/** Makes a text safe within HTML on GitHub, where Markdown has no say, such as in `<summary>`. */
export function inertHtml(text: string): string {
  return oneLine(text)
    .replace(/[@#]/g, '$&\u200b')
    .replace(/[&<>"']/g, entity);
}

/**
 * A text as code within a line (CommonMark, section 6.1), which shows every character as it is; also within a table (GFM,
 * section 4.10).
 */
export function inertCode(text: string): string {
  const line = oneLine(text);
  if (line === '') return '';
  // A table takes every other of several backslashes for an escape, and the bar after an odd number of them for its own.
  if (/(?<!\\)(\\\\)*\\\|/.test(line)) return `<code>${line.replace(/[^\p{L}\p{N} ]/gu, entity)}</code>`;
  const fence = '`'.repeat(longestRun(line) + 1);
  const pad = /^[ `]|[ `]$/.test(line) ? ' ' : '';
  return `${fence}${pad}${line.replaceAll('|', '\\|')}${pad}${fence}`;
}

function entity(character: string): string {
  return `&#${character.codePointAt(0)};`;
}

function oneLine(text: string): string {
  return inertLine(text.replace(/\s*\n\s*/g, ' ').trim());
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}

/** A fenced code block that its content cannot leave (CommonMark, section 4.5). */
export function inertBlock(language: string, content: string): string {
  const fence = '`'.repeat(Math.max(2, longestRun(content)) + 1);
  return `${fence}${language}\n${inertLines(content.replace(/\n$/, ''))}\n${fence}`;
}
