import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Clock } from '../../../src/clock.ts';
import {
  duration,
  describe as inWords,
  RestartCount,
  type ServiceProgress,
} from '../../../src/kafka/progress.ts';
import { WaitLog } from '../../../src/kafka/wait-log.ts';
import type { Narrator } from '../../../src/say.ts';

/** What is said while a service settles, on a clock that stands still until it is told to move. */

const MINUTE_MS = 60_000;

function nodes(...states: (string | [state: string, percent: number])[]): ServiceProgress['node_states'] {
  return states.map((given, index) => {
    const [state, percent] = typeof given === 'string' ? [given] : given;
    const progress_updates =
      percent === undefined ? [] : [{ phase: 'prepare', min: 0, current: percent, max: 100 }];
    return { name: `kafka-${index + 1}`, state, progress_updates };
  });
}

function service(state: string, ...states: Parameters<typeof nodes>): ServiceProgress {
  return { state, node_states: nodes(...states) };
}

const CALM = service('RUNNING', 'running', 'running');

/** A log of a wait of 15 minutes; `see` moves the clock first. */
function startLog(first: ServiceProgress) {
  const lines: string[] = [];
  let now = 1_000_000;
  const clock: Clock = { now: () => now, sleep: () => Promise.reject(new Error('nothing sleeps here')) };
  const say = { info: (line: string) => lines.push(line) } as unknown as Narrator;
  const log = new WaitLog(first, { timeoutMs: 15 * MINUTE_MS, clock, say });
  return {
    lines,
    see(afterMs: number, seen: ServiceProgress) {
      now += afterMs;
      log.see(seen);
    },
  };
}

describe('a wait', () => {
  test('does not call still what has got on, nor what has moved', () => {
    const { lines, see } = startLog(service('RUNNING', ['syncing_data', 10], 'running'));
    see(10_000, service('RUNNING', ['syncing_data', 20], 'running'));
    see(MINUTE_MS, service('RUNNING', ['syncing_data', 20], 'running'));
    see(MINUTE_MS, service('RUNNING', 'running', ['syncing_data', 20]));
    assert.deepEqual(
      lines.map((line) => line.includes('still')),
      [false, false, true, false],
    );
  });

  test('says nothing while nothing moves', () => {
    const { lines, see } = startLog(CALM);
    for (let read = 0; read < 59; read++) see(1_000, CALM);
    assert.deepEqual(lines, []);
  });

  test('has a heartbeat each minute, with the time that is left', () => {
    const { lines, see } = startLog(CALM);
    for (let read = 0; read < 120; read++) see(1_000, CALM);
    assert.deepEqual(lines, [
      '  [1:00, 14:00 left] still 0 of 2 brokers seen to restart; all nodes run',
      '  [2:00, 13:00 left] still 0 of 2 brokers seen to restart; all nodes run',
    ]);
  });

  test('tells each move at once', () => {
    const { lines, see } = startLog(service('REBALANCING', ['syncing_data', 0], 'running'));
    see(1_000, service('REBALANCING', 'running', 'leaving'));
    see(1_000, CALM);
    assert.deepEqual(lines, [
      '  [0:00, 15:00 left] 0 of 2 brokers seen to restart; state REBALANCING; kafka-1 is syncing data, 0 %',
      '  [0:01, 14:59 left] 1 of 2 brokers seen to restart; state REBALANCING; kafka-2 is leaving',
      '  [0:02, 14:58 left] all 2 brokers have restarted; all nodes run',
    ]);
  });

  test('tells progress every ten seconds at most', () => {
    const { lines, see } = startLog(service('RUNNING', ['syncing_data', 0], 'running'));
    for (let percent = 1; percent <= 25; percent++)
      see(1_000, service('RUNNING', ['syncing_data', percent], 'running'));
    assert.deepEqual(
      lines.map((line) => line.slice(-4)),
      ['0 %', '10 %', '20 %'].map((end) => end.padStart(4)),
    );
  });

  test('never says that less than nothing is left', () => {
    const { lines, see } = startLog(CALM);
    see(16 * MINUTE_MS, CALM);
    assert.match(lines[0] ?? '', /\[16:00, 0:00 left\]/);
  });
});

describe('a rolling restart', () => {
  test('that replaces nodes by new ones counts the new ones', () => {
    const count = new RestartCount(service('RUNNING', 'running', 'running'));
    const [old, other] = nodes('leaving', 'running');
    const fresh = { name: 'kafka-3', state: 'setting_up_vm' };
    assert.ok(old && other);
    count.see({ state: 'REBUILDING', node_states: [old, other, fresh] });
    assert.equal(count.restarted, 0);
    count.see({ state: 'RUNNING', node_states: [other, { ...fresh, state: 'running' }] });
    assert.equal(count.restarted, 1);
    assert.equal(`${count}`, '1 of 2 brokers seen to restart');
  });

  test('of a single broker is told in the singular', () => {
    const count = new RestartCount(service('RUNNING', 'leaving'));
    assert.equal(`${count}`, '0 of 1 broker seen to restart');
    count.see(service('RUNNING', 'running'));
    assert.equal(`${count}`, 'the only broker has restarted');
  });

  test('of a service that lists no node has nothing to count', () => {
    assert.equal(`${new RestartCount({ state: 'REBUILDING', node_states: [] })}`, 'no broker is listed');
  });
});

describe('in words', () => {
  test('a state that nobody knows yet is shown as it is', () => {
    assert.equal(inWords(service('RUNNING', 'warming_up')), 'kafka-1 is warming up');
  });

  test('progress is a share of what there is to do', () => {
    const updates = [
      { phase: 'prepare', completed: true, min: 0, current: 100, max: 100 },
      { phase: 'stream', completed: false, min: 1_000, current: 1_500, max: 3_000 },
    ];
    const node = { name: 'kafka-1', state: 'syncing_data', progress_updates: updates };
    assert.equal(inWords({ state: 'RUNNING', node_states: [node] }), 'kafka-1 is syncing data, 25 %');
  });

  test('progress without a measure is left out', () => {
    for (const odd of [
      { current: 5, max: null },
      { current: null, max: 5 },
      { min: 5, current: 5, max: 5 },
    ]) {
      const node = { name: 'kafka-1', state: 'syncing_data', progress_updates: [odd] };
      assert.equal(inWords({ state: 'RUNNING', node_states: [node] }), 'kafka-1 is syncing data');
    }
  });

  test('a duration has minutes only where there are some', () => {
    assert.deepEqual([400, 59_400, 60_000, 192_000].map(duration), ['0 s', '59 s', '1 min', '3 min 12 s']);
  });
});
