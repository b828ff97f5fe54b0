import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Certificates, makeCertificates } from '../../world/certificates.ts';
import { freePort } from '../broker.ts';
import type { FieldRow, Page, Reply } from './row.ts';

type Server = NonNullable<FieldRow['server']>;

/** The servers of all rows. */
export interface FieldSite {
  /** Where a kind of server is, without a slash at the end. */
  address(server: Server): string;
  /** What answers at each path, the first segments of which tell who asks, and for which row. */
  readonly pages: Map<string, Page>;
  close(): Promise<void>;
}

/**
 * Starts a server of each kind on free local ports.
 * @param trusted the certificates of the one that everybody trusts
 */
export async function startFieldSite(trusted: Certificates): Promise<FieldSite> {
  const pages = new Map<string, Page>();
  const counts = new Map<string, number>();
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '';
    const before = counts.get(path) ?? 0;
    counts.set(path, before + 1);
    const { accept = '', 'accept-encoding': encoding = '', 'user-agent': userAgent = '' } = request.headers;
    const page = pages.get(path) ?? { status: 404 };
    const asked = { accept, acceptEncoding: String(encoding), userAgent, before };
    send(typeof page === 'function' ? page(asked) : page, response);
  };
  const stranger = await makeCertificates();
  const servers = {
    trusted: createServer({ key: trusted.key, cert: trusted.cert }, answer),
    'private authority': createServer({ key: stranger.key, cert: stranger.cert }, answer),
    'plain http': createPlainServer(answer),
  };
  const ports = new Map<Server, number>([['nobody', await freePort()]]);
  for (const [kind, server] of Object.entries(servers)) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ports.set(kind as Server, (server.address() as AddressInfo).port);
  }
  return {
    address: (kind) => `https://localhost:${ports.get(kind)}`,
    pages,
    async close() {
      for (const server of Object.values(servers)) {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
      }
    },
  };
}

function send({ status = 200, headers = {}, body, raw, delayMs = 0 }: Reply, response: ServerResponse): void {
  const timer = setTimeout(() => {
    if (raw !== undefined) {
      response.socket?.end(raw);
      return;
    }
    const isWritten = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(isWritten ? body : JSON.stringify(body));
  }, delayMs);
  response.once('close', () => clearTimeout(timer));
}
