import { Failure, Refusal } from '../failure.ts';
import type { Report } from '../plan.ts';
import { type LogNarrator, logFailure, logNarrator, logOutcome, logPlan } from './log.ts';
import { setOutputs } from './outputs.ts';
import { endingOf, writeSummary } from './summary.ts';

/** The one part that tells GitHub: log, annotations, outputs and job summary. */
export interface Reporter {
  readonly say: LogNarrator;
  /** Shows a plan in the log. */
  plan(report: Report, dryRun: boolean): void;
  /** Tells how it ended: the plan itself in a dry run, the outcome otherwise. */
  finish(report: Report, dryRun: boolean): Promise<void>;
  /** Fails the step and tells why, and what had been done by then. */
  fail(error: unknown): Promise<void>;
}

export function reporter(env: NodeJS.ProcessEnv = process.env): Reporter {
  const say = logNarrator();
  const runUrl = runUrlOf(env);
  return {
    say,
    plan: logPlan,
    async finish(report, dryRun) {
      if (!dryRun) logOutcome(report);
      setOutputs(report);
      await writeSummary({
        ending: endingOf(report, dryRun),
        report,
        failure: null,
        warnings: say.warnings,
        runUrl,
      });
    },
    async fail(error) {
      const failure = error instanceof Failure ? error : unexpected(error);
      const report = failure.report;
      if (report) setOutputs(report);
      logFailure(failure);
      const ending = failure instanceof Refusal ? 'refused' : 'failed';
      await writeSummary({ ending, report, failure, warnings: say.warnings, runUrl });
    },
  };
}

/** An error that nobody foresaw is a defect of this action. */
function unexpected(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return new Failure({
    title: 'Unexpected error',
    problem: `This is a defect of the action: ${message}.`,
    remedy: 'Run the step again with debug logging, and report it with the log.',
    cause: error,
  });
}

function runUrlOf({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID }: NodeJS.ProcessEnv): string {
  return GITHUB_SERVER_URL && GITHUB_REPOSITORY && GITHUB_RUN_ID
    ? `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`
    : '';
}
