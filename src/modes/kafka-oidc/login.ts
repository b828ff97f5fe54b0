import type { Service } from '../../aiven/schema.ts';
import type { Clock } from '../../clock.ts';
import { asSentences, Failure, Forbidden } from '../../failure.ts';
import type { Listener } from '../../kafka/login/attempt.ts';
import {
  type AddressResult,
  type LoginToken,
  logInEverywhere,
  type Round,
} from '../../kafka/login/everywhere.ts';
import { HeldConnections } from '../../kafka/login/held.ts';
import { describeResult, isTurnedAway, isWelcome, remedyFor } from '../../kafka/login/result.ts';
import { type Evidence, HeldWatch, LoginWatch } from '../../kafka/login/watch.ts';
import { offeredMechanisms, type Values } from '../../kafka/settings.ts';
import type { Beside, Settled } from '../../kafka/settle.ts';
import type { Check } from '../../plan.ts';
import type { Context } from '../mode.ts';
import type { KafkaOidcRequest } from '../request.ts';
import { type ClientListener, listenerOf, saslRoutes } from './listener.ts';
import { type JudgedToken, reasonsOf } from './token.ts';

const SUBJECT = 'Login';
const NOT_TRIED = 'The login was not tried';
const POWERED_OFF = 'the service is powered off';
/** How long to try where nothing has just changed, so that nothing is about to get better. */
const SETTLED_PATIENCE_MS = 15_000;

/** What came of logging in. */
export interface LoginFinding {
  readonly checks: readonly Check[];
  /** Why the step has to fail, null when it need not. */
  readonly failure: Failure | null;
  /** The brokers that said no, as the settings are what that is about. */
  readonly turnedAway: readonly AddressResult[];
}

/** What a login with some settings is to show. */
export interface LoginQuestion {
  /** The tokens to log in with, each with its judge by the settings that brokers are to have; none to look at the mechanisms alone. */
  readonly tokens: readonly JudgedToken[];
  /** Whether a broker that has not restarted would not have done this. */
  readonly isNew: (result: AddressResult) => boolean;
}

/**
 * Why there is no login after all; it is told.
 * @param values the settings as they are, or will be
 * @returns null when there is one
 */
export function whyNoLogin(
  service: Service,
  values: Values,
  changed: boolean,
  request: KafkaOidcRequest,
  { say }: Context,
): LoginFinding | null {
  if (service.state === 'POWEROFF') return skipped(POWERED_OFF);
  if (!offeredMechanisms(values).includes('OAUTHBEARER')) {
    say.warning(
      NOT_TRIED,
      'The service accepts no tokens, because OIDC is off. Set expected-issuer or jwks-endpoint-url to turn it on, or leave verify-login out.',
    );
    return skipped('OIDC is off');
  }
  if (changed && !request.wait) {
    const why = 'the brokers are restarting, and wait: false does not wait for them';
    say.warning(NOT_TRIED, `${why}. Run the step again once they have, or leave wait: true.`);
    return skipped(why);
  }
  return null;
}

/** Whom to trust at a listener. */
interface Trust {
  /**
   * The authority of a listener's certificate, as PEM; null for those that Node trusts.
   * @throws {Failure} when it cannot be read
   */
  ca(listener: ClientListener): Promise<string | null>;
  /** Whether the authority of the project may not be read, so that those that Node trusts have to do. */
  readonly isMissing: boolean;
}

const CA_PERMISSION = 'organization:projects:write';

/** Reads the authority of the project once, when it is needed. */
function trustIn({ project }: KafkaOidcRequest, { aiven, say }: Context): Trust {
  let read: Promise<string | null> | undefined;
  let isMissing = false;
  const withoutIt = (error: unknown): null => {
    if (!(error instanceof Forbidden)) throw error;
    isMissing = true;
    say.warning(
      'The CA of the project cannot be read',
      `ProjectKmsGetCA for project ${project} needs the permission ${CA_PERMISSION}, which aiven-token does not have. The certificates of the brokers are checked against the CAs that the runner trusts: add the CA of the project to those with NODE_EXTRA_CA_CERTS, or grant the permission.`,
    );
    return null;
  };
  return {
    ca({ kafka_ssl_ca }) {
      if (kafka_ssl_ca === 'letsencrypt') return Promise.resolve(null);
      read ??= aiven.getProjectCa(project).catch(withoutIt);
      return read;
    },
    get isMissing() {
      return isMissing;
    },
  };
}

async function addressOf(listener: ClientListener, trust: Trust): Promise<Listener> {
  const { host, port } = listener;
  return { host, port, ca: await trust.ca(listener) };
}

