import type { Service } from '../../aiven/schema.ts';
import { Failure } from '../../failure.ts';
import { differences, readValues, type SettingChange, withChanges } from '../../kafka/settings.ts';
import type { Check } from '../../plan.ts';
import type { Context, Mode } from '../mode.ts';
import type { KafkaOidcRequest } from '../request.ts';
import {
  inspectNamedProvider,
  inspectRemainingProvider,
  NOTHING_FOUND,
  namesProvider,
  refuseProvider,
} from './provider.ts';
import { describeService, type ServiceStory } from './report.ts';
import { readService, refuseOtherServices } from './service.ts';
import { namingPlan } from './service-plan.ts';
import type { Brokers, TokenJudge } from './token.ts';
import { warnOfTraps } from './traps.ts';
import { confirm, eventsOf, eventsOfUpdate, notSettled, settle, update } from './update.ts';
import { refuseResult, wantedOf } from './wanted.ts';

/** What `apply` needs: the service as it was, what is to differ, and what to tell of it. */
interface Steps {
  readonly before: Service;
  readonly changes: readonly SettingChange[];
  readonly story: ServiceStory;
  /** The judge of the test token, null when there is none or no token is accepted. */
  readonly judge: TokenJudge | null;
}

/** The service accepts the provider's tokens. */
export const kafkaOidc: Mode<KafkaOidcRequest, Steps> = {
  async plan(request, context) {
    const looksAtProvider = request.verifyProvider && namesProvider(request);
    const checking = looksAtProvider ? ' and checking the identity provider' : '';
    context.say.info(`Reading service ${request.project}/${request.service}${checking}.`);
    const [service, named] = await Promise.all([
      readService(request, context),
      inspectNamedProvider(request, context),
    ]);
    refuseOtherServices(service);
    refuseProvider(named, request);

    const present = readValues(service.user_config);
    const changes = differences(present, wantedOf(request, named.jwksUrl));
    const values = withChanges(present, changes);
    refuseResult(values, service, request);
    const looksFurther = changes.length > 0 || request.testToken !== null;
    const rest = looksFurther
      ? await inspectRemainingProvider(request, values, named, context)
      : NOTHING_FOUND;
    const story: ServiceStory = {
      project: request.project,
      service,
      changes,
      values,
      tokenEndpoint: named.tokenEndpoint ?? rest.tokenEndpoint,
      checks: [...named.checks, ...rest.checks],
      events: [],
      principal: null,
    };
    const keys = rest.keys.length > 0 ? rest.keys : named.keys;
    const brokers = { service, values, keys: request.verifyProvider ? keys : null };
    const judged = await withVerdict(story, brokers, request, context);
    warnOfTraps(judged.story, request, context);
    const omitted = request.dryRun && request.verifyLogin ? [NO_LOGIN] : [];
    const report = describeService({ ...judged.story, checks: [...judged.story.checks, ...omitted] });
    return { report, steps: { before: service, changes, ...judged } };
  },

  async apply({ steps: { before, changes, story, judge } }, request, context) {
    const changed = changes.length > 0;
    const startedAt = context.clock.now();
    const updated = changed
      ? await update(changes, request, context).catch(namingPlan(before, changes))
      : before;
    let told: ServiceStory = {
      ...story,
      service: updated,
      events: changed ? eventsOfUpdate(updated, request) : [],
    };
    try {
      const settled = await settle(updated, changed, request, context);
      const service = settled?.service ?? updated;
      const events = [...told.events, ...eventsOf(settled)];
      told = { ...told, service, values: readValues(service.user_config), events };
      if (settled?.how === 'interrupted') throw settled.interruption;
      confirm(before, service, changes, request, context);
      if (settled?.how === 'timed out') throw notSettled(settled, request);
      if (request.verifyLogin) {
        const remainingMs = request.wait ? request.waitTimeoutMs - (context.clock.now() - startedAt) : 0;
        // Loaded here, since few runs need it.
        const { verifyLogin } = await import('./login.ts');
        const login = await verifyLogin(service, request, { changed, remainingMs, judge }, context);
        told = { ...told, checks: [...told.checks, ...login.checks] };
        if (login.failure) throw login.failure;
      }
      return describeService(told);
    } catch (error) {
      throw error instanceof Failure && !error.report ? error.with(describeService(told)) : error;
    }
  },
};

/** A dry run says what it leaves out. */
const NO_LOGIN: Check = { subject: 'Login', result: 'skipped', detail: 'Not tried: this is a dry run.' };

/** The story with the verdict on the test token in it, where there is one. */
async function withVerdict(
  story: ServiceStory,
  brokers: Brokers,
  { testToken }: KafkaOidcRequest,
  { clock }: Context,
): Promise<Pick<Steps, 'story' | 'judge'>> {
  if (testToken === null) return { story, judge: null };
  // Loaded here, since few runs need it.
  const { judgeTestToken, tokenJudge } = await import('./token.ts');
  const judge = tokenJudge(testToken, brokers);
  const { principal, checks } = judgeTestToken(judge, new Date(clock.now()), describeService(story));
  return { story: { ...story, principal, checks: [...story.checks, ...checks] }, judge };
}
