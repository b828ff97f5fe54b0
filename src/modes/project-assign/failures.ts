import type { Account } from '../../aiven/schema.ts';
import { Cancellation, CancelledWrite, Failure } from '../../failure.ts';
import { count } from './count.ts';

/**
 * What a run that could not assign every project fails with.
 * @param due how many were to be assigned
 * @param stop aborted when the workflow was cancelled
 * @returns null when every one was
 */
export function failureOf(
  failed: readonly Failed[],
  due: number,
  parent: Account,
  stop: AbortSignal,
): Failure | null {
  const [first] = failed;
  if (!first) return null;
  const failure = due === 1 ? first.failure : notAll(failed, due, parent);
  return stop.aborted && !(failure instanceof Cancellation) ? asCancelled(failure, stop.reason) : failure;
}

/** A project that was not assigned, and why. */
export interface Failed {
  readonly project: string;
  readonly failure: Failure;
}

function notAll(failed: readonly Failed[], due: number, parent: Account): Failure {
  return new Failure({
    title: 'Not every project was assigned',
    problem: `${failed.length} of ${count(due)} could not be assigned to “${parent.account_name}”:\n${reasons(failed).join('\n')}`,
    remedy: 'Fix these, then run the step again: it does only what is left.',
  });
}

/** A line for each reason, with every project that it holds for: one missing permission is one line, not hundreds. */
function reasons(failed: readonly Failed[]): string[] {
  const same = Map.groupBy(failed, ({ project, failure }) =>
    whyNot(failure).replaceAll(`project ${project}`, 'the project'),
  );
  return [...same].map(([why, [first, ...others]]) =>
    first && others.length === 0
      ? `${first.project}: ${whyNot(first.failure)}`
      : `${[first, ...others].map((each) => each?.project).join(', ')}: ${why}`,
  );
}

/** What a cancellation tells is told once, for all of them. */
function whyNot(failure: Failure): string {
  if (failure instanceof CancelledWrite)
    return 'Under way when the workflow was cancelled: whether it took effect is unknown.';
  return failure instanceof Cancellation ? 'Not assigned when the workflow was cancelled.' : failure.message;
}

/** Says the same as a cancellation, which already tells what was done and what was not. */
function asCancelled({ problem }: Failure, reason: Failure): CancelledWrite {
  const { title, remedy } = reason;
  return new CancelledWrite({ title, problem: `${reason.problem} ${problem}`, remedy });
}
