import * as core from '@actions/core';
import type { Narrator } from '../context.ts';
import type { Failure } from '../failure.ts';
import { type Change, isChanged, type Json, type Report } from '../plan.ts';
import { inertLine, inertLines } from './inert.ts';

/** A warning that was given, for the summary. */
export interface Warning {
  readonly title: string;
  readonly message: string;
}

/** A narrator that writes to the step's log and keeps the warnings. */
export interface LogNarrator extends Narrator {
  readonly warnings: readonly Warning[];
}

export function logNarrator(): LogNarrator {
  const warnings: Warning[] = [];
  return {
    warnings,
    info: (line) => core.info(inertLine(line)),
    debug(line) {
      // The runner would hide it, but whoever else reads the output would not.
      if (core.isDebug()) core.debug(inertLine(line));
    },
    warning(title, message) {
      if (warnings.some((warning) => warning.message === message)) return;
      warnings.push({ title, message });
      core.warning(inertLines(message), { title: inertLine(title) });
    },
  };
}

const PAINT = { green: 32, yellow: 33, red: 31, bold: 1, dim: 2 } as const;

function paint(color: keyof typeof PAINT, text: string): string {
  return `\u001b[${PAINT[color]}m${text}\u001b[0m`;
}

/** Shows a plan as a reader of `terraform plan` expects it. */
export function logPlan(report: Report, dryRun: boolean): void {
  for (const { result, subject, detail } of report.checks) {
    core.info(`${MARKS[result]} ${inertLine(subject)}: ${inertLine(detail)}`);
  }
  if (!isChanged(report)) {
    core.info(`${paint('green', 'Nothing to change.')} ${inertLine(report.already)}`);
    return;
  }
  core.info(paint('bold', dryRun ? 'This is what would change:' : 'This is going to change:'));
  let resource = '';
  for (const change of report.changes) {
    if (change.resource !== resource) core.info(`  ${paint('bold', inertLine(change.resource))}`);
    resource = change.resource;
    core.info(`    ${changeLine(change)}`);
  }
  for (const effect of report.effects) core.info(inertLine(effect));
  if (dryRun)
    core.info('Nothing was changed (dry-run: true). To apply it, run this step with dry-run: false.');
}

const MARKS = {
  passed: paint('green', '✓'),
  failed: paint('red', '✗'),
  warned: paint('yellow', '!'),
  skipped: paint('dim', '-'),
} as const;

function changeLine({ path, before, after }: Change): string {
  const name = inertLine(path);
  if (before === null) return `${paint('green', '+')} ${name}: ${value(after)}`;
  if (after === null) return `${paint('red', '-')} ${name}: ${value(before)} → (unset)`;
  return `${paint('yellow', '~')} ${name}: ${value(before)} → ${value(after)}`;
}

function value(json: Json): string {
  return inertLine(JSON.stringify(json));
}

/** Tells how applying went. */
export function logOutcome(report: Report): void {
  for (const event of report.events) core.info(inertLine(event));
  if (!isChanged(report)) return;
  const count = report.changes.length === 1 ? '1 change' : `${report.changes.length} changes`;
  core.notice(inertLines(`${count}: ${report.events.join(' ')}`), { title: inertLine(report.title) });
}

/** Fails the step with one error; in debug mode with its causes as well. */
export function logFailure(failure: Failure): void {
  process.exitCode = 1;
  core.error(inertLines(failure.message), { title: inertLine(failure.title) });
  if (!core.isDebug()) return;
  for (let at: unknown = failure; at instanceof Error; at = at.cause)
    core.debug(inertLines(at.stack ?? String(at)));
}
