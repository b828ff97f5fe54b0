import { type Failure, Refusal } from '../failure.ts';
import { isChanged, type Report } from '../plan.ts';

/** How a run ended. `refused` is this action's own no, before anything was changed; `failed` is everything else. */
export type Ending = 'changed' | 'already right' | 'would change' | 'refused' | 'failed';

/** How a run ended that did not fail. */
export function endingOf(report: Report, dryRun: boolean): Ending {
  if (!isChanged(report)) return 'already right';
  return dryRun ? 'would change' : 'changed';
}

/** How a run ended that did fail. */
export function endingOfFailure(failure: Failure): Ending {
  return failure instanceof Refusal ? 'refused' : 'failed';
}

/** Whether the step fails. */
export function isBad(ending: Ending): boolean {
  return ending === 'refused' || ending === 'failed';
}

/** A number with a noun: `1 change`, `1,000 changes`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
