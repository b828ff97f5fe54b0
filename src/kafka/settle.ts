import type { Clock, Narrator } from '../context.ts';

/** What a service says of its nodes (ServiceGet), as far as waiting needs it. */
export interface ServiceProgress {
  readonly state: string;
  readonly node_states: readonly NodeState[];
}

export interface NodeState {
  readonly name: string;
  readonly state: string;
  readonly progress_updates?: readonly ProgressUpdate[] | null | undefined;
}

interface ProgressUpdate {
  readonly phase?: string | null | undefined;
  readonly completed?: boolean | null | undefined;
  readonly min?: number | null | undefined;
  readonly current?: number | null | undefined;
  readonly max?: number | null | undefined;
  readonly unit?: string | null | undefined;
}

/** How a wait ended. */
export interface Settled<Service> {
  readonly how: 'settled' | 'powered off' | 'timed out';
  /** The service as last read. */
  readonly service: Service;
  readonly elapsedMs: number;
  /** Whether anything was seen to move: without a move, no restart was seen. */
  readonly moved: boolean;
}

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

const FIRST_POLL_MS = 1_000;
const SLOWEST_POLL_MS = 10_000;
const LONGEST_QUIET_MS = 10_000;
const HEARTBEAT_MS = 60_000;
/** Between two brokers of a rolling restart all nodes can be running for a moment. */
const CALM_READS = 2;

/** Whether nothing moves: `RUNNING`, and every node `running`. */
export function isSettled({ state, node_states }: ServiceProgress): boolean {
  return state === 'RUNNING' && node_states.every((node) => node.state === 'running');
}

/**
 * Reads a service again and again until it has settled, with a line whenever something moves and one a minute.
 * `state` alone does not tell: it need not leave `RUNNING` during a rolling restart, nor leave it at once.
 */
export async function waitUntilSettled<Service extends ServiceProgress>(
  options: SettleOptions<Service>,
): Promise<Settled<Service>> {
  const { read, timeoutMs, expectMove, clock, say } = options;
  const startedAt = clock.now();
  const quietMs = expectMove ? Math.min(LONGEST_QUIET_MS, timeoutMs / 10) : 0;
  let service = options.service;
  let told = describe(service);
  let toldAt = startedAt;
  let moved = !isSettled(service);
  let calmReads = 0;
  if (moved) say.info(`The service moves: ${told}.`);

  for (;;) {
    const elapsedMs = clock.now() - startedAt;
    if (service.state === 'POWEROFF') return { how: 'powered off', service, elapsedMs, moved };
    const calm = isSettled(service);
    if (calm && (moved ? calmReads >= CALM_READS : elapsedMs >= quietMs)) {
      return { how: 'settled', service, elapsedMs, moved };
    }
    if (elapsedMs >= timeoutMs) return { how: 'timed out', service, elapsedMs, moved };

    await clock.sleep(Math.min(pollPause(elapsedMs, timeoutMs), timeoutMs - elapsedMs));
    service = await read();
    calmReads = isSettled(service) ? calmReads + 1 : 0;
    moved ||= calmReads === 0;

    const now = describe(service);
    const times = `${duration(clock.now() - startedAt)} so far, ${duration(Math.max(0, timeoutMs - (clock.now() - startedAt)))} left`;
    if (now !== told) say.info(`The service moves: ${now} (${times}).`);
    else if (clock.now() - toldAt >= HEARTBEAT_MS) say.info(`Still waiting: ${now} (${times}).`);
    else continue;
    told = now;
    toldAt = clock.now();
  }
}

/** Quick while a wait is young, slower as it gets long, and never coarse against the whole wait. */
function pollPause(elapsedMs: number, timeoutMs: number): number {
  return Math.min(SLOWEST_POLL_MS, Math.max(FIRST_POLL_MS, elapsedMs / 20), Math.max(50, timeoutMs / 20));
}

/** `state RUNNING; kafka-1 running; kafka-2 syncing_data (prepare 40 of 100 %)`. */
export function describe({ state, node_states }: ServiceProgress): string {
  return [`state ${state}`, ...node_states.map(describeNode)].join('; ');
}

function describeNode({ name, state, progress_updates }: NodeState): string {
  const current = progress_updates?.find((update) => update.completed !== true && update.phase);
  if (!current || state === 'running') return `${name} ${state}`;
  const { phase, current: done, max, unit } = current;
  const amount =
    typeof done === 'number' && typeof max === 'number' ? ` ${done} of ${max}${unit ? ` ${unit}` : ''}` : '';
  return `${name} ${state} (${phase}${amount})`;
}

/** `12 s`, `3 min 12 s`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
