import assert from 'node:assert/strict';
import { createServer as createPlainServer, type Server } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { createServer } from 'node:tls';
import { type Attempt, tryLogin } from '../../../src/kafka/login/attempt.ts';
import {
  addressesOf,
  describeRound,
  isFutile,
  isWelcomeEverywhere,
  type LoginToken,
  logInEverywhere,
  pauseAfter,
  type Round,
  tryEverywhere,
} from '../../../src/kafka/login/everywhere.ts';
import type { HeldConnections } from '../../../src/kafka/login/held.ts';
import type { LoginResult } from '../../../src/kafka/login/result.ts';
import { HeldWatch, LoginWatch, type WatchOptions } from '../../../src/kafka/login/watch.ts';
import { type BrokerAddress, type BrokerWorld, startBroker } from '../../world/broker.ts';
import { makeCertificates } from '../../world/certificates.ts';

/** One login, what a round of them comes to, and what is watched beside a wait. */

const certificates = await makeCertificates();
const others = await makeCertificates();
const { ca } = certificates;
const offering = { certificates, mechanisms: () => ['PLAIN', 'OAUTHBEARER'] };
const BOTH = ['PLAIN', 'OAUTHBEARER'];
let named: readonly BrokerAddress[] | null = null;
let good: BrokerWorld;
let refusing: BrokerWorld;
let plain: BrokerWorld;
const servers: Server[] = [];

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

before(async () => {
  good = await startBroker({ ...offering, accepts: async () => true, brokers: () => named });
  refusing = await startBroker({ ...offering, accepts: async () => false });
  plain = await startBroker({ certificates, mechanisms: () => ['PLAIN'], accepts: async () => true });
});
after(async () => {
  await Promise.all([good, refusing, plain].map((broker) => broker.close()));
  for (const server of servers) server.close();
});

const at = (
  port: number,
  token: string | null,
  more: { ca?: string | null; host?: string; stop?: AbortSignal } = {},
) =>
  tryLogin(
    '127.0.0.1',
    { host: 'localhost', port, ca, ...more },
    token,
    more.stop ?? new AbortController().signal,
  );

