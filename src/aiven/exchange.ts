import type { Clock } from '../clock.ts';
import { NetworkFault } from '../net/faults.ts';
import type { Http, HttpAnswer } from '../net/http.ts';
import type { Narrator } from '../say.ts';
import { readAnswer } from './answer.ts';
import type { Call, Result, Trouble } from './call.ts';
import type { DeprecationNotices } from './deprecation.ts';
import { explainRefusal, explainSilence, isNotYetMember, readApiError } from './errors.ts';
import { readRetryAfter } from './retry.ts';
import { withoutSecrets, withoutSecretValues } from './secrets.ts';

/** What sending a call needs. */
export interface Wire {
  readonly apiUrl: URL;
  readonly token: string;
  readonly http: Http;
  readonly say: Narrator;
  readonly clock: Clock;
  readonly deprecations: DeprecationNotices;
}

/** How long one attempt may take, and what ends it early. */
export interface Bounds {
  readonly headersMs: number;
  readonly bodyMs: number;
  readonly signal: AbortSignal;
}

const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const MAX_DEBUG_CHARACTERS = 4_000;
const PASSING_STATUSES = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Sends a call once, with the token, to `api-url` and nowhere else, and tells what came of it.
 * @throws the reason of the signal when that ends it
 */
export async function exchange<Answer>(
  call: Call<Answer>,
  wire: Wire,
  bounds: Bounds,
): Promise<Result<Answer>> {
  const { say, clock, deprecations } = wire;
  const startedAt = clock.now();
  let answer: HttpAnswer;
  try {
    answer = await send(call, wire, bounds);
  } catch (error) {
    if (!(error instanceof NetworkFault)) throw error;
    say.debug(`${call.operation}: ${error.message}`);
    return { trouble: silence(call, error) };
  }
  const { status, headers, body } = answer;
  say.debug(`${call.operation}: status ${status} after ${clock.now() - startedAt} ms`);
  deprecations.look(call, headers);
  if (status < 200 || status >= 300) return { trouble: refusal(call, answer, wire) };
  const result = readAnswer(call, body);
  if ('answer' in result) say.debug(() => `${call.operation}: got ${inShort(result.answer)}`);
  return result;
}

function send(call: Call<unknown>, { apiUrl, token, http, say }: Wire, bounds: Bounds): Promise<HttpAnswer> {
  const url = new URL(apiUrl);
  url.pathname = `${apiUrl.pathname.replace(/\/+$/, '')}/v1/${call.path.map(encodeURIComponent).join('/')}`;
  url.search = new URLSearchParams(call.query).toString();
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  say.debug(`${call.operation}: ${call.method} ${url.pathname}${url.search}`);
  if (body !== undefined) say.debug(() => `${call.operation}: sends ${inShort(call.body)}`);
  return http.send({
    method: call.method,
    url,
    headers: {
      authorization: `aivenv1 ${token}`,
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
    maxBytes: MAX_ANSWER_BYTES,
    ...bounds,
  });
}

/** A body for debug mode. */
function inShort(body: unknown): string {
  return JSON.stringify(withoutSecrets(body)).slice(0, MAX_DEBUG_CHARACTERS);
}

/** No whole answer came back. */
function silence(call: Call<unknown>, fault: NetworkFault): Trouble {
  return {
    why: fault.message,
    failure: explainSilence(call, fault),
    mayPass: fault.kind === 'unreached' || fault.kind === 'lost',
    mayHaveWorked: fault.kind === 'lost' || fault.kind === 'too large',
    retryAfterMs: null,
  };
}

/** A text without the token and what else looks like a secret: whoever answers may repeat one, and a job summary masks nothing. */
function clean(text: string, token: string): string {
  return withoutSecretValues(text.replaceAll(token, '***').replaceAll(encodeURIComponent(token), '***'));
}

/** The API, or something in front of it, said no. */
function refusal(call: Call<unknown>, answer: HttpAnswer, { apiUrl, clock, token }: Wire): Trouble {
  const { status, headers } = answer;
  const error = readApiError(answer, (text) => clean(text, token));
  const notYetMember = isNotYetMember(error);
  return {
    why: `Aiven answered ${status} (${error.message})`,
    failure: explainRefusal(call, error, apiUrl),
    mayPass: PASSING_STATUSES.has(status) || (status === 404 && call.retryNotFound === true) || notYetMember,
    ...(notYetMember && { ofThisCallAlone: true }),
    mayHaveWorked: status >= 500 || status === 408,
    retryAfterMs: readRetryAfter(headers, clock.now()),
  };
}
