import { type Failure, NOTHING_CHANGED, Refusal } from '../failure.ts';
import { isChanged, type Report } from '../plan.ts';

/**
 * How a run ended. `refused` is this action's own no, before anything was changed; `unconfirmed` is a change that was not seen to
 * take effect everywhere; `failed` is everything else.
 */
export type Ending = 'changed' | 'unconfirmed' | 'already right' | 'would change' | 'refused' | 'failed';

/** How a run ended that did not fail. */
export function endingOf(report: Report, dryRun: boolean): Ending {
  if (!isChanged(report)) return 'already right';
  if (dryRun) return 'would change';
  return report.unconfirmed ? 'unconfirmed' : 'changed';
}

/** How a run ended that did fail. */
export function endingOfFailure(failure: Failure): Ending {
  return failure instanceof Refusal ? 'refused' : 'failed';
}

/**
 * What a failure may add: that nothing was changed; empty where it says so itself, or cannot know.
 * @param applying whether the run failed while it carried the plan out
 */
export function assurance({ problem }: Failure, applying: boolean): string {
  return applying || problem.includes(NOTHING_CHANGED) ? '' : NOTHING_CHANGED;
}

/** What had been done before a failure, as far as it does not say so itself, as a cancellation does. */
export function doneBefore({ problem, report }: Failure): readonly string[] {
  return report?.events.filter((event) => !problem.includes(event)) ?? [];
}

/** Whether the step fails. */
export function isBad(ending: Ending): boolean {
  return ending === 'refused' || ending === 'failed';
}

/** A number with a noun: `1 change`, `1,000 changes`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
