import type { Change, Json } from '../plan.ts';
import { count } from './ending.ts';
import { cut } from './fit.ts';
import { inertBlock, inertCode, inertHtml, inertMarkdown } from './inert.ts';

/** Rows that are open to see; the next ones are folded away. */
const OPEN_ROWS = 20;
const FOLDED_ROWS = 1_000;
/** A longer value would make the table wider than the page. */
const MAX_CELL = 100;
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
  const what = changes.every(({ resource }) => isProject(resource)) ? 'Project' : 'Setting';
  return [`| ${what} | ${before} | ${after} |`, '| --- | --- | --- |', ...changes.map(row)].join('\n');
}

function row(change: Change): string {
  const { resource, path, label, before, after, whenUnset, names } = change;
  const what = isProject(resource) ? resource.slice('project '.length) : label;
  const cells = [cell(before, whenUnset, names?.before), cell(after, whenUnset, names?.after)];
  return `| ${inertMarkdown(what)}<br><sub>${inertCode(path)}</sub> | ${cells.join(' | ')} |`;
}

function isProject(resource: string): boolean {
  return resource.startsWith('project ');
}

function cell(value: Json, whenUnset: string | undefined, name: string | undefined): string {
  if (value === null) return whenUnset === undefined ? '*unset*' : `*unset* (${inertMarkdown(whenUnset)})`;
  const text = textOf(value);
  const code = text === '' ? '*empty*' : inertCode(cut(text, MAX_CELL));
  return name === undefined ? code : `${inertMarkdown(cut(name, MAX_CELL))}<br><sub>${code}</sub>`;
}

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