/** Opens connections to the brokers as they are before an update, whose ends show that they restart. */
async function holdConnections(
  { components, user_config }: Service,
  { listenerRoute }: KafkaOidcRequest,
  trust: Trust,
  { clock, say }: Context,
): Promise<HeldConnections | null> {
  const sasl = listenerOf(components, listenerRoute);
  const listener = sasl ?? listenerOf(components, listenerRoute, 'certificate');
  if (!listener) return null;
  const held = await HeldConnections.open({
    listener: await addressOf(listener, trust),
    otherListener: sasl === undefined,
    idleMs: idleMs(user_config['kafka']),
    clock,
  });
  const open = held.all.filter(({ state }) => state === 'open').length;
  say.debug(`${open} of ${held.all.length} connections to ${listener.host}:${listener.port} are held open.`);
  return held;
}

const KAFKA_IDLE_MS = 600_000;

/** `connections.max.idle.ms` of the brokers; Kafka's default where the service does not set it. */
function idleMs(kafka: unknown): number {
  const set = (kafka as { readonly connections_max_idle_ms?: unknown } | null | undefined)
    ?.connections_max_idle_ms;
  return typeof set === 'number' && set > 0 ? set : KAFKA_IDLE_MS;
}

/** The brokers of a service, watched from before an update until they have restarted. */
export interface Watching {
  /** What the wait takes into account; null where there is nothing to watch. */
  readonly beside: Beside | null;
  /** Told of the service as each read shows it. */
  see(service: Service): void;
  /** What came of the logins, with what each broker's restart was seen by. */
  conclude(settled: Settled<Service>): Promise<LoginFinding>;
  close(): void;
}

/**
 * Begins to watch the brokers, which takes connections from before the update.
 * @param before the service before the update
 * @param question what a login is to show; null where none could show anything, and the connections alone are watched
 */
export async function watchBrokers(
  before: Service,
  question: LoginQuestion | null,
  request: KafkaOidcRequest,
  context: Context,
): Promise<Watching> {
  const { clock, say, stop } = context;
  const trust = trustIn(request, context);
  const held = await holdConnections(before, request, trust, context);
  let latest = before;
  const see = (service: Service) => {
    latest = service;
  };
  if (question === null) {
    const conclude = async () => ({ checks: heldChecks(held), failure: null, turnedAway: [] });
    return { beside: held && new HeldWatch(held), see, conclude, close: () => held?.close() };
  }
  const { tokens, isNew } = question;
  const watch = new LoginWatch({
    async listener() {
      const listener = listenerOf(latest.components, request.listenerRoute);
      return listener ? addressOf(listener, trust) : null;
    },
    tokens: loginTokens(tokens, clock),
    isNew,
    held,
    clock,
    say,
    stop,
  });
  return {
    beside: watch,
    see,
    async conclude(settled) {
      if (settled.how === 'powered off') return skipped(POWERED_OFF);
      const round = await watch.finish();
      if (round === null) return unlisted(settled.service, request);
      const seen = (result: AddressResult) => evidenceInWords(watch.evidenceOf(result), settled);
      const now = new Date(clock.now());
      const finding = findingOf(round, seen, { request, tokens, trust, settled, now });
      return { ...finding, checks: [...finding.checks, ...heldChecks(held)] };
    },
    close: () => watch.close(),
  };
}

function loginTokens(tokens: readonly JudgedToken[], clock: Clock): LoginToken[] {
  return tokens.map(({ token, name, judge }) => ({
    token,
    name,
    isGood: () => judge(new Date(clock.now())).accepted,
  }));
}

/** Logs in to the brokers of a service that this run has not changed. */
export async function logIn(
  service: Service,
  tokens: readonly JudgedToken[],
  remainingMs: number,
  request: KafkaOidcRequest,
  context: Context,
): Promise<LoginFinding> {
  const { clock, say, stop } = context;
  if (service.state === 'POWEROFF') return skipped(POWERED_OFF);
  const listener = listenerOf(service.components, request.listenerRoute);
  if (!listener) return unlisted(service, request);
  const trust = trustIn(request, context);
  const depth = tokens.length === 0 ? ' as far as possible without test-token' : '';
  say.info(`Logging in to ${listener.host}:${listener.port} over SASL/OAUTHBEARER${depth}.`);
  const round = await logInEverywhere({
    listener: await addressOf(listener, trust),
    tokens: loginTokens(tokens, clock),
    patienceMs: Math.min(remainingMs, SETTLED_PATIENCE_MS),
    clock,
    say,
    stop,
  });
  return findingOf(round, () => '', { request, tokens, trust, settled: null, now: new Date(clock.now()) });
}

function evidenceInWords(evidence: Evidence | null, { restarts }: Settled<Service>): string {
  if (evidence === 'settings') return ', which it would not have done with the previous settings';
  if (evidence === 'connection')
    return '; the connection that was open to it before the update has ended with its process';
  return restarts.isComplete
    ? '; according to the states of the nodes, every broker has restarted'
    : '; whether it has restarted since the update was not seen';
}

