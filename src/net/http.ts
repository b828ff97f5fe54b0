import { EnvHttpProxyAgent, request } from 'undici';
import { Failure } from '../failure.ts';
import { USER_AGENT } from '../version.ts';
import { NetworkFault, networkFault } from './faults.ts';

/** One request. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How long it may take from connecting to the last byte, in milliseconds. */
  readonly timeoutMs: number;
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
/** Traffic to this machine never leaves it, whatever the proxy settings say. */
const LOOPBACK = 'localhost,127.0.0.1,[::1]';

/**
 * Opens the way out: kept-alive connections, through the proxy that `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` name,
 * trusting what Node trusts (`NODE_EXTRA_CA_CERTS` among it).
 * @throws {Failure} when one of these is not an address
 */
export function openHttp(env: NodeJS.ProcessEnv = process.env): Http {
  const noProxy = [env['no_proxy'] ?? env['NO_PROXY'], LOOPBACK].filter(Boolean).join(',');
  const proxies = proxiesOf(env);
  const dispatcher = new EnvHttpProxyAgent({
    noProxy,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    keepAliveTimeout: KEEP_ALIVE_MS,
  });

  async function send({
    method,
    url,
    headers,
    body,
    timeoutMs,
    maxBytes,
    signal,
  }: HttpRequest): Promise<HttpAnswer> {
    const timeout = AbortSignal.timeout(timeoutMs);
    let answered = false;
    try {
      const answer = await request(url, {
        dispatcher,
        method,
        headers: { 'user-agent': USER_AGENT, ...headers },
        body: body ?? null,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
      });
      answered = true;
      const text = await readBounded(answer.body, maxBytes);
      return { status: answer.statusCode, headers: firstValues(answer.headers), body: text };
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw networkFault(error, { host: url.host, timeoutMs, timedOut: timeout.aborted, answered, proxies });
    }
  }

  return { send, close: () => dispatcher.destroy() };
}

/**
 * The proxies that the environment names.
 * @throws {Failure} for one that is not a URL; its text may hold a password, so it is not repeated
 */
function proxiesOf(env: NodeJS.ProcessEnv): URL[] {
  return ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].flatMap((name) => {
    const given = env[name];
    if (!given) return [];
    const url = URL.parse(given);
    if (url?.protocol === 'http:' || url?.protocol === 'https:') return [url];
    throw new Failure({
      title: 'The address of the proxy is wrong',
      problem: `The environment variable ${name} is not an http or https URL.`,
      remedy: 'Set it to http://HOST:PORT, or to http://USER:PASSWORD@HOST:PORT.',
    });
  });
}

async function readBounded(body: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      const problem = `the answer is larger than ${Math.round(maxBytes / 1024 / 1024)} MiB`;
      throw new NetworkFault({ kind: 'too large', problem, remedy: '' });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function firstValues(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) flat[name.toLowerCase()] = first;
  }
  return flat;
}
