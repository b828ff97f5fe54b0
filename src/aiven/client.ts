import type * as z from 'zod/mini';
import type { Clock, Narrator } from '../context.ts';
import { Failure } from '../failure.ts';
import { NetworkFault } from '../net/faults.ts';
import type { Http, HttpAnswer } from '../net/http.ts';
import { DeprecationNotices } from './deprecation.ts';
import { explainRefusal, explainSilence, readApiError } from './errors.ts';
import { withoutSecrets } from './secrets.ts';

/** One call of the Aiven API. */
export interface Call<Answer> {
  /** The name of the operation in Aiven's API documentation, such as `ServiceUpdate`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** The segments of the path, not encoded. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** What the answer must look like. */
  readonly answer: z.ZodMiniType<Answer>;
  /** What the call is about, for messages: `service acme/orders`. */
  readonly resource: string;
  /** The permission that a token needs for it, by Aiven's name. */
  readonly permission: string;
  /** Whether a 404 can be a passing fault of this call. */
  readonly retryNotFound?: boolean;
}

/** How long the client keeps trying, in milliseconds. */
export interface RetryPolicy {
  /** How long an API may answer nothing useful before the step gives up. */
  readonly outageMs: number;
  /** How long one request may take. */
  readonly attemptMs: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** `Retry-After` is honoured up to this. */
  readonly longestRetryAfterMs: number;
}

export const RETRY_POLICY: RetryPolicy = {
  outageMs: 60_000,
  attemptMs: 20_000,
  firstPauseMs: 250,
  longestPauseMs: 8_000,
  longestRetryAfterMs: 30_000,
};

const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const PASSING_STATUSES = new Set([408, 429, 500, 502, 503, 504]);

/**
 * The answer to a call that must not be repeated blindly did not come back: it may have had its effect or not.
 * Whoever made the call has to look.
 */
export class LostAnswer extends Error {
  /** What to throw when looking does not help. */
  readonly failure: Failure;
  /** How long the API asks to wait, in milliseconds, or null. */
  readonly retryAfterMs: number | null;

