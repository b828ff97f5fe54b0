/** What a service says of its nodes (ServiceGet), as far as waiting needs it. */
export interface ServiceProgress {
  readonly state: string;
  readonly node_states: readonly NodeState[];
}

/** How one node of a service is (ServiceGet, `node_states`). */
export interface NodeState {
  readonly name: string;
  readonly state: string;
  readonly progress_updates?: readonly ProgressUpdate[] | null | undefined;
}

interface ProgressUpdate {
  readonly completed?: boolean | null | undefined;
  readonly min?: number | null | undefined;
  readonly current?: number | null | undefined;
  readonly max?: number | null | undefined;
}

/** Whether nothing moves: `RUNNING`, and every node `running`. */
export function isSettled({ state, node_states }: ServiceProgress): boolean {
  return state === 'RUNNING' && node_states.every(isRunning);
}

function isRunning({ state }: NodeState): boolean {
  return state === 'running';
}

/** Counts the brokers of a rolling restart that were seen to move and to run again. */
export class RestartCount {
  readonly #moved = new Set<string>();
  #running = new Set<string>();
  /** How many brokers there were at first. */
  readonly total: number;

  constructor(service: ServiceProgress) {
    this.total = service.node_states.length;
    this.see(service);
  }

  see({ node_states }: ServiceProgress): void {
    for (const node of node_states) if (!isRunning(node)) this.#moved.add(node.name);
    this.#running = new Set(node_states.filter(isRunning).map(({ name }) => name));
  }

  /** Reads are seconds apart, so that a quick broker can go unseen. A node that takes another's place counts as that one. */
  get restarted(): number {
    return Math.min(this.total, [...this.#moved].filter((name) => this.#running.has(name)).length);
  }

  /** Whether each broker was seen to restart. */
  get isComplete(): boolean {
    return this.total > 0 && this.restarted === this.total;
  }

  toString(): string {
    const { total, restarted } = this;
    if (total === 0) return 'no broker is listed';
    if (this.isComplete)
      return total === 1 ? 'the only broker has restarted' : `all ${total} brokers have restarted`;
    return `${restarted} of ${total} ${total === 1 ? 'broker' : 'brokers'} seen to restart`;
  }
}

/** What moves, without how far it is: `state REBALANCING; kafka-2 is syncing data`. */
export function describeMoves(service: ServiceProgress): string {
  return describeBy(service, ({ name, state }) => `${name} ${inWords(state)}`);
}

/** What moves, and how far it is: `state REBALANCING; kafka-2 is syncing data, 40 %`. */
export function describe(service: ServiceProgress): string {
  return describeBy(service, (node) => {
    const done = percentOf(node.progress_updates ?? []);
    return `${node.name} ${inWords(node.state)}${done === null ? '' : `, ${done} %`}`;
  });
}

function describeBy({ state, node_states }: ServiceProgress, words: (node: NodeState) => string): string {
  const moving = node_states.filter((node) => !isRunning(node)).map(words);
  return [...(state === 'RUNNING' ? [] : [`state ${state}`]), ...moving].join('; ') || 'all nodes run';
}

const STATES: Readonly<Record<string, string>> = {
  setting_up_vm: 'is being set up',
  syncing_data: 'is syncing data',
  leaving: 'is leaving',
  timing_out: 'is timing out',
  unknown: 'does not report its state',
};

function inWords(state: string): string {
  return STATES[state] ?? `is ${state.replaceAll('_', ' ')}`;
}

function percentOf(updates: readonly ProgressUpdate[]): number | null {
  const { min, current, max } = updates.find(({ completed }) => completed !== true) ?? {};
  if (typeof current !== 'number' || typeof max !== 'number') return null;
  const least = min ?? 0;
  return max > least ? Math.floor((100 * (current - least)) / (max - least)) : null;
}

/** `12 s`, `3 min`, `3 min 12 s`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const rest = seconds % 60 === 0 ? '' : ` ${seconds % 60} s`;
  return `${Math.floor(seconds / 60)} min${rest}`;
}

/** `3:12`, as on a stopwatch. */
export function stopwatch(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
