import type { Service } from '../../aiven/schema.ts';
import { Failure } from '../../failure.ts';
import { differences, readValues, type SettingChange, withChanges } from '../../kafka/settings.ts';
import type { Check } from '../../plan.ts';
import type { TokenEndpoint } from '../../provider/token-endpoint.ts';
import type { Context, Mode } from '../mode.ts';
import type { KafkaOidcRequest } from '../request.ts';
import { circumstancesOf, settleFindings } from './findings.ts';
import {
  checksWithoutAsking,
  inspectNamedProvider,
  inspectRemainingProvider,
  NOTHING_FOUND,
  namesProvider,
} from './provider.ts';
import { describeService, type ServiceStory } from './report.ts';
import { readService, refuseOtherServices } from './service.ts';
import type { Brokers, JudgedToken } from './token.ts';
import { warnOfTraps } from './traps.ts';
import { confirm, eventsOf, eventsOfUpdate, notSettled, settle, update } from './update.ts';
import { refuseResult, wantedOf } from './wanted.ts';

/** What `apply` needs: the service as it was, what is to differ, and what to tell of it. */
interface Steps {
  readonly before: Service;
  readonly changes: readonly SettingChange[];
  readonly story: ServiceStory;
  /** The test tokens and their judges; none where no token is accepted. */
  readonly tokens: readonly JudgedToken[];
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

    const present = readValues(service.user_config);
    const changes = differences(present, wantedOf(request, named.jwksUrl));
    const values = withChanges(present, changes);
    const circumstances = circumstancesOf(request, changes);
    // What no test token could prove is refused before one is asked for.
    const hoped = { ...circumstances, proven: request.testTokens.length > 0 };
    settleFindings([...request.findings, ...named.findings], hoped, named.checks, request);
    refuseResult(values, service, request);
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
      principals: [],
    };
    const findings = [...request.findings, ...named.findings, ...rest.findings];
    settleFindings(findings, hoped, story.checks, request);
    const brokers = { service, values, keys: rest.keys ?? named.keys };
    const { proven, ...judged } = await withVerdicts(story, brokers, endpoint, request, context);
    const doubts = settleFindings(findings, { ...circumstances, proven }, judged.story.checks, request);
    judged.story = { ...judged.story, checks: [...judged.story.checks, ...doubts] };
    warnOfTraps(judged.story, request, context);
    const omitted = request.dryRun && request.verifyLogin ? [NO_LOGIN] : [];
    const report = describeService({ ...judged.story, checks: [...judged.story.checks, ...omitted] });
    return { report, steps: { before: service, changes, ...judged } };
  },

  async apply({ steps: { before, changes, story, tokens } }, request, context) {
    const changed = changes.length > 0;
    const startedAt = context.clock.now();
    const updated = changed ? await update(changes, request, context) : before;
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
        const login = await verifyLogin(service, request, { changed, remainingMs, tokens }, context);
        told = { ...told, checks: [...told.checks, ...login.checks] };
        if (login.failure) throw login.failure;
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

/** The story with the verdicts on the test tokens in it, where there are any. */
async function withVerdicts(
  story: ServiceStory,
  brokers: Brokers,
  endpoint: TokenEndpoint | null,
  { testTokens }: KafkaOidcRequest,
  context: Context,
): Promise<{ story: ServiceStory; tokens: readonly JudgedToken[]; proven: boolean }> {
  if (testTokens.length === 0) return { story, tokens: [], proven: false };
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
  const { principals, checks, proven } = judgeTestTokens(
    tokens,
    new Date(context.clock.now()),
    describeService(story),
  );
  return { story: { ...story, principals, checks: [...story.checks, ...checks] }, tokens, proven };
}
