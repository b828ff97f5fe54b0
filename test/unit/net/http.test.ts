import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type HttpOptions, type HttpRequest, openHttp } from '../../../src/net/http.ts';
import { makeCertificates } from '../../world/certificates.ts';

/** So long that a test which waits for it has failed. */
const NEVER_MS = 60_000;

describe('an answer', { timeout: 20_000 }, () => {
  test('is given as it came, and as text', async (t) => {
    const packed = gzipSync('{"keys":[]}');
    const { send } = await served(t, (_, response) => {
      response.writeHead(
        200,
        [
          ['content-encoding', 'gzip'],
          ['x-twice', 'one'],
          ['X-Twice', 'two'],
        ].flat(),
      );
      response.end(packed);
    });
    const { status, headers, bytes, body } = await send({});
    assert.deepEqual(bytes, packed);
    assert.equal(body, packed.toString('utf8'));
    assert.deepEqual([status, headers['content-encoding'], headers['x-twice']], [200, 'gzip', 'one']);
  });

  test('may be preceded by others, and is not followed where it redirects', async (t) => {
    const { send, requests } = await served(t, (_, response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeHead(302, { location: '/elsewhere' }).end('moved');
    });
    const { status, headers, body } = await send({});
    assert.deepEqual(
      [status, headers['location'], headers['link'], body],
      [302, '/elsewhere', undefined, 'moved'],
    );
    assert.deepEqual(requests, ['GET /']);
  });

  test('may have headers of more than 16 KiB, and not of more than 64', async (t) => {
    const { send } = await served(t, ({ url }, response) => {
      for (let name = 0; name < Number(url?.slice(1)); name++)
        response.setHeader(`x-${name}`, 'x'.repeat(1_000));
      response.end('whole');
    });
    assert.equal((await send({ path: '/40' })).body, 'whole');
    await assert.rejects(send({ path: '/80' }), {
      kind: 'too large',
      message: /the response headers .* are too large/,
    });
  });

  test('of many parts is put together, up to its bound', async (t) => {
    const { send } = await served(t, (_, response) => {
      for (let part = 0; part < 48; part++) response.write('é'.repeat(32_768));
      response.end();
    });
    const { bytes, body } = await send({ maxBytes: 3 * 1024 * 1024 });
    assert.equal(bytes.length, 3 * 1024 * 1024);
    assert.equal(body, 'é'.repeat(48 * 32_768));
    await assert.rejects(send({ maxBytes: 3 * 1024 * 1024 - 1 }), {
      kind: 'too large',
      message: /larger than 3 MiB/,
    });
  });

  test('that does not begin, or drips without an end, is given up', async (t) => {
    const { send } = await served(t, ({ url }, response) => {
      if (url === '/silent') return;
      const drip = setInterval(() => response.write('x'), 10);
      response.once('close', () => clearInterval(drip));
    });
    await assert.rejects(send({ path: '/silent', headersMs: 50 }), {
      kind: 'lost',
      message: /did not answer within/,
    });
    await assert.rejects(send({ bodyMs: 200 }), {
      kind: 'lost',
      message: /did not finish its answer within 0\.2 s/,
    });
  });
});

describe('a request', { timeout: 20_000 }, () => {
  test('is sent with the headers that it has, by one connection, and without what the address says of a user', async (t) => {
    const seen: object[] = [];
    const { send, connections } = await served(t, async (request, response) => {
      const { method, headers } = request;
      const body = await text(request);
      seen.push({
        method,
        accept: headers.accept,
        type: headers['content-type'],
        user: headers.authorization,
        body,
      });
      assert.match(headers['user-agent'] ?? '', /^aiven-kafka-oidc-action/);
      response.end();
    });
    const type = 'application/x-www-form-urlencoded';
    await send({ method: 'POST', headers: { 'content-type': type }, body: 'grant_type=client_credentials' });
    await send({ userinfo: 'user:password@', headers: { accept: '*/*' } });
    assert.deepEqual(seen, [
      { method: 'POST', accept: undefined, type, user: undefined, body: 'grant_type=client_credentials' },
      { method: 'GET', accept: '*/*', type: undefined, user: undefined, body: '' },
    ]);
    assert.equal(connections(), 1);
  });

  test('that is given up while it waits for a connection is not sent', async (t) => {
    const held: (() => void)[] = [];
    const { send, requests } = await served(t, (_, response) => void held.push(() => response.end()));
    const first = Array.from({ length: 8 }, () => send({}));
    while (held.length < 8) await new Promise((resolve) => setTimeout(resolve, 5));
    const stop = new AbortController();
    const ninth = send({ path: '/ninth', signal: stop.signal });
    stop.abort(new Error('cancelled'));
    await assert.rejects(ninth, /cancelled/);
    for (const answer of held) answer();
    await Promise.all(first);
    const last = send({ path: '/last' });
    while (held.length < 9) await new Promise((resolve) => setTimeout(resolve, 5));
    held[8]?.();
    await last;
    assert.deepEqual(requests.slice(8), ['GET /last']);
  });

  test('under way is ended by its signal, with its reason, and none is begun after that', async (t) => {
    const stop = new AbortController();
    const { send, requests } = await served(t, () => stop.abort(new Error('cancelled')));
    await assert.rejects(send({ signal: stop.signal }), /cancelled/);
    await assert.rejects(send({ signal: stop.signal }), /cancelled/);
    assert.deepEqual(requests, ['GET /']);
  });
});

