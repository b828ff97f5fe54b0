import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { simulateWait } from '../../world/simulated-wait.ts';

const READ_MS = 120;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

describe('a wait', () => {
  test('sees its end within two seconds while it is young', async () => {
    for (let restartMs = SECOND_MS; restartMs <= 20 * SECOND_MS; restartMs += 130) {
      const { delayMs } = await simulateWait(restartMs, READ_MS);
      assert.ok(delayMs <= 2 * SECOND_MS, `a restart of ${restartMs} ms was seen ${delayMs} ms late`);
    }
  });

  test('does not take one quiet moment for the end', async () => {
    for (let restartMs = SECOND_MS; restartMs <= MINUTE_MS; restartMs += 1_700) {
      const { delayMs } = await simulateWait(restartMs, READ_MS);
      assert.ok(delayMs >= 800, `a restart of ${restartMs} ms was believed after ${delayMs} ms`);
    }
  });

  test('reads less often as it gets long, at least every ten seconds', async () => {
    const short = await simulateWait(20 * SECOND_MS, READ_MS);
    const long = await simulateWait(10 * MINUTE_MS, READ_MS);
    assert.ok(short.longestPauseMs < SECOND_MS, `${short.longestPauseMs} ms`);
    assert.equal(long.longestPauseMs, 10 * SECOND_MS);
    assert.ok(long.reads < 150, `${long.reads} reads in ten minutes`);
    assert.ok(long.delayMs <= 21 * SECOND_MS, `${long.delayMs} ms`);
  });
});
