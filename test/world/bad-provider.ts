import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Certificates, makeCertificates } from './certificates.ts';

/** One document of a static site. */
export interface StaticDocument {
  /** 200 unless told. */
  readonly status?: number;
  /** `content-type` is `application/json` unless told. */
  readonly headers?: OutgoingHttpHeaders;
  /** A text or bytes as they are; anything else as JSON. Nothing unless told. */
  readonly body?: unknown;
  /** How long to wait before the first byte; `Infinity` never answers. */
  readonly delayMs?: number;
}

/** Answers a request in any way it likes. */
export type StaticHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** What to serve, by path (without the query); every other path is a 404. */
export type StaticPages = Record<string, StaticDocument | StaticHandler>;

/** A static site that runs. */
export interface StaticSite {
  /** `https://localhost:PORT`, without a slash at the end. */
  readonly url: string;
  /** The authority to trust, as PEM. */
  readonly ca: string;
  /** May be changed at any time. */
  readonly pages: StaticPages;
  /** Every request so far, in order. */
  readonly requests: readonly { readonly method: string; readonly path: string }[];
  close(): Promise<void>;
}

/**
 * Starts an https server on a free local port that serves whatever a test says: discovery documents with a wrong
 * issuer, key sets with private keys, redirects, HTML, nothing at all.
 * @param pages an object, or a function of the site's own address, which discovery documents have to name
 * @param certificates made anew unless told; those of a provider make both trusted by one file
 */
export async function startStaticSite(
  pages: StaticPages | ((url: string) => StaticPages),
  certificates?: Certificates,
): Promise<StaticSite> {
  const { ca, key, cert } = certificates ?? (await makeCertificates());
  const server = createServer({ key, cert });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  const served = typeof pages === 'function' ? pages(url) : pages;
  const requests: { method: string; path: string }[] = [];

  server.on('request', (request, response) => {
    const path = request.url ?? '/';
    requests.push({ method: request.method ?? '', path });
    const page = served[path.split('?')[0] ?? path] ?? { status: 404 };
    if (typeof page === 'function') page(request, response);
    else serve(page, response);
  });

  async function close(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  return { url, ca, pages: served, requests, close };
}

function serve(
  { status = 200, headers = {}, body = '', delayMs = 0 }: StaticDocument,
  response: ServerResponse,
): void {
  if (delayMs === Infinity) return;
  const timer = setTimeout(() => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  }, delayMs);
  response.once('close', () => clearTimeout(timer));
}
