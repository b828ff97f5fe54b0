import type { Service } from '../../aiven/schema.ts';
import { Failure, joined } from '../../failure.ts';
import type { Settled } from '../../kafka/settle.ts';
import type { Plan, Report } from '../../plan.ts';
import type { Context } from '../mode.ts';
import type { KafkaOidcRequest } from '../request.ts';
import { openLogin } from './chosen-login.ts';
import { describeService, type ServiceStory } from './report.ts';
import { valuesOf } from './service.ts';
import { namingPlan } from './service-plan.ts';
import type { Steps } from './steps.ts';
import {
  confirm,
  eventsOf,
  eventsOfUpdate,
  isUnconfirmed,
  notSettled,
  settle,
  update,
  warnOfUnconfirmed,
} from './update.ts';

/**
 * Sends what differs in one update, waits until the service has settled, checks that nothing else moved, and logs in where that
 * is asked for; puts the previous settings back where brokers turn the login away and that is asked for.
 * @throws {Failure} with what was done by then
 */
export async function apply(
  { steps }: Plan<Steps>,
  request: KafkaOidcRequest,
  context: Context,
): Promise<Report> {
  const { before, changes, story } = steps;
  const changed = changes.length > 0;
  const startedAt = context.clock.now();
  const remainingMs = () => (request.wait ? request.waitTimeoutMs - (context.clock.now() - startedAt) : 0);
  const login = await openLogin(steps, request, context);
  let told: ServiceStory = story;
  try {
    const updated = changed
      ? await update(changes, request, context).catch(namingPlan(before, changes))
      : before;
    told = withUpdate(told, updated, request);
    const settled = await settle(updated, changes, request, context, login.watching);
    told = withSettled(told, settled);
    if (settled?.how === 'interrupted') throw settled.interruption;
    confirm(before, told.service, changes, request, context);
    if (settled?.how === 'timed out') throw notSettled(settled, request);
    const { checks, failure, turnedAway } = await login.conclude(told.service, settled, remainingMs());
    told = { ...told, checks: [...told.checks, ...checks] };
    if (failure && turnedAway.length > 0 && changed && request.rollbackOnFailure) {
      const { rollBack } = await import('./rollback.ts');
      const change = { ...steps, service: told.service, failure, turnedAway };
      const end = await rollBack(change, request, context);
      told = { ...told, ...end.story, events: [...told.events, ...end.story.events] };
      throw end.failure;
    }
    const others = await askKarapace(told.service, steps, request, remainingMs(), context);
    told = { ...told, checks: [...told.checks, ...others.checks] };
    const failed = joined([failure, others.failure].filter((each) => each !== null));
    if (failed) throw failed;
    if (settled && told.unconfirmed) warnOfUnconfirmed(settled, request, context);
    return describeService(told);
  } catch (error) {
    throw error instanceof Failure && !error.report && told !== story
      ? error.with(describeService(told))
      : error;
  } finally {
    login.watching?.close();
  }
}

/** The story once the update was answered. */
function withUpdate(told: ServiceStory, service: Service, request: KafkaOidcRequest): ServiceStory {
  const { changes } = told;
  return {
    ...told,
    service,
    unconfirmed: isUnconfirmed(service, null, changes),
    events: changes.length > 0 ? eventsOfUpdate(service, changes, request) : [],
  };
}

/** The story once the wait has ended. */
function withSettled(told: ServiceStory, settled: Settled<Service> | null): ServiceStory {
  const service = settled?.service ?? told.service;
  return {
    ...told,
    service,
    values: valuesOf(service),
    events: [...told.events, ...eventsOf(settled, told.changes)],
    unconfirmed: isUnconfirmed(service, settled, told.changes),
  };
}

/** Asks Schema Registry and the REST proxy with the test tokens, where these take tokens and a login is asked for. */
async function askKarapace(
  service: Service,
  { tokens, brokers, changes }: Steps,
  request: KafkaOidcRequest,
  remainingMs: number,
  context: Context,
) {
  if (!request.verifyLogin) return { checks: [], failure: null };
  // Loaded here, since few runs need it.
  const { verifyKarapace } = await import('./karapace-login.ts');
  const circumstances = { ...request, tokens, brokers, changed: changes.length > 0, remainingMs };
  return verifyKarapace(service, circumstances, context);
}
