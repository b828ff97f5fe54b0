import type { Clock } from '../clock.ts';
import type { Narrator } from '../say.ts';
import { describe, describeMoves, RestartCount, type ServiceProgress, stopwatch } from './progress.ts';

const HEARTBEAT_MS = 60_000;
/** Mere progress is told no more often: that a node gets on is good to know, each percent is not. */
const PROGRESS_MS = 10_000;

/**
 * Tells about a wait: a line whenever a node or the service moves, one every ten seconds while something gets on, and
 * one a minute in any case. Each says how long the wait has lasted and how long it can still last.
 */
export class WaitLog {
  readonly restarts: RestartCount;
  readonly #startedAt: number;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #say: Narrator;
  #toldAt: number;
  #moves: string;
  #text: string;

  /** @param service the service as the wait finds it */
  constructor(
    service: ServiceProgress,
    { timeoutMs, clock, say }: { readonly timeoutMs: number; readonly clock: Clock; readonly say: Narrator },
  ) {
    this.restarts = new RestartCount(service);
    this.#startedAt = clock.now();
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
    this.#say = say;
    this.#toldAt = this.#startedAt;
    this.#moves = describeMoves(service);
    this.#text = describe(service);
    if (this.#moves !== NOTHING_MOVES) this.#tell('');
  }

  /** Takes note of a read of the service. */
  see(service: ServiceProgress): void {
    this.restarts.see(service);
    const moves = describeMoves(service);
    const text = describe(service);
    const moved = moves !== this.#moves;
    const quietMs = this.#clock.now() - this.#toldAt;
    const gotOn = text !== this.#text && quietMs >= PROGRESS_MS;
    if (!moved && !gotOn && quietMs < HEARTBEAT_MS) return;
    const heartbeat = !moved && text === this.#text;
    this.#moves = moves;
    this.#text = text;
    this.#tell(heartbeat ? 'still ' : '');
  }

  #tell(still: string): void {
    const now = this.#clock.now();
    const elapsedMs = now - this.#startedAt;
    const left = stopwatch(Math.max(0, this.#timeoutMs - elapsedMs));
    this.#say.info(`  [${stopwatch(elapsedMs)}, ${left} left] ${still}${this.restarts}; ${this.#text}`);
    this.#toldAt = now;
  }
}

/** What `describeMoves` says of a service that has settled. */
const NOTHING_MOVES = describeMoves({ state: 'RUNNING', node_states: [] });
