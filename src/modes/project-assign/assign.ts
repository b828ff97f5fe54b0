import type { Account, Project } from '../../aiven/schema.ts';
import { Failure } from '../../failure.ts';
import type { Context } from '../mode.ts';
import type { Assignment } from './choose.ts';

/** How many projects are assigned at the same time. */
export const AT_ONCE = 8;

/**
 * Assigns one project, and says so.
 * @returns null when it worked, otherwise why not
 */
export async function assign(
  { project }: Assignment,
  parent: Account,
  { aiven, say, stop }: Context,
): Promise<Failure | null> {
  const failure = stop.aborted ? stop.reason : await tryToAssign(project, parent, aiven);
  say.info(`Project ${project}: ${failure ? 'not assigned' : 'assigned'}.`);
  return failure;
}

async function tryToAssign(
  project: string,
  { account_id }: Account,
  aiven: Context['aiven'],
): Promise<Failure | null> {
  try {
    const answer = await aiven.assignProject(project, account_id);
    return answer.account_id === account_id ? null : isElsewhere(project, answer);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function isElsewhere(project: string, { account_id }: Project): Failure {
  return new Failure({
    title: 'Aiven did not assign the project',
    problem: `ProjectUpdate for project ${project} was answered without an error, but the project is in ${account_id ?? 'no organization'}.`,
    remedy: 'Look at it in the Aiven Console, then run the step again.',
  });
}
