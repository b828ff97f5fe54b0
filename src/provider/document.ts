import { gunzipSync } from 'node:zlib';
import type { Clock } from '../clock.ts';
import { NetworkFault } from '../net/faults.ts';
import type { Http, HttpAnswer } from '../net/http.ts';
import { seconds } from '../units.ts';
import { explainFault, explainStatus, isPassing, type Unfetched } from './trouble.ts';

/** A document that a provider publishes, or why it could not be fetched. */
export type Fetched =
  | {
      readonly got: 'document';
      readonly text: string;
      /** Where it was asked for, and where it was redirected to. */
      readonly visited: readonly URL[];
    }
  | Unfetched;

/** What a fetch needs. */
export interface FetchTools {
  readonly http: Http;
  readonly clock: Clock;
  readonly stop: AbortSignal;
}

/** For whom a document is: brokers fetch the key set themselves; what they never read is read generously. */
export type Readership = 'brokers' | 'clients';

/** As jose4j, the library inside Kafka, bounds it (`org.jose4j.http.Get`). */
const MAX_BYTES = 512 * 1024;
/** As long as jose4j waits for a connection, and for an answer. */
const TIMEOUT_MS = 20_000;
/** No attempt begins later than this after the first. */
const LAST_ATTEMPT_MS = 25_000;
const MAX_REDIRECTS = 5;
const PAUSES_MS = [250, 1_000];
/** Java follows 300 to 307, and so does a broker; 308 it does not (`sun.net.www.protocol.http.HttpURLConnection`). */
const NOT_FOLLOWED_BY_BROKERS = 308;

/** What Java's `HttpURLConnection` sends for a broker; and what suits a discovery document. */
const ACCEPT: Readonly<Record<Readership, string>> = {
  brokers: 'text/html, image/gif, image/jpeg, */*; q=0.2',
  clients: 'application/json, */*; q=0.2',
};

/**
 * Fetches a document over https, following a few redirects that stay on https, and asking again when the connection or the
 * provider stumbles: at once, or when `Retry-After` says (RFC 9110, section 10.2.3). Each attempt takes 20 s for its headers and
 * for its body at most; none begins after 25 s, so that one that hung is followed by another.
 */
export async function fetchDocument(tools: FetchTools, url: URL, readers: Readership): Promise<Fetched> {
  const { clock } = tools;
  const start = clock.now();
  for (let attempt = 0; ; attempt++) {
    const { fetched, pauseMs } = await fetchOnce(tools, url, readers);
    const pause = pauseMs ?? PAUSES_MS[attempt];
    const elapsed = clock.now() - start;
    const isOver = pauseMs === null || pause === undefined || attempt >= MOST_PAUSES;
    if (isOver || elapsed + pause > LAST_ATTEMPT_MS)
      return fetched.got === 'document' || attempt === 0 ? fetched : told(fetched, attempt + 1, elapsed);
    await clock.sleep(pause);
  }
}

/** A provider that keeps asking to wait is not asked for ever. */
const MOST_PAUSES = 4;

function told(fetched: Unfetched, attempts: number, elapsedMs: number): Unfetched {
  return { ...fetched, asked: ` (asked ${attempts} times in ${seconds(elapsedMs)})` };
}

/** What one attempt came to. */
interface Attempt {
  readonly fetched: Fetched;
  /** When another attempt may come to something better: what the provider asks for, undefined where it does not say; null for never. */
  readonly pauseMs: number | undefined | null;
}

async function fetchOnce(tools: FetchTools, url: URL, readers: Readership): Promise<Attempt> {
  const visited = [url];
  for (let at = url; ; ) {
    let answer: HttpAnswer;
    try {
      answer = await get(tools, at, readers);
    } catch (error) {
      if (!(error instanceof NetworkFault)) throw error;
      const passing = error.kind === 'unreached' || error.kind === 'lost';
      return { fetched: explainFault(error), pauseMs: passing ? undefined : null };
    }
    const next = redirectTarget(answer, at);
    if (next === null) return read(answer, visited, readers, tools.clock);
    const wrong = redirectComplaint(answer.status, next, visited.length - 1, readers);
    if (wrong !== null) return { fetched: nothing(wrong, REDIRECT_REMEDY), pauseMs: null };
    visited.push(next);
    at = next;
  }
}

function get({ http, stop }: FetchTools, url: URL, readers: Readership): Promise<HttpAnswer> {
  return http.send({
    method: 'GET',
    url,
    headers: { accept: ACCEPT[readers] },
    headersMs: TIMEOUT_MS,
    bodyMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    signal: stop,
  });
}

const REDIRECT_REMEDY = 'Use the address that it finally redirects to.';

function redirectTarget({ status, headers }: HttpAnswer, from: URL): URL | null {
  const { location } = headers;
  if (status < 300 || status >= 400 || location === undefined) return null;
  return URL.canParse(location, from.href) ? new URL(location, from) : null;
}

function redirectComplaint(
  status: number,
  { protocol }: URL,
  hops: number,
  readers: Readership,
): string | null {
  if (protocol !== 'https:') return `it redirects to ${protocol.slice(0, -1)}`;
  if (hops === MAX_REDIRECTS) return `it redirects more than ${MAX_REDIRECTS} times`;
  return readers === 'brokers' && status === NOT_FOLLOWED_BY_BROKERS
    ? `it redirects with the status ${status}, which brokers do not follow`
    : null;
}

function nothing(why: string, remedy: string): Unfetched {
  return { got: 'nothing', certainty: 'certain', why, remedy };
}

function read(answer: HttpAnswer, visited: readonly URL[], readers: Readership, clock: Clock): Attempt {
  const { status, headers } = answer;
  if (status !== 200) {
    const pauseMs = isPassing(status) ? retryAfterMs(headers['retry-after'], clock.now()) : null;
    return { fetched: explainStatus(status), pauseMs };
  }
  const text = readers === 'clients' ? readGenerously(answer) : readAsBrokers(answer);
  const fetched: Fetched =
    text === null
      ? nothing(
          'its answer is compressed although nobody asked for that, and brokers do not decompress it',
          'Have the provider, or the proxy in front of it, compress only for clients that ask for it.',
        )
      : { got: 'document', text, visited };
  return { fetched, pauseMs: null };
}

/** How a gzip file begins (RFC 1952, section 2.3.1). */
function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Java unpacks nothing; what says that it is packed and is not, is read all the same. */
function readAsBrokers({ bytes, body }: HttpAnswer): string | null {
  return isGzip(bytes) ? null : body;
}

function readGenerously({ bytes, body }: HttpAnswer): string | null {
  const text = isGzip(bytes) ? unpacked(bytes) : body;
  return text?.replace(/^\ufeff/, '') ?? null;
}

function unpacked(bytes: Buffer): string | null {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES }).toString('utf8');
  } catch {
    return null;
  }
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
