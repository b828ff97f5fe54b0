import type { Clock } from '../../src/clock.ts';
import type { Http, HttpAnswer, HttpRequest } from '../../src/net/http.ts';
import type { Narrator } from '../../src/say.ts';

/** What comes back: an answer, or what sending throws. */
export type Reply =
  | Error
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown };

/** HTTP without a network, and time that passes only when somebody waits. */
export interface ScriptedWorld {
  readonly http: Http;
  readonly clock: Clock;
  readonly say: Narrator;
  /** Every request so far, in order. */
  readonly requests: HttpRequest[];
  /** Every wait so far, in milliseconds. */
  readonly waits: number[];
  /** Lines of the log. */
  readonly told: string[];
  /** Lines that debug mode shows. */
  readonly debug: string[];
  readonly warnings: { readonly title: string; readonly text: string }[];
}

/** Nobody asks as often as this: what would go on for ever fails instead. */
const MOST_REQUESTS = 500;

/** When the clock starts. */
export const SCRIPT_START = Date.parse('2026-11-25T12:00:00Z');

/**
 * A world for what asks and waits.
 * @param answer what comes back for the nth request, from 0 on
 */
export function scripted(answer: (request: HttpRequest, index: number) => Reply): ScriptedWorld {
  let now = SCRIPT_START;
  const requests: HttpRequest[] = [];
  const waits: number[] = [];
  const told: string[] = [];
  const debug: string[] = [];
  const warnings: { title: string; text: string }[] = [];
  async function send(request: HttpRequest): Promise<HttpAnswer> {
    requests.push(request);
    if (requests.length > MOST_REQUESTS) throw new RangeError('It is asked for ever.');
    now += 5;
    const reply = answer(request, requests.length - 1);
    if (reply instanceof Error) throw reply;
    const { status = 200, headers = {}, body = {} } = reply;
    const bytes = Buffer.isBuffer(body)
      ? body
      : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    return { status, headers, bytes, body: bytes.toString() };
  }
  return {
    http: { send, close: async () => {} } satisfies Pick<Http, 'send' | 'close'> as Http,
    clock: {
      now: () => now,
      async sleep(milliseconds) {
        waits.push(milliseconds);
        if (waits.length > MOST_REQUESTS) throw new RangeError('It is waited for ever.');
        now += milliseconds;
      },
    },
    say: {
      info: (text) => void told.push(text),
      debug: (text) => void debug.push(typeof text === 'string' ? text : text()),
      warning: (title, text) => void warnings.push({ title, text }),
      group: (_, work) => work(),
    },
    requests,
    waits,
    told,
    debug,
    warnings,
  };
}
