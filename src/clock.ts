import { setTimeout as sleep } from 'node:timers/promises';

/** Time, so that what waits can be tested without waiting. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Waits.
   * @throws {Failure} when the run is told to stop meanwhile
   */
  sleep(milliseconds: number): Promise<void>;
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
