import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type LoginOptions, logInEverywhere } from '../../../src/kafka/login/everywhere.ts';
import { startBroker } from '../../world/broker.ts';
import { makeCertificates } from '../../world/certificates.ts';

/** Logging in at every address behind a host, with a clock and a resolver of one's own. */

const certificates = await makeCertificates();
const offering = { certificates, mechanisms: () => ['OAUTHBEARER'], accepts: async () => true };
const first = await startBroker(offering);
/** Linux alone has more than one IPv4 address of its own without being told. */
const skip = process.platform !== 'linux';
const behind = {
  ...offering,
  mechanisms: () => ['PLAIN'],
  ...(!skip && { host: '127.0.0.2', port: first.port }),
};
const second = await startBroker(behind);
const refusing = await startBroker({ ...offering, accepts: async () => false });
after(() => Promise.all([first.close(), second.close(), refusing.close()]));

const address = (text: string, family = 4) => ({ address: text, family });

/** Options with a clock that waits for nothing; `lines` is what was said. */
function optionsAt(port: number, more: Partial<LoginOptions> = {}) {
  const lines: string[] = [];
  let now = 0;
  const options: LoginOptions = {
    listener: { host: 'localhost', port, ca: certificates.ca },
    tokens: [],
    patienceMs: 60_000,
    clock: {
      now: () => now,
      sleep: async (milliseconds) => {
        now += milliseconds;
      },
    },
    say: { info: (line) => lines.push(line) },
    stop: new AbortController().signal,
    resolve: async () => [address('127.0.0.1')],
    ...more,
  };
  return { options, lines, now: () => now };
}

test('every address is tried, and the one that is behind is told', { skip }, async () => {
  const resolve = async () => [address('127.0.0.1'), address('127.0.0.2'), address('::1', 6)];
  const { options, lines, now } = optionsAt(first.port, { resolve });
  const { results, named } = await logInEverywhere(options);
  assert.equal(named, false);
  assert.deepEqual(results, [
    {
      address: `127.0.0.1:${first.port} (localhost)`,
      using: null,
      result: { how: 'offered', mechanisms: ['OAUTHBEARER'] },
      remote: `127.0.0.1:${first.port}`,
    },
    {
      address: `127.0.0.2:${first.port} (localhost)`,
      using: null,
      result: { how: 'not offered', mechanisms: ['PLAIN'] },
      remote: `127.0.0.2:${first.port}`,
    },
  ]);
  assert.ok(now() > 30_000 && now() < 60_000, 'until the patience ends, not longer');
  assert.equal(lines.length, 1, 'what stays the same is said once');
});

test('a refused token is shown again as long as it can get better', async () => {
  let looked = 0;
  const isGood = () => ++looked < 3;
  const tokens = [{ token: 'a.b.c', name: 'Test token', isGood }];
  const { options } = optionsAt(refusing.port, { tokens });
  const [only] = (await logInEverywhere(options)).results;
  assert.equal(only?.result.how, 'refused');
  assert.deepEqual(refusing.tokens, ['a.b.c', 'a.b.c', 'a.b.c'], 'no more once it has expired');
});

test('without patience there is one try', async () => {
  const { options, lines } = optionsAt(second.port, {
    patienceMs: 0,
    resolve: async () => [address(skip ? '127.0.0.1' : '127.0.0.2')],
  });
  const before = second.connections();
  await logInEverywhere(options);
  assert.equal(second.connections(), before + 1);
  assert.deepEqual(lines, []);
});

test('IPv6 is used where there is nothing else', async () => {
  const { options } = optionsAt(first.port, { patienceMs: 0, resolve: async () => [address('::1', 6)] });
  const [only] = (await logInEverywhere(options)).results;
  assert.equal(only?.address, `[::1]:${first.port} (localhost)`);
});

test('a name that cannot be resolved is told by its code', async () => {
  const resolve = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
  const { options } = optionsAt(first.port, { patienceMs: 0, resolve });
  assert.deepEqual((await logInEverywhere(options)).results, [
    {
      address: `localhost:${first.port}`,
      using: null,
      result: { how: 'no address', why: 'the name localhost cannot be resolved (ENOTFOUND)' },
      remote: null,
    },
  ]);
});

test('a stop ends it with its reason', async () => {
  const reason = new Error('cancelled');
  const { options } = optionsAt(first.port, { stop: AbortSignal.abort(reason) });
  await assert.rejects(logInEverywhere(options), reason);
});
