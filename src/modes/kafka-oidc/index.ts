import type { Service } from '../../aiven/schema.ts';
import { Failure } from '../../failure.ts';
import type { Jwk } from '../../judge/jws/jwk.ts';
import { affectedBy } from '../../kafka/lockout.ts';
import { differences, offeredMechanisms, type SettingChange, withChanges } from '../../kafka/settings.ts';
import type { Settled } from '../../kafka/settle.ts';
import type { Check } from '../../plan.ts';
import type { TokenEndpoint } from '../../provider/token-endpoint.ts';
import type { Context, Mode } from '../mode.ts';
import type { KafkaOidcRequest } from '../request.ts';
import { describeAffected, refuseLockout } from './lockout.ts';
import type { LoginFinding, Watching } from './login.ts';
import {
  inspectNamedProvider,
  inspectRemainingProvider,
  NOTHING_FOUND,
  namesProvider,
  refuseProvider,
} from './provider.ts';
import { describeService, type ServiceStory } from './report.ts';
import { offeredBy, readService, refuseOtherServices, valuesOf } from './service.ts';
import { namingPlan } from './service-plan.ts';
import type { Brokers, JudgedToken } from './token.ts';
import { warnOfTraps } from './traps.ts';
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
import { refuseResult, wantedOf } from './wanted.ts';
import { wayBack } from './way-back.ts';

/** What `apply` needs: the service as it was, what is to differ, and what to tell of it. */
interface Steps {
  readonly before: Service;
  readonly changes: readonly SettingChange[];
  readonly story: ServiceStory;
  /** The test tokens and their judges; none where no token is accepted. */
  readonly tokens: readonly JudgedToken[];
  /** The published keys that brokers will use; null when they were not looked at. */
  readonly keys: readonly Jwk[] | null;
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

    const present = valuesOf(service);
    const changes = differences(present, wantedOf(request, named.jwksUrl));
    const values = withChanges(present, changes);
    refuseResult(values, changes, service, request);
    const looksFurther = changes.length > 0 || request.testTokens.length > 0;
    const rest = looksFurther
      ? await inspectRemainingProvider(request, values, named, context)
      : NOTHING_FOUND;
    const endpoint = named.tokenEndpoint ?? rest.tokenEndpoint;
    const story: ServiceStory = {
      project: request.project,
      route: request.listenerRoute,
      service,
      changes,
      values,
      tokenEndpoint: endpoint,
      tokenParameters: parametersOf(request),
      checks: [...named.checks, ...rest.checks],
      events: [],
      affected: describeAffected(affectedBy(present, values, offeredBy(service))),
      wayBack: wayBack(present, changes, service, request),
      principals: [],
    };
    const keys = rest.keys.length > 0 ? rest.keys : named.keys;
    const brokers = { service, values, keys: request.verifyProvider ? keys : null };
    const judged = await withVerdicts(story, brokers, endpoint, request, context);
    warnOfTraps(judged.story, request, context);
    const omitted = request.dryRun && request.verifyLogin ? [NO_LOGIN] : [];
    const report = describeService({ ...judged.story, checks: [...judged.story.checks, ...omitted] });
    refuseLockout(report, request);
    return { report, steps: { before: service, changes, keys: brokers.keys, ...judged } };
  },

  async apply({ steps }, request, context) {
    const { before, changes, story } = steps;
    const changed = changes.length > 0;
    const startedAt = context.clock.now();
    const login = await openLogin(steps, request, context);
    let told: ServiceStory = story;
    try {
      const updated = changed
        ? await update(changes, request, context).catch(namingPlan(before, changes))
        : before;
      const unconfirmed = isUnconfirmed(updated, null, changes);
      told = {
        ...told,
        service: updated,
        unconfirmed,
        events: changed ? eventsOfUpdate(updated, changes, request) : [],
      };
      const settled = await settle(updated, changes, request, context, login.watching);
      told = withSettled(told, settled);
      if (settled?.how === 'interrupted') throw settled.interruption;
      confirm(before, told.service, changes, request, context);
      if (settled?.how === 'timed out') throw notSettled(settled, request);
      const remainingMs = request.wait ? request.waitTimeoutMs - (context.clock.now() - startedAt) : 0;
      const { checks, failure, turnedAway } = await login.conclude(told.service, settled, remainingMs);
      told = { ...told, checks: [...told.checks, ...checks] };
      if (failure && turnedAway.length > 0 && changed && request.rollbackOnFailure) {
        const { rollBack } = await import('./rollback.ts');
        const end = await rollBack(
          { ...steps, service: told.service, failure, turnedAway },
          request,
          context,
        );
        told = { ...told, ...end.story, events: [...told.events, ...end.story.events] };
        throw end.failure;
      }
      if (failure) throw failure;
      if (settled && told.unconfirmed) warnOfUnconfirmed(settled, request, context);
      return describeService(told);
    } catch (error) {
      throw error instanceof Failure && !error.report && told !== story
        ? error.with(describeService(told))
        : error;
    } finally {
      login.watching?.close();
    }
  },
};

