import type { Service } from '../aiven/schema.ts';
import type { Context } from '../context.ts';
import { Failure, Refusal, UnknownResource } from '../failure.ts';
import { refusals } from '../kafka/refusals.ts';
import {
  differences,
  kafkaVersion,
  nameOf,
  readValues,
  SETTINGS,
  type Setting,
  type SettingChange,
  settingOf,
  type Values,
  type Wanted,
  withChanges,
} from '../kafka/settings.ts';
import { isAtLeast } from '../oidc/kafka-version.ts';
import type { Check } from '../plan.ts';
import {
  inspectNamedProvider,
  inspectRemainingProvider,
  NOTHING_FOUND,
  namesProvider,
  refuseProvider,
} from './kafka/provider.ts';
import { describeService, type ServiceStory } from './kafka/report.ts';
import type { Brokers, TokenJudge } from './kafka/token.ts';
import { warnOfTraps } from './kafka/traps.ts';
import { confirm, eventsOf, eventsOfUpdate, notSettled, settle, update } from './kafka/update.ts';
import type { Mode } from './mode.ts';
import { closestNames } from './names.ts';
import type { KafkaOidcRequest } from './request.ts';

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
        const { verifyLogin } = await import('./kafka/login.ts');
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

/** Reads the service; when it, or its project, is unknown, the names that the token can see are a way out. */
async function readService({ project, service }: KafkaOidcRequest, { aiven }: Context): Promise<Service> {
  try {
    return await aiven.getService(project, service);
  } catch (error) {
    if (!(error instanceof UnknownResource)) throw error;
    const services = await aiven.listServiceNames(project).catch(() => null);
    const near =
      services === null
        ? await nearProjects(project, aiven)
        : { input: 'service-name', names: closestNames(service, services) };
    if (near.names.length === 0) throw error;
    const { title, problem } = error;
    const remedy = `Did you mean ${near.names.join(', ')}? Check the input ${near.input}.`;
    throw new UnknownResource({ title, problem, remedy });
  }
}

async function nearProjects(project: string, aiven: Context['aiven']) {
  const projects = await aiven.listProjects().catch(() => []);
  const names = projects.map(({ project_name }) => project_name);
  return { input: 'project', names: names.includes(project) ? [] : closestNames(project, names) };
}

function refuseOtherServices({ service_name, service_type }: Service): void {
  if (service_type === 'kafka') return;
  throw new Refusal({
    title: 'Not a Kafka service',
    problem: `Service ${service_name} is of type ${service_type}, not kafka.`,
    remedy: 'Set service-name to an Aiven for Apache Kafka service.',
  });
}

/** What the inputs amount to, with the discovered URL and what OIDC needs beside it. */
function wantedOf(
  { settings, mechanisms, unset }: KafkaOidcRequest,
  discoveredJwksUrl: string | null,
): Wanted {
  const cleared = Object.fromEntries(unset.map((input) => [nameOf(settingOf(input)), null]));
  const switches = (SETTINGS as readonly Setting[]).filter(({ mechanism }) => mechanism && mechanisms);
  const switched = switches.map((row) => [nameOf(row), mechanisms?.includes(row.mechanism ?? 'OAUTHBEARER')]);
  const setsOidc = Object.keys(settings).some((name) => name.startsWith('kafka.sasl_oauthbearer_'));
  const discovered =
    settings['kafka.sasl_oauthbearer_expected_issuer'] !== undefined && discoveredJwksUrl !== null;
  return {
    ...(discovered && { 'kafka.sasl_oauthbearer_jwks_endpoint_url': discoveredJwksUrl }),
    ...settings,
    ...cleared,
    ...Object.fromEntries(switched),
    // OIDC does nothing without SASL.
    ...(setsOidc && { 'kafka_authentication_methods.sasl': true }),
  };
}

function refuseResult(after: Values, { user_config }: Service, request: KafkaOidcRequest): void {
  const needsExpectations = isAtLeast(kafkaVersion(user_config), 4, 4);
  const found = refusals(after, request, needsExpectations);
  if (found.length === 0) return;
  throw new Refusal({
    title: 'This configuration would be refused',
    problem: found.map(({ problem, remedy }) => `${problem} ${remedy}`).join('\n'),
    remedy: '',
  });
}

/** The story with the verdict on the test token in it, where there is one. */
async function withVerdict(
  story: ServiceStory,
  brokers: Brokers,
  { testToken }: KafkaOidcRequest,
  { clock }: Context,
): Promise<Pick<Steps, 'story' | 'judge'>> {
  if (testToken === null) return { story, judge: null };
  // Loaded here, since few runs need it.
  const { judgeTestToken, tokenJudge } = await import('./kafka/token.ts');
  const judge = tokenJudge(testToken, brokers);
  const { principal, checks } = judgeTestToken(judge, new Date(clock.now()), describeService(story));
  return { story: { ...story, principal, checks: [...story.checks, ...checks] }, judge };
}
