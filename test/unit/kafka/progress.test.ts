import assert from 'node:assert/strict';
import { describe as group, test } from 'node:test';
import {
  describe,
  describeMoves,
  duration,
  isSettled,
  RestartCount,
  type ServiceProgress,
  stopwatch,
} from '../../../src/kafka/progress.ts';
import { waitUntilSettled } from '../../../src/kafka/settle.ts';

/** Progress in numbers, and a wait at its limits. */

const service = (states: Readonly<Record<string, string>>, state = 'RUNNING'): ServiceProgress => ({
  state,
  node_states: Object.entries(states).map(([name, of]) => ({ name, state: of })),
});

group('a service has settled', () => {
  for (const [what, seen, has] of [
    ['with all nodes running', service({ a: 'running', b: 'running' }), true],
    ['without nodes', service({}), true],
    ['not with one that is not', service({ a: 'running', b: 'leaving' }), false],
    ['not while its state is another', service({ a: 'running' }, 'REBALANCING'), false],
  ] as const) {
    test(what, () => assert.equal(isSettled(seen), has));
  }
});

group('brokers that were seen to restart:', () => {
  const [r, s] = ['running', 'syncing_data'];
  for (const [what, first, reads, told, complete] of [
    ['none', { a: r, b: r }, [], '0 of 2 brokers', false],
    ['none of one', { a: r }, [], '0 of 1 broker seen', false],
    ['one that has not come back', { a: s, b: r }, [], '0 of 2 brokers', false],
    ['one', { a: s, b: r }, [{ a: r, b: r }], '1 of 2 brokers', false],
    [
      'both',
      { a: s, b: r },
      [
        { a: r, b: s },
        { a: r, b: r },
      ],
      'all 2 brokers',
      true,
    ],
    ['the only one', { a: s }, [{ a: r }], 'the only broker', true],
    ['one that went away', { a: s, b: r }, [{ b: r }], '0 of 2 brokers', false],
    [
      'two in the place of one',
      { a: r },
      [
        { a: r, b: s, c: s },
        { b: r, c: r },
      ],
      'the only broker',
      true,
    ],
    ['no broker at all', {}, [], 'no broker is listed', false],
    ['none at first', {}, [{ a: s }, { a: r }], 'no broker is listed', false],
  ] as readonly [string, Record<string, string>, Record<string, string>[], string, boolean][]) {
    test(what, () => {
      const count = new RestartCount(service(first));
      for (const read of reads) count.see(service(read));
      assert.ok(String(count).startsWith(told), String(count));
      assert.equal(count.isComplete, complete);
      assert.equal(count.total, Object.keys(first).length);
    });
  }
});

group('how far a node is:', () => {
  for (const [what, updates, told] of [
    ['nothing is said', undefined, ''],
    ['null', null, ''],
    ['no updates', [], ''],
    ['half', [{ min: 0, current: 50, max: 100 }], ', 50 %'],
    ['rounded down', [{ min: 0, current: 2, max: 3 }], ', 66 %'],
    ['from another least', [{ min: 10, current: 15, max: 20 }], ', 50 %'],
    ['without a least', [{ current: 1, max: 4 }], ', 25 %'],
    ['a least that is null', [{ min: null, current: 1, max: 4 }], ', 25 %'],
    ['nothing to do', [{ min: 4, current: 4, max: 4 }], ''],
    ['less than nothing', [{ min: 5, current: 4, max: 4 }], ''],
    ['no current', [{ min: 0, max: 4 }], ''],
    ['current null', [{ min: 0, current: null, max: 4 }], ''],
    ['no most', [{ min: 0, current: 4 }], ''],
    ['most null', [{ min: -1, current: 4, max: null }], ''],
    [
      'the first that is not complete',
      [
        { completed: true, current: 1, max: 1 },
        { completed: false, current: 1, max: 2 },
        { current: 3, max: 4 },
      ],
      ', 50 %',
    ],
    ['all complete', [{ completed: true, current: 1, max: 2 }], ''],
  ] as const) {
    test(what, () => {
      const node = { name: 'a', state: 'syncing_data', progress_updates: updates };
      const seen = { state: 'RUNNING', node_states: [node] };
      assert.equal(describe(seen), `a is syncing data${told}`);
      assert.equal(describeMoves(seen), 'a is syncing data');
    });
  }
});