describe('a login comes to', () => {
  const whys = (attempt: Attempt) => ('why' in attempt.result ? attempt.result.why : '');

  test('what the broker offers, without a token', async () => {
    const logins = good.logins.length;
    assert.deepEqual(await at(good.port, null), {
      result: { how: 'offered', mechanisms: BOTH },
      remote: `127.0.0.1:${good.port}`,
    });
    assert.equal(good.logins.length, logins, 'nothing is shown');
  });

  test('a login, and the brokers that it names', async () => {
    named = [
      { nodeId: 3, host: 'a.example.com', port: 1 },
      { nodeId: 4, host: 'b.example.com', port: 2 },
    ];
    const { result, remote } = await at(good.port, 'a.b.c');
    assert.deepEqual(result, { how: 'logged in', mechanisms: BOTH, brokers: named });
    assert.equal(remote, `127.0.0.1:${good.port}`);
    assert.equal(good.tokens.at(-1), 'a.b.c');
  });

  test('a login, whatever becomes of the question who its brokers are', async () => {
    named = null;
    assert.deepEqual((await at(good.port, 'a.b.c')).result, {
      how: 'logged in',
      mechanisms: BOTH,
      brokers: [],
    });
  });

  test('a refusal', async () => {
    assert.deepEqual(await at(refusing.port, 'a.b.c'), {
      result: { how: 'refused', mechanisms: BOTH },
      remote: `127.0.0.1:${refusing.port}`,
    });
  });

  for (const token of [null, 'a.b.c']) {
    test(`other mechanisms, ${token === null ? 'without' : 'with'} a token`, async () => {
      assert.deepEqual((await at(plain.port, token)).result, { how: 'not offered', mechanisms: ['PLAIN'] });
    });
  }

  test('no trust, in another authority', async () => {
    for (const authority of [others.ca, null]) {
      const attempt = await at(good.port, null, { ca: authority });
      assert.equal(attempt.result.how, 'tls');
      assert.match(whys(attempt), /CERT|UNABLE_TO|SSL/);
      assert.equal(attempt.remote, null);
    }
  });

  test('no trust, in a certificate for another name', async () => {
    const attempt = await at(good.port, null, { host: 'kafka.example.com' });
    assert.deepEqual([attempt.result.how, whys(attempt)], ['tls', 'ERR_TLS_CERT_ALTNAME_INVALID']);
  });

  test('trust, in a certificate for the address', async () => {
    assert.equal((await at(good.port, null, { host: '127.0.0.1' })).result.how, 'offered');
  });

  test('no route', async () => {
    const attempt = await at(9, 'a.b.c');
    assert.deepEqual(attempt, { result: { how: 'no route', why: 'ECONNREFUSED' }, remote: null });
  });

  test('no TLS', async () => {
    const port = await listen(
      createPlainServer((socket) => void socket.on('error', () => {}).end('HTTP/1.1 400\r\n\r\n')),
    );
    const { result, remote } = await at(port, null);
    assert.deepEqual([result.how, remote], ['tls', null]);
  });

  test('no TLS, where the other side hangs up', async () => {
    const port = await listen(createPlainServer((socket) => void socket.on('error', () => {}).destroy()));
    const { result } = await at(port, null);
    assert.ok(['tls', 'no route'].includes(result.how), result.how);
  });

  test('no broker behind TLS', async () => {
    const { key, cert } = certificates;
    const port = await listen(
      createServer(
        { key, cert },
        (socket) => void socket.on('error', () => {}).once('data', () => socket.destroy()),
      ),
    );
    for (const token of [null, 'a.b.c']) {
      const attempt = await at(port, token);
      assert.equal(attempt.result.how, 'no broker');
      assert.equal(attempt.remote, `127.0.0.1:${port}`);
      assert.ok(whys(attempt) !== '' && !whys(attempt).endsWith('.'), whys(attempt));
    }
  });

  test('the reason of whoever stops it, before and meanwhile', async () => {
    const reason = new Error('cancelled');
    const count = good.connections();
    await assert.rejects(at(good.port, null, { stop: AbortSignal.abort(reason) }), reason);
    assert.equal(good.connections(), count);
    const stop = new AbortController();
    const silent = await listen(createPlainServer((socket) => void socket.on('error', () => {})));
    const attempt = at(silent, null, { stop: stop.signal });
    setTimeout(() => stop.abort(reason), 50);
    await assert.rejects(attempt, reason);
  });
});

const ROUND: Round = { startedAt: 0, results: [], named: true };
const LOGGED_IN: LoginResult = { how: 'logged in', mechanisms: BOTH, brokers: [] };
const REFUSED: LoginResult = { how: 'refused', mechanisms: BOTH };
const roundOf = (...results: (LoginResult | [LoginResult, number | null])[]): Round => ({
  ...ROUND,
  results: results.map((each, index) => {
    const [result, using] = Array.isArray(each) ? each : [each, null];
    return { address: `b${index}`, using, result, remote: null };
  }),
});
const token = (isGood: boolean, name = 'T'): LoginToken => ({
  token: `${name}.b.c`,
  name,
  isGood: () => isGood,
});

describe('of a round', () => {
  test('everywhere means everywhere, and somewhere', () => {
    assert.equal(isWelcomeEverywhere(roundOf()), false);
    assert.equal(isWelcomeEverywhere(roundOf(LOGGED_IN)), true);
    assert.equal(isWelcomeEverywhere(roundOf(LOGGED_IN, { how: 'offered', mechanisms: [] })), true);
    assert.equal(isWelcomeEverywhere(roundOf(LOGGED_IN, REFUSED)), false);
  });

  for (const [what, round, tokens, is] of [
    ['a refusal of a token that is over', roundOf([REFUSED, 0]), [token(false)], true],
    ['a refusal of a token that is good', roundOf([REFUSED, 0]), [token(true)], false],
    [
      'a refusal of the other token',
      roundOf([LOGGED_IN, 0], [REFUSED, 1]),
      [token(false), token(true)],
      false,
    ],
    [
      'a refusal of the other token, which is over',
      roundOf([LOGGED_IN, 0], [REFUSED, 1]),
      [token(true), token(false)],
      true,
    ],
    ['a refusal of no token', roundOf([REFUSED, null]), [token(false)], false],
    ['a refusal of a token that nobody knows', roundOf([REFUSED, 3]), [token(false)], false],
    ['no connection', roundOf([{ how: 'no route', why: 'x' }, 0]), [token(false)], false],
    ['a login', roundOf([LOGGED_IN, 0]), [token(false)], false],
    ['nothing', roundOf(), [token(false)], false],
  ] as const) {
    test(`${what} is ${is ? '' : 'not '}the last word`, () => assert.equal(isFutile(round, tokens), is));
  }

  test('all is told', () => {
    assert.equal(
      describeRound(roundOf(LOGGED_IN, REFUSED)),
      'b0: the broker accepted the token; b1: the broker refused the token',
    );
  });

  test('the next is later and later, ten seconds at most', () => {
    assert.deepEqual([1, 2, 3, 5, 6, 30].map(pauseAfter), [500, 1_000, 2_000, 8_000, 10_000, 10_000]);
  });
});

