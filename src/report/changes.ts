import type { Change, Json } from '../plan.ts';
import { count } from './ending.ts';
import { cut } from './fit.ts';
import { inertBlock, inertCode, inertHtml, inertMarkdown } from './inert.ts';
import { signOf } from './log-plan.ts';

/** Rows that are open to see; the next ones are folded away. */
const OPEN_ROWS = 20;
const FOLDED_ROWS = 1_000;
/** A longer value is cut in the table. Issuers and audiences are no longer than 128 characters. */
const MAX_CELL = 130;
/** A shorter value fits on one line of its cell. */
const BREAKS_AFTER = 40;
const MAX_LONG_VALUE = 10_000;

type Columns = readonly [before: string, after: string];

/** The changes as a table, the first of them open, the next ones folded, with what is left out counted. */
export function changesTable(changes: readonly Change[], columns: Columns): string[] {
  if (changes.length === 0) return [];
  const folded = changes.slice(OPEN_ROWS, OPEN_ROWS + FOLDED_ROWS);
  const left = changes.length - OPEN_ROWS - folded.length;
  return [
    table(changes.slice(0, OPEN_ROWS), columns),
    folded.length === 0 ? '' : fold(`${count(folded.length, 'more change')}`, table(folded, columns)),
    left > 0 ? `*And ${count(left, 'more change')}: the output \`changes\` has all of them.*` : '',
  ];
}

/** Something that stays closed until it is wanted. */
export function fold(title: string, content: string): string {
  return `<details><summary>${inertHtml(title)}</summary>\n\n${content}\n\n</details>`;
}

function table(changes: readonly Change[], [before, after]: Columns): string {
  const projects = changes.every(({ resource }) => isProject(resource));
  const head = projects ? `Project<br><sub>${inertCode(changes[0]?.path ?? '')}</sub>` : 'Setting';
  return [`| | ${head} | ${before} | ${after} |`, '| :-: | --- | --- | --- |', ...changes.map(row)].join(
    '\n',
  );
}

function row(change: Change): string {
  const { resource, path, label, before, after, whenUnset, names } = change;
  const what = isProject(resource)
    ? inertMarkdown(cut(resource.slice('project '.length), MAX_CELL))
    : `${inertMarkdown(cut(label, MAX_CELL))}<br><sub>${inertCode(path)}</sub>`;
  return `| ${inertCode(signOf(change))} | ${what} | ${cell(before, whenUnset, names?.before)} | ${cell(after, whenUnset, names?.after)} |`;
}

function isProject(resource: string): boolean {
  return resource.startsWith('project ');
}

function cell(value: Json, whenUnset: string | undefined, name: string | undefined): string {
  if (value === null) return whenUnset === undefined ? '*unset*' : `*unset* (${inertMarkdown(whenUnset)})`;
  const text = textOf(value);
  const code = text === '' ? '*empty*' : breakable(cut(text, MAX_CELL));
  return name === undefined ? code : `${inertMarkdown(cut(name, MAX_CELL))} (${code})`;
}

/** A text as code that a narrow cell can break, which GitHub never does within code. */
function breakable(text: string): string {
  // Code cannot begin or end with a blank.
  const whole = text.length <= BREAKS_AFTER || /\s/.test(text);
  const pieces = whole ? [text] : (text.match(PIECES) ?? []);
  return pieces.map(inertCode).join('<wbr>');
}

/** Up to so many characters, up to what separates the parts of an address or a list where there is such a thing. */
const PIECES = /.{1,34}[/,?&=](?![/,?&=])|.{1,36}/gsu;

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What the table had to cut, in full, folded away. */
export function longValues(changes: readonly Change[]): string {
  const blocks = changes.slice(0, OPEN_ROWS).flatMap(({ label, before, after }) =>
    [before, after].flatMap((value, index) => {
      const text = value === null ? '' : textOf(value);
      if (text.length <= MAX_CELL) return [];
      const when = index === 0 ? 'before' : 'after';
      const full = typeof value === 'string' ? text : JSON.stringify(value, null, 2);
      return [`${inertMarkdown(label)}, ${when}:`, inertBlock('', cut(full, MAX_LONG_VALUE))];
    }),
  );
  return blocks.length === 0 ? '' : fold('Long values in full', blocks.join('\n\n'));
}
