import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { LoginWatch, type WatchOptions } from '../../../src/kafka/login/watch.ts';
import { type BrokerAddress, startBroker } from '../../world/broker.ts';
import { makeCertificates } from '../../world/certificates.ts';

/** Logins beside a wait, with a clock of one's own: what they prove, and when they have to be made again. */

const certificates = await makeCertificates();

interface Script {
  /** Whether a broker lets the token in, by its ID. */
  readonly accepts?: (nodeId: number) => boolean;
  /** The IDs that the metadata names. */
  readonly named?: () => readonly number[];
  readonly options?: Partial<WatchOptions>;
}

/** Three brokers, the first of which is behind the name. */
async function watchThree(
  t: TestContext,
  { accepts = () => true, named = () => [1, 2, 3], options }: Script,
) {
  const addresses = new Map<number, BrokerAddress>();
  const brokers = await Promise.all(
    [1, 2, 3].map(async (nodeId) => {
      const broker = await startBroker({
        certificates,
        mechanisms: () => ['OAUTHBEARER'],
        accepts: async () => accepts(nodeId),
        brokers: () => named().flatMap((id) => addresses.get(id) ?? []),
      });
      addresses.set(nodeId, { nodeId, host: 'localhost', port: broker.port });
      return broker;
    }),
  );
  let now = 1_000;
  const watch = new LoginWatch({
    listener: async () => ({ host: 'localhost', port: brokers[0]?.port ?? 0, ca: certificates.ca }),
    tokens: [{ token: 'a.b.c', name: 'Test token', isGood: () => true }],
    isNew: ({ result }) => result.how === 'logged in',
    held: null,
    clock: { now: () => now, sleep: () => Promise.reject(new Error('nothing sleeps here')) },
    say: { info() {} },
    stop: new AbortController().signal,
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    ...options,
  });
  t.after(() => {
    watch.close();
    return Promise.all(brokers.map((broker) => broker.close()));
  });
  const nodes = ['kafka-1', 'kafka-2', 'kafka-3'].map((name) => ({ name, state: 'running' }));
  return {
    brokers,
    watch,
    /** One read of the service, and the round that it begins. */
    async look(movedAt: number, at = now) {
      now = at;
      watch.see({ state: 'RUNNING', node_states: nodes }, movedAt);
      await watch.finish();
    },
  };
}

describe('logins beside a wait', () => {
  test('prove the restart where each broker does what it would not have done', async (t) => {
    const { watch, look } = await watchThree(t, {});
    assert.equal(watch.restarted, false);
    await look(1_000);
    assert.deepEqual({ restarted: watch.restarted, goal: watch.goal }, { restarted: true, goal: 'reached' });
  });

  test('prove nothing where it would have let this token in before', async (t) => {
    const { watch, look } = await watchThree(t, { options: { isNew: () => false } });
    await look(1_000);
    assert.deepEqual({ restarted: watch.restarted, goal: watch.goal }, { restarted: false, goal: 'reached' });
  });

  test('prove nothing of a broker that is down and so is not named', async (t) => {
    const { watch, look } = await watchThree(t, { named: () => [1, 2] });
    await look(1_000);
    assert.deepEqual({ restarted: watch.restarted, goal: watch.goal }, { restarted: false, goal: 'reached' });
  });

  test('prove nothing as long as one is turned away', async (t) => {
    const { watch, look } = await watchThree(t, { accepts: (nodeId) => nodeId !== 2 });
    await look(1_000);
    assert.deepEqual({ restarted: watch.restarted, goal: watch.goal }, { restarted: false, goal: 'open' });
  });

  test('are made again after something moved', async (t) => {
    const { brokers, watch, look } = await watchThree(t, {});
    await look(1_000);
    const before = brokers[2]?.logins.length ?? 0;
    await look(1_000, 1_100);
    assert.equal(brokers[2]?.logins.length, before, 'nothing has moved since');
    watch.see({ state: 'RUNNING', node_states: [] }, 1_050);
    assert.equal(watch.goal, 'open');
    await look(1_050, 1_200);
    assert.equal(brokers[2]?.logins.length, before + 1);
    assert.equal(watch.goal, 'reached');
  });

  test('are of no use with a token that brokers are to refuse by now', async (t) => {
    const tokens = [{ token: 'a.b.c', name: 'Test token', isGood: () => false }];
    const { watch, look } = await watchThree(t, { accepts: () => false, options: { tokens } });
    await look(1_000);
    assert.equal(watch.goal, 'out of reach');
  });

  test('take what keeps the listener from being known to whoever asks', async (t) => {
    const reason = new Error('no certificate');
    const { watch, look } = await watchThree(t, { options: { listener: () => Promise.reject(reason) } });
    await assert.rejects(look(1_000), reason);
    assert.equal(watch.goal, 'out of reach');
  });
});
