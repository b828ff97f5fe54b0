import { setTimeout } from 'node:timers/promises';
import type { Clock } from './context.ts';
import { Cancellation } from './failure.ts';

/**
 * Turns the signals of a cancelled workflow (SIGINT, then SIGTERM) into an abort, whose reason is the `Failure` to end
 * with.
 */
export function stopOnSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (signal: NodeJS.Signals) => controller.abort(cancelled(signal));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return controller.signal;
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
        await setTimeout(milliseconds, undefined, { signal: stop });
      } catch (error) {
        throw stop.aborted ? stop.reason : error;
      }
    },
  };
}
