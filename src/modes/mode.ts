import type { Context } from '../context.ts';
import type { Plan, Report } from '../plan.ts';

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