  constructor(failure: Failure, retryAfterMs: number | null) {
    super(failure.message, { cause: failure });
    this.name = 'LostAnswer';
    this.failure = failure;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Something that may pass when asked again. */
interface Trouble {
  readonly why: string;
  readonly failure: Failure;
  readonly retryAfterMs: number | null;
}

export interface ClientOptions {
  readonly apiUrl: URL;
  readonly token: string;
  readonly http: Http;
  readonly say: Narrator;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  readonly policy?: RetryPolicy;
}

/** Makes calls: authenticates, retries what is safe to retry, checks the answer, and explains what went wrong. */
export class AivenClient {
  readonly #options: ClientOptions;
  readonly #policy: RetryPolicy;
  readonly #deprecations: DeprecationNotices;
  /** Since when nothing useful has come back, over all calls of the run; null while the API answers. */
  #troubleSince: number | null = null;
  /** Why the API as a whole was given up, so that the calls still to come do not each wait for it again. */
  #gaveUp: Failure | null = null;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#policy = options.policy ?? RETRY_POLICY;
    this.#deprecations = new DeprecationNotices(options.say);
  }

  /**
   * Makes a call until it succeeds, is refused for good, or the API has been in trouble for too long. Only for calls
   * that may be repeated: reads, and a PUT that sets what it set before.
   * @throws {Failure}
   */
  async repeatable<Answer>(call: Call<Answer>): Promise<Answer> {
    const startedAt = this.#options.clock.now();
    if (this.#gaveUp) throw this.#gaveUp;
    for (let attempt = 1; ; attempt++) {
      const result = await this.#attempt(call);
      if ('answer' in result) return result.answer;
      await this.pause(call.operation, result.trouble, attempt, startedAt);
    }
  }

  /**
   * Makes a call once.
   * @throws {LostAnswer} when it may have had its effect, or may be tried again after looking
   * @throws {Failure} when it was refused for good
   */
  async once<Answer>(call: Call<Answer>): Promise<Answer> {
    const result = await this.#attempt(call);
    if ('answer' in result) return result.answer;
    throw new LostAnswer(result.trouble.failure, result.trouble.retryAfterMs);
  }

  /**
   * Waits before the next attempt, longer each time, and says so.
   * @param startedAt when the first attempt began
   * @throws {Failure} the trouble's own, when the time for trying is over
   */
  async pause(
    operation: string,
    trouble: Pick<Trouble, 'failure' | 'retryAfterMs'> & { why?: string },
    attempt: number,
    startedAt: number,
  ): Promise<void> {
    const { clock, say } = this.#options;
    const now = clock.now();
    const allOver = (this.#troubleSince ?? now) + this.#policy.outageMs;
    const pauseMs =
      trouble.retryAfterMs === null ? this.#growingPause(attempt) : this.#askedPause(trouble.retryAfterMs);
    if (now + pauseMs >= allOver) this.#gaveUp = trouble.failure;
    if (this.#gaveUp || now + pauseMs >= startedAt + this.#policy.outageMs) throw trouble.failure;
    const why = trouble.why ?? trouble.failure.problem;
    say.info(
      `${operation}: ${why}. Trying again in ${(pauseMs / 1000).toFixed(1)} s (attempt ${attempt + 1}).`,
    );
    await clock.sleep(pauseMs);
  }

  #growingPause(attempt: number): number {
    const { firstPauseMs, longestPauseMs } = this.#policy;
    return Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
  }

  #askedPause(retryAfterMs: number): number {
    const { firstPauseMs, longestRetryAfterMs } = this.#policy;
    return Math.min(longestRetryAfterMs, Math.max(firstPauseMs, retryAfterMs));
  }

  async #attempt<Answer>(call: Call<Answer>): Promise<{ answer: Answer } | { trouble: Trouble }> {
    const { clock, say } = this.#options;
    const startedAt = clock.now();
    const result = await this.#exchange(call);
    say.debug(
      `${call.operation}: ${call.method} /v1/${call.path.join('/')} took ${clock.now() - startedAt} ms`,
    );
    if ('answer' in result) this.#troubleSince = null;
    else this.#troubleSince ??= startedAt;
    return result;
  }

  async #exchange<Answer>(call: Call<Answer>): Promise<{ answer: Answer } | { trouble: Trouble }> {
    let answer: HttpAnswer;
    try {
      answer = await this.#send(call);
    } catch (error) {
      if (!(error instanceof NetworkFault)) throw error;
      const failure = explainSilence(call, error);
      if (error.kind === 'untrusted' || (error.kind === 'too large' && call.method !== 'POST')) throw failure;
      return { trouble: { why: error.message, failure, retryAfterMs: null } };
    }
    this.#deprecations.look(call, answer.headers);
    if (answer.status >= 200 && answer.status < 300) return this.#understand(call, answer);

    const apiError = readApiError(answer);
    this.#options.say.debug(`${call.operation}: status ${answer.status}, ${apiError.message}`);
    const failure = explainRefusal(call, apiError, this.#options.apiUrl);
    if (!mayPass(call, answer.status)) throw failure;
    const why = `Aiven answered ${answer.status} (${apiError.message})`;
    return {
      trouble: { why, failure, retryAfterMs: readRetryAfter(answer.headers, this.#options.clock.now()) },
    };
  }

  #send(call: Call<unknown>): Promise<HttpAnswer> {
    const { apiUrl, token, http, say, stop } = this.#options;
    const url = new URL(apiUrl);
    url.pathname = `${apiUrl.pathname.replace(/\/+$/, '')}/v1/${call.path.map(encodeURIComponent).join('/')}`;
    url.search = new URLSearchParams(call.query).toString();
    const hasBody = call.body !== undefined;
    if (hasBody) say.debug(`${call.operation}: sends ${JSON.stringify(withoutSecrets(call.body))}`);
    return http.send({
      method: call.method,
      url,
      headers: {
        authorization: `aivenv1 ${token}`,
        accept: 'application/json',
        ...(hasBody && { 'content-type': 'application/json' }),
      },
      ...(hasBody && { body: JSON.stringify(call.body) }),
      timeoutMs: this.#policy.attemptMs,
      maxBytes: MAX_ANSWER_BYTES,
      // A write under way is let finish, so that what it did is known.
      ...(call.method === 'GET' && { signal: stop }),
    });
  }

  #understand<Answer>(call: Call<Answer>, answer: HttpAnswer): { answer: Answer } | { trouble: Trouble } {
    let body: unknown;
    try {
      body = JSON.parse(answer.body);
    } catch {
      const why = `the answer is ${describeNonJson(answer.body)} instead of JSON`;
      return { trouble: { why, failure: unreadable(call, why), retryAfterMs: null } };
    }
    const parsed = call.answer.safeParse(body);
    if (parsed.success) {
      this.#options.say.debug(
        `${call.operation}: got ${JSON.stringify(withoutSecrets(body)).slice(0, 4_000)}`,
      );
      return { answer: parsed.data };
    }
    const where = parsed.error.issues[0];
    const field = where?.path.map(String).join('.') || 'the whole answer';
    const why = `the answer is not what is documented: ${field} is missing or of another kind`;
    const failure = unreadable(call, why);
    if (call.method !== 'POST') throw failure;
    return { trouble: { why, failure, retryAfterMs: null } };
  }
}

function mayPass({ retryNotFound }: Call<unknown>, status: number): boolean {
  return PASSING_STATUSES.has(status) || (status === 404 && retryNotFound === true);
}

function unreadable({ operation, resource }: Call<unknown>, why: string): Failure {
  return new Failure({
    title: 'Aiven’s answer cannot be read',
    problem: `${operation} for ${resource}: ${why}.`,
    remedy:
      'Check that api-url is the Aiven API and that no proxy answers in its place, then run the step again.',
  });
}

/** Names what came instead of JSON. */
function describeNonJson(body: string): string {
  const start = body.trimStart().slice(0, 100).toLowerCase();
  if (start === '') return 'empty';
  if (start.startsWith('<')) return 'an HTML page';
  return start.startsWith('{') || start.startsWith('[') ? 'cut short' : 'plain text';
}

/** RFC 9110, section 10.2.3: seconds or a date. */
function readRetryAfter(headers: Readonly<Record<string, string>>, now: number): number | null {
  const value = headers['retry-after'];
  if (value === undefined) return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
