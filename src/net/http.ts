import {
  type AgentOptions,
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import type { Agent as HttpsAgent, RequestOptions } from 'node:https';
import { USER_AGENT } from '../version.ts';
import { NetworkFault, networkFault, UNREACHED_HINT } from './faults.ts';
import { readProxy } from './proxy.ts';

/** One request. */
export interface HttpRequest {
  readonly method: 'GET' | 'PATCH' | 'POST' | 'PUT';
  readonly url: URL;
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
  readonly body: string;
}

/** Sends requests. No redirect is followed. */
export interface Http {
  /** @throws {NetworkFault} when no whole answer within the bounds came back */
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;

/**
 * Opens the way out: kept-alive connections, through the proxy that `HTTPS_PROXY` and `NO_PROXY` name,
 * trusting what Node trusts (`NODE_EXTRA_CA_CERTS` among it). It is Node's own client, since any other takes longer to
 * load than all the requests of a run to make.
 * @throws {Failure} when the proxy cannot be used
 */
export function openHttp(env: NodeJS.ProcessEnv = process.env): Http {
  const proxy = readProxy(env);
  const options = { keepAlive: true, timeout: KEEP_ALIVE_MS, ...(proxy && { proxyEnv: proxy.env }) };
  const connections = new Connections(options);

  async function send(request: HttpRequest): Promise<HttpAnswer> {
    const { url, headersMs, bodyMs, maxBytes, signal } = request;
    const deadline = new Deadline();
    const ended = signal ? AbortSignal.any([deadline.signal, signal]) : deadline.signal;
    let answered = false;
    try {
      deadline.set(headersMs);
      const answer = await ask(request, connections, ended);
      answered = true;
      deadline.set(bodyMs);
      const body = await readBounded(answer, maxBytes);
      ended.throwIfAborted();
      return { status: answer.statusCode ?? 0, headers: firstValues(answer.headersDistinct), body };
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      const timeoutMs = answered ? bodyMs : headersMs;
      const circumstances = {
        url,
        timeoutMs,
        timedOut: deadline.passed,
        answered,
        proxy: proxy?.url ?? null,
      };
      throw networkFault(error, circumstances);
    } finally {
      deadline.clear();
    }
  }

  async function close(): Promise<void> {
    connections.close();
  }

  return { send, close };
}

/** Connections that are kept alive. What speaks TLS is loaded with the first address that needs it: it takes its time. */
class Connections {
  readonly #options: AgentOptions;
  #http: HttpAgent | undefined;
  #https: HttpsAgent | undefined;

  constructor(options: AgentOptions) {
    this.#options = options;
  }

  request(url: URL, options: RequestOptions, onAnswer: (answer: IncomingMessage) => void): ClientRequest {
    if (url.protocol !== 'https:') {
      this.#http ??= new HttpAgent(this.#options);
      return httpRequest(url, { ...options, agent: this.#http }, onAnswer);
    }
    const { Agent, request } = process.getBuiltinModule('node:https');
    this.#https ??= new Agent(this.#options);
    return request(url, { ...options, agent: this.#https }, onAnswer);
  }

  close(): void {
    this.#http?.destroy();
    this.#https?.destroy();
  }
}

/** A time that can be set anew, after which its signal aborts. */
class Deadline {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get passed(): boolean {
    return this.signal.aborted;
  }

  set(milliseconds: number): void {
    this.clear();
    this.#timer = setTimeout(() => this.#controller.abort(), milliseconds);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}

/** Sends a request; resolves with the answer once its headers are there. */
function ask(
  { method, url, headers, body }: HttpRequest,
  connections: Connections,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      method,
      headers: { 'user-agent': USER_AGENT, ...headers },
      // A user name or password in an address is not sent.
      auth: null,
      signal,
    };
    const request = connections.request(url, options, resolve);
    request.on('error', reject);
    boundConnecting(request, url.host);
    request.end(body);
  });
}

/** Gives up a request that has no connection in time; one that was kept alive, or that a proxy tunnelled, is there at once. */
function boundConnecting(request: ClientRequest, host: string): void {
  const timer = setTimeout(() => {
    const problem = `no connection to ${host} could be made within ${CONNECT_TIMEOUT_MS / 1000} s`;
    request.destroy(new NetworkFault({ kind: 'unreached', problem, remedy: UNREACHED_HINT }));
  }, CONNECT_TIMEOUT_MS);
  const stop = () => clearTimeout(timer);
  request.once('close', stop);
  request.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', stop);
    else stop();
  });
}

async function readBounded(body: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      const problem = `the answer is larger than ${size(maxBytes)}`;
      throw new NetworkFault({ kind: 'too large', problem, remedy: '' });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function firstValues(headers: NodeJS.Dict<string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, values]) =>
      values?.[0] === undefined ? [] : [[name, values[0]]],
    ),
  );
}

/** `512 KiB`, `32 MiB`. */
function size(bytes: number): string {
  const kib = Math.round(bytes / 1024);
  return kib < 1024 ? `${kib} KiB` : `${Math.round(kib / 1024)} MiB`;
}
