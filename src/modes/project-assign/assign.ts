import type { Account } from '../../aiven/schema.ts';
import { Failure } from '../../failure.ts';
import type { Context } from '../mode.ts';
import type { Assignment } from './choose.ts';

/** How many projects are assigned at the same time. */
export const AT_ONCE = 8;

/**
 * Assigns one project, and says so.
 * @param billingGroupId who pays for it once it has changed organizations
 * @returns null when it worked, otherwise why not
 */
export async function assign(
  assignment: Assignment,
  parent: Account,
  billingGroupId: string | null,
  { aiven, say, stop }: Context,
): Promise<Failure | null> {
  const failure = stop.aborted ? stop.reason : await tryToAssign(assignment, parent, billingGroupId, aiven);
  say.info(`Project ${assignment.project}: ${failure ? 'not assigned' : 'assigned'}.`);
  return failure;
}

async function tryToAssign(
  { project, move }: Assignment,
  { account_id }: Account,
  billingGroupId: string | null,
  aiven: Context['aiven'],
): Promise<Failure | null> {
  try {
    const place = move
      ? await aiven.moveProject(project, { ...move, accountId: account_id, billingGroupId })
      : await aiven.assignProject(project, account_id);
    return place === account_id ? null : isElsewhere(project, place);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function isElsewhere(project: string, place: string | null): Failure {
  return new Failure({
    title: 'Aiven did not assign the project',
    problem: `The update of project ${project} was answered without an error, but the project is in ${place ?? 'no organization'}.`,
    remedy: 'Look at it in the Aiven Console, then run the step again.',
  });
}
