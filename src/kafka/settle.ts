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
  /** How many brokers were seen to restart, of how many. */
  readonly restarts: RestartCount;
}

/** What to wait for, and for how long. */
export interface SettleOptions<Service> {
  /** The service as the update answered, or as it was read. */
  readonly service: Service;
  /** Reads the service again. */
  readonly read: () => Promise<Service>;
  readonly timeoutMs: number;
  /** Whether a restart is to be expected, which can take seconds to begin. */
  readonly expectMove: boolean;
  readonly clock: Clock;
  readonly say: Narrator;
}

/** Two pauses and the reads between take under two seconds, so the end of a young wait is seen that soon. */
const FIRST_POLL_MS = 800;
const SLOWEST_POLL_MS = 10_000;
/** How long a restart, or the next broker of one, is looked for; a third of a wait that is shorter than that. */
const LONGEST_QUIET_MS = 10_000;
/** Between two brokers of a rolling restart all nodes can be running for a moment. */
const CALM_READS = 2;

/**
 * Reads a service again and again until it has settled, telling about it. Never throws: what interrupts the wait is handed
 * back with how far the restart had come.
 * `state` alone does not tell: it need not leave `RUNNING` during a rolling restart, nor leave it at once.
 */
export async function waitUntilSettled<Service extends ServiceProgress>(
  options: SettleOptions<Service>,
): Promise<Settled<Service>> {
  const { read, timeoutMs, expectMove, clock } = options;
  const startedAt = clock.now();
  const quietMs = expectMove ? Math.min(LONGEST_QUIET_MS, timeoutMs / 3) : 0;
  let service = options.service;
  let moved = !isSettled(service);
  let movedMs = 0;
  let calmReads = 0;
  const log = new WaitLog(service, options);
  const { restarts } = log;

  for (;;) {
    const elapsedMs = clock.now() - startedAt;
    if (service.state === 'POWEROFF') return { how: 'powered off', service, elapsedMs, moved, restarts };
    // Another broker is to be expected once some were seen to restart, as a first one is before any move.
    const awaitsMove = restarts.restarted > 0 ? !restarts.isComplete : !moved;
    const calmMs = awaitsMove ? quietMs : 0;
    if (isSettled(service) && calmReads >= (moved ? CALM_READS : 0) && elapsedMs - movedMs >= calmMs) {
      return { how: 'settled', service, elapsedMs, moved, restarts };
    }
    if (elapsedMs >= timeoutMs) return { how: 'timed out', service, elapsedMs, moved, restarts };

    try {
      await clock.sleep(Math.min(pollPause(elapsedMs, timeoutMs), timeoutMs - elapsedMs));
      service = await read();
    } catch (interruption) {
      return { how: 'interrupted', interruption, service, elapsedMs, moved, restarts };
    }
    calmReads = isSettled(service) ? calmReads + 1 : 0;
    if (calmReads === 0) {
      moved = true;
      movedMs = clock.now() - startedAt;
    }
    log.see(service);
  }
}

/** Quick while a wait is young, slower as it gets long, and never coarse against the whole wait. */
function pollPause(elapsedMs: number, timeoutMs: number): number {
  return Math.min(SLOWEST_POLL_MS, Math.max(FIRST_POLL_MS, elapsedMs / 30), Math.max(50, timeoutMs / 20));
}