group('what moves:', () => {
  for (const [seen, told] of [
    [service({ a: 'running' }), 'all nodes run'],
    [service({ a: 'running' }, 'REBALANCING'), 'state REBALANCING'],
    [service({ a: 'setting_up_vm', b: 'running', c: 'leaving' }), 'a is being set up; c is leaving'],
    [service({ a: 'timing_out', b: 'unknown' }), 'a is timing out; b does not report its state'],
    [service({ a: 'some_new_state' }, 'X'), 'state X; a is some new state'],
  ] as const) {
    test(told, () => {
      assert.equal(describe(seen), told);
      assert.equal(describeMoves(seen), told);
    });
  }
});

group('time is told:', () => {
  for (const [ms, long, short] of [
    [0, '0 s', '0:00'],
    [499, '0 s', '0:00'],
    [500, '1 s', '0:01'],
    [59_499, '59 s', '0:59'],
    [59_500, '1 min', '1:00'],
    [60_000, '1 min', '1:00'],
    [61_000, '1 min 1 s', '1:01'],
    [3_600_000, '60 min', '60:00'],
    [3_670_000, '61 min 10 s', '61:10'],
  ] as const) {
    test(`${ms} ms`, () => {
      assert.equal(duration(ms), long);
      assert.equal(stopwatch(ms), short);
    });
  }
});

/** A wait whose reads cost no time; what it read, and when. */
async function wait(
  read: (elapsedMs: number) => ServiceProgress,
  {
    timeoutMs = 900_000,
    expect = 'restart',
    sleep = async () => {},
    ...more
  }: Partial<Parameters<typeof waitUntilSettled>[0]> & { sleep?: () => Promise<void> } = {},
) {
  const startedAt = 5_000;
  let now = startedAt;
  const pauses: number[] = [];
  const movedAts: number[] = [];
  const settled = await waitUntilSettled({
    service: read(0),
    read: async () => read(now - startedAt),
    timeoutMs,
    expect,
    ...more,
    ...(more.beside && {
      beside: Object.assign(Object.create(more.beside), {
        see: (_: unknown, at: number) => movedAts.push(at - startedAt),
      }),
    }),
    clock: {
      now: () => now,
      async sleep(ms) {
        await sleep();
        pauses.push(ms);
        now += ms;
      },
    },
    say: { info() {}, debug() {}, warning() {}, group: (_title, work) => work() },
  });
  return { ...settled, pauses, movedAts };
}

const CALM = service({ a: 'running', b: 'running' });
const MOVING = service({ a: 'syncing_data', b: 'running' });

