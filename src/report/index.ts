import { Failure } from '../failure.ts';
import type { About } from '../inputs/about.ts';
import type { Link, Report } from '../plan.ts';
import { type Ending, endingOf, endingOfFailure } from './ending.ts';
import { type LogNarrator, logEnding, logFailure, logNarrator, logPlan } from './log.ts';
import { setOutputs } from './outputs.ts';
import { writeSummary } from './summary.ts';

/** The one part that tells GitHub: log, annotations, outputs, job summary and comment. */
export interface Reporter {
  readonly say: LogNarrator;
  /** Shows a plan in the log. */
  plan(report: Report, dryRun: boolean): void;
  /** Tells how it ended: the plan itself in a dry run, the outcome otherwise. */
  finish(report: Report, dryRun: boolean): Promise<void>;
  /** Fails the step and tells why, and what had been done by then. */
  fail(error: unknown): Promise<void>;
}

/**
 * @param about what the step is about, which holds also when its inputs are wrong
 */
export function reporter(about: About, env: NodeJS.ProcessEnv = process.env): Reporter {
  const say = logNarrator();
  let planned: Report | null = null;
  let applying = false;

  const checksTold = () => planned?.checks.length ?? 0;

  async function tell(ending: Ending, report: Report | null, failure: Failure | null): Promise<void> {
    const facts = { ending, title: about.title, report, planned, failure, applying, warnings: say.warnings };
    await writeSummary({ ...facts, links: linksOf(env) }, say);
  }

  return {
    say,
    plan(report, dryRun) {
      planned = report;
      applying = !dryRun;
      logPlan(report);
    },
    async finish(report, dryRun) {
      const ending = endingOf(report, dryRun);
      setOutputs(report);
      logEnding(ending, report, checksTold());
      await tell(ending, report, null);
    },
    async fail(error) {
      const failure = error instanceof Failure ? error : unexpected(error);
      if (failure.report) setOutputs(failure.report);
      logFailure(failure, checksTold());
      await tell(endingOfFailure(failure), failure.report, failure);
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

function linksOf({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID }: NodeJS.ProcessEnv): Link[] {
  return GITHUB_SERVER_URL && GITHUB_REPOSITORY && GITHUB_RUN_ID
    ? [{ label: 'This run', url: `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}` }]
    : [];
}
