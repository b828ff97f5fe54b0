import type { Clock } from '../clock.ts';
import { Failure } from '../failure.ts';
import type { Call, Trouble } from './call.ts';

/**
 * What is tried again, and when.
 *
 * | what came back                                   | a read            | a write                                 |
 * | ------------------------------------------------ | ----------------- | --------------------------------------- |
 * | no connection (refused, no route, DNS)           | again             | again                                   |
 * | 429                                              | again             | again                                   |
 * | reset, timeout, 408, 500, 502, 503, 504          | again             | look; again only if it had no effect    |
 * | HTML, nothing or half an answer with status 2xx  | again             | look; again only if it had no effect    |
 * | other 5xx, another shape, too large              | the step fails    | look; the step fails if it had no effect |
 * | 404 of AccountList                               | again             |                                         |
 * | 403 “Not a project member”                       | again             | again                                   |
 * | 3xx, 400, 401, other 403, other 404, 409, 410, other 4xx, TLS | the step fails | the step fails                      |
 *
 * | attempt          | 2    | 3   | 4   | 5 | 6 | 7 and on                                      |
 * | ---------------- | ---- | --- | --- | - | - | --------------------------------------------- |
 * | pause in seconds | 0.25 | 0.5 | 1   | 2 | 4 | 8; each times a random factor from 0.5 to 1    |
 *
 * `Retry-After` takes the place of a pause, up to 30 s. All calls of a run share one minute of trouble; the last attempt
 * ends 85 s after trouble began, whatever comes.
 */
export interface RetryPolicy {
  /** How much time of a run may be spent in trouble. */
  readonly troubleMs: number;
  /** When, after trouble began, the last attempt has to be over. */
  readonly failWithinMs: number;
  /** How long an answer may take to begin, connecting included. */
  readonly headersMs: number;
  /** The same for a write, which is not to be made again while it is still being carried out. */
  readonly writeHeadersMs: number;
  /** How long the rest of an answer may take. */
  readonly bodyMs: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** `Retry-After` is honored up to this. */
  readonly longestRetryAfterMs: number;
}

/** How a run of the action tries again. */
export const RETRY_POLICY: RetryPolicy = {
  troubleMs: 60_000,
  failWithinMs: 85_000,
  headersMs: 20_000,
  writeHeadersMs: 30_000,
  bodyMs: 15_000,
  firstPauseMs: 250,
  longestPauseMs: 8_000,
  longestRetryAfterMs: 30_000,
};

const SHORTEST_ATTEMPT_MS = 1_000;

/** A call that is being made, however often it has to be tried. */
export interface CallInProgress {
  /** It has failed once, at least. */
  inTrouble(): void;
  /** It has come to an end, one way or the other. */
  end(): void;
}

/**
 * How much trouble a run puts up with, over all its calls: the time during which at least one of them is being tried again.
 * After a minute without trouble the count begins anew, so that a long wait survives more than one outage.
 */
export class Patience {
  readonly #policy: RetryPolicy;
  readonly #clock: Clock;
  #callsInTrouble = 0;
  #since = 0;
  #spentMs = 0;
  #lastAnswerAt = Number.NEGATIVE_INFINITY;
  #troubleEndedAt = Number.NEGATIVE_INFINITY;
  /** Why the API as a whole was given up, so that the calls still to come do not each wait for it again. */
  #gaveUp: Trouble | null = null;

  constructor(policy: RetryPolicy, clock: Clock) {
    this.#policy = policy;
    this.#clock = clock;
  }

  /**
   * A call begins.
   * @throws {Failure} when the API as a whole was given up
   */
  startCall(call: Pick<Call<unknown>, 'operation' | 'resource'>): CallInProgress {
    if (this.#gaveUp) throw notTried(call, this.#gaveUp);
    const startedAt = this.#clock.now();
    let inTrouble = false;
    return {
      inTrouble: () => {
        if (!inTrouble) this.#begin(startedAt);
        inTrouble = true;
      },
      end: () => {
        if (inTrouble) this.#end();
        inTrouble = false;
      },
    };
  }

  /** The API has answered a call properly. */
  answered(): void {
    this.#lastAnswerAt = this.#clock.now();
    this.#gaveUp = null;
  }

  /** A call is given up; so is the API as a whole, when nothing has answered properly since the trouble began. */
  giveUp(trouble: Trouble): void {
    if (this.#lastAnswerAt < this.#since) this.#gaveUp ??= trouble;
  }

  /**
   * How long to wait before a call in trouble is tried again.
   * @returns null when there is no time left for it
   */
  pauseAfter({ retryAfterMs }: Trouble, attempt: number): number | null {
    const leftMs = this.#policy.troubleMs - this.#troubleMs();
    if (leftMs <= 0) return null;
    // The last attempt comes when the time is up, so that trouble of a whole minute passes.
    if (retryAfterMs === null) return Math.min(leftMs, this.#growingPause(attempt));
    const pauseMs = this.#askedPause(retryAfterMs);
    return pauseMs < leftMs ? pauseMs : null;
  }

  /** How long an attempt that begins now may take. */
  timeouts(method: Call<unknown>['method']): { headersMs: number; bodyMs: number } {
    const { bodyMs, failWithinMs } = this.#policy;
    const headersMs = method === 'GET' ? this.#policy.headersMs : this.#policy.writeHeadersMs;
    const left = Math.max(SHORTEST_ATTEMPT_MS, failWithinMs - this.#troubleMs());
    const forHeaders = Math.min(headersMs, left);
    return {
      headersMs: forHeaders,
      bodyMs: Math.min(bodyMs, Math.max(SHORTEST_ATTEMPT_MS, left - forHeaders)),
    };
  }

  #begin(at: number): void {
    if (this.#callsInTrouble++ > 0) return;
    if (at - this.#troubleEndedAt >= this.#policy.troubleMs) this.#spentMs = 0;
    this.#since = at;
  }

  #end(): void {
    if (--this.#callsInTrouble > 0) return;
    this.#troubleEndedAt = this.#clock.now();
    this.#spentMs += this.#troubleEndedAt - this.#since;
  }

  #troubleMs(): number {
    return this.#spentMs + (this.#callsInTrouble > 0 ? this.#clock.now() - this.#since : 0);
  }

  #growingPause(attempt: number): number {
    const { firstPauseMs, longestPauseMs } = this.#policy;
    return Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
  }

  #askedPause(retryAfterMs: number): number {
    const { firstPauseMs, longestRetryAfterMs } = this.#policy;
    return Math.min(longestRetryAfterMs, Math.max(firstPauseMs, retryAfterMs));
  }
}

function notTried(
  { operation, resource }: Pick<Call<unknown>, 'operation' | 'resource'>,
  { why, failure: { title, remedy } }: Trouble,
): Failure {
  const problem = `${operation} for ${resource}: not tried, because this step had given up on the Aiven API (${why}).`;
  return new Failure({ title, problem, remedy });
}

/** `Retry-After` (RFC 9110, section 10.2.3) in milliseconds: seconds or a date; null when there is none. */
export function readRetryAfter(headers: Readonly<Record<string, string>>, now: number): number | null {
  const value = headers['retry-after'];
  if (value === undefined) return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
