import type { Service } from '../../aiven/schema.ts';
import { Failure } from '../../failure.ts';
import { registryTakesTokens } from '../../kafka/karapace.ts';
import { affectedBy } from '../../kafka/lockout.ts';
import { differences, offeredMechanisms, type SettingChange, withChanges } from '../../kafka/settings.ts';
import type { Check } from '../../plan.ts';
import type { TokenEndpoint } from '../../provider/token-endpoint.ts';
import type { Context, Mode } from '../mode.ts';
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
import { namingPlan } from './service-plan.ts';
import type { Brokers, JudgedToken } from './token.ts';
import { warnOfTraps } from './traps.ts';
import { confirm, eventsOf, eventsOfUpdate, notSettled, settle, update } from './update.ts';
import { refuseResult, wantedOf } from './wanted.ts';
import { wayBack } from './way-back.ts';

/** What `apply` needs: the service as it was, what is to differ, and what to tell of it. */
interface Steps {
  readonly before: Service;
  readonly changes: readonly SettingChange[];
  readonly story: ServiceStory;
  /** The test tokens and their judges; none where no token is accepted. */
  readonly tokens: readonly JudgedToken[];
  readonly brokers: Brokers;
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

    const present = valuesOf(service);
    const changes = differences(present, wantedOf(request, named.jwksUrl));
    const values = withChanges(present, changes);
    const circumstances = circumstancesOf(request, changes);
    // What no test token could prove is refused before one is asked for.
    const hoped = { ...circumstances, proven: request.testTokens.length > 0 };
    settleFindings([...request.findings, ...named.findings], hoped, named.checks, request);
    refuseResult(values, changes, service, request);
    const looksFurther = changes.length > 0 || request.testTokens.length > 0;
    const rest = looksFurther
      ? await inspectRemainingProvider(request, values, named, context)
      : NOTHING_FOUND;
    const endpoint = named.tokenEndpoint ?? rest.tokenEndpoint;
    const story: ServiceStory = {
      project: request.project,
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
  },

  async apply({ steps: { before, changes, story, tokens, brokers } }, request, context) {
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
      told = { ...told, service, values: valuesOf(service), events };
      if (settled?.how === 'interrupted') throw settled.interruption;
      confirm(before, service, changes, request, context);
      if (settled?.how === 'timed out') throw notSettled(settled, request);
      if (request.verifyLogin) {
        const remainingMs = () =>
          request.wait ? request.waitTimeoutMs - (context.clock.now() - startedAt) : 0;
        // Loaded here, since few runs need it.
        const { verifyLogin } = await import('./login.ts');
        const circumstances = { changed, remainingMs: remainingMs(), tokens };
        const login = await verifyLogin(service, request, circumstances, context);
        told = { ...told, checks: [...told.checks, ...login.checks] };
        const { joined, verifyKarapace } = await import('./karapace-login.ts');
        const others = { ...request, tokens, brokers, changed, remainingMs: remainingMs() };
        const karapace = await verifyKarapace(service, others, context);
        told = { ...told, checks: [...told.checks, ...karapace.checks] };
        const failure = joined([login.failure, karapace.failure].filter((each) => each !== null));
        if (failure) throw failure;
      }
      return describeService(told);
    } catch (error) {
      throw error instanceof Failure && !error.report ? error.with(describeService(told)) : error;
    }
  },
};

/** What a test token is asked for with; null where none is got by the client credentials grant. */
function parametersOf({ testTokens }: KafkaOidcRequest): ServiceStory['tokenParameters'] {
  const source = testTokens.find(({ from }) => from === 'client credentials');
  return source?.from === 'client credentials' ? source.client.parameters : null;
}

/** A dry run says what it leaves out. */
const NO_LOGIN: Check = { subject: 'Login', result: 'skipped', detail: 'Not tried: this is a dry run.' };

/** A test token that comes out empty does not go unnoticed. */
const NONE_GIVEN: Check = {
  subject: 'Test token: none given',
  result: 'skipped',
  detail: 'One would tell before the restart whether clients will get in.',
};
/** The story with what Schema Registry makes of the key set in it, where that takes tokens. */
async function withRegistry(
  story: ServiceStory,
  brokers: Brokers,
  request: KafkaOidcRequest,
): Promise<ServiceStory> {
  if (!registryTakesTokens(story.values)) return story;
  // Loaded here, since few runs need it.
  const { inspectForRegistry } = await import('./registry.ts');
  return { ...story, checks: [...story.checks, ...inspectForRegistry(brokers, request)] };
}

/** The story with the verdicts on the test tokens in it, where there are any. */
async function withVerdicts(
  story: ServiceStory,
  brokers: Brokers,
  endpoint: TokenEndpoint | null,
  request: KafkaOidcRequest,
  context: Context,
): Promise<{ story: ServiceStory; tokens: readonly JudgedToken[]; proven: boolean }> {
  const { testTokens } = request;
  if (testTokens.length === 0) {
    const none = offeredMechanisms(brokers.values).includes('OAUTHBEARER') ? [NONE_GIVEN] : [];
    return { story: { ...story, checks: [...story.checks, ...none] }, tokens: [], proven: false };
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
  if (tokens.length === 0)
    return { story: { ...story, checks: [...story.checks, NOT_JUDGED] }, tokens, proven: false };
  const { judgeEverywhere } = await import('./registry.ts');
  const [now, planned] = [new Date(context.clock.now()), describeService(story)];
  const ofBrokers = () => judgeTestTokens(tokens, now, planned);
  const { principals, checks, proven } = judgeEverywhere(ofBrokers, tokens, brokers, request, now, planned);
  return { story: { ...story, principals, checks: [...story.checks, ...checks] }, tokens, proven };
}
