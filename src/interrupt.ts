import { Cancellation } from './failure.ts';

/** What a signal asks of a run; the reason of both is the {@link Cancellation} to end with. */
export interface Interrupt {
  /** Aborted by the first signal: reads and waits end at once, and nothing new begins. */
  readonly cancelled: AbortSignal;
  /** Aborted a little later, or by the second signal: a write under way is given up as well. */
  readonly giveUp: AbortSignal;
}

/**
 * How long a write under way may go on after the first signal. GitHub's runner sends SIGINT, 7.5 s later SIGTERM, and
 * 2.5 s later kills the process (GitHub Docs, "Workflow cancellation reference"); what was done has to be told by then.
 */
const WRITE_GRACE_MS = 5_000;

/** Listens for the signals of a cancelled workflow. After the second one a third ends the process at once. */
export function listenForSignals(): Interrupt {
  const cancelled = new AbortController();
  const giveUp = new AbortController();
  const listener = (signal: NodeJS.Signals) => {
    const reason = cancellation(signal);
    if (cancelled.signal.aborted) {
      process.off('SIGINT', listener).off('SIGTERM', listener);
      giveUp.abort(reason);
      return;
    }
    cancelled.abort(reason);
    setTimeout(() => giveUp.abort(reason), WRITE_GRACE_MS).unref();
  };
  process.on('SIGINT', listener).on('SIGTERM', listener);
  return { cancelled: cancelled.signal, giveUp: giveUp.signal };
}

function cancellation(signal: NodeJS.Signals): Cancellation {
  return new Cancellation({
    title: 'Cancelled',
    problem: `The workflow was cancelled (${signal}), so this step stopped at the next safe point.`,
    remedy: 'Run the workflow again: it continues where this run ended.',
  });
}
