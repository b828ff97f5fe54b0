import { realClock } from './clock.ts';
import { readAbout } from './inputs/about.ts';
import { githubRunner } from './inputs/github-runner.ts';
import { readRequest } from './inputs/index.ts';
import { listenForSignals } from './interrupt.ts';
import { openHttp } from './net/http.ts';
import { reporter } from './report/index.ts';
import { run } from './run.ts';
import { VERSION } from './version.ts';

const { cancelled, giveUp } = listenForSignals();
const report = reporter(readAbout(), giveUp);
// Once a run is over, what it still does beside what failed ends as well.
const over = new AbortController();
const stop = AbortSignal.any([cancelled, over.signal]);
try {
  const request = await readRequest();
  report.say.info(`aiven-kafka-oidc-action ${VERSION} on Node ${process.version}`);
  const http = openHttp();
  try {
    await run(request, { report, http, clock: realClock(stop), runner: githubRunner, stop, giveUp });
  } finally {
    over.abort();
    await http.close();
  }
} catch (error) {
  await report.fail(error);
}
