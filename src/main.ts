import { readAbout } from './inputs/about.ts';
import { readRequest } from './inputs/index.ts';
import { listenForSignals, realClock } from './interrupt.ts';
import { openHttp } from './net/http.ts';
import { reporter } from './report/index.ts';
import { run } from './run.ts';
import { VERSION } from './version.ts';

const interrupt = listenForSignals();
const report = reporter(readAbout(), interrupt.giveUp);
try {
  const request = await readRequest();
  report.say.info(`aiven-kafka-oidc-action ${VERSION} on Node ${process.version}`);
  const http = openHttp();
  try {
    await run(request, { report, http, clock: realClock(interrupt.stop), interrupt });
  } finally {
    interrupt.end();
    await http.close();
  }
} catch (error) {
  await report.fail(error);
}
