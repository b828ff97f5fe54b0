import { setImmediate } from 'node:timers/promises';
import type { PeerCertificate } from 'node:tls';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { size } from '../units.ts';
import { USER_AGENT } from '../version.ts';
import { lateAnswer, NetworkFault, networkFault, type Way } from './faults.ts';
import { readProxy } from './proxy.ts';

/** One request. */
export interface HttpRequest {
  readonly method: 'GET' | 'PATCH' | 'POST' | 'PUT';
  readonly url: URL;
  /** Sent as they are; `user-agent` alone has a default. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How long the answer may take to begin, connecting included, in milliseconds. */
  readonly headersMs: number;
  /** How long the rest of the answer may take, however slowly it drips. */
  readonly bodyMs: number;
  /** How many bytes the body of the answer may have. */
  readonly maxBytes: number;
  /** Ends the request early. */
  readonly signal?: AbortSignal;
}

/** One answer, read to its end. */
export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name; the first one where a header is repeated. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it came: nothing is unpacked, whatever `content-encoding` says. */
  readonly bytes: Buffer;
  /** The bytes as UTF-8. */
  readonly body: string;
}

/** Sends requests. No redirect is followed. */
export interface Http {
  /** @throws {NetworkFault} when no whole answer within the bounds came back */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** The certificate of a host that was trusted, with those that vouch for it. */
  certificateOf(host: string): PeerCertificate | undefined;
  close(): Promise<void>;
}

/** How the way out is to be; every field has a default. */
export interface HttpOptions {
  /** The authorities to trust instead of those that Node trusts, as PEM. */
  readonly ca?: readonly string[];
  /** How long a connection may take, TLS included, in milliseconds. */
  readonly connectMs?: number;
}

/**
 * Opens the way out: kept-alive connections, through the proxy that `HTTPS_PROXY` and `NO_PROXY` name,
 * trusting what Node trusts (`NODE_EXTRA_CA_CERTS` among it).
 * @throws {Failure} when the proxy cannot be used
 */
export function openHttp(
  env: NodeJS.ProcessEnv = process.env,
  { ca, connectMs = 10_000 }: HttpOptions = {},
): Http {
  const proxy = readProxy(env);
  const end = new AbortController();
  // undici lets a connection that is not there yet go on without it, and the process would not end before that is.
  const toProxy = { signal: end.signal, allowH2: false };
  const options = {
    connections: 8,
    connectTimeout: connectMs,
    keepAliveTimeout: 30_000,
    maxHeaderSize: 64 * 1024,
    allowH2: false,
    // Each request has bounds of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const certificates = new Map<string, PeerCertificate>();
  const toHost = {
    ...toProxy,
    ...(ca && { ca: [...ca] }),
    // Called for a certificate that is trusted.
    checkServerIdentity(host: string, certificate: PeerCertificate) {
      certificates.set(host, certificate);
      return process.getBuiltinModule('node:tls').checkServerIdentity(host, certificate);
    },
  };
  const dispatcher = proxy
    ? new EnvHttpProxyAgent({
        ...options,
        connect: toHost,
        httpProxy: '',
        httpsProxy: proxy.url.href,
        noProxy: proxy.except,
        proxyTls: toProxy,
        requestTls: toHost,
      })
    : new Agent({ ...options, connect: toHost });
  const way = { proxy: proxy?.url ?? null, connectMs };
  return {
    send: (request) => new Exchange(request, { url: request.url, ...way }).run(dispatcher),
    certificateOf: (host) => certificates.get(host),
    async close() {
      end.abort();
      await dispatcher.destroy();
    },
  };
}

const GIVEN_UP = new Error('given up');

/** One request on its way, as undici tells of it. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: HttpRequest;
  readonly #way: Way;
  readonly #outcome = Promise.withResolvers<HttpAnswer>();
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #status = 0;
  #headers: Record<string, string> = {};
  #timer: NodeJS.Timeout | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #over = false;

  constructor(request: HttpRequest, way: Way) {
    this.#request = request;
    this.#way = way;
  }

  async run(dispatcher: Dispatcher): Promise<HttpAnswer> {
    const { method, url, headers, body = null, headersMs, signal } = this.#request;
    signal?.throwIfAborted();
    const stop = () => this.#giveUp(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    this.#bound(headersMs);
    dispatcher.dispatch(
      {
        method,
        // A user name or password in an address is not sent.
        origin: url.origin,
        path: url.pathname + url.search,
        headers: { 'user-agent': USER_AGENT, ...headers },
        body,
      },
      this,
    );
    try {
      return await this.#outcome.promise;
    } finally {
      clearTimeout(this.#timer);
      signal?.removeEventListener('abort', stop);
      // From then on undici lends the connection again; what is sent before that opens another one.
      await setImmediate();
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Given up while it waited for a connection, so it is not sent.
    if (this.#over) controller.abort(GIVEN_UP);
  }

  onResponseStart(_: unknown, status: number, headers: NodeJS.Dict<string | string[]>): void {
    // What comes before the answer (RFC 9110, section 15.2) is none.
    if (status < 200) return;
    this.#status = status;
    for (const [name, value] of Object.entries(headers)) this.#headers[name] = [value].flat()[0] ?? '';
    this.#bound(this.#request.bodyMs);
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    const { maxBytes } = this.#request;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes <= maxBytes) return;
    const problem = `the answer is larger than ${size(maxBytes)}`;
    this.#giveUp(new NetworkFault('too large', problem));
  }

  onResponseEnd(): void {
    const bytes = Buffer.concat(this.#chunks);
    this.#outcome.resolve({
      status: this.#status,
      headers: this.#headers,
      bytes,
      body: bytes.toString('utf8'),
    });
  }

  onResponseError(_: unknown, error: Error): void {
    this.#outcome.reject(networkFault(error, this.#way));
  }

  #bound(milliseconds: number): void {
    clearTimeout(this.#timer);
    const late = () => this.#giveUp(lateAnswer(this.#request.url, this.#status > 0, milliseconds));
    this.#timer = setTimeout(late, milliseconds);
  }

  #giveUp(reason: unknown): void {
    this.#over = true;
    this.#outcome.reject(reason);
    this.#controller?.abort(GIVEN_UP);
  }
}