group('a wait', () => {
  test('asks at once, then ever less often, and at last every ten seconds', async () => {
    const { pauses } = await wait(() => MOVING, { timeoutMs: 1_200_000 });
    assert.equal(pauses[0], 800);
    const at = (elapsed: number) => {
      let sum = 0;
      for (const pause of pauses) {
        sum += pause;
        if (sum > elapsed) return pause;
      }
      return 0;
    };
    assert.equal(at(20_000), 800);
    assert.ok(at(60_000) > 1_900 && at(60_000) < 2_100, String(at(60_000)));
    assert.equal(at(400_000), 10_000);
  });

  for (const [timeoutMs, pause] of [
    [900_000, 800],
    [16_000, 800],
    [15_000, 750],
    [2_000, 100],
    [1_000, 50],
    [400, 50],
    [30, 30],
  ] as const) {
    test(`of ${timeoutMs} ms asks after ${pause} ms`, async () => {
      const { pauses, elapsedMs } = await wait(() => MOVING, { timeoutMs });
      assert.equal(pauses[0], pause);
      assert.equal(elapsedMs, timeoutMs);
    });
  }

  test('of no time does not ask', async () => {
    const { pauses, how } = await wait(() => MOVING, { timeoutMs: 0 });
    assert.deepEqual([pauses, how], [[], 'timed out']);
  });

  for (const [timeoutMs, quietMs] of [
    [900_000, 10_000],
    [30_000, 10_000],
    [24_000, 8_000],
    [3_000, 1_000],
  ] as const) {
    test(`of ${timeoutMs} ms looks ${quietMs} ms for moves`, async () => {
      const { elapsedMs, pauses } = await wait(() => CALM, { timeoutMs, expect: 'moves' });
      assert.ok(elapsedMs >= quietMs && elapsedMs - (pauses.at(-1) ?? 0) < quietMs, `${elapsedMs} ms`);
    });
  }

  test('for moves ends with the second calm read after one', async () => {
    const { pauses, moved, restarted } = await wait((elapsed) => (elapsed === 0 ? MOVING : CALM), {
      expect: 'moves',
    });
    assert.deepEqual([pauses.length, moved, restarted], [2, true, false]);
  });

  test('for what moves already ends with the second calm read', async () => {
    const { pauses } = await wait((elapsed) => (elapsed < 1_000 ? MOVING : CALM), { expect: 'moves' });
    assert.equal(pauses.length, 3);
  });

  test('does not count calm reads over a move between them', async () => {
    const seen = [MOVING, CALM, MOVING, CALM, CALM];
    let reads = 0;
    const { pauses } = await wait(() => seen[Math.min(reads++, 4)] ?? CALM, { expect: 'moves' });
    assert.equal(pauses.length, 4);
  });

  for (const goal of ['open', 'reached'] as const) {
    test(`for moves that do not come, with a goal that is ${goal}`, async () => {
      const beside = { movedAt: null, restarted: false, goal, see() {} };
      const { elapsedMs, how } = await wait(() => CALM, { expect: 'moves', timeoutMs: 20_000, beside });
      assert.deepEqual([elapsedMs === 20_000, how], [goal === 'open', 'settled']);
    });
  }

  test('ends a minute after the last move to the millisecond, at the next read', async () => {
    const { elapsedMs, pauses, movedAts } = await wait((elapsed) => (elapsed === 0 ? MOVING : CALM), {
      beside: { movedAt: null, restarted: false, goal: 'reached', see() {} },
    });
    assert.ok(elapsedMs >= 60_000 && elapsedMs - (pauses.at(-1) ?? 0) < 60_000, `${elapsedMs} ms`);
    assert.equal(movedAts.at(-1), 0, 'the beginning counts as a move');
  });

  test('ends after exactly a minute of calm', async () => {
    // The pauses add up to a minute: 60 of a twentieth of the time.
    const { elapsedMs } = await wait(() => CALM, { timeoutMs: 61_000, expect: 'restart' });
    assert.ok(elapsedMs >= 60_000 && elapsedMs <= 61_000);
    const movedAt = 5_000;
    const early = await wait(() => CALM, {
      timeoutMs: 70_000,
      beside: { movedAt: movedAt - 1, restarted: false, goal: 'reached', see() {} },
    });
    assert.ok(early.elapsedMs < 63_000, 'a move from before the wait changes nothing');
  });

  test('is not set back by a move that was seen late', async () => {
    const { elapsedMs } = await wait((elapsed) => (elapsed > 40_000 && elapsed < 42_500 ? MOVING : CALM), {
      beside: { movedAt: 6_000, restarted: false, goal: 'reached', see() {} },
    });
    assert.ok(elapsedMs >= 40_000 + 4 * 39_000, `${elapsedMs} ms`);
  });

  test('tells those beside when something last moved', async () => {
    const { movedAts } = await wait((elapsed) => (elapsed > 4_000 && elapsed < 6_000 ? MOVING : CALM), {
      timeoutMs: 20_000,
      beside: { movedAt: null, restarted: false, goal: 'open', see() {} },
    });
    assert.equal(movedAts[0], 0);
    assert.ok((movedAts.at(-1) ?? 0) >= 5_000 && (movedAts.at(-1) ?? 0) < 6_000, String(movedAts.at(-1)));
  });

  test('hands back what interrupted it, and how far it had come', async () => {
    const reason = new Error('told to stop');
    let slept = 0;
    const sleep = async () => {
      if (++slept === 3) throw reason;
    };
    const ended = await wait(() => MOVING, { sleep });
    assert.equal(ended.how, 'interrupted');
    assert.equal(ended.interruption, reason);
    assert.equal(ended.moved, true);
    assert.equal(ended.elapsedMs, 1_600);
    assert.equal(ended.restarts.total, 2);
  });

  test('hands back what kept it from reading', async () => {
    const reason = new Error('no answer');
    const read = async () => {
      throw reason;
    };
    const ended = await wait(() => MOVING, { read });
    assert.deepEqual([ended.how, ended.interruption], ['interrupted', reason]);
  });

  test('has nothing that interrupted it otherwise', async () => {
    const ended = await wait(() => CALM, { expect: 'moves' });
    assert.equal('interruption' in ended, false);
  });
});
