import { waitUntilSettled } from '../../src/kafka/settle.ts';

/** What a wait came to that ran on a clock of its own. */
export interface SimulatedWait {
  /** How long after the restart was through the wait saw it, in milliseconds. */
  readonly delayMs: number;
  /** How often the service was read. */
  readonly reads: number;
  /** The longest time between two reads, in milliseconds. */
  readonly longestPauseMs: number;
}

const FIFTEEN_MINUTES_MS = 15 * 60_000;

/**
 * Waits for a rolling restart that is complete after `restartMs`, without waiting.
 * @param readMs how long a read of the service takes
 */
export async function simulateWait(restartMs: number, readMs: number): Promise<SimulatedWait> {
  let now = 0;
  let reads = 0;
  let longestPauseMs = 0;
  const service = () => ({
    state: 'RUNNING',
    node_states: [{ name: 'kafka-1', state: now < restartMs ? 'syncing_data' : 'running' }],
  });
  const { how } = await waitUntilSettled({
    service: service(),
    async read() {
      reads++;
      const seen = service();
      now += readMs;
      return seen;
    },
    timeoutMs: FIFTEEN_MINUTES_MS,
    expect: 'restart',
    clock: {
      now: () => now,
      async sleep(milliseconds) {
        longestPauseMs = Math.max(longestPauseMs, milliseconds);
        now += milliseconds;
      },
    },
    say: { info() {}, debug() {}, warning() {}, group: (_, work) => work() },
  });
  if (how !== 'settled') throw new Error(`The wait ${how}.`);
  return { delayMs: now - restartMs, reads, longestPauseMs };
}