describe('the addresses behind a name are', () => {
  const v4 = (address: string) => ({ address, family: 4 });
  const v6 = (address: string) => ({ address, family: 6 });
  for (const [what, found, addresses] of [
    ['each once', [v4('1.1.1.1'), v4('2.2.2.2'), v4('1.1.1.1')], ['1.1.1.1', '2.2.2.2']],
    ['those of IPv4', [v6('::1'), v4('1.1.1.1')], ['1.1.1.1']],
    ['those of IPv6, where there are no others', [v6('::1'), v6('::2'), v6('::1')], ['::1', '::2']],
    ['none', [], 'no address'],
  ] as const) {
    test(what, async () => assert.deepEqual(await addressesOf('x', async () => [...found]), addresses));
  }
  for (const [error, code] of [
    [Object.assign(new Error('no'), { code: 'EAI_AGAIN' }), 'EAI_AGAIN'],
    [new Error('no'), 'no address'],
    ['no', 'no address'],
    [{ code: 'X' }, 'no address'],
  ] as const) {
    test(`none, for ${code}`, async () =>
      assert.equal(await addressesOf('x', () => Promise.reject(error)), code));
  }
  test('those of this machine, by the system itself', async () =>
    assert.deepEqual(await addressesOf('127.0.0.1'), ['127.0.0.1']));
});

function options(port: number, more: Partial<Parameters<typeof logInEverywhere>[0]> = {}) {
  const lines: string[] = [];
  const pauses: number[] = [];
  let now = 7_000;
  return {
    lines,
    pauses,
    now: () => now,
    options: {
      listener: { host: 'localhost', port, ca },
      tokens: [],
      patienceMs: 3_000,
      clock: {
        now: () => now,
        sleep: async (ms: number) => {
          pauses.push(ms);
          now += ms;
        },
      },
      say: { info: (line: string) => void lines.push(line) },
      stop: new AbortController().signal,
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
      ...more,
    },
  };
}

describe('a round', () => {
  test('with several tokens shows each to every broker, and names it', async () => {
    named = [{ nodeId: 3, host: 'localhost', port: good.port }];
    const { results, startedAt, ...round } = await tryEverywhere(
      options(good.port, { tokens: [token(true, 'One'), token(true, 'Two')] }).options,
    );
    assert.deepEqual(
      results.map(({ address, using, result }) => [address, using, result.how]),
      [
        [`broker 3 (localhost:${good.port}), One`, 0, 'logged in'],
        [`broker 3 (localhost:${good.port}), Two`, 1, 'logged in'],
      ],
    );
    assert.deepEqual([startedAt, round.named], [7_000, true]);
    assert.deepEqual(new Set(good.tokens.slice(-4)), new Set(['One.b.c', 'Two.b.c']));
  });

  test('with one token does not name it', async () => {
    named = [{ nodeId: 3, host: '127.0.0.1', port: good.port }];
    const { results } = await tryEverywhere(options(good.port, { tokens: [token(true)] }).options);
    assert.deepEqual(
      results.map(({ address, using }) => [address, using]),
      [[`broker 3 (127.0.0.1:${good.port})`, 0]],
    );
  });

  test('of which one names its brokers and the other does not names them', async () => {
    named = null;
    const { results, named: is } = await tryEverywhere(options(good.port, { tokens: [token(true)] }).options);
    assert.equal(is, false);
    assert.deepEqual(
      results.map(({ address, using }) => [address, using]),
      [[`127.0.0.1:${good.port} (localhost)`, 0]],
    );
  });

  test('at an address, where that is the listener itself', async () => {
    const { results } = await tryEverywhere(
      options(good.port, { listener: { host: '127.0.0.1', port: good.port, ca } }).options,
    );
    assert.deepEqual(
      results.map(({ address, using, remote }) => [address, using, remote]),
      [[`127.0.0.1:${good.port}`, null, `127.0.0.1:${good.port}`]],
    );
  });

  const skip = process.platform !== 'linux';
  test('counts an address that is shut, unless it is that of a broker that was met', { skip }, async () => {
    named = [{ nodeId: 3, host: 'localhost', port: good.port }];
    const resolve = async () => ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
    const { results, named: is } = await tryEverywhere(
      options(good.port, { tokens: [token(true)], resolve }).options,
    );
    assert.equal(is, true);
    assert.deepEqual(
      results.map(({ address, result }) => [address, result.how]),
      [
        [`broker 3 (localhost:${good.port})`, 'logged in'],
        [`127.0.0.2:${good.port} (localhost)`, 'no route'],
      ],
    );
  });

  test('believes the broker that names the most', { skip }, async (t) => {
    const both = [3, 4].map((nodeId) => ({ nodeId, host: 'localhost', port: good.port }));
    const knowing = await startBroker({
      ...offering,
      accepts: async () => true,
      host: '127.0.0.2',
      port: good.port,
      brokers: () => both,
    });
    t.after(() => knowing.close());
    named = both.slice(0, 1);
    const resolve = async () => ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
    const { results } = await tryEverywhere(options(good.port, { tokens: [token(true)], resolve }).options);
    assert.deepEqual(
      results.map(({ address }) => address),
      both.map(({ nodeId }) => `broker ${nodeId} (localhost:${good.port})`),
    );
  });
});

