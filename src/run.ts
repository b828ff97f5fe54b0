import { aivenApi } from './aiven/api.ts';
import { AivenClient } from './aiven/client.ts';
import type { Clock } from './clock.ts';
import { Cancellation, CancelledWrite, Drift, NOTHING_CHANGED } from './failure.ts';
import { loadMode } from './modes/index.ts';
import type { Context } from './modes/mode.ts';
import type { Request } from './modes/request.ts';
import type { Http } from './net/http.ts';
import { isChanged, type Report } from './plan.ts';
import type { Reporter } from './report/index.ts';
import type { Runner } from './runner.ts';

/** What a run is given: the world around it. */
export interface Tools {
  readonly report: Reporter;
  readonly http: Http;
  readonly clock: Clock;
  readonly runner: Runner;
  /** Ends reads and waits, and lets nothing new begin: the workflow was cancelled, or the run is over. */
  readonly stop: AbortSignal;
  /** Ends a write under way as well, of a workflow that was cancelled a while ago. */
  readonly giveUp: AbortSignal;
}

/**
 * The walk, the same in every mode: plan → (dry run? stop) → apply → report.
 * @throws {Failure} for the caller to report
 */
export async function run(request: Request, tools: Tools): Promise<void> {
  const { report } = tools;
  const mode = await loadMode(request.mode);
  const context = openContext(request, tools);
  try {
    const plan = await mode.plan(request, context);
    report.plan(plan.report, request.dryRun);
    if (request.expectNoChanges && isChanged(plan.report)) throw drift(plan.report);
    const outcome = request.dryRun ? plan.report : await mode.apply(plan, request, context);
    await report.finish(outcome, request.dryRun);
  } catch (error) {
    throw error instanceof Cancellation ? withWhatWasDone(error) : error;
  }
}

/** How many changes the error names; the plan has all of them. */
const MAX_NAMED = 5;

function drift(report: Report): Drift {
  const { changes } = report;
  const named = changes.slice(0, MAX_NAMED).map(({ resource, path }) => `${path} of ${resource}`);
  const more = changes.length - named.length;
  const what = `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return new Drift({
    title: 'Something would change',
    problem: `expect-no-changes is set, and this dry run found ${changes.length === 1 ? 'a change' : `${changes.length} changes`} to make: ${what}.`,
    remedy:
      'To apply what the workflow says, run the step with dry-run: false and without expect-no-changes; if the service is right as it is, change the workflow.',
    report,
  });
}

/** A cancellation says what was done by then, even when that is nothing. */
function withWhatWasDone(cancellation: Cancellation): Cancellation {
  if (cancellation instanceof CancelledWrite) return cancellation;
  const { title, problem, remedy, report } = cancellation;
  const done = report?.events.length ? `Done by then: ${report.events.join(' ')}` : NOTHING_CHANGED;
  return new Cancellation({ title, problem: `${problem} ${done}`, remedy, ...(report && { report }) });
}

function openContext(
  { apiUrl, aivenToken }: Request,
  { report, http, clock, runner, stop, giveUp }: Tools,
): Context {
  const { say } = report;
  const client = new AivenClient({ apiUrl, token: aivenToken, http, say, clock, stop, giveUp });
  return { aiven: aivenApi(client), http, say, clock, runner, stop };
}
