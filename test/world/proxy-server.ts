import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** What the proxy is told, as JSON in its first argument. */
export interface ProxySetup {
  /** Where a `host:port` leads: a port of this machine. It knows no other way. */
  readonly routes: Readonly<Record<string, number>>;
  /** `user:password`; none are asked for when left out. */
  readonly credentials?: string;
  /** What it answers for a `host:port` in the place of a tunnel; with 0 it hangs up. */
  readonly refused?: Readonly<Record<string, 403 | 0>>;
  /** Speaks TLS with this certificate; one that offers HTTP/2 gets it, and is not understood. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** What the proxy prints for each request, a line of JSON each. */
export interface ProxyRequest {
  readonly method: string;
  /** `host:port`. */
  readonly target: string;
  /** What it answered. */
  readonly status: 200 | 0 | 403 | 405 | 407 | 502;
}

/**
 * A forward proxy as a program: tunnels by CONNECT (RFC 9110, section 9.3.6) to the addresses that it was told, and to no
 * other. It alone knows where the names lead, so nobody gets there around it. Prints its port, then each request; runs until its
 * standard input ends.
 */
const { routes, credentials, refused = {}, tls }: ProxySetup = JSON.parse(process.argv[2] ?? '{}');
const expected = credentials === undefined ? undefined : `Basic ${btoa(credentials)}`;
const sockets = new Set<Duplex>();

const refuse: RequestListener = (request, response) => {
  // Plain http would have the proxy read the token.
  tell(request, 405);
  response.writeHead(405, { connection: 'close' }).end();
};
const server = tls
  ? createHttpsServer({ ...tls, ALPNProtocols: ['h2', 'http/1.1'] }, refuse)
  : createServer(refuse);

server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
  keep(client);
  const target = request.url ?? '';
  const port = routes[target];
  const refusal = refused[target];
  if (expected !== undefined && request.headers['proxy-authorization'] !== expected) {
    tell(request, 407);
    client.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n');
  } else if (refusal !== undefined) {
    tell(request, refusal);
    client.end(refusal === 0 ? '' : `HTTP/1.1 ${refusal} Forbidden\r\n\r\n`);
  } else if (port === undefined) {
    tell(request, 502);
    client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  } else {
    const upstream = connect(port, '127.0.0.1', () => {
      tell(request, 200);
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    keep(upstream);
    upstream.once('error', () => client.destroy());
    client.once('close', () => upstream.destroy());
  }
});

function keep(socket: Duplex): void {
  sockets.add(socket);
  socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket));
}

function tell({ method = '', url = '' }: IncomingMessage, status: ProxyRequest['status']): void {
  console.log(JSON.stringify({ method, target: url, status } satisfies ProxyRequest));
}

server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.stdin.once('end', () => {
  server.close();
  server.closeAllConnections();
  for (const socket of sockets) socket.destroy();
});
process.stdin.resume();