describe('logging in everywhere', () => {
  test('ends at once where all is well, and says nothing', async () => {
    const { options: given, lines, pauses } = options(good.port);
    assert.equal(isWelcomeEverywhere(await logInEverywhere(given)), true);
    assert.deepEqual([lines, pauses], [[], []]);
  });

  for (const [patienceMs, pauses, left] of [
    [3_000, [500, 1_000], '3 s'],
    [3_501, [500, 1_000, 2_000], '4 s'],
    [3_500, [500, 1_000], '4 s'],
    [500, [], null],
  ] as const) {
    test(`is tried again for ${patienceMs} ms`, async () => {
      const { options: given, lines, pauses: made } = options(plain.port, { patienceMs });
      const { results } = await logInEverywhere(given);
      assert.equal(results[0]?.result.how, 'not offered');
      assert.deepEqual(made, pauses);
      assert.equal(lines.length, left === null ? 0 : 1);
      if (left) assert.ok(lines[0]?.endsWith(`Trying again for ${left}.`), lines[0]);
    });
  }

  test('says again what has changed', async () => {
    let round = 0;
    const resolve = async () => {
      if (++round === 2) throw new Error('no');
      return [{ address: '127.0.0.1', family: 4 }];
    };
    const { options: given, lines } = options(plain.port, { patienceMs: 20_000, resolve });
    await logInEverywhere(given);
    assert.equal(lines.length, 3);
    assert.match(lines[1] ?? '', /^Logging in to localhost: .*no connection/);
  });
});

const node = (name: string) => ({ name, state: 'running' });
const service = (count: number) => ({
  state: 'RUNNING',
  node_states: Array.from({ length: count }, (_, index) => node(`kafka-${index}`)),
});

/** Connections that are what they are said to be. */
const heldAs = (movedAt: number | null, ended: number, has = false) =>
  ({
    movedAt,
    haveAllEnded: (brokers: number) => brokers > 0 && ended >= brokers,
    hasEnded: () => has,
    close() {},
  }) as unknown as HeldConnections;

test('connections watched alone have seen all restart once as many have ended as there were nodes', () => {
  const watch = new HeldWatch(heldAs(5, 2));
  assert.deepEqual([watch.restarted, watch.movedAt, watch.goal], [false, 5, 'reached']);
  watch.see(service(3));
  watch.see(service(2));
  assert.equal(watch.restarted, false);
  const fewer = new HeldWatch(heldAs(null, 2));
  fewer.see(service(2));
  assert.deepEqual([fewer.restarted, fewer.movedAt], [true, null]);
});

