import type { Spread } from './measure.ts';

/** One line of the result. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  /** What it is to reach; empty for what is there to compare with. */
  readonly target: string;
  /** Whether it does; null where there is no target. */
  readonly held: boolean | null;
}

/** A line with nothing to reach. */
export function fact(what: string, measured: string): Row {
  return { what, measured, target: '', held: null };
}

/** A line with a number that is to stay at or below a bound. */
export function bound(what: string, value: number, most: number, words: (value: number) => string): Row {
  return { what, measured: words(value), target: `≤ ${words(most)}`, held: value <= most };
}

/** The lines as a table in Markdown. */
export function markdown(rows: readonly Row[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const mark = ({ held }: Row) => (held === null ? '' : held ? '✓' : '✗');
  return [
    line(['What', 'Measured', 'Target', 'Held']),
    line(['---', '---', '---', '---']),
    ...rows.map((row) => line([row.what, row.measured, row.target, mark(row)])),
  ].join('\n');
}

/** `1.24 times`. */
export function times(value: number): string {
  return `${value.toFixed(2)} times`;
}

/** `68 ms (65–74)`. */
export function milliseconds({ median, p10, p90 }: Spread): string {
  return `${median.toFixed(0)} ms (${p10.toFixed(0)}–${p90.toFixed(0)})`;
}

/** `0.14 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(2)} MB`;
}
