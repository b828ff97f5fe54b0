import { aivenApi } from './aiven/api.ts';
import { AivenClient } from './aiven/client.ts';
import type { Context } from './context.ts';
import { readAbout } from './inputs/about.ts';
import { readRequest } from './inputs/index.ts';
import { realClock, stopOnSignal } from './interrupt.ts';
import { MODES } from './modes/index.ts';
import type { Mode } from './modes/mode.ts';
import type { Request } from './modes/request.ts';
import { openHttp } from './net/http.ts';
import { type Reporter, reporter } from './report/index.ts';

/** The walk, the same in every mode: inputs → plan → (dry run? stop) → apply → report. */
async function run(report: Reporter): Promise<void> {
  const request = readRequest();
  const mode = MODES[request.mode] as Mode<Request, unknown>;
  const context = openContext(request, report);
  try {
    const plan = await mode.plan(request, context);
    report.plan(plan.report, request.dryRun);
    const outcome = request.dryRun ? plan.report : await mode.apply(plan, request, context);
    await report.finish(outcome, request.dryRun);
  } finally {
    await context.http.close();
  }
}

function openContext({ apiUrl, aivenToken }: Request, { say }: Reporter): Context {
  const stop = stopOnSignal();
  const clock = realClock(stop);
  const http = openHttp();
  const client = new AivenClient({ apiUrl, token: aivenToken, http, say, clock, stop });
  return { aiven: aivenApi(client), http, say, clock, stop };
}

const report = reporter(readAbout());
try {
  await run(report);
} catch (error) {
  await report.fail(error);
}
