import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ServiceProgress } from '../../../src/kafka/progress.ts';
import { waitUntilSettled } from '../../../src/kafka/settle.ts';

/** When a wait ends, on a clock that costs no time. */

const service = (nodes: string, state = 'RUNNING'): ServiceProgress => ({
  state,
  node_states: [...nodes].map((letter, index) => ({
    name: `kafka-${index + 1}`,
    state: letter === 'r' ? 'running' : 'syncing_data',
  })),
});

interface Wait {
  readonly first?: ServiceProgress;
  /** What each read sees; the last one from then on. */
  readonly reads: readonly ServiceProgress[];
  readonly timeoutMs?: number;
  readonly expectMove?: boolean;
}

async function wait({ first = service('rrr'), reads, timeoutMs = 900_000, expectMove = true }: Wait) {
  let now = 1_000_000;
  let count = 0;
  const say = {
    info() {},
    debug() {},
    warning() {},
    group: <Result>(_title: string, work: () => Promise<Result>) => work(),
  };
  const settled = await waitUntilSettled({
    service: first,
    read: async () => reads[Math.min(count++, reads.length - 1)] ?? first,
    timeoutMs,
    expectMove,
    clock: {
      now: () => now,
      async sleep(milliseconds) {
        now += milliseconds;
      },
    },
    say,
  });
  return { ...settled, count };
}

describe('a wait', () => {
  test('ends when every node runs again, and stays so', async () => {
    const { how, moved, count } = await wait({
      reads: [service('srr'), service('rsr'), service('rrs'), service('rrr')],
    });
    assert.deepEqual({ how, moved, count }, { how: 'settled', moved: true, count: 5 });
  });

  test('is not fooled by the moment between two brokers', async () => {
    const reads = [service('srr'), service('rrr'), service('rsr'), service('rrs'), service('rrr')];
    assert.equal((await wait({ reads })).count, 6);
  });

  test('is calm for longer while fewer brokers than there are were seen to restart', async () => {
    const pause = Array.from({ length: 5 }, () => service('rrr'));
    const reads = [service('srr'), ...pause, service('rsr'), ...pause, service('rrs'), service('rrr')];
    assert.equal((await wait({ reads })).count, reads.length + 1);
  });

  test('does not look for ever for a broker that restarted unseen', async () => {
    const { how, moved, elapsedMs, restarts } = await wait({ reads: [service('srr'), service('rrr')] });
    assert.deepEqual(
      { how, moved, restarted: restarts.restarted },
      { how: 'settled', moved: true, restarted: 1 },
    );
    assert.ok(elapsedMs >= 10_000 && elapsedMs < 20_000, `${elapsedMs} ms`);
  });

  test('looks for no broker where the nodes never tell, only the state', async () => {
    const { count } = await wait({ reads: [service('rrr', 'REBALANCING'), service('rrr')] });
    assert.equal(count, 3);
  });

  test('waits a while for a restart that is to be expected, then takes it that there is none', async () => {
    const { how, moved, elapsedMs } = await wait({ reads: [service('rrr')] });
    assert.deepEqual({ how, moved }, { how: 'settled', moved: false });
    assert.ok(elapsedMs >= 10_000 && elapsedMs < 20_000, `${elapsedMs} ms`);
  });

  test('does not begin where nothing moves and nothing is to be expected', async () => {
    assert.equal((await wait({ reads: [], expectMove: false })).count, 0);
  });

  test('goes on while state is not RUNNING, whatever the nodes say', async () => {
    const { how } = await wait({ reads: [service('rrr', 'REBUILDING')], timeoutMs: 60_000 });
    assert.equal(how, 'timed out');
  });

  test('ends when its time is over, not later', async () => {
    const { how, elapsedMs } = await wait({ reads: [service('srr')], timeoutMs: 61_234 });
    assert.deepEqual({ how, elapsedMs }, { how: 'timed out', elapsedMs: 61_234 });
  });

  test('ends when the service is powered off', async () => {
    const { how, count } = await wait({ reads: [service('srr'), service('', 'POWEROFF')] });
    assert.deepEqual({ how, count }, { how: 'powered off', count: 2 });
  });

  test('of a fraction of a second asks often enough to see its end', async () => {
    const { how, count } = await wait({ reads: [service('srr'), service('rrr')], timeoutMs: 600 });
    assert.equal(how, 'settled');
    assert.ok(count >= 2);
  });
});
