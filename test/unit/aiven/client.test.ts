import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as z from 'zod/mini';
import type { Call } from '../../../src/aiven/call.ts';
import { AivenClient } from '../../../src/aiven/client.ts';
import { Cancellation, CancelledWrite, Failure } from '../../../src/failure.ts';
import { NetworkFault } from '../../../src/net/faults.ts';
import { type Reply, type ScriptedWorld, scripted } from '../../world/scripted-http.ts';

/** The table in `retry.ts`, line by line, on a clock of its own. */

const GOOD: Reply = { body: { value: 'done' } };
const GET: Call<{ value: string }> = {
  operation: 'ServiceGet',
  method: 'GET',
  path: ['project', 'a/b', 'service', 'x y'],
  query: { include_secrets: 'false' },
  answer: z.object({ value: z.string() }),
  resource: 'service a/x',
  permission: 'project:services:read',
};
const PUT = { ...GET, operation: 'ServiceUpdate', method: 'PUT', body: { on: true } } as const;
const POST = { ...PUT, operation: 'AccountCreate', method: 'POST' } as const;
const fault = (kind: NetworkFault['kind']) => new NetworkFault(kind, `it was ${kind}`);

function clientOf(world: ScriptedWorld, { stop, giveUp }: { stop?: AbortSignal; giveUp?: AbortSignal } = {}) {
  const never = new AbortController().signal;
  return new AivenClient({
    apiUrl: new URL('https://api.example.com/base/'),
    token: 't/k',
    ...world,
    stop: stop ?? never,
    giveUp: giveUp ?? never,
  });
}

const failsFirst = (reply: Reply) => scripted((_, index) => (index === 0 ? reply : GOOD));
const nothing = async () => null;

/** What came back, whether a read is made again, and what a write does: again, look first, or fail. */
const TABLE: [what: string, reply: Reply, read: boolean, write: 'again' | 'look, again' | 'look' | 'fail'][] =
  [
    ['no connection', fault('unreached'), true, 'again'],
    ['429', { status: 429 }, true, 'again'],
    ['a lost answer', fault('lost'), true, 'look, again'],
    ['408', { status: 408 }, true, 'look, again'],
    ['500', { status: 500 }, true, 'look, again'],
    ['502', { status: 502 }, true, 'look, again'],
    ['503', { status: 503 }, true, 'look, again'],
    ['504', { status: 504 }, true, 'look, again'],
    ['HTML with 200', { body: '<html>' }, true, 'look, again'],
    ['nothing with 200', { body: '' }, true, 'look, again'],
    ['half an answer', { body: '{"value": "do' }, true, 'look, again'],
    ['501', { status: 501 }, false, 'look'],
    ['another shape', { body: { value: 1 } }, false, 'look'],
    ['too large an answer', fault('too large'), false, 'look'],
    ['“Not a project member”', { status: 403, body: { message: 'Not a project member' } }, true, 'again'],
    ['TLS that fails', fault('untrusted'), false, 'fail'],
    ...[300, 301, 400, 401, 403, 404, 409, 410, 422, 418].map((status): [string, Reply, boolean, 'fail'] => [
      String(status),
      { status },
      false,
      'fail',
    ]),
  ];

describe('what comes back', () => {
  for (const [what, reply, isReadAgain, write] of TABLE) {
    test(`${what}: a read ${isReadAgain ? 'is made again' : 'fails'}`, async () => {
      const world = failsFirst(reply);
      const read = clientOf(world).read(GET);
      if (isReadAgain) assert.deepEqual(await read, { value: 'done' });
      else
        await assert.rejects(
          read,
          (error) => error instanceof Failure && error.message.includes('ServiceGet for service a/x'),
        );
      assert.equal(world.requests.length, isReadAgain ? 2 : 1);
      assert.equal(world.waits.length, isReadAgain ? 1 : 0);
    });

    test(`${what}: a write, ${write}`, async () => {
      const world = failsFirst(reply);
      let looks = 0;
      const written = clientOf(world).write(PUT, async () => {
        looks++;
        return null;
      });
      if (write.endsWith('again')) assert.deepEqual(await written, { answer: { value: 'done' } });
      else
        await assert.rejects(written, (error) => {
          assert.ok(error instanceof Failure);
          assert.equal(error.problem.includes('had not taken effect when'), write === 'look');
          return true;
        });
      assert.equal(looks, write.startsWith('look') ? 1 : 0);
      assert.equal(world.requests.length, write.endsWith('again') ? 2 : 1);
    });
  }

  test('404 of a call that answers so at random: it is made again', async () => {
    const world = failsFirst({ status: 404 });
    assert.deepEqual(await clientOf(world).read({ ...GET, retryNotFound: true }), { value: 'done' });
  });
});

