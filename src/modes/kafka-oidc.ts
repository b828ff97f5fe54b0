import type { Service } from '../aiven/schema.ts';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';
import { refusals } from '../kafka/refusals.ts';
import {
  differences,
  effective,
  nameOf,
  offeredMechanisms,
  readValues,
  SETTINGS,
  type Setting,
  type SettingChange,
  sameEffect,
  settingOf,
  toUserConfig,
  type UserConfig,
  type Values,
  type Wanted,
  withChanges,
} from '../kafka/settings.ts';
import { describe, duration, isSettled, type Settled, waitUntilSettled } from '../kafka/settle.ts';
import { strays } from '../kafka/survivors.ts';
import { inspectProvider, type ProviderFindings, type ProviderQuestion } from '../oidc/provider.ts';
import { report } from '../plan.ts';
import { describeService, type ServiceStory } from './kafka-report.ts';
import type { Mode } from './mode.ts';
import { closestNames } from './names.ts';
import type { KafkaOidcRequest } from './request.ts';

/** What `apply` needs: the service as it was, and what is to differ. */
interface Steps {
  readonly before: Service;
  readonly changes: readonly SettingChange[];
  readonly story: ServiceStory;
}

/** The service accepts the provider's tokens. */
export const kafkaOidc: Mode<KafkaOidcRequest, Steps> = {
  async plan(request, context) {
    context.say.info(
      `Reading service ${nameOfService(request)}${request.verifyProvider ? ' and checking the identity provider' : ''}.`,
    );
    const early = questionOf(request.settings, request);
    const [service, findings] = await Promise.all([
      readService(request, context),
      early ? inspectProvider(early, context) : NOTHING_FOUND,
    ]);
    refuseOtherServices(service, request);
    refuseProvider(findings, request);

    const present = readValues(service.user_config);
    const changes = differences(present, wantedOf(request, findings.jwksUrl));
    const after = withChanges(present, changes);
    refuseResult(after, request);
    const rest = await inspectRest(request, after, changes, findings, context);
    const story: ServiceStory = {
      project: request.project,
      service,
      changes,
      values: after,
      tokenEndpoint: findings.tokenEndpoint ?? rest.tokenEndpoint,
      checks: [...findings.checks, ...rest.checks],
      events: [],
    };
    warnOfTraps(story, request, context);
    return { report: describeService(story), steps: { before: service, changes, story } };
  },

  async apply({ steps }, request, context) {
    const { before, changes, story } = steps;
    const updated = changes.length > 0 ? await update(before, changes, request, context) : before;
    const told = { ...story, service: updated, events: changes.length > 0 ? [SENT] : [] };
    try {
      const settled = await settle(updated, changes.length > 0, request, context);
      const service = settled?.service ?? updated;
      const reached = {
        ...told,
        service,
        values: readValues(service.user_config),
        events: [...told.events, ...eventsOf(settled)],
      };
      confirm(before, service, changes, request, context);
      if (settled?.how === 'timed out') throw notSettled(service, request);
      return describeService(reached);
    } catch (error) {
      throw error instanceof Failure && !error.report ? error.with(describeService(told)) : error;
    }
  },
};

const SENT = 'The settings were sent in one update.';
const NOTHING_FOUND: ProviderFindings = {
  jwksUrl: null,
  tokenEndpoint: null,
  keys: [],
  checks: [],
  problems: [],
};

function nameOfService({ project, service }: Pick<KafkaOidcRequest, 'project' | 'service'>): string {
  return `${project}/${service}`;
}

/** Reads the service; when it is unknown, the services that are there are a way out. */
async function readService({ project, service }: KafkaOidcRequest, { aiven }: Context): Promise<Service> {
  try {
    return await aiven.getService(project, service);
  } catch (error) {
    if (!(error instanceof Failure) || error.title !== 'Aiven does not know this resource') throw error;
    const near = closestNames(service, await aiven.listServiceNames(project).catch(() => []));
    if (near.length === 0) throw error;
    const { title, problem } = error;
    throw new Failure({
      title,
      problem,
      remedy: `Did you mean ${near.join(', ')}? Check the inputs project and service-name.`,
    });
  }
}

function refuseOtherServices(service: Service, request: KafkaOidcRequest): void {
  if (service.service_type === 'kafka') return;
  throw new Failure({
    title: 'Not a Kafka service',
    problem: `Service ${nameOfService(request)} is of type ${service.service_type}, not kafka.`,
    remedy: 'Set service-name to an Aiven for Apache Kafka service.',
  });
}