describe('a connection', { timeout: 20_000 }, () => {
  test('that is made, TLS and all, in no time is given up', async (t) => {
    const { port } = await silent(t);
    const { send } = opened(t, `https://localhost:${port}`, { connectMs: 100 });
    const message = new RegExp(`no connection to localhost:${port} could be made within 0\\.1 s`);
    await assert.rejects(send({}), { kind: 'unreached', message });
  });

  test('that is being made holds up no end', async (t) => {
    const { port, socket } = await silent(t);
    const { send, close } = opened(t, `https://localhost:${port}`, { connectMs: NEVER_MS });
    const lost = assert.rejects(send({}), { name: 'NetworkFault' });
    const gone = once(await socket, 'close');
    await close();
    await Promise.all([lost, gone]);
  });

  test('trusts the authorities that it is told to, shows by what, and speaks HTTP/1.1 with what could do more', async (t) => {
    const { ca, ...tls } = await makeCertificates();
    const server = createHttpsServer(
      { ...tls, ALPNProtocols: ['h2', 'http/1.1'] },
      ({ socket }, response) => {
        response.end(String((socket as { alpnProtocol?: unknown }).alpnProtocol));
      },
    );
    const url = `https://localhost:${await listen(t, server)}`;
    await assert.rejects(opened(t, url).send({}), {
      kind: 'untrusted',
      message: /is not signed by a certificate authority/,
    });
    const trusting = opened(t, url, { ca: [ca] });
    assert.equal(trusting.certificateOf('localhost'), undefined);
    assert.equal((await trusting.send({})).body, 'http/1.1');
    assert.match(trusting.certificateOf('localhost')?.subjectaltname ?? '', /^DNS:localhost\b/);
  });
});

type Sent = Partial<HttpRequest> & { readonly path?: string; readonly userinfo?: string };

function opened(t: TestContext, origin: string, options?: HttpOptions) {
  const http = openHttp({}, options);
  t.after(() => http.close());
  return {
    close: () => http.close(),
    certificateOf: http.certificateOf,
    send: ({ path = '/', userinfo = '', ...more }: Sent) =>
      http.send({
        method: 'GET',
        url: new URL(path, origin.replace('//', `//${userinfo}`)),
        headersMs: NEVER_MS,
        bodyMs: NEVER_MS,
        maxBytes: 1_000,
        ...more,
      }),
  };
}

async function served(t: TestContext, answer: RequestListener) {
  const requests: string[] = [];
  let connections = 0;
  const server = createServer({ maxHeaderSize: 1_000_000 }, (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response);
  }).on('connection', () => connections++);
  const { send } = opened(t, `http://127.0.0.1:${await listen(t, server)}`);
  return { send, requests, connections: () => connections };
}

/** A server that accepts connections and says nothing. */
async function silent(t: TestContext) {
  const { promise: socket, resolve } = Promise.withResolvers<Socket>();
  const server = createTcpServer((accepted) => {
    t.after(() => accepted.destroy());
    accepted.on('error', () => {}).resume();
    resolve(accepted);
  });
  return { port: await listen(t, server), socket };
}

async function listen(t: TestContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    if ('closeAllConnections' in server) (server as ReturnType<typeof createServer>).closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}