test('a call says what it says, with the token, and nothing else', async () => {
  const world = scripted(() => GOOD);
  await clientOf(world).write(PUT, nothing);
  const [request] = world.requests;
  assert.equal(
    request?.url.href,
    'https://api.example.com/base/v1/project/a%2Fb/service/x%20y?include_secrets=false',
  );
  assert.equal(request?.method, 'PUT');
  assert.equal(request?.body, '{"on":true}');
  assert.deepEqual(request?.headers, {
    authorization: 'aivenv1 t/k',
    accept: 'application/json',
    'content-type': 'application/json',
  });
  assert.deepEqual([request?.headersMs, request?.bodyMs, request?.maxBytes], [30_000, 15_000, 16_777_216]);
  await clientOf(world).read(GET);
  assert.equal(world.requests[1]?.body, undefined);
  assert.equal(world.requests[1]?.headers?.['content-type'], undefined);
  assert.equal(world.requests[1]?.headersMs, 20_000);
});

test('debug mode has every call and answer, without what is secret', async () => {
  const world = scripted(() => ({ body: { value: 'AVNS_secret' } }));
  await clientOf(world).write({ ...PUT, body: { password: 'pw', on: true } }, nothing);
  assert.deepEqual(world.debug, [
    'ServiceUpdate: PUT /base/v1/project/a%2Fb/service/x%20y?include_secrets=false',
    'ServiceUpdate: sends {"password":"(hidden)","on":true}',
    'ServiceUpdate: status 200 after 5 ms',
    'ServiceUpdate: got {"value":"(hidden)"}',
  ]);
});

test('an answer that repeats the token is told without it', async () => {
  const world = scripted(() => ({ status: 400, body: { message: 'bad t/k and t%2Fk' } }));
  await assert.rejects(clientOf(world).read(GET), /400 \(bad \*\*\* and \*\*\*\)/);
});

describe('before it tries again', () => {
  test('it says why, when, and which attempt that is', async () => {
    const world = failsFirst({ status: 503, body: { message: 'Busy.' }, headers: { 'retry-after': '7' } });
    await clientOf(world).read(GET);
    assert.deepEqual(world.told, [
      'ServiceGet: Aiven answered 503 (Busy). Trying again in 7.0 s (attempt 2).',
    ]);
    assert.deepEqual(world.waits, [7_000]);
  });

  test('it gives up after a minute, and the API as a whole with it', async () => {
    const world = scripted(() => ({ status: 503 }));
    const client = clientOf(world);
    await assert.rejects(client.read(GET), { title: 'The Aiven API is in trouble' });
    const spent = world.waits.reduce((sum, wait) => sum + wait, 0);
    assert.ok(spent > 59_000 && spent <= 60_000, String(spent));
    const asked = world.requests.length;
    await assert.rejects(client.read(GET), /not tried, because this step had given up on the Aiven API/);
    assert.equal(world.requests.length, asked);
  });

  test('all calls share that minute, of which only the time in trouble counts', async () => {
    const world = scripted((_, index) =>
      index % 2 === 0 ? { status: 503, headers: { 'retry-after': '29' } } : GOOD,
    );
    const client = clientOf(world);
    await client.read(GET);
    await world.clock.sleep(20_000);
    await client.write(PUT, nothing);
    await world.clock.sleep(20_000);
    await assert.rejects(client.read(GET), /503/);
    assert.deepEqual(world.waits, [29_000, 20_000, 29_000, 20_000]);
  });
});

test('what will not pass is not waited for, nor said to be tried again', async () => {
  for (const status of [400, 501]) {
    const world = failsFirst({ status });
    await assert.rejects(clientOf(world).write(PUT, nothing));
    assert.deepEqual(world.waits, []);
    assert.doesNotMatch(world.told.join(), /Trying/);
  }
});

test('the time after a write that was in trouble counts for nobody', async () => {
  const busy = (seconds: number) => ({ status: 503, headers: { 'retry-after': String(seconds) } });
  const world = scripted((_, index) => (index === 0 ? busy(29) : index === 2 ? busy(20) : GOOD));
  const client = clientOf(world);
  await client.write(PUT, nothing);
  await world.clock.sleep(40_000);
  assert.deepEqual(await client.read(GET), { value: 'done' });
});

test('one call is given up, and not the API, where that answers another meanwhile', async () => {
  const world = scripted(({ url }) => (url.pathname.endsWith('other') ? GOOD : { status: 503 }));
  const client = clientOf(world);
  const other = { ...GET, path: ['other'] };
  await Promise.all([assert.rejects(client.read(GET), /503/), client.read(other)]);
  assert.deepEqual(await client.read(other), { value: 'done' });
});

test('the address of the API may end in any number of slashes', async () => {
  const world = scripted(() => GOOD);
  const never = new AbortController().signal;
  const apiUrl = new URL('https://api.example.com/base//');
  await new AivenClient({ ...world, apiUrl, token: 't', stop: never, giveUp: never }).read(GET);
  assert.match(world.requests[0]?.url.pathname ?? '', /^\/base\/v1\/project/);
});