/** What is to be asked of a provider, or null when these values concern none. */
function questionOf(values: Wanted, { verifyProvider }: KafkaOidcRequest): ProviderQuestion | null {
  const issuer = text(values['kafka.sasl_oauthbearer_expected_issuer']);
  const jwksUrl = text(values['kafka.sasl_oauthbearer_jwks_endpoint_url']);
  const nothingToAsk = issuer === null && jwksUrl === null;
  return nothingToAsk || (jwksUrl !== null && !verifyProvider)
    ? null
    : { issuer, jwksUrl, verify: verifyProvider };
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function refuseProvider({ problems, checks }: ProviderFindings, { verifyProvider }: KafkaOidcRequest): void {
  if (problems.length === 0) return;
  const firewall =
    verifyProvider && problems.some(({ unreachable }) => unreachable)
      ? ' If a firewall lets only the brokers reach the provider, set verify-provider: false (and jwks-endpoint-url).'
      : '';
  const lines = problems.map(({ input, problem, remedy }) => `${problem} ${remedy} (input ${input})`);
  throw new Failure({
    title: 'The identity provider would lock clients out',
    problem: lines.join('\n'),
    remedy: `The service was not touched.${firewall}`,
    report: report({
      title: 'Identity provider',
      resource: '',
      already: '',
      changes: [],
      checks,
      outputs: {},
    }),
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

function refuseResult(after: Values, { mechanisms, unset, ...request }: KafkaOidcRequest): void {
  const found = refusals(after, { mechanisms, unset });
  if (found.length === 0) return;
  throw new Failure({
    title: 'This configuration would be refused',
    problem: found.map(({ problem, remedy }) => `${problem} ${remedy}`).join('\n'),
    remedy: `Service ${nameOfService(request)} was not touched.`,
  });
}

/**
 * Every update restarts the brokers, and a broker that cannot fetch its keys does not start: so what the service has
 * already is checked as well before anything changes.
 */
async function inspectRest(
  request: KafkaOidcRequest,
  after: Values,
  changes: readonly SettingChange[],
  findings: ProviderFindings,
  context: Context,
): Promise<ProviderFindings> {
  if (!request.verifyProvider || changes.length === 0) return NOTHING_FOUND;
  const jwks = 'kafka.sasl_oauthbearer_jwks_endpoint_url';
  const issuer = 'kafka.sasl_oauthbearer_expected_issuer';
  if (after[jwks] === null) return NOTHING_FOUND;
  const open = {
    jwksUrl: findings.jwksUrl === after[jwks] ? null : text(after[jwks]),
    issuer: request.settings[issuer] === undefined ? text(after[issuer]) : null,
  };
  if (open.jwksUrl === null && open.issuer === null) return NOTHING_FOUND;
  // The issuer is asked with the URL that goes with it, so that one without discovery is fine.
  const jwksUrl = open.jwksUrl ?? text(after[jwks]);
  const rest = await inspectProvider({ issuer: open.issuer, jwksUrl, verify: true }, context);
  refuseProvider(rest, request);
  return rest;
}

/** Says what can be foreseen to go wrong although nothing forbids it. */
function warnOfTraps(
  { values, service, checks }: ServiceStory,
  request: KafkaOidcRequest,
  { say }: Context,
): void {
  for (const { result, subject, detail } of checks) if (result === 'warned') say.warning(subject, detail);
  const oidcOn = offeredMechanisms(values).includes('OAUTHBEARER');
  if (oidcOn && values['kafka.sasl_oauthbearer_expected_audience'] === null && request.testToken === null) {
    say.warning(
      'No audience is expected',
      'A broker without an expected audience refuses every token that carries aud, and nearly every provider sets it. Set expected-audience unless your tokens have none; test-token tells for sure.',
    );
  }
  if (oidcOn && values['kafka.sasl_oauthbearer_expected_issuer'] === null) {
    say.warning(
      'No issuer is expected',
      'Brokers will accept tokens of any issuer whose signature fits the key set. Set expected-issuer.',
    );
  }
  const setsOidc = Object.keys(request.settings).some((name) => name.startsWith('kafka.sasl_oauthbearer_'));
  if (setsOidc && values['kafka.sasl_oauthbearer_jwks_endpoint_url'] === null) {
    say.warning(
      'OIDC stays off',
      'These settings do nothing until the service has a JWKS endpoint URL. Set expected-issuer or jwks-endpoint-url.',
    );
  }
  if (request.mechanisms && effective(values, 'kafka_authentication_methods.sasl') !== true) {
    say.warning(
      'SASL is off',
      'sasl-mechanisms does nothing until SASL is on, which setting an OIDC parameter does.',
    );
  }
  for (const { input, needs } of COMPANIONS) {
    if (request.settings[nameOf(settingOf(input))] === true && service.user_config[needs] !== true) {
      say.warning(
        `${settingOf(input).label} has no effect yet`,
        `The service has ${needs} switched off; ${input} takes effect once it is on.`,
      );
    }
  }
}

/** What has to run on the service for an input to mean anything. */
const COMPANIONS = [
  { input: 'schema-registry-oidc', needs: 'schema_registry' },
  { input: 'kafka-rest-authorization', needs: 'kafka_rest' },
] as const;

async function update(
  _before: Service,
  changes: readonly SettingChange[],
  request: KafkaOidcRequest,
  { aiven, say, stop }: Context,
): Promise<Service> {
  if (stop.aborted) throw stop.reason;
  say.info(
    `Updating service ${nameOfService(request)}: ${changes.map(({ setting }) => nameOf(setting)).join(', ')}.`,
  );
  const updated = await aiven.updateService(request.project, request.service, toUserConfig(changes));
  const ignored = changes.filter(
    ({ setting, after }) => !sameEffect(setting, readValues(updated.user_config)[nameOf(setting)], after),
  );
  if (ignored.length === 0) return updated;
  throw new Failure({
    title: 'Aiven did not take the settings over',
    problem: `The update of service ${nameOfService(request)} succeeded, but its answer does not show ${ignored.map(({ setting }) => nameOf(setting)).join(', ')}.`,
    remedy: 'Look at the service in the Aiven Console, then run the step again.',
    report: describeService({
      project: request.project,
      service: updated,
      changes: changes.filter((change) => !ignored.includes(change)),
      values: readValues(updated.user_config),
      tokenEndpoint: null,
      checks: [],
      events: [SENT],
    }),
  });
}

/** @returns null when there was nothing to wait for */
async function settle(
  service: Service,
  changed: boolean,
  request: KafkaOidcRequest,
  { aiven, clock, say }: Context,
): Promise<Settled<Service> | null> {
  if (service.state === 'POWEROFF') {
    if (changed)
      say.warning(
        'The service is powered off',
        `${nameOfService(request)} takes the settings over when it is powered on; there is nothing to wait for.`,
      );
    return null;
  }
  if (!request.wait) {
    if (changed) say.info('The brokers restart one by one; this step does not wait for them (wait: false).');
    return null;
  }
  if (!changed && isSettled(service)) return null;
  say.info(`Waiting until the service has settled, ${duration(request.waitTimeoutMs)} at most.`);
  return waitUntilSettled({
    service,
    read: () => aiven.getService(request.project, request.service),
    timeoutMs: request.waitTimeoutMs,
    expectMove: changed,
    clock,
    say,
  });
}

function eventsOf(settled: Settled<Service> | null): string[] {
  if (settled?.how === 'settled') {
    const seen = settled.moved ? 'The rolling restart is through' : 'No restart was seen';
    return [`${seen}: the service settled after ${duration(settled.elapsedMs)}.`];
  }
  return settled?.how === 'powered off' ? ['The service was powered off meanwhile.'] : [];
}

/** Checks that the service has what was sent, and that nothing else in `user_config` moved. */
function confirm(
  before: Service,
  after: Service,
  changes: readonly SettingChange[],
  request: KafkaOidcRequest,
  { say }: Context,
): void {
  if (changes.length === 0) return;
  const now = readValues(after.user_config);
  const undone = changes.filter(
    ({ setting, after: wanted }) => !sameEffect(setting, now[nameOf(setting)], wanted),
  );
  const moved = strays(
    before.user_config as UserConfig,
    after.user_config as UserConfig,
    toUserConfig(changes),
  );
  const appeared = moved.filter(({ what }) => what === 'appeared');
  if (appeared.length > 0)
    say.info(`Set meanwhile, not by this step: ${appeared.map(({ path }) => path).join(', ')}.`);
  const wrong = [
    ...undone.map(({ setting }) => nameOf(setting) as string),
    ...moved.filter(({ what }) => what === 'lost').map(({ path }) => path),
  ];
  if (wrong.length === 0) return;
  throw new Failure({
    title: 'Other settings moved',
    problem: `While this step ran, something else changed service ${nameOfService(request)}: ${wrong.join(', ')}.`,
    remedy:
      'This step sends only the settings it names. Look at the service’s logs in the Aiven Console for who changed them, and run the step again if they are yours.',
  });
}

function notSettled(service: Service, request: KafkaOidcRequest): Failure {
  return new Failure({
    title: 'The service has not settled in time',
    problem: `After ${duration(request.waitTimeoutMs)} service ${nameOfService(request)} still shows ${describe(service)}. Its settings are right; the restart goes on without this step.`,
    remedy: 'Run the step again to wait for it, or raise wait-timeout-minutes.',
  });
}
