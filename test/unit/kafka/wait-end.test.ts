import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ServiceProgress } from '../../../src/kafka/progress.ts';
import { type Beside, type Expectation, waitUntilSettled } from '../../../src/kafka/settle.ts';

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
  readonly expect?: Expectation;
  /** What is watched beside, by how long the wait has lasted. */
  readonly beside?: (elapsedMs: number) => Omit<Beside, 'see'>;
}

const STARTED_AT = 1_000_000;

function seen(now: () => Omit<Beside, 'see'>): Beside {
  return {
    see() {},
    get movedAt() {
      return now().movedAt;
    },
    get restarted() {
      return now().restarted;
    },
    get goal() {
      return now().goal;
    },
  };
}

async function wait({
  first = service('rrr'),
  reads,
  timeoutMs = 900_000,
  expect = 'restart',
  beside,
}: Wait) {
  let now = STARTED_AT;
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
    expect,
    ...(beside && { beside: seen(() => beside(now - STARTED_AT)) }),
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

  test('goes on as long as a broker is missing that may be late', async () => {
    const pause = Array.from({ length: 20 }, () => service('rrr'));
    const reads = [
      ...pause,
      service('srr'),
      ...pause,
      service('rsr'),
      ...pause,
      service('rrs'),
      service('rrr'),
    ];
    const { count, restarted } = await wait({ reads });
    assert.deepEqual({ count, restarted }, { count: reads.length + 1, restarted: true });
  });

  test('ends without a confirmation once nothing has moved for a minute', async () => {
    const { how, moved, elapsedMs, restarts, restarted } = await wait({
      reads: [service('srr'), service('rrr')],
    });
    assert.deepEqual(
      { how, moved, restarted, seen: restarts.restarted },
      { how: 'settled', moved: true, restarted: false, seen: 1 },
    );
    assert.ok(elapsedMs >= 60_000 && elapsedMs < 75_000, `${elapsedMs} ms`);
  });

  test('and for four times the longest gap between two moves', async () => {
    const late = [...Array.from({ length: 40 }, () => service('rrr')), service('srr'), service('rrr')];
    let first = 0;
    const { elapsedMs, restarted } = await wait({
      reads: late,
      beside: (elapsed) => {
        if (elapsed > 0 && first === 0) first = elapsed;
        return { movedAt: null, restarted: false, goal: 'reached' };
      },
    });
    assert.equal(restarted, false);
    // The broker moved after about 40 reads of at least 0.8 s, and four times as long passes without another.
    assert.ok(elapsedMs >= 5 * 40 * 800 && elapsedMs < 300_000, `${elapsedMs} ms`);
  });

  test('takes no minute of calm for the end of a restart that the state alone shows', async () => {
    const { restarted, elapsedMs } = await wait({ reads: [service('rrr', 'REBALANCING'), service('rrr')] });
    assert.equal(restarted, false);
    assert.ok(elapsedMs >= 60_000, `${elapsedMs} ms`);
  });

  test('ends without a confirmation when the time is up and the service has settled', async () => {
    const { how, moved, elapsedMs, restarted } = await wait({ reads: [service('rrr')], timeoutMs: 12_000 });
    assert.deepEqual(
      { how, moved, elapsedMs, restarted },
      { how: 'settled', moved: false, elapsedMs: 12_000, restarted: false },
    );
  });

  test('looks a short while for moves where the brokers need not restart', async () => {
    const { how, moved, elapsedMs } = await wait({ reads: [service('rrr')], expect: 'moves' });
    assert.deepEqual({ how, moved }, { how: 'settled', moved: false });
    assert.ok(elapsedMs >= 10_000 && elapsedMs < 20_000, `${elapsedMs} ms`);
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

describe('a wait with something watched beside', () => {
  const CALM = [service('rrr')];

  test('ends as soon as that has seen every broker restart', async () => {
    const { restarted, elapsedMs } = await wait({
      reads: CALM,
      beside: (elapsed) => ({ movedAt: null, restarted: elapsed > 30_000, goal: 'reached' }),
    });
    assert.equal(restarted, true);
    assert.ok(elapsedMs > 30_000 && elapsedMs < 35_000, `${elapsedMs} ms`);
  });

  test('does not end while the goal is open, though every node was seen to restart', async () => {
    const { elapsedMs } = await wait({
      reads: [service('srr'), service('rsr'), service('rrs'), service('rrr')],
      beside: (elapsed) => ({ movedAt: null, restarted: false, goal: elapsed > 20_000 ? 'reached' : 'open' }),
    });
    assert.ok(elapsedMs > 20_000 && elapsedMs < 25_000, `${elapsedMs} ms`);
  });

  test('gives a goal up a minute after the restart, not before the restart was seen', async () => {
    const open = { movedAt: null, restarted: false, goal: 'open' } as const;
    const seen = await wait({
      reads: [service('srr'), service('rsr'), service('rrs'), service('rrr')],
      beside: () => open,
    });
    assert.ok(seen.elapsedMs >= 60_000 && seen.elapsedMs < 75_000, `${seen.elapsedMs} ms`);
    const unseen = await wait({ reads: CALM, beside: () => open, timeoutMs: 600_000 });
    assert.equal(unseen.elapsedMs, 600_000);
  });

  test('ends at once when the goal cannot be reached any more', async () => {
    const beside = () => ({ movedAt: null, restarted: false, goal: 'out of reach' }) as const;
    assert.equal((await wait({ reads: CALM, beside })).elapsedMs, 0);
  });

  test('counts what that sees as moves', async () => {
    const movedAt = (elapsed: number) =>
      STARTED_AT + Math.min(Math.floor(elapsed / 50_000) * 50_000, 150_000);
    const { elapsedMs, restarted } = await wait({
      reads: CALM,
      beside: (elapsed) => ({ movedAt: movedAt(elapsed), restarted: false, goal: 'reached' }),
    });
    assert.equal(restarted, false);
    assert.ok(elapsedMs >= 150_000 + 200_000, `${elapsedMs} ms`);
  });
});
