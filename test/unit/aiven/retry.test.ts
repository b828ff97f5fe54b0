import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Trouble } from '../../../src/aiven/call.ts';
import { Patience, RETRY_POLICY, readRetryAfter } from '../../../src/aiven/retry.ts';
import { Failure } from '../../../src/failure.ts';

const FAILURE = new Failure({ title: 'Down', problem: 'It is down.', remedy: 'Wait.' });
const CALL = { operation: 'ProjectUpdate', resource: 'project p1' };

function trouble(retryAfterMs: number | null = null): Trouble {
  return { why: 'it is down', failure: FAILURE, mayPass: true, mayHaveWorked: false, retryAfterMs };
}

/** Patience, and a clock that is set by hand. */
function setUp() {
  const clock = { time: 1_000_000, now: () => clock.time, sleep: async () => {} };
  return { clock, patience: new Patience(RETRY_POLICY, clock) };
}

describe('the pauses', () => {
  test('start small, grow, and stay within a factor of two of the table', () => {
    const { patience } = setUp();
    patience.startCall(CALL).inTrouble();
    for (const [index, most] of [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000].entries()) {
      const pause = patience.pauseAfter(trouble(), index + 1) ?? 0;
      assert.ok(pause <= most && pause >= most / 2, `${pause} of ${most}`);
    }
  });

  test('are what the API asks for, within limits', () => {
    const { patience } = setUp();
    patience.startCall(CALL).inTrouble();
    assert.equal(patience.pauseAfter(trouble(3_000), 1), 3_000);
    assert.equal(patience.pauseAfter(trouble(0), 1), 250);
    assert.equal(patience.pauseAfter(trouble(3_600_000), 1), 30_000);
  });

  test('end after a minute of trouble, over all calls', () => {
    const { clock, patience } = setUp();
    const one = patience.startCall(CALL);
    one.inTrouble();
    clock.time += 40_000;
    one.end();
    const other = patience.startCall(CALL);
    other.inTrouble();
    clock.time += 19_000;
    assert.notEqual(patience.pauseAfter(trouble(), 1), null);
    clock.time += 1_000;
    assert.equal(patience.pauseAfter(trouble(), 1), null);
  });

  test('are counted once for calls that are in trouble at the same time', () => {
    const { clock, patience } = setUp();
    const calls = [patience.startCall(CALL), patience.startCall(CALL), patience.startCall(CALL)];
    for (const call of calls) call.inTrouble();
    clock.time += 30_000;
    for (const call of calls) call.end();
    patience.startCall(CALL).inTrouble();
    clock.time += 29_000;
    assert.notEqual(patience.pauseAfter(trouble(), 1), null);
  });

  test('are not for what would begin when the time is up', () => {
    const { clock, patience } = setUp();
    patience.startCall(CALL).inTrouble();
    clock.time += 30_000;
    assert.equal(patience.pauseAfter(trouble(30_000), 1), null);
    assert.equal(patience.pauseAfter(trouble(29_999), 1), 29_999);
  });

  test('count a call once, however often it is in trouble or comes to its end', () => {
    const { clock, patience } = setUp();
    const [one, fine] = [patience.startCall(CALL), patience.startCall(CALL)];
    one.inTrouble();
    one.inTrouble();
    fine.end();
    clock.time += 30_000;
    one.end();
    one.end();
    clock.time += 40_000;
    patience.startCall(CALL).inTrouble();
    clock.time += 29_000;
    assert.equal(patience.pauseAfter(trouble(999), 1), 999, '1 s is left');
    assert.equal(patience.pauseAfter(trouble(1_000), 1), null);
  });

  test('come back after a minute without trouble', () => {
    const { clock, patience } = setUp();
    const call = patience.startCall(CALL);
    call.inTrouble();
    clock.time += 59_000;
    call.end();
    clock.time += 60_000;
    patience.startCall(CALL).inTrouble();
    clock.time += 50_000;
    assert.notEqual(patience.pauseAfter(trouble(), 1), null);
  });
});

describe('an API that was given up', () => {
  test('is not asked again, and each later call says so of its own', () => {
    const { clock, patience } = setUp();
    patience.startCall(CALL).inTrouble();
    clock.time += 60_000;
    patience.giveUp(trouble());
    assert.throws(() => patience.startCall({ ...CALL, resource: 'project p9' }), {
      title: 'Down',
      message:
        'ProjectUpdate for project p9: not tried, because this step had given up on the Aiven API (it is down). Wait.',
    });
  });

  test('is asked again when it answers another call meanwhile', () => {
    const { clock, patience } = setUp();
    patience.startCall(CALL).inTrouble();
    clock.time += 60_000;
    patience.answered();
    patience.giveUp(trouble());
    assert.doesNotThrow(() => patience.startCall(CALL));
  });
});

test('an API that answered when the trouble began is not given up', () => {
  const { patience } = setUp();
  patience.answered();
  patience.startCall(CALL).inTrouble();
  patience.giveUp(trouble());
  assert.doesNotThrow(() => patience.startCall(CALL));
});

test('the last attempt is over 85 s after trouble began', () => {
  const { clock, patience } = setUp();
  assert.deepEqual(patience.timeouts('GET'), { headersMs: 20_000, bodyMs: 15_000 });
  assert.deepEqual(patience.timeouts('PUT'), { headersMs: 30_000, bodyMs: 15_000 });
  patience.startCall(CALL).inTrouble();
  for (const spent of [59_000, 70_000, 84_500]) {
    clock.time = 1_000_000 + spent;
    const { headersMs, bodyMs } = patience.timeouts('POST');
    assert.ok(spent + headersMs + bodyMs <= 85_000 + 2_000, `${headersMs} and ${bodyMs} after ${spent}`);
  }
});

test('Retry-After is a number of seconds or a date', () => {
  const now = Date.parse('2026-11-24T12:00:00Z');
  const read = (value: string) => readRetryAfter({ 'retry-after': value }, now);
  assert.equal(read('7'), 7_000);
  assert.equal(read('Tue, 24 Nov 2026 12:00:05 GMT'), 5_000);
  assert.equal(read('Tue, 24 Nov 2026 11:00:00 GMT'), 0);
  assert.equal(read('2026-11-24T12:00:05Z'), 5_000);
  assert.equal(read('Tue Nov 24 2026 12:00:05 +0000'), 5_000);
  assert.equal(read('soon'), null);
  assert.equal(readRetryAfter({}, now), null);
});
