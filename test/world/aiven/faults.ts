import type { ServerResponse } from 'node:http';

/** Whether a fault strikes before the operation was carried out, or after. */
type Moment = { readonly after?: 'request' | 'work' };

/** What can go wrong on the way; where `after` is optional, the work is not done unless told. */
export type Fault =
  /** Another status; `body` goes out as JSON, an error of Aiven's shape unless told. */
  | ({
      readonly kind: 'status';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    } & Moment)
  /** The connection is torn down without an answer. */
  | { readonly kind: 'reset'; readonly after: 'request' | 'work' }
  /** No answer ever comes. */
  | { readonly kind: 'hang'; readonly after: 'request' | 'work' }
  /** The answer comes so much later. */
  | ({ readonly kind: 'delay'; readonly ms: number } & Moment)
  /** The work is done, and the connection breaks in the middle of the answer. */
  | { readonly kind: 'cut' }
  /** A page of a proxy. */
  | ({ readonly kind: 'html'; readonly status: number } & Moment)
  /** No body at all. */
  | ({ readonly kind: 'empty'; readonly status: number } & Moment)
  /** The work is done, and the answer is JSON of another shape. */
  | { readonly kind: 'shape'; readonly body: unknown }
  /** The work is done, and the answer trickles. */
  | { readonly kind: 'drip'; readonly bytesPerSecond: number }
  /** Far more JSON than anyone asked for. */
  | { readonly kind: 'huge'; readonly bytes: number }
  /** Another place to go to. */
  | { readonly kind: 'redirect'; readonly to: string; readonly status?: number };

/** Which requests a fault strikes. */
export interface FaultMatcher {
  readonly method?: string;
  /** The path without its query: the whole of it, or a pattern. */
  readonly path?: RegExp | string;
  /** How many requests it strikes; `Infinity` unless told. */
  readonly times?: number;
  /** How many matching requests it lets pass first; 0 unless told. */
  readonly skip?: number;
}

/** A fault that is set. */
export interface FaultHandle {
  /** How many requests it has struck. */
  readonly hits: number;
  remove(): void;
}

/** A whole answer, before a fault spoils it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Faults that are set, the newest first. */
export class Faults {
  #rules: Rule[] = [];

  /** Sets a fault for the requests that match. */
  add(matcher: FaultMatcher, fault: Fault): FaultHandle {
    const rule = new Rule(matcher, fault);
    this.#rules.unshift(rule);
    const remove = () => {
      this.#rules = this.#rules.filter((other) => other !== rule);
    };
    return {
      get hits() {
        return rule.hits;
      },
      remove,
    };
  }

  /** The fault that strikes this request, counted as a hit. */
  take(method: string, path: string): Fault | undefined {
    return this.#rules.find((rule) => rule.strikes(method, path))?.fault;
  }
}

class Rule {
  readonly fault: Fault;
  readonly #matcher: FaultMatcher;
  #seen = 0;
  hits = 0;

  constructor(matcher: FaultMatcher, fault: Fault) {
    this.#matcher = matcher;
    this.fault = fault;
  }

  strikes(method: string, path: string): boolean {
    const { skip = 0, times = Infinity } = this.#matcher;
    if (!this.#matches(method, path)) return false;
    this.#seen++;
    if (this.#seen <= skip || this.hits >= times) return false;
    this.hits++;
    return true;
  }

  #matches(method: string, path: string): boolean {
    const wanted = this.#matcher;
    if (wanted.method !== undefined && wanted.method !== method) return false;
    if (wanted.path === undefined) return true;
    return typeof wanted.path === 'string' ? wanted.path === path : wanted.path.test(path);
  }
}

const WORKS_FIRST = new Set<Fault['kind']>(['cut', 'shape', 'drip']);

/** Whether the operation is carried out although its answer is spoiled. */
export function worksFirst(fault: Fault): boolean {
  return WORKS_FIRST.has(fault.kind) || ('after' in fault && fault.after === 'work');
}

/**
 * Answers with a fault.
 * @param proper the proper answer, where the work was done
 * @returns the status that went out, 0 for none
 */
export function playFault(fault: Fault, response: ServerResponse, proper: Answer | undefined): number {
  switch (fault.kind) {
    case 'status':
      return sendJson(response, fault.status, fault.body ?? errorBody(fault.status), fault.headers);
    case 'reset':
      response.socket?.resetAndDestroy();
      return 0;
    case 'hang':
      return 0;
    case 'delay': {
      const answer = proper ?? { status: 503, headers: {}, body: JSON.stringify(errorBody(503)) };
      const timer = setTimeout(() => send(response, answer), fault.ms);
      response.once('close', () => clearTimeout(timer));
      return answer.status;
    }
    case 'cut': {
      const { status, headers, body } = proper ?? nothing;
      const bytes = Buffer.from(body);
      response.writeHead(status, { ...headers, 'content-length': bytes.length });
      response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
      return status;
    }
    case 'html':
      response.writeHead(fault.status, { 'content-type': 'text/html' });
      response.end(
        `<!DOCTYPE html><html><head><title>${fault.status}</title></head><body>nginx</body></html>`,
      );
      return fault.status;
    case 'empty':
      response.writeHead(fault.status, { 'content-length': 0 }).end();
      return fault.status;
    case 'shape':
      return sendJson(response, 200, fault.body);
    case 'drip':
      return drip(response, proper ?? nothing, fault.bytesPerSecond);
    case 'huge':
      return pour(response, fault.bytes);
    case 'redirect': {
      const status = fault.status ?? 302;
      response.writeHead(status, { location: fault.to, 'content-length': 0 }).end();
      return status;
    }
  }
}

/** Answers properly. */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

const nothing: Answer = { status: 200, headers: {}, body: '{}' };

function errorBody(status: number): unknown {
  const message = `Answer ${status} on demand`;
  return { message, errors: [{ message, status }] };
}

function sendJson(response: ServerResponse, status: number, body: unknown, headers = {}): number {
  send(response, {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return status;
}

const DRIPS_PER_SECOND = 10;

function drip(response: ServerResponse, { status, headers, body }: Answer, bytesPerSecond: number): number {
  const bytes = Buffer.from(body);
  const step = Math.max(1, Math.round(bytesPerSecond / DRIPS_PER_SECOND));
  let sent = 0;
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  const timer = setInterval(
    () => {
      response.write(bytes.subarray(sent, sent + step));
      sent += step;
      if (sent < bytes.length) return;
      clearInterval(timer);
      response.end();
    },
    (1000 * step) / bytesPerSecond,
  );
  response.once('close', () => clearInterval(timer));
  return status;
}

const PIECE = 'x'.repeat(65_536);

/** Sends in pieces, at the pace of the reader, so that the size costs no memory here. */
function pour(response: ServerResponse, bytes: number): number {
  const [head, tail] = ['{"accounts": [], "filler": "', '"}'];
  let left = Math.max(0, bytes - head.length - tail.length);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write(head);
  const more = () => {
    while (left > 0) {
      const piece = PIECE.slice(0, left);
      left -= piece.length;
      if (!response.write(piece)) return void response.once('drain', more);
    }
    response.end(tail);
  };
  more();
  return 200;
}
