import assert from 'node:assert/strict';
import { after, describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeldConnections, type HoldOptions } from '../../../src/kafka/login/held.ts';
import { startBroker } from '../../world/broker.ts';
import { makeCertificates } from '../../world/certificates.ts';

/** Connections held open, and what their ends show. */

const certificates = await makeCertificates();
const offering = { certificates, mechanisms: () => ['OAUTHBEARER'], accepts: async () => true };
const clock = { now: () => Date.now(), sleep: (milliseconds: number) => sleep(milliseconds) };
const open: HeldConnections[] = [];
after(() => {
  for (const held of open) held.close();
});

async function hold(t: TestContext, more: Partial<HoldOptions> = {}) {
  const broker = await startBroker(offering);
  t.after(() => broker.close());
  const { port } = broker;
  const held = await HeldConnections.open({
    listener: { host: 'localhost', port, ca: certificates.ca },
    otherListener: false,
    clock,
    idleMs: 600_000,
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    ...more,
  });
  open.push(held);
  return { broker, held, port };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, 'it does not come about');
    await sleep(20);
  }
}

const stateOf = (held: HeldConnections) => held.all.map(({ state }) => state);

describe('a connection held open', () => {
  test('ends with its broker, and says which', async (t) => {
    const { broker, held, port } = await hold(t);
    assert.deepEqual(stateOf(held), ['open']);
    assert.equal(held.hasEnded(`127.0.0.1:${port}`), false);
    await broker.close();
    await until(() => stateOf(held)[0] === 'ended');
    assert.ok(held.movedAt);
    assert.equal(held.hasEnded(`127.0.0.1:${port}`), true);
    assert.equal(held.hasEnded(`127.0.0.2:${port}`), false);
    assert.equal(held.hasEnded('127.0.0.1:1'), false, 'another broker at the same address');
    assert.equal(held.haveAllEnded(1), true);
    assert.equal(held.haveAllEnded(3), false, 'of three brokers one was watched');
  });

  test('shows nothing when its listener goes on, as with an idle one that is closed', async (t) => {
    const { broker, held } = await hold(t);
    broker.drop();
    await until(() => stateOf(held)[0] === 'useless');
    assert.match(held.all[0]?.why ?? '', /closed while its listener kept running/);
    assert.equal(held.movedAt, null);
    assert.equal(held.haveAllEnded(1), false);
  });

  test('makes way for a new one before it gets old, and still shows the end', async (t) => {
    const { broker, held } = await hold(t, { idleMs: 250 });
    await until(() => broker.connections() >= 4);
    assert.deepEqual(stateOf(held), ['open']);
    await broker.close();
    await until(() => stateOf(held)[0] === 'ended');
  });

  test('that cannot be opened is no error, and shows nothing', async (t) => {
    const { held } = await hold(t, { listener: { host: 'localhost', port: 9, ca: null } });
    assert.deepEqual(stateOf(held), ['useless']);
    assert.match(held.all[0]?.why ?? '', /could not be opened \(ECONNREFUSED\)/);
    assert.equal(held.haveAllEnded(1), false);
  });

  test('to another listener of the broker tells by the address alone', async (t) => {
    const { broker, held } = await hold(t, { otherListener: true });
    await broker.close();
    await until(() => stateOf(held)[0] === 'ended');
    assert.equal(held.hasEnded('127.0.0.1:1'), true);
    assert.equal(held.hasEnded('127.0.0.2:1'), false);
  });

  test('is not opened where the name has no address', async (t) => {
    const resolve = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
    const { held } = await hold(t, { resolve });
    assert.deepEqual(held.all, []);
    assert.equal(held.haveAllEnded(0), false);
  });
});
