import { inspect } from 'node:util';
import { Failure } from '../../src/failure.ts';
import type { Request } from '../../src/modes/request.ts';
import type { HttpRequest } from '../../src/net/http.ts';
import type { Report } from '../../src/plan.ts';
import { endingOf, endingOfFailure } from '../../src/report/ending.ts';
import type { Reporter } from '../../src/report/index.ts';
import type { Warning } from '../../src/report/log.ts';
import { renderPage } from '../../src/report/markdown.ts';
import { run } from '../../src/run.ts';
import { type HurriedHttp, hurriedHttp, type VirtualClock, virtualClock } from './time.ts';

/** How a walk ended, and all that it said. */
export interface Walked {
  readonly failure: Failure | null;
  readonly report: Report | null;
  readonly warnings: readonly Warning[];
  /** Every line for everyone. */
  readonly lines: readonly string[];
  /** Everything that could be read anywhere: lines, debug lines, warnings, errors with their causes, outputs, the page. */
  readonly everything: string;
  /** When it ended. */
  readonly endedAt: number;
}

/** A run in this process: the walk of the action, with a clock of its own and everything it says recorded. */
export interface Walk {
  readonly clock: VirtualClock;
  readonly http: HurriedHttp;
  go(request: Request): Promise<Walked>;
}

const NEVER = new AbortController().signal;
/** No case here asks the runner for a token, and nothing is printed that it could mask. */
const NO_RUNNER = { idToken: () => Promise.reject(new Error('no runner gives tokens here')), mask: () => {} };
const PAGE_BYTES = 1_000_000;

/** @param before is told of each request as it is sent */
export function walk(before: (request: HttpRequest, clock: VirtualClock) => void = () => {}): Walk {
  const clock = virtualClock(NEVER);
  const http = hurriedHttp(clock, (request) => before(request, clock));
  return {
    clock,
    http,
    async go(request) {
      const recorder = new Recorder();
      try {
        await run(request, { report: recorder, http, clock, runner: NO_RUNNER, stop: NEVER, giveUp: NEVER });
      } catch (error) {
        await recorder.fail(error);
      } finally {
        await http.close();
      }
      const { failure, report, lines, everything } = recorder;
      return { failure, report, warnings: recorder.say.warnings, lines, everything, endedAt: clock.now() };
    },
  };
}

/** Keeps what a run says instead of telling GitHub. */
class Recorder implements Reporter {
  readonly lines: string[] = [];
  readonly #debug: string[] = [];
  failure: Failure | null = null;
  report: Report | null = null;
  #page = '';

  readonly say = (() => {
    const warnings: Warning[] = [];
    return {
      warnings,
      info: (line: string) => void this.lines.push(line),
      debug: (line: string | (() => string)) =>
        void this.#debug.push(typeof line === 'string' ? line : line()),
      group: <Result>(_title: string, work: () => Promise<Result>) => work(),
      warning: (title: string, message: string) => void warnings.push({ title, message }),
    };
  })();

  plan(report: Report): void {
    this.report = report;
  }

  async finish(report: Report, dryRun: boolean): Promise<void> {
    this.report = report;
    this.#page = this.#render(endingOf(report, dryRun));
  }

  async fail(error: unknown): Promise<void> {
    // What nobody foresaw is a defect, and no case may hold with one.
    if (!(error instanceof Failure)) throw error;
    this.failure = error;
    this.report = error.report;
    this.#page = this.#render(endingOfFailure(error));
  }

  get everything(): string {
    const { warnings } = this.say;
    const rest = { failure: this.failure, report: this.report, warnings };
    return [...this.lines, ...this.#debug, inspect(rest, { depth: 20 }), this.#page].join('\n');
  }

  #render(ending: Parameters<typeof renderPage>[0]['ending']): string {
    const { report, failure, say } = this;
    const facts = { ending, title: '', report, planned: null, failure, applying: false, links: [] };
    return renderPage({ ...facts, warnings: say.warnings }, PAGE_BYTES);
  }
}