/** What a test token is asked for with; null where none is got by the client credentials grant. */
function parametersOf({ testTokens }: KafkaOidcRequest): ServiceStory['tokenParameters'] {
  const source = testTokens.find(({ from }) => from === 'client credentials');
  return source?.from === 'client credentials' ? source.client.parameters : null;
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

/** The login that was asked for: beside the wait for a change, and after it where nothing changed. */
async function openLogin(
  steps: Steps,
  request: KafkaOidcRequest,
  context: Context,
): Promise<{
  readonly watching: Watching | null;
  conclude(service: Service, settled: Settled<Service> | null, remainingMs: number): Promise<LoginFinding>;
}> {
  const { before, changes, story, tokens } = steps;
  if (!request.verifyLogin)
    return { watching: null, conclude: async () => ({ checks: [], failure: null, turnedAway: [] }) };
  // Loaded here, since few runs need it.
  const { logIn, watchBrokers, whyNoLogin } = await import('./login.ts');
  const changed = changes.length > 0;
  const skipped = whyNoLogin(before, story.values, changed, request, context);
  if (skipped) return { watching: null, conclude: async () => skipped };
  if (!changed)
    return {
      watching: null,
      conclude: (service, _settled, remainingMs) => logIn(service, tokens, remainingMs, request, context),
    };
  const { newLogin } = await import('./evidence.ts');
  const watching = await watchBrokers(before, newLogin(steps, context), request, context);
  return {
    watching,
    conclude: (service, settled, remainingMs) =>
      settled ? watching.conclude(settled) : logIn(service, tokens, remainingMs, request, context),
  };
}

/** A dry run says what it leaves out. */
const NO_LOGIN: Check = { subject: 'Login', result: 'skipped', detail: 'Not tried: this is a dry run.' };

/** A test token that comes out empty does not go unnoticed. */
const NONE_GIVEN: Check = {
  subject: 'Test token: none given',
  result: 'skipped',
  detail: 'One would tell before the restart whether clients will get in.',
};

/** The story with the verdicts on the test tokens in it, where there are any. */
async function withVerdicts(
  story: ServiceStory,
  brokers: Brokers,
  endpoint: TokenEndpoint | null,
  { testTokens }: KafkaOidcRequest,
  context: Context,
): Promise<Pick<Steps, 'story' | 'tokens'>> {
  if (testTokens.length === 0) {
    const none = offeredMechanisms(brokers.values).includes('OAUTHBEARER') ? [NONE_GIVEN] : [];
    return { story: { ...story, checks: [...story.checks, ...none] }, tokens: [] };
  }
  // Loaded here, since few runs need it.
  const { judgesOf, judgeTestTokens, expectedAudiences, NOT_JUDGED } = await import('./token.ts');
  const { getTestTokens } = await import('./test-tokens.ts');
  const issuer = brokers.values['kafka.sasl_oauthbearer_expected_issuer'];
  const issuing = {
    issuer: typeof issuer === 'string' ? issuer : null,
    audiences: expectedAudiences(brokers.values),
    endpoint,
  };
  const tokens = judgesOf(await getTestTokens(testTokens, issuing, context), brokers);
  if (tokens.length === 0) return { story: { ...story, checks: [...story.checks, NOT_JUDGED] }, tokens };
  const { principals, checks } = judgeTestTokens(
    tokens,
    new Date(context.clock.now()),
    describeService(story),
  );
  return { story: { ...story, principals, checks: [...story.checks, ...checks] }, tokens };
}
