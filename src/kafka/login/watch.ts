import type { Clock } from '../../clock.ts';
import type { ServiceProgress } from '../progress.ts';
import type { Beside } from '../settle.ts';
import type { Listener } from './attempt.ts';
import {
  type AddressResult,
  describeRound,
  isFutile,
  isWelcomeEverywhere,
  type LoginToken,
  pauseAfter,
  type Resolve,
  type Round,
  tryEverywhere,
} from './everywhere.ts';
import type { HeldConnections } from './held.ts';

/** What shows that a broker has restarted: it does what the previous settings forbade, or its connection ended. */
export type Evidence = 'settings' | 'connection';

/** What to log in to while its brokers restart. */
export interface WatchOptions {
  /** The listener by the service as last read; null as long as none is listed. */
  readonly listener: () => Promise<Listener | null>;
  /** The tokens to log in with, each at every broker; none to look at the offered mechanisms alone. */
  readonly tokens: readonly LoginToken[];
  /** Whether a broker with the previous settings would not have done this. */
  readonly isNew: (result: AddressResult) => boolean;
  /** Connections from before the update, where there are any. */
  readonly held: HeldConnections | null;
  readonly clock: Clock;
  readonly say: { info(line: string): void };
  readonly stop: AbortSignal;
  readonly resolve?: Resolve | undefined;
}

/** Logs in to every broker, again and again, while the service settles. */
export class LoginWatch implements Beside {
  readonly #options: WatchOptions;
  readonly #over = new AbortController();
  #latest: Round | null = null;
  #running: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;
  #rounds = 0;
  #nextAt = 0;
  #told = '';
  #changedAt: number | null = null;
  #nodesMovedAt = 0;
  /** How many brokers there are at least: a broker that is down is not in the metadata. */
  #brokers = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  see({ node_states }: ServiceProgress, movedAt: number): void {
    this.#brokers = Math.max(this.#brokers, node_states.length);
    this.#nodesMovedAt = movedAt;
    const isDue = this.#options.clock.now() >= this.#nextAt || (this.#latest !== null && !this.#isFresh);
    if (this.#running === null && this.#failure === null && isDue) this.#begin();
  }

  get movedAt(): number | null {
    const times = [this.#changedAt ?? 0, this.#options.held?.movedAt ?? 0];
    return Math.max(...times) || null;
  }

  get restarted(): boolean {
    if (this.#options.held?.haveAllEnded(this.#brokers)) return true;
    const brokers = Map.groupBy(this.#latest?.results ?? [], ({ remote, address }) => remote ?? address);
    return (
      this.#brokers > 0 &&
      brokers.size >= this.#brokers &&
      [...brokers.values()].every((results) => results.some((each) => this.evidenceOf(each) !== null))
    );
  }

  get goal(): Beside['goal'] {
    if (this.#failure !== null) return 'out of reach';
    const round = this.#latest;
    if (round === null || !this.#isFresh) return 'open';
    if (isFutile(round, this.#options.tokens)) return 'out of reach';
    return isWelcomeEverywhere(round) ? 'reached' : 'open';
  }

  /** What shows that a broker has restarted; null where nothing does. */
  evidenceOf(result: AddressResult): Evidence | null {
    if (this.#options.isNew(result)) return 'settings';
    return this.#options.held?.hasEnded(result.remote) ? 'connection' : null;
  }

  /**
   * Ends the watch.
   * @returns the last round, which is made now unless one has seen the brokers as they are by now; null while no listener is listed
   * @throws what kept it from logging in anywhere
   */
  async finish(): Promise<Round | null> {
    await this.#running;
    if (this.#failure === null && (this.#latest === null || !this.#isFresh)) {
      this.#begin();
      await this.#running;
    }
    if (this.#failure !== null) throw this.#failure.error;
    return this.#latest;
  }

  /** Gives up what is under way. */
  close(): void {
    this.#over.abort();
    this.#options.held?.close();
  }

  /** Whether the latest round began after the last move. */
  get #isFresh(): boolean {
    const movedAt = Math.max(this.#nodesMovedAt, this.#options.held?.movedAt ?? 0);
    return this.#latest !== null && this.#latest.startedAt >= movedAt;
  }

  #begin(): void {
    this.#running = this.#logIn()
      .catch((error: unknown) => {
        if (!this.#over.signal.aborted) this.#failure = { error };
      })
      .finally(() => {
        this.#running = null;
      });
  }

  async #logIn(): Promise<void> {
    const { clock, say, stop } = this.#options;
    const listener = await this.#options.listener();
    this.#rounds++;
    this.#nextAt = clock.now() + pauseAfter(this.#rounds);
    if (listener === null) return;
    const signal = AbortSignal.any([stop, this.#over.signal]);
    const round = await tryEverywhere({ ...this.#options, listener, stop: signal });
    this.#latest = round;
    this.#nextAt = clock.now() + pauseAfter(this.#rounds);
    const now = describeRound(round);
    if (now === this.#told) return;
    // What has just changed is about to change again.
    this.#rounds = 1;
    if (this.#told !== '') this.#changedAt = round.startedAt;
    this.#told = now;
    say.info(`Logging in to ${listener.host}: ${now}.${isWelcomeEverywhere(round) ? '' : ' Trying again.'}`);
  }
}

/** Watches connections alone, where no login would tell anything. */
export class HeldWatch implements Beside {
  readonly goal = 'reached';
  readonly #held: HeldConnections;
  #brokers = 0;

  constructor(held: HeldConnections) {
    this.#held = held;
  }

  see({ node_states }: ServiceProgress): void {
    this.#brokers = Math.max(this.#brokers, node_states.length);
  }

  get movedAt(): number | null {
    return this.#held.movedAt;
  }

  get restarted(): boolean {
    return this.#held.haveAllEnded(this.#brokers);
  }
}
