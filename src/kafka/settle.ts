import type { Clock } from '../clock.ts';
import type { Narrator } from '../say.ts';
import { isSettled, type RestartCount, type ServiceProgress } from './progress.ts';
import { WaitLog } from './wait-log.ts';

/** How a wait ended. */
export interface Settled<Service> {
  readonly how: 'settled' | 'powered off' | 'timed out' | 'interrupted';
  /** What interrupted it: the workflow was cancelled, or the service could not be read any more. */
  readonly interruption?: unknown;
  /** The service as last read. */
  readonly service: Service;
  readonly elapsedMs: number;
  /** Whether anything was seen to move: without a move, no restart was seen. */
  readonly moved: boolean;
  /** How many brokers were seen to restart, of how many, by the states of their nodes. */
  readonly restarts: RestartCount;
  /** Whether every broker was seen to restart, by its node or by what was watched beside. */
  readonly restarted: boolean;
}

/** What is to be expected: that the brokers restart, or that something else may move. */
export type Expectation = 'restart' | 'moves';

/** What is watched beside the nodes: logins, and connections that were opened before the brokers were told to restart. */
export interface Beside {
  /**
   * Takes note of a read of the service. What takes time begins here, and goes on in the background.
   * @param movedAt when a node or the service was last seen to move, or the wait began, in milliseconds since the epoch
   */
  see(service: ServiceProgress, movedAt: number): void;
  /** When it saw something move itself, in milliseconds since the epoch; null for never. */
  readonly movedAt: number | null;
  /** Whether it has seen every broker restart, whatever the nodes say. */
  readonly restarted: boolean;
  /** Whether what the wait is for has been reached since the last move, may still be, or cannot be any more. */
  readonly goal: 'reached' | 'open' | 'out of reach';
}

/** What to wait for, and for how long. */
export interface SettleOptions<Service> {
  /** The service as the update answered, or as it was read. */
  readonly service: Service;
  /** Reads the service again. */
  readonly read: () => Promise<Service>;
  readonly timeoutMs: number;
  readonly expect: Expectation;
  readonly beside?: Beside | null;
  readonly clock: Clock;
  readonly say: Narrator;
}

/** Two pauses and the reads between take under two seconds, so the end of a young wait is seen that soon. */
const FIRST_POLL_MS = 800;
const SLOWEST_POLL_MS = 10_000;
/** How long a move is looked for where the brokers need not restart; a third of a wait that is shorter than that. */
const LONGEST_QUIET_MS = 10_000;
/** How long nothing may have moved for a restart to count as over that was not seen from end to end. */
const CALM_MS = 60_000;
/** The next broker can be late, by as much as the ones before it and more. */
const CALM_GAPS = 4;
/** Between two brokers of a rolling restart all nodes can be running for a moment. */
const CALM_READS = 2;

/**
 * Reads a service again and again until it has settled, telling about it. Never throws: what interrupts the wait is handed
 * back with how far the restart had come.
 *
 * A restart that is to be expected is over when every broker was seen to restart. Otherwise it is taken to be over once
 * nothing has moved for a minute and for four times the longest gap between two moves, or when the time is up while the service has
 * settled; then it is not confirmed. `state` alone does not tell: it need not leave `RUNNING`, nor leave it at once.
 */
export async function waitUntilSettled<Service extends ServiceProgress>(
  options: SettleOptions<Service>,
): Promise<Settled<Service>> {
  const { read, timeoutMs, expect, beside = null, clock } = options;
  const startedAt = clock.now();
  const moves = new Moves(startedAt);
  let service = options.service;
  let moved = !isSettled(service);
  let calmReads = 0;
  const log = new WaitLog(service, options);
  const { restarts } = log;
  const end = (how: Settled<Service>['how'], interruption?: unknown): Settled<Service> => {
    const restarted = restarts.isComplete || beside?.restarted === true;
    const elapsedMs = clock.now() - startedAt;
    return {
      how,
      service,
      elapsedMs,
      moved,
      restarts,
      restarted,
      ...(how === 'interrupted' && { interruption }),
    };
  };
  const isOver = () => {
    const goal = beside?.goal ?? 'reached';
    if (!isSettled(service) || calmReads < (moved ? CALM_READS : 0)) return false;
    if (goal === 'out of reach') return true;
    if (expect === 'restart') {
      const restarted = restarts.isComplete || beside?.restarted === true;
      // What is to be reached by the restart may still be, as long as the restart itself was not seen.
      return (
        (restarted && goal === 'reached') || ((restarted || goal === 'reached') && moves.areOver(clock.now()))
      );
    }
    const quietMs = moved ? 0 : Math.min(LONGEST_QUIET_MS, timeoutMs / 3);
    return goal === 'reached' && clock.now() - startedAt >= quietMs;
  };

  for (;;) {
    beside?.see(service, moves.lastAt);
    if (service.state === 'POWEROFF') return end('powered off');
    if (isOver()) return end('settled');
    const elapsedMs = clock.now() - startedAt;
    if (elapsedMs >= timeoutMs) return end(isSettled(service) ? 'settled' : 'timed out');

    try {
      await clock.sleep(Math.min(pollPause(elapsedMs, timeoutMs), timeoutMs - elapsedMs));
      service = await read();
    } catch (interruption) {
      return end('interrupted', interruption);
    }
    calmReads = isSettled(service) ? calmReads + 1 : 0;
    if (calmReads === 0) moves.see(clock.now());
    if (beside?.movedAt != null) moves.see(beside.movedAt);
    if (calmReads === 0) moved = true;
    log.see(service);
  }
}

/** The moves of a restart, and the gaps between them; the update that sets it going counts as the first. */
class Moves {
  #lastAt: number;
  #longestGapMs = 0;

  constructor(startedAt: number) {
    this.#lastAt = startedAt;
  }

  get lastAt(): number {
    return this.#lastAt;
  }

  see(at: number): void {
    if (at <= this.#lastAt) return;
    this.#longestGapMs = Math.max(this.#longestGapMs, at - this.#lastAt);
    this.#lastAt = at;
  }

  /** Whether nothing has moved for so long that nothing is to be expected any more. */
  areOver(now: number): boolean {
    return now - this.#lastAt >= Math.max(CALM_MS, CALM_GAPS * this.#longestGapMs);
  }
}

/** Quick while a wait is young, slower as it gets long, and never coarse against the whole wait. */
function pollPause(elapsedMs: number, timeoutMs: number): number {
  return Math.min(SLOWEST_POLL_MS, Math.max(FIRST_POLL_MS, elapsedMs / 30), Math.max(50, timeoutMs / 20));
}
