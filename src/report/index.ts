import { Cancellation, Drift, Failure } from '../failure.ts';
import type { About } from '../inputs/about.ts';
import type { Report } from '../plan.ts';
import { type Ending, endingOf, endingOfFailure } from './ending.ts';
import { commitLink, runLink } from './links.ts';
import { type LogNarrator, logEnding, logFailure, logNarrator, logPlan } from './log.ts';
import { type PageFacts, renderPage } from './markdown.ts';
import { setOutputs } from './outputs.ts';
import { writeSummary } from './summary.ts';

/** The one part that tells GitHub: log, annotations, outputs, job summary and comment. */
export interface Reporter {
  readonly say: LogNarrator;
  /** Shows a plan in the log. */
  plan(report: Report, dryRun: boolean): void;
  /** Tells how it ended: the plan itself in a dry run, the outcome otherwise. */
  finish(report: Report, dryRun: boolean): Promise<void>;
  /** Fails the step and tells why, and what had been done by then, or would be, in the outputs too where anything was. */
  fail(error: unknown): Promise<void>;
}

/**
 * @param about what the step is about, which holds also when its inputs are wrong
 * @param giveUp ends what a cancelled workflow has no time for
 */
export function reporter(about: About, giveUp: AbortSignal, env: NodeJS.ProcessEnv = process.env): Reporter {
  const say = logNarrator();
  let planned: Report | null = null;
  let applying = false;

  const checksTold = () => planned?.checks.length ?? 0;

  async function tell(ending: Ending, report: Report | null, failure: Failure | null): Promise<void> {
    const facts = { ending, title: about.title, report, planned, failure, applying, warnings: say.warnings };
    if (about.comment && about.title !== '' && !(failure instanceof Cancellation)) await comment(facts);
    await writeSummary({ ...facts, links: runLink(env) }, say);
  }

  async function comment(facts: Omit<PageFacts, 'links'>): Promise<void> {
    // Loaded here, since few runs need it.
    const { keepComment } = await import('./comment.ts');
    const empty = facts.ending === 'already right';
    const note = empty ? { note: OUTDATED } : {};
    const text = (headSha: string, maxBytes: number) =>
      renderPage({ ...facts, ...note, links: [...runLink(env), ...commitLink(env, headSha)] }, maxBytes);
    await keepComment(
      { target: about.target, githubToken: about.githubToken, empty, text },
      say,
      giveUp,
      env,
    );
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
      const drifted = failure instanceof Drift;
      if ((applying || drifted) && failure.report) tryToSetOutputs(failure.report);
      if (drifted && failure.report) logEnding('would change', failure.report, checksTold());
      logFailure(failure, applying, checksTold());
      await tell(endingOfFailure(failure), failure.report, failure);
    },
  };
}

/** Where a step fails, its outputs are an extra that must not hide why. */
function tryToSetOutputs(report: Report): void {
  try {
    setOutputs(report);
  } catch {
    // A later step gets nothing from a failed one unless it asks for it.
  }
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

const OUTDATED = '*The plan that was here is outdated: nothing is left to change.*';
