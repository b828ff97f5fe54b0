import { affectedBy } from '../../kafka/lockout.ts';
import { differences, withChanges } from '../../kafka/settings.ts';
import type { Check, Plan } from '../../plan.ts';
import type { Context } from '../mode.ts';
import type { KafkaOidcRequest } from '../request.ts';
import { circumstancesOf, settleFindings } from './findings.ts';
import { describeAffected, refuseLockout } from './lockout.ts';
import {
  checksWithoutAsking,
  inspectNamedProvider,
  inspectRemainingProvider,
  NOTHING_FOUND,
  namesProvider,
} from './provider.ts';
import { describeService, type ServiceStory } from './report.ts';
import { offeredBy, readService, refuseOtherServices, valuesOf } from './service.ts';
import type { Steps } from './steps.ts';
import { warnOfTraps } from './traps.ts';
import { parametersOf, withRegistry, withVerdicts } from './verdicts.ts';
import { refuseResult, wantedOf } from './wanted.ts';
import { wayBack } from './way-back.ts';

/**
 * Reads the service and looks at the provider beside it, refuses what would break, judges the test tokens, and says what is to
 * differ and who is affected. Writes nothing.
 * @throws {Failure} when something cannot be known, or would lock clients out
 */
export async function plan(request: KafkaOidcRequest, context: Context): Promise<Plan<Steps>> {
  const looksAtProvider = request.verifyProvider && namesProvider(request);
  const checking = looksAtProvider ? ' and checking the identity provider' : '';
  context.say.info(`Reading service ${request.project}/${request.service}${checking}.`);
  const [service, named] = await Promise.all([
    readService(request, context),
    inspectNamedProvider(request, context),
  ]);
  refuseOtherServices(service);

  const present = valuesOf(service);
  const changes = differences(present, wantedOf(request, named.jwksUrl));
  const values = withChanges(present, changes);
  const circumstances = circumstancesOf(request, changes);
  // What no test token could prove is refused before one is asked for.
  const hoped = { ...circumstances, proven: request.testTokens.length > 0 };
  settleFindings([...request.findings, ...named.findings], hoped, named.checks, request);
  refuseResult(values, changes, service, request);
  const looksFurther = changes.length > 0 || request.testTokens.length > 0;
  const rest = looksFurther ? await inspectRemainingProvider(request, values, named, context) : NOTHING_FOUND;
  const endpoint = named.tokenEndpoint ?? rest.tokenEndpoint;
  const story: ServiceStory = {
    project: request.project,
    route: request.listenerRoute,
    service,
    changes,
    values,
    tokenEndpoint: endpoint,
    tokenParameters: parametersOf(request),
    checks: [...checksWithoutAsking(request, values), ...named.checks, ...rest.checks],
    events: [],
    affected: describeAffected(affectedBy(present, values, offeredBy(service))),
    wayBack: wayBack(present, changes, service, request),
    principals: [],
  };
  const findings = [...request.findings, ...named.findings, ...rest.findings];
  settleFindings(findings, hoped, story.checks, request);
  const brokers = { service, values, keys: rest.keys ?? named.keys };
  const seen = await withRegistry(story, brokers, request);
  const { proven, ...judged } = await withVerdicts(seen, brokers, endpoint, request, context);
  const doubts = settleFindings(findings, { ...circumstances, proven }, judged.story.checks, request);
  judged.story = { ...judged.story, checks: [...judged.story.checks, ...doubts] };
  warnOfTraps(judged.story, request, context);
  const omitted = request.dryRun && request.verifyLogin ? [NO_LOGIN] : [];
  const report = describeService({ ...judged.story, checks: [...judged.story.checks, ...omitted] });
  refuseLockout(report, request);
  return { report, steps: { before: service, changes, brokers, ...judged } };
}

/** A dry run says what it leaves out. */
const NO_LOGIN: Check = { subject: 'Login', result: 'skipped', detail: 'Not tried: this is a dry run.' };
