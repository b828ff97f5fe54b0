import * as core from '@actions/core';
import type { Affected, Change, Check, Json, Report } from '../plan.ts';
import { count } from './ending.ts';
import { inertLine } from './inert.ts';
import { type Color, paint } from './paint.ts';

/** GitHub's log breaks longer lines. */
const LINE_WIDTH = 110;
const MAX_VALUE = 300;
/** More changes than that are folded away. */
const MAX_LINES = 30;

/** What a change does, as `terraform plan` marks it. */
export type Kind = 'set' | 'changed' | 'unset';

/** Whether a change sets what was unset, unsets, or changes a value, be it one that was only the default. */
export function kindOf({ before, after, whenUnset }: Change): Kind {
  if (after === null) return 'unset';
  return before === null && whenUnset === undefined ? 'set' : 'changed';
}

const SIGNS: Readonly<Record<Kind, { readonly sign: string; readonly color: Color }>> = {
  set: { sign: '+', color: 'green' },
  changed: { sign: '~', color: 'yellow' },
  unset: { sign: '-', color: 'red' },
};

/** The sign in front of a change. */
export function signOf(change: Change): string {
  return SIGNS[kindOf(change)].sign;
}

const MARKS: Readonly<Record<Check['result'], string>> = {
  passed: paint('green', '✓'),
  failed: paint('red', '✗'),
  warned: paint('yellow', '!'),
  skipped: paint('dim', '-'),
};

/** Shows what was checked. */
export function logChecks(checks: readonly Check[]): void {
  for (const { result, subject, detail } of checks) {
    core.info(`${MARKS[result]} ${paint('bold', inertLine(subject))}  ${inertLine(detail)}`);
  }
}

/** Shows how many changes there are, whom they concern, the changes as a reader of `terraform plan` expects them, and what comes of making them. */
export function logChanges({ changes, affected, effects, title }: Report): void {
  const [first] = changes;
  if (!first) return;
  const oneResource = changes.every(({ resource }) => resource === first.resource);
  core.info('');
  const about = inertLine(oneResource ? first.resource : title);
  core.info(`${paint('bold', about)}: ${tally(changes)}`);
  logAffected(affected);
  const lines = planLines(changes, oneResource);
  if (changes.length <= MAX_LINES) for (const line of lines) core.info(line);
  else logGroup(count(changes.length, 'change'), lines);
  core.info('');
  for (const effect of effects) core.info(`${paint('yellow', '!')} ${inertLine(effect)}`);
}

function logAffected({ lockedOut, opens }: Affected): void {
  for (const group of lockedOut) core.info(`${paint('red', '✗ Locked out')}  ${inertLine(group)}`);
  for (const group of opens) core.info(`${paint('yellow', '! Gains access')}  ${inertLine(group)}`);
  if (lockedOut.length + opens.length > 0) core.info('');
}

/** `3 to set, 1 to change, 0 to unset`, as `terraform plan` counts. */
export function tally(changes: readonly Change[]): string {
  const number = (kind: Kind) => numberOf(changes, kind).toLocaleString('en');
  return `${number('set')} to set, ${number('changed')} to change, ${number('unset')} to unset`;
}

/** How many changes are of a kind. */
export function numberOf(changes: readonly Change[], kind: Kind): number {
  return changes.filter((change) => kindOf(change) === kind).length;
}

/** Lines that are folded away until wanted. They are printed as they are. */
export function logGroup(title: string, lines: readonly string[]): void {
  core.startGroup(inertLine(title));
  for (const line of lines) core.info(line);
  core.endGroup();
}

function planLines(changes: readonly Change[], oneResource: boolean): string[] {
  const resourceWidth = widest(changes.map(({ resource }) => resource));
  const nameOf = ({ resource, path }: Change) =>
    oneResource ? path : `${resource.padEnd(resourceWidth)}  ${path}`;
  const width = widest(changes.map(nameOf));
  return changes.flatMap((change) => {
    const { sign, color } = SIGNS[kindOf(change)];
    const start = `  ${paint(color, sign)} ${inertLine(nameOf(change)).padEnd(width)}  `;
    const before = shown(change.before, change.whenUnset, change.names?.before);
    const after = shown(change.after, change.whenUnset, change.names?.after);
    if (kindOf(change) === 'set' && before === 'unset') return [`${start}${after}`];
    const fits = width + before.length + after.length <= LINE_WIDTH;
    return fits
      ? [`${start}${before} → ${after}`]
      : [`${start}${before}`, `${' '.repeat(width + 4)}→ ${after}`];
  });
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0);
}

function shown(value: Json, whenUnset: string | undefined, name: string | undefined): string {
  const note = (value === null ? whenUnset : name) ?? '';
  const text = value === null ? 'unset' : JSON.stringify(value);
  const cut = text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
  return inertLine(note === '' ? cut : `${cut} (${note})`);
}