describe('a watch of logins', () => {
  function watchAt(more: Partial<WatchOptions> = {}) {
    const lines: string[] = [];
    let now = 1_000;
    let rounds = 0;
    const watch = new LoginWatch({
      listener: async () => {
        rounds++;
        return { host: 'localhost', port: plain.port, ca };
      },
      tokens: [],
      isNew: () => false,
      held: null,
      clock: { now: () => now, sleep: () => Promise.reject(new Error('nothing sleeps here')) },
      say: { info: (line) => lines.push(line) },
      stop: new AbortController().signal,
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
      ...more,
    });
    /** A read of the service, and the end of the round that it begins. */
    const look = async (at: number, movedAt = 1_000) => {
      now = at;
      watch.see(service(1), movedAt);
      await watch.finish();
      return rounds;
    };
    return { watch, lines, look, rounds: () => rounds };
  }

  test('leaves the brokers alone for longer and longer as long as nothing changes', async (t) => {
    const { watch, lines, look } = watchAt();
    t.after(() => watch.close());
    // The first time that something is told counts as the first round.
    for (const [at, rounds] of [
      [1_000, 1],
      [1_499, 1],
      [1_500, 2],
      [2_499, 2],
      [2_500, 3],
      [4_499, 3],
      [4_500, 4],
    ] as const)
      assert.equal(await look(at), rounds, `at ${at}`);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^Logging in to localhost: .* Trying again\.$/);
    assert.equal(watch.movedAt, null, 'what is told first has not moved');
    assert.equal(watch.goal, 'open');
    assert.equal(await look(4_600, 4_550), 5, 'a move makes it due');
  });

  test('notes when what became of the logins has changed', async (t) => {
    let names = 0;
    const { watch, lines, look } = watchAt({
      resolve: async () => {
        if (++names > 1) throw new Error('no');
        return [{ address: '127.0.0.1', family: 4 }];
      },
    });
    t.after(() => watch.close());
    await look(1_000);
    assert.equal(watch.movedAt, null);
    await look(2_000);
    assert.equal(watch.movedAt, 2_000);
    assert.equal(lines.length, 2);
  });

  test('without a listener waits for one', async (t) => {
    let asked = 0;
    const { watch, lines } = watchAt({
      listener: async () => {
        asked++;
        return null;
      },
    });
    t.after(() => watch.close());
    assert.equal(await watch.finish(), null);
    assert.equal(asked, 1);
    watch.see(service(1), 1_000);
    assert.equal(await watch.finish(), null);
    assert.equal(
      asked,
      2,
      'the pause after the first is not over, and whoever asks at the end does not wait',
    );
    assert.deepEqual([watch.goal, watch.restarted, lines], ['open', false, []]);
  });

  for (const [what, held, isNew, evidence] of [
    ['by what it does', heldAs(null, 0, true), true, 'settings'],
    ['by its connection', heldAs(null, 0, true), false, 'connection'],
    ['by nothing', heldAs(null, 0, false), false, null],
    ['by nothing, where nothing is held', null, false, null],
  ] as const) {
    test(`knows a broker that has restarted ${what}`, async (t) => {
      const { watch, look } = watchAt({ held, isNew: () => isNew });
      t.after(() => watch.close());
      await look(1_000);
      const [only] = (await watch.finish())?.results ?? [];
      assert.equal(only && watch.evidenceOf(only), evidence);
      assert.equal(watch.restarted, evidence !== null);
    });
  }

  test('believes connections, whatever the logins say', async (t) => {
    const { watch, look } = watchAt({ held: heldAs(900, 1) });
    t.after(() => watch.close());
    assert.equal(watch.restarted, false);
    await look(1_000);
    assert.deepEqual([watch.restarted, watch.movedAt], [true, 900]);
  });

  test('makes a round for whoever asks at the end, unless there is a fresh one', async (t) => {
    const { watch, look, rounds } = watchAt();
    t.after(() => watch.close());
    assert.equal((await watch.finish())?.results.length, 1);
    assert.equal(rounds(), 1);
    await watch.finish();
    assert.equal(rounds(), 1);
    await look(1_200, 1_100);
    assert.equal(rounds(), 2);
  });

  test('that is given up fails for nobody', async () => {
    const { watch } = watchAt();
    watch.see(service(1), 1_000);
    watch.close();
    assert.equal(await watch.finish(), null);
    assert.equal(watch.goal, 'open');
  });
});
