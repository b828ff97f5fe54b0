import type { Clock } from '../context.ts';
import { NetworkFault } from '../net/faults.ts';
import type { Http, HttpAnswer } from '../net/http.ts';

/** A JSON document that a provider publishes, or why it could not be had. */
export type Fetched =
  | { readonly got: 'document'; readonly json: unknown; readonly finalUrl: URL }
  /** The provider answers, and there is no such document. */
  | { readonly got: 'nothing'; readonly why: string }
  | { readonly got: 'failure'; readonly why: string; readonly remedy: string };

/** As jose4j, the library inside Kafka, bounds it. */
const MAX_BYTES = 512 * 1024;
const TIMEOUT_MS = 10_000;
const MAX_REDIRECTS = 3;
const PAUSES_MS = [250, 1_000];

/**
 * Fetches a JSON document over https, following a few redirects that stay on https, and asking again when the
 * connection or the provider stumbles.
 */
export async function fetchDocument(http: Http, clock: Clock, url: URL, stop: AbortSignal): Promise<Fetched> {
  for (let attempt = 0; ; attempt++) {
    const { fetched, passing } = await fetchOnce(http, url, stop);
    const pause = PAUSES_MS[attempt];
    if (!passing || pause === undefined) return fetched;
    await clock.sleep(pause);
  }
}

async function fetchOnce(
  http: Http,
  url: URL,
  stop: AbortSignal,
): Promise<{ fetched: Fetched; passing: boolean }> {
  let at = url;
  for (let hops = 0; ; hops++) {
    let answer: HttpAnswer;
    try {
      answer = await http.send({
        method: 'GET',
        url: at,
        headers: { accept: 'application/json' },
        headersMs: TIMEOUT_MS,
        bodyMs: TIMEOUT_MS,
        maxBytes: MAX_BYTES,
        signal: stop,
      });
    } catch (error) {
      if (!(error instanceof NetworkFault)) throw error;
      const passing = error.kind === 'unreached' || error.kind === 'lost';
      return { fetched: { got: 'failure', why: error.message, remedy: error.remedy }, passing };
    }
    const next = redirectTarget(answer, at);
    if (next === null) return read(answer, at);
    const why =
      next.protocol !== 'https:' ? `it redirects to ${next.protocol.slice(0, -1)}` : 'it redirects too often';
    if (next.protocol !== 'https:' || hops === MAX_REDIRECTS) {
      return { fetched: { got: 'failure', why, remedy: '' }, passing: false };
    }
    at = next;
  }
}

function redirectTarget({ status, headers }: HttpAnswer, from: URL): URL | null {
  const { location } = headers;
  if (status < 300 || status >= 400 || location === undefined) return null;
  return URL.canParse(location, from.href) ? new URL(location, from) : null;
}

function read({ status, body }: HttpAnswer, finalUrl: URL): { fetched: Fetched; passing: boolean } {
  if (status === 429 || status >= 500) {
    return { fetched: { got: 'failure', why: `it answers ${status}`, remedy: '' }, passing: true };
  }
  if (status !== 200) return { fetched: { got: 'nothing', why: `it answers ${status}` }, passing: false };
  try {
    return { fetched: { got: 'document', json: JSON.parse(body), finalUrl }, passing: false };
  } catch {
    const what = body.trim() === '' ? 'nothing' : body.trimStart().startsWith('<') ? 'an HTML page' : 'text';
    return { fetched: { got: 'nothing', why: `it answers with ${what} instead of JSON` }, passing: false };
  }
}