interface Circumstances {
  readonly request: KafkaOidcRequest;
  readonly tokens: readonly JudgedToken[];
  readonly trust: Trust;
  /** How the wait for a change of this run ended; null where it changed nothing. */
  readonly settled: Settled<Service> | null;
  readonly now: Date;
}

function findingOf(
  round: Round,
  seen: (result: AddressResult) => string,
  circumstances: Circumstances,
): LoginFinding {
  const { results } = round;
  const bad = results.filter(({ result }) => !isWelcome(result));
  const checks = [...results.map((each) => checkOf(each, seen)), ...reach(round)];
  if (bad.length === 0) return { checks, failure: null, turnedAway: [] };
  const why = bad.map(({ address, result }) => `${address}: ${describeResult(result)}`).join('; ');
  const remedies = new Set(bad.map((each) => wayOut(each, circumstances)));
  const failure = failed(circumstances.request, `${why}.`, [...remedies].join(' '));
  return { checks, failure, turnedAway: bad.filter(({ result }) => isTurnedAway(result)) };
}

/** What was not looked at. */
function reach({ named, results }: Round): Check[] {
  const anyone = results.some(({ result }) => isWelcome(result));
  const detail =
    'Only the addresses behind the name of the listener were asked, which may not be all brokers; with a test-token that they accept, the cluster itself names all of them.';
  return named || !anyone ? [] : [{ subject: SUBJECT, result: 'skipped', detail }];
}

/** A refused token is told with the verdict on it, which separates a bad token from a broker that is behind. */
function wayOut({ result, using }: AddressResult, { settled, tokens, trust, now }: Circumstances): string {
  if (result.how === 'tls' && trust.isMissing)
    return `The CA of the project could not be read: give the user of aiven-token the permission ${CA_PERMISSION}, or pass the CA to this job as NODE_EXTRA_CA_CERTS (avn project ca-get).`;
  const verdict = result.how === 'refused' && using !== null ? tokens[using]?.judge(now) : undefined;
  if (!verdict) return remedyFor(result);
  if (!verdict.accepted)
    return `That is to be expected by now. ${reasonsOf(verdict.refusals).map(asSentences).join(' ')}`;
  if (settled?.restarted)
    return 'With the settings of the service it should be accepted, and every broker has restarted with them. Does the provider show the brokers other keys than this runner? The logs of the service in the Aiven Console have the reason.';
  return settled
    ? 'With the settings of the service it should be accepted, so this broker still runs with the older ones: run the step again, or raise wait-timeout-minutes.'
    : 'With the settings of the service it should be accepted, so this broker runs with older settings or keys: is a restart under way? Run the step again; brokers fetch new keys once an hour, or when a token with a new kid arrives.';
}

function checkOf(each: AddressResult, seen: (result: AddressResult) => string): Check {
  const { address, result } = each;
  const welcome = isWelcome(result);
  return {
    subject: `${SUBJECT} at ${address}`,
    result: welcome ? 'passed' : 'failed',
    detail: `${describeResult(result)}${welcome ? seen(each) : ''}.`,
  };
}

/** What became of the connections that were held open. */
function heldChecks(held: HeldConnections | null): Check[] {
  if (held === null || held.all.length === 0) return [];
  const subject = 'Connections held open';
  const ended = held.all.filter(({ state }) => state === 'ended').length;
  const useless = held.all
    .filter(({ state }) => state === 'useless')
    .map(({ address, port, why }) => `; ${address}:${port} shows nothing: ${why}`);
  const detail = `${ended} of ${held.all.length} ended when the process of their broker did${useless.join('')}.`;
  return [{ subject, result: ended === held.all.length ? 'passed' : 'skipped', detail }];
}

function skipped(why: string): LoginFinding {
  const check: Check = { subject: SUBJECT, result: 'skipped', detail: `Not tried: ${why}.` };
  return { checks: [check], failure: null, turnedAway: [] };
}

function unlisted({ components }: Service, request: KafkaOidcRequest): LoginFinding {
  const routes = saslRoutes(components);
  const failure =
    routes.length === 0
      ? failed(request, NO_LISTENER, 'Run the step again once the service has settled.')
      : failed(
          request,
          `Aiven lists no SASL listener of route ${request.listenerRoute}.`,
          `Set listener-route to one that it has: ${routes.join(', ')}.`,
        );
  return { checks: [], failure, turnedAway: [] };
}

const NO_LISTENER = 'Aiven lists no SASL listener for it yet.';

function failed({ project, service }: KafkaOidcRequest, why: string, remedy: string): Failure {
  const problem = `Logging in to service ${project}/${service}: ${why}`;
  return new Failure({ title: 'The login failed', problem, remedy });
}
