import type { AivenApi } from '../aiven/api.ts';
import type { Clock } from '../clock.ts';
import type { Http } from '../net/http.ts';
import type { Plan, Report } from '../plan.ts';
import type { Runner } from '../runner.ts';
import type { Narrator } from '../say.ts';

/** What a mode is given: the outside world, and nothing of GitHub. */
export interface Context {
  readonly aiven: AivenApi;
  readonly http: Http;
  readonly say: Narrator;
  readonly clock: Clock;
  readonly runner: Runner;
  /** Aborted when the workflow is cancelled: reads and waits end at once, a write under way is let finish. */
  readonly stop: AbortSignal;
}

/**
 * One mode of the action.
 * @typeParam Asked its request
 * @typeParam Steps what its plan hands to `apply`
 */
export interface Mode<Asked, Steps> {
  /**
   * Reads the world and says what is, what should be, and the steps between. Writes nothing.
   * @throws {Failure} when it cannot be known, or would break something
   */
  plan(request: Asked, context: Context): Promise<Plan<Steps>>;
  /**
   * Carries out the steps of a plan, and nothing else.
   * @throws {Failure} with what was done by then
   */
  apply(plan: Plan<Steps>, request: Asked, context: Context): Promise<Report>;
}
