import type { Clock } from '../../src/clock.ts';
import { NetworkFault } from '../../src/net/faults.ts';
import { type Http, type HttpRequest, openHttp } from '../../src/net/http.ts';

/** Time that passes when somebody waits, and not otherwise: a minute of trying takes as long as the trying itself. */
export interface VirtualClock extends Clock {
  /** Lets it be at least this late. */
  reach(time: number): void;
}

/** @param stop ends a wait, with its reason */
export function virtualClock(stop: AbortSignal): VirtualClock {
  let now = Date.now();
  const reach = (time: number) => {
    now = Math.max(now, time);
  };
  return {
    now: () => now,
    reach,
    async sleep(milliseconds) {
      const until = now + milliseconds;
      await new Promise((resolve) => setImmediate(resolve));
      if (stop.aborted) throw stop.reason;
      reach(until);
    },
  };
}

/** How long a request really waits, at most, for an answer to begin, and for the rest of it. */
const HURRIED = { headersMs: 500, bodyMs: 2_000 };
/** A port that nothing listens on (RFC 863, discard). */
const CLOSED_PORT = '9';

/** The real client, in a hurry: what waits for an answer gives up soon, and the clock says that it took as long as it should. */
export interface HurriedHttp extends Http {
  /** Has the requests that match refused, so many times. */
  refuse(matches: (request: HttpRequest) => boolean, times: number): void;
  /** When the first request was refused. */
  readonly refusedAt: number | null;
}

export function hurriedHttp(clock: VirtualClock, before: (request: HttpRequest) => void): HurriedHttp {
  const http = openHttp({});
  let refused: { matches: (request: HttpRequest) => boolean; left: number } | null = null;
  let refusedAt: number | null = null;

  async function send(request: HttpRequest) {
    before(request);
    const startedAt = clock.now();
    const { headersMs, bodyMs } = request;
    const url = new URL(request.url);
    if (refused && refused.left > 0 && refused.matches(request)) {
      refused.left--;
      refusedAt ??= startedAt;
      url.port = CLOSED_PORT;
    }
    const hurried = { ...request, url, ...HURRIED };
    try {
      return await http.send(hurried);
    } catch (error) {
      if (error instanceof NetworkFault && / did not (answer|finish)/.test(error.message)) {
        clock.reach(startedAt + (error.message.includes('finish') ? bodyMs : headersMs));
      }
      throw error;
    }
  }

  return {
    send,
    close: http.close,
    certificateOf: http.certificateOf,
    refuse(matches, times) {
      refused = { matches, left: times };
    },
    get refusedAt() {
      return refusedAt;
    },
  };
}