test('what an answer says of the end of a call is told', async () => {
  const world = scripted(() => ({ ...GOOD, headers: { sunset: 'Sat, 01 Jan 2028 00:00:00 GMT' } }));
  await clientOf(world).read(GET);
  assert.match(world.warnings[0]?.text ?? '', /ServiceGet .* 2028-01-01/);
});

test('debug mode has what went wrong, and the beginning of what is long', async () => {
  const failing = failsFirst(fault('lost'));
  await clientOf(failing).read(GET);
  assert.ok(failing.debug.includes('ServiceGet: it was lost'), failing.debug.join('\n'));
  const long = scripted(() => ({ body: { value: 'x'.repeat(10_000) } }));
  await clientOf(long).read(GET);
  assert.equal(long.debug.at(-1)?.length, 'ServiceGet: got '.length + 4_000);
});

describe('a write whose answer was lost', () => {
  test('is done when looking finds its effect, and is not made again', async () => {
    const world = failsFirst(fault('lost'));
    assert.deepEqual(await clientOf(world).write(PUT, async () => 'there'), { found: 'there' });
    assert.equal(world.requests.length, 1);
    assert.ok(world.told.includes('ServiceUpdate: checking whether it took effect anyway.'));
  });

  test('that creates something is looked for four times, since lists lag', async () => {
    const world = failsFirst(fault('lost'));
    let looks = 0;
    await clientOf(world).write(POST, async () => {
      looks++;
      return null;
    });
    assert.equal(looks, 4);
    assert.deepEqual(world.waits.slice(1), [500, 2_500, 5_000]);
    assert.equal(world.requests.length, 2);
  });

  for (const seen of [1, 2, 4]) {
    test(`that creates something is not made again when look ${seen} finds it`, async () => {
      const world = failsFirst(fault('lost'));
      let looks = 0;
      assert.deepEqual(await clientOf(world).write(POST, async () => (++looks === seen ? 'it' : null)), {
        found: 'it',
      });
      assert.equal(looks, seen);
      assert.equal(world.requests.length, 1);
    });
  }

  test('says so when looking fails as well', async () => {
    const world = failsFirst(fault('lost'));
    const look = async () => {
      throw new Failure({ title: 'x', problem: 'y', remedy: 'z' });
    };
    await assert.rejects(clientOf(world).write(PUT, look), (error) => {
      assert.ok(error instanceof Failure);
      assert.match(
        error.problem,
        /^ServiceUpdate for service a\/x: it was lost\. Whether it took effect is unknown/,
      );
      return true;
    });
  });

  test('lets an error of this program through as it is', async () => {
    const bug = new TypeError('bug');
    const look = async () => {
      throw bug;
    };
    await assert.rejects(clientOf(failsFirst(fault('lost'))).write(PUT, look), bug);
  });

  test('is looked for once more when time is up, and says that it had no effect', async () => {
    const world = scripted(() => ({ status: 503 }));
    await assert.rejects(
      clientOf(world).write(PUT, nothing),
      /It had not taken effect when this step checked afterwards\./,
    );
  });
});

describe('a run that is told to stop', () => {
  const told = new Cancellation({
    title: 'Stopped',
    problem: 'The run was stopped.',
    remedy: 'Run it again.',
  });

  test('while a write is under way says that its effect is not known', async () => {
    const world = scripted(() => told);
    await assert.rejects(clientOf(world).write(PUT, nothing), (error) => {
      assert.ok(error instanceof CancelledWrite);
      assert.equal(
        error.problem,
        'The run was stopped. ServiceUpdate for service a/x was under way: whether it took effect is unknown.',
      );
      return true;
    });
  });

  test('while a write that had no effect waits says nothing of it', async () => {
    const world = scripted(() => ({ status: 429 }));
    const stopping: ScriptedWorld = {
      ...world,
      clock: {
        ...world.clock,
        sleep: async () => {
          throw told;
        },
      },
    };
    await assert.rejects(clientOf(stopping).write(PUT, nothing), told);
  });

  test('while it looks says that the effect is not known', async () => {
    const look = async () => {
      throw told;
    };
    await assert.rejects(clientOf(failsFirst(fault('lost'))).write(PUT, look), CancelledWrite);
  });

  test('ends reads by one signal, and writes by another', async () => {
    const [stop, giveUp] = [new AbortController().signal, new AbortController().signal];
    const world = scripted(() => GOOD);
    const client = clientOf(world, { stop, giveUp });
    await client.read(GET);
    await client.write(PUT, nothing);
    assert.equal(world.requests[0]?.signal, stop);
    assert.equal(world.requests[1]?.signal, giveUp);
  });
});
