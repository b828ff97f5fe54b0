import * as core from '@actions/core';
import type { Failure } from '../failure.ts';
import type { Report, WayBack } from '../plan.ts';
import type { Narrator } from '../say.ts';
import { assurance, count, doneBefore, type Ending } from './ending.ts';
import { cut, cutMiddle } from './fit.ts';
import { inertLine, inertLines } from './inert.ts';
import { logChanges, logChecks, logGroup, tally } from './log-plan.ts';
import { paint } from './paint.ts';
import { wayBackLines } from './way-back.ts';

/** The runner cuts the text of an annotation off after 4,096 characters. */
const MAX_ANNOTATION = 4_000;

/** A warning that was given, for the summary. */
export interface Warning {
  readonly title: string;
  readonly message: string;
}

/** A narrator that writes to the step's log and keeps the warnings. */
export interface LogNarrator extends Narrator {
  readonly warnings: readonly Warning[];
}

/** A narrator that writes to the log of the step, and keeps the warnings for the job summary. */
export function logNarrator(): LogNarrator {
  const warnings: Warning[] = [];
  return {
    warnings,
    info: (line) => core.info(inertLine(line)),
    debug(line) {
      // The runner would hide it, but whoever else reads the output would not.
      if (core.isDebug()) core.debug(inertLine(typeof line === 'string' ? line : line()));
    },
    async group(title, work) {
      core.startGroup(inertLine(title));
      try {
        return await work();
      } finally {
        core.endGroup();
      }
    },
    warning(title, message) {
      if (warnings.some((warning) => warning.message === message)) return;
      warnings.push({ title, message });
      core.warning(inertLines(cut(message, MAX_ANNOTATION)), { title: inertLine(title) });
    },
  };
}

/** Shows what was checked, what is to change, and what comes of that. */
export function logPlan(report: Report): void {
  logChecks(report.checks);
  logChanges(report);
}

/**
 * Tells how it ended: details in folds, the result on the last line.
 * @param checksTold how many of the checks the log shows already
 */
export function logEnding(ending: Ending, report: Report, checksTold: number): void {
  const title = inertLine(report.title);
  if (ending === 'would change') {
    core.info(`${paint('bold', 'Plan:')} ${tally(report.changes)}. Nothing was changed (dry-run: true).`);
    core.info('To apply it, run this step with dry-run: false.');
    return;
  }
  logChecks(report.checks.slice(checksTold));
  for (const event of report.events) core.info(inertLine(event));
  if (ending === 'already right') {
    core.info(`${paint('green', '✓ Already right.')} ${inertLine(report.already)}`);
    return;
  }
  logDetails(report);
  const changes = count(report.changes.length, 'change');
  const [mark, word] =
    ending === 'unconfirmed'
      ? [paint('yellow', '! Changed, restart not confirmed.'), 'Changed, restart not confirmed']
      : [paint('green', '✓ Changed.'), 'Changed'];
  core.info(`${mark} ${title}: ${changes}.`);
  core.notice(inertLines([`${changes}.`, ...report.events].join(' ')), { title: `${word}: ${title}` });
}

function logDetails({ nextSteps, attachments, wayBack }: Report): void {
  if (nextSteps.length > 0) {
    const lines = nextSteps.flatMap(({ text, code }) => [text, ...(code?.split('\n') ?? [])]);
    logGroup('Next steps', lines.map(inertLine));
  }
  for (const { title, content } of attachments) logGroup(title, content.trimEnd().split('\n').map(inertLine));
  logWayBack(wayBack);
}

function logWayBack(wayBack: WayBack | null): void {
  if (wayBack) logGroup(...wayBackLines(wayBack));
}

const MAX_PROBLEMS = 3_000;
const MAX_PROBLEM = 1_000;

/** What a failure says, short enough for an annotation; what is too long for one goes into a fold of the log. */
function annotationOf(failure: Failure, applying: boolean): string {
  const { title, problem } = failure;
  // After a list it has a line of its own, as the way out has.
  const separator = problem.includes('\n') ? '\n' : ' ';
  const message = [failure.message, assurance(failure, applying)].filter(Boolean).join(separator);
  if (message.length <= MAX_ANNOTATION) return message;
  const lines = problem.split('\n');
  logGroup(title, lines.map(inertLine));
  let length = 0;
  const shown = lines
    .map((line) => cutMiddle(line, MAX_PROBLEM))
    .filter((line) => {
      length += line.length + 1;
      return length <= MAX_PROBLEMS;
    });
  const more = lines.length - shown.length;
  const rest = more > 0 ? `And ${more.toLocaleString('en')} more: the log of the step has all of them.` : '';
  const short = [...shown, rest].filter(Boolean).join('\n');
  return cut(
    message.replace(problem, () => short),
    MAX_ANNOTATION,
  );
}

/**
 * Fails the step with one error; in debug mode with its causes as well.
 * @param applying whether the run failed while it carried the plan out
 * @param checksTold how many of the checks the log shows already
 */
export function logFailure(failure: Failure, applying: boolean, checksTold: number): void {
  process.exitCode = 1;
  logChecks(failure.report?.checks.slice(checksTold) ?? []);
  for (const event of doneBefore(failure)) core.info(inertLine(event));
  if (failure.report && !applying) logChanges(failure.report);
  if (failure.report && applying) logWayBack(failure.report.wayBack);
  core.error(inertLines(annotationOf(failure, applying)), { title: inertLine(failure.title) });
  if (!core.isDebug()) return;
  for (let at: unknown = failure; at instanceof Error; at = at.cause)
    core.debug(inertLines(at.stack ?? String(at)));
}
