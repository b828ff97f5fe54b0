import type { NodeState, ServiceState } from './objects.ts';

/** How a service moves after an update that restarts its brokers, counted in reads of the service, not in time. */
export interface Settle {
  /** Reads after the update that still see nothing move. */
  readonly delayPolls: number;
  /** Reads that see brokers restart, one after the other; `Infinity` never settles, 0 never restarts. */
  readonly movingPolls: number;
  /** What `state` says meanwhile: it need not leave `RUNNING`. */
  readonly movingState: ServiceState;
  /** Reads between two brokers that see every node `running` and the service `RUNNING`. */
  readonly calmPolls: number;
}

export const SETTLE_DEFAULTS: Settle = {
  delayPolls: 1,
  movingPolls: 3,
  movingState: 'REBALANCING',
  calmPolls: 0,
};

/** What one read of a service sees. */
export interface Frame {
  readonly state: ServiceState;
  readonly nodes: NodeState[];
}

/**
 * A rolling restart, read by read: node after node leaves `running`, shows progress, and comes back.
 * @param nodes the nodes, all running
 */
export function* rollingRestart(nodes: readonly NodeState[], settle: Settle): Generator<Frame, void> {
  const { delayPolls, movingPolls, movingState, calmPolls } = settle;
  const calm: Frame = { state: 'RUNNING', nodes: nodes.map(atRest) };
  for (let poll = 0; poll < delayPolls; poll++) yield calm;

  let last = 0;
  for (let poll = 0; poll < movingPolls; poll++) {
    const progress = (poll * nodes.length) / movingPolls;
    const moving = Math.floor(progress);
    for (let pause = 0; moving !== last && pause < calmPolls; pause++) yield calm;
    last = moving;
    const percent = Math.floor((progress - moving) * 100);
    yield {
      state: movingState,
      nodes: nodes.map((node, index) => (index === moving ? restarting(node, percent) : atRest(node))),
    };
  }
}

/** A node that runs. */
export function atRest(node: NodeState): NodeState {
  return { ...node, state: 'running', progress_updates: [] };
}

function restarting(node: NodeState, percent: number): NodeState {
  const prepare = {
    phase: 'prepare',
    completed: false,
    min: 0,
    current: percent,
    max: 100,
    unit: 'prepare_percent',
  };
  const finalize = { phase: 'finalize', completed: false, min: null, current: null, max: null, unit: null };
  return { ...node, state: 'syncing_data', progress_updates: [prepare, finalize] };
}
