import type { Clock } from '../clock.ts';
import { Cancellation, CancelledWrite, Failure } from '../failure.ts';
import type { Http } from '../net/http.ts';
import type { Narrator } from '../say.ts';
import type { Call, Result, Trouble } from './call.ts';
import { DeprecationNotices } from './deprecation.ts';
import { exchange, type Wire } from './exchange.ts';
import { Patience, RETRY_POLICY, type RetryPolicy } from './retry.ts';

/** What a client is made of. */
export interface ClientOptions {
  readonly apiUrl: URL;
  readonly token: string;
  readonly http: Http;
  readonly say: Narrator;
  readonly clock: Clock;
  /** Ends reads. */
  readonly stop: AbortSignal;
  /** Ends a write under way, which is otherwise let finish, so that what it did is known. */
  readonly giveUp: AbortSignal;
  readonly policy?: RetryPolicy;
}

/** When to look again for what may have been created: a list can lag, and whoever lost the answer may still be at work. */
const LOOKING_AGAIN_MS = [500, 2_500, 5_000];

const WITHOUT_EFFECT = 'It had not taken effect when this step checked afterwards.';
const UNKNOWN_EFFECT = 'Whether it took effect is unknown, because checking failed, too.';

/** Makes calls: authenticates, tries again what is safe to try again, checks the answer, and explains what went wrong. */
export class AivenClient {
  readonly #wire: Wire;
  readonly #stop: AbortSignal;
  readonly #giveUp: AbortSignal;
  readonly #patience: Patience;

  constructor({ stop, giveUp, policy = RETRY_POLICY, ...wire }: ClientOptions) {
    this.#wire = { ...wire, deprecations: new DeprecationNotices(wire.say) };
    this.#stop = stop;
    this.#giveUp = giveUp;
    this.#patience = new Patience(policy, wire.clock);
  }

  /**
   * Makes a call that changes nothing, until it succeeds, is refused for good, or time is up.
   * @throws {Failure}
   */
  async read<Answer>(call: Call<Answer>): Promise<Answer> {
    const progress = this.#patience.startCall(call);
    try {
      for (let attempt = 1; ; attempt++) {
        const result = await this.#attempt(call, this.#stop);
        if ('answer' in result) return result.answer;
        progress.inTrouble();
        const { trouble } = result;
        if (!trouble.mayPass || !(await this.#pause(call, trouble, attempt))) throw trouble.failure;
      }
    } finally {
      progress.end();
    }
  }

  /**
   * Makes a call that changes something, and has it take effect once: when its answer is lost, it looks whether the effect
   * is there before the call is made again.
   * @param look reads whether the effect is there; null when it is not
   * @returns the answer, or what looking found in its place
   * @throws {Failure} that says, where the answer was lost, what looking came to
   */
  async write<Answer, Found>(
    call: Call<Answer>,
    look: () => Promise<Found | null>,
  ): Promise<{ readonly answer: Answer } | { readonly found: Found }> {
    const progress = this.#patience.startCall(call);
    let mayHaveWorked = true;
    try {
      for (let attempt = 1; ; attempt++) {
        mayHaveWorked = true;
        const result = await this.#attempt(call, this.#giveUp);
        if ('answer' in result) return result;
        progress.inTrouble();
        const { trouble } = result;
        mayHaveWorked = trouble.mayHaveWorked;
        const inTime = await this.#pause(call, trouble, attempt);
        const found = mayHaveWorked ? await this.#look(call, trouble, look) : null;
        if (found !== null) return { found };
        if (inTime && trouble.mayPass) continue;
        throw mayHaveWorked ? adding(trouble.failure, WITHOUT_EFFECT) : trouble.failure;
      }
    } catch (error) {
      throw mayHaveWorked && error instanceof Cancellation ? cancelledWrite(call, error) : error;
    } finally {
      progress.end();
    }
  }

  /** @throws {Failure} the trouble's own, when looking does not help either */
  async #look<Found>(call: Call<unknown>, { failure }: Trouble, look: () => Promise<Found | null>) {
    this.#wire.say.info(`${call.operation}: checking whether it took effect anyway.`);
    try {
      let found = await look();
      if (call.method !== 'POST') return found;
      // Creating it again cannot be undone.
      for (const pauseMs of LOOKING_AGAIN_MS) {
        if (found !== null) return found;
        await this.#wire.clock.sleep(pauseMs);
        found = await look();
      }
      return found;
    } catch (error) {
      if (error instanceof Cancellation || !(error instanceof Failure)) throw error;
      throw adding(failure, UNKNOWN_EFFECT);
    }
  }

  async #attempt<Answer>(call: Call<Answer>, signal: AbortSignal): Promise<Result<Answer>> {
    const result = await exchange(call, this.#wire, { ...this.#patience.timeouts(call.method), signal });
    if ('answer' in result) this.#patience.answered();
    return result;
  }

  /**
   * Waits before the next attempt, longer each time, and says so.
   * @returns whether there is time for another attempt
   */
  async #pause({ operation }: Call<unknown>, trouble: Trouble, attempt: number): Promise<boolean> {
    const pauseMs = trouble.mayPass ? this.#patience.pauseAfter(trouble, attempt) : 0;
    if (pauseMs === null) {
      if (!trouble.ofThisCallAlone) this.#patience.giveUp(trouble);
      return false;
    }
    if (pauseMs === 0) return true;
    this.#wire.say.info(
      `${operation}: ${trouble.why}. Trying again in ${(pauseMs / 1000).toFixed(1)} s (attempt ${attempt + 1}).`,
    );
    await this.#wire.clock.sleep(pauseMs);
    return true;
  }
}

/** The failure of a write whose answer was lost, saying also what became of the write. */
function adding(failure: Failure, sentence: string): Failure {
  const { title, problem, remedy } = failure;
  return new Failure({ title, problem: `${problem} ${sentence}`, remedy, cause: failure });
}

function cancelledWrite({ operation, resource }: Call<unknown>, { title, problem, remedy }: Cancellation) {
  const doubt = `${problem} ${operation} for ${resource} was under way: whether it took effect is unknown.`;
  return new CancelledWrite({ title, problem: doubt, remedy });
}
