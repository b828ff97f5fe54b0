import type { Clock } from '../clock.ts';
import { NetworkFault } from '../net/faults.ts';
import type { Http, HttpAnswer } from '../net/http.ts';

/** A JSON document that a provider publishes, or why it could not be had. */
export type Fetched =
  | { readonly got: 'document'; readonly json: unknown; readonly text: string }
  /** The provider answers, and there is no such document. */
  | { readonly got: 'nothing'; readonly why: string }
  | {
      readonly got: 'failure';
      readonly why: string;
      readonly remedy: string;
      /** Whether a firewall could be the reason, so that the brokers may see what the runner does not. */
      readonly unreachable: boolean;
    };

/** What a fetch needs. */
export interface FetchTools {
  readonly http: Http;
  readonly clock: Clock;
  readonly stop: AbortSignal;
}

/** As jose4j, the library inside Kafka, bounds it (`org.jose4j.http.Get`). */
const MAX_BYTES = 512 * 1024;
const TIMEOUT_MS = 10_000;
const OVERALL_TIMEOUT_MS = 15_000;
const MAX_REDIRECTS = 5;
const PAUSES_MS = [250, 1_000];
/** Java follows 300 to 307, and so does a broker; 308 it does not (`sun.net.www.protocol.http.HttpURLConnection`). */
const NOT_FOLLOWED_BY_BROKERS = 308;

/**
 * Fetches a JSON document over https, following a few redirects that stay on https, and asking again when the
 * connection or the provider stumbles; no attempt begins after 15 s.
 * @param byBrokers whether it is brokers that read the document, so that what they do not follow must not be followed
 */
export async function fetchDocument(
  { http, clock, stop }: FetchTools,
  url: URL,
  byBrokers: boolean,
): Promise<Fetched> {
  const deadline = clock.now() + OVERALL_TIMEOUT_MS;
  const remaining = () => Math.min(TIMEOUT_MS, deadline - clock.now());
  const get = (at: URL) =>
    http.send({
      method: 'GET',
      url: at,
      headers: { accept: 'application/json' },
      headersMs: Math.max(1, remaining()),
      bodyMs: Math.max(1, remaining()),
      maxBytes: MAX_BYTES,
      signal: stop,
    });
  for (let attempt = 0; ; attempt++) {
    const { fetched, passing } = await fetchOnce(get, url, byBrokers);
    const pause = PAUSES_MS[attempt];
    if (!passing || pause === undefined || pause >= remaining()) return fetched;
    await clock.sleep(pause);
  }
}

/** What one attempt came to, and whether another one may come to something better. */
interface Attempt {
  readonly fetched: Fetched;
  readonly passing: boolean;
}

async function fetchOnce(
  get: (url: URL) => Promise<HttpAnswer>,
  url: URL,
  byBrokers: boolean,
): Promise<Attempt> {
  let at = url;
  for (let hops = 0; ; hops++) {
    let answer: HttpAnswer;
    try {
      answer = await get(at);
    } catch (error) {
      if (!(error instanceof NetworkFault)) throw error;
      const { message: why, remedy, kind } = error;
      const unreachable = kind === 'unreached' || kind === 'lost';
      return { fetched: { got: 'failure', why, remedy, unreachable }, passing: unreachable };
    }
    const next = redirectTarget(answer, at);
    if (next === null) return read(answer);
    const wrong = redirectComplaint(answer.status, next, hops, byBrokers);
    if (wrong !== null) return { fetched: failure(wrong, REDIRECT_REMEDY), passing: false };
    at = next;
  }
}

const REDIRECT_REMEDY = 'Give the address that it redirects to in the end.';

function redirectTarget({ status, headers }: HttpAnswer, from: URL): URL | null {
  const { location } = headers;
  if (status < 300 || status >= 400 || location === undefined) return null;
  return URL.canParse(location, from.href) ? new URL(location, from) : null;
}

function redirectComplaint(
  status: number,
  { protocol }: URL,
  hops: number,
  byBrokers: boolean,
): string | null {
  if (protocol !== 'https:') return `it redirects to ${protocol.slice(0, -1)}`;
  if (hops === MAX_REDIRECTS) return `it redirects more than ${MAX_REDIRECTS} times`;
  return byBrokers && status === NOT_FOLLOWED_BY_BROKERS
    ? `it redirects with the status ${status}, which brokers do not follow`
    : null;
}

function failure(why: string, remedy: string): Fetched {
  return { got: 'failure', why, remedy, unreachable: false };
}

function read({ status, body }: HttpAnswer): Attempt {
  if (status === 429 || status >= 500) {
    return { fetched: failure(`it answers ${status}`, ''), passing: true };
  }
  if (status !== 200) return { fetched: { got: 'nothing', why: `it answers ${status}` }, passing: false };
  try {
    return { fetched: { got: 'document', json: JSON.parse(body), text: body }, passing: false };
  } catch {
    const what = body.trim() === '' ? 'nothing' : body.trimStart().startsWith('<') ? 'an HTML page' : 'text';
    return { fetched: { got: 'nothing', why: `it answers with ${what} instead of JSON` }, passing: false };
  }
}
