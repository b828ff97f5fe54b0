import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './context.ts';
import { Cancellation } from './failure.ts';

/** How a run is told to end; after a signal, the reason of both is the `Failure` to end with. */
export interface Interrupt {
  /** Aborted by the first signal, and when a run is over: reads and waits end at once. */
  readonly stop: AbortSignal;
  /** Aborted a little later, or by the second signal: a write under way is given up as well. */
  readonly giveUp: AbortSignal;
}

/**
 * How long a write under way may go on after the first signal. GitHub's runner sends SIGINT, 7.5 s later SIGTERM, and
 * 2.5 s later kills the process (GitHub Docs, "Workflow cancellation reference"); what was done has to be told by then.
 */
const WRITE_GRACE_MS = 5_000;

/**
 * Listens for the signals of a cancelled workflow. After the second one a third ends the process at once.
 * @returns also `end`, for when a run is over: what it still does, beside what failed, ends as well
 */
export function listenForSignals(): Interrupt & { end(): void } {
  const stop = new AbortController();
  const giveUp = new AbortController();
  // Not whether `stop` is aborted, which it is at the end of each run as well.
  let isSecond = false;
  const listener = (signal: NodeJS.Signals) => {
    const reason = cancelled(signal);
    if (isSecond) {
      process.off('SIGINT', listener).off('SIGTERM', listener);
      giveUp.abort(reason);
      return;
    }
    isSecond = true;
    stop.abort(reason);
    setTimeout(() => giveUp.abort(reason), WRITE_GRACE_MS).unref();
  };
  process.on('SIGINT', listener).on('SIGTERM', listener);
  return { stop: stop.signal, giveUp: giveUp.signal, end: () => stop.abort() };
}

function cancelled(signal: NodeJS.Signals): Cancellation {
  return new Cancellation({
    title: 'Cancelled',
    problem: `The workflow was cancelled (${signal}), so this step stopped at the next safe point.`,
    remedy: 'Run the workflow again: it continues where this run ended.',
  });
}

/** The real clock; a wait ends early, with the signal's reason, when the run is told to stop. */
export function realClock(stop: AbortSignal): Clock {
  return {
    now: () => Date.now(),
    async sleep(milliseconds) {
      try {
        await sleep(milliseconds, undefined, { signal: stop });
      } catch (error) {
        throw stop.aborted ? stop.reason : error;
      }
    },
  };
}
