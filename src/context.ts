import type { AivenApi } from './aiven/api.ts';
import type { Http } from './net/http.ts';

/** How a mode says what it does while it does it. Lines are plain text of one line each. */
export interface Narrator {
  /** A line for everyone. */
  info(line: string): void;
  /** A line for debug mode; one that takes work to make is a function, which is called in debug mode alone. */
  debug(line: string | (() => string)): void;
  /** Folds away what is said while the work goes on. */
  group<Result>(title: string, work: () => Promise<Result>): Promise<Result>;
  /** Something that a person should act on, though the step goes on. */
  warning(title: string, message: string): void;
}

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

/** What a mode is given: the outside world, and nothing of GitHub. */
export interface Context {
  readonly aiven: AivenApi;
  readonly http: Http;
  readonly say: Narrator;
  readonly clock: Clock;
  /** Aborted when the workflow is cancelled: reads and waits end at once, a write under way is let finish. */
  readonly stop: AbortSignal;
}
