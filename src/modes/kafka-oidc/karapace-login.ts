import { getCACertificates } from 'node:tls';
import type { Component, Service } from '../../aiven/schema.ts';
import { asSentences, Failure, joined } from '../../failure.ts';
import type { Verdict } from '../../judge/verdict.ts';
import {
  type KarapacePart,
  registryAsksForRoles,
  registryTakesTokens,
  restProxyTakesTokens,
} from '../../kafka/karapace.ts';
import { readValues, type Values } from '../../kafka/settings.ts';
import { type FaultKind, NetworkFault } from '../../net/faults.ts';
import { type Http, openHttp } from '../../net/http.ts';
import type { Check } from '../../plan.ts';
import { quote } from '../../quote.ts';
import type { Context } from '../mode.ts';
import { registryJudge } from './registry.ts';
import { type Brokers, type JudgedToken, reasonsOf } from './token.ts';

/** A part of a service that takes tokens over HTTP, and what it is asked. */
interface Door {
  readonly part: KarapacePart;
  readonly name: string;
  readonly path: string;
  readonly takesTokens: (values: Values) => boolean;
}

const DOORS: readonly Door[] = [
  {
    part: 'schema_registry',
    name: 'Schema Registry',
    path: '/subjects',
    takesTokens: registryTakesTokens,
  },
  { part: 'kafka_rest', name: 'the REST proxy', path: '/topics', takesTokens: restProxyTakesTokens },
];

/** What there is to know before asking. */
export interface KarapaceCircumstances {
  readonly project: string;
  /** Whether it waits until what it has changed has restarted. */
  readonly wait: boolean;
  /** `components[].route` of the addresses to ask; `dynamic` unless told. */
  readonly listenerRoute?: string;
  readonly tokens: readonly JudgedToken[];
  readonly brokers: Brokers;
  /** Whether this run has changed something, so that what is asked restarts. */
  readonly changed: boolean;
  /** What is left of the wait. */
  readonly remainingMs: number;
}

/** What came of asking. */
export interface KarapaceFinding {
  readonly checks: readonly Check[];
  /** Why the step has to fail, null when it need not. */
  readonly failure: Failure | null;
}

/** What became of one question. */
type Answer =
  /** It answers with the token; without one it says no. */
  | { readonly how: 'accepted' }
  /** It answers with the token, and without one just the same. */
  | { readonly how: 'open' }
  | { readonly how: 'refused'; readonly status: 401 | 403; readonly reason: string }
  | { readonly how: 'no role' }
  | { readonly how: 'odd'; readonly status: number }
  | { readonly how: 'no route' | 'tls'; readonly why: string; readonly remedy: string };

/**
 * Asks Schema Registry for its subjects and the REST proxy for its topics with the token, where these take tokens. What is
 * not ready is asked again, since it restarts with the brokers.
 */
export async function verifyKarapace(
  service: Service,
  circumstances: KarapaceCircumstances,
  context: Context,
): Promise<KarapaceFinding> {
  const values = readValues(service.user_config);
  const runs = ({ part }: Door) => service.components.some(({ component }) => component === part);
  const doors =
    service.state === 'POWEROFF' ? [] : DOORS.filter((door) => runs(door) && door.takesTokens(values));
  const way = openWay(circumstances.project, context);
  try {
    const findings = await Promise.all(
      doors.map((door) => verifyDoor(door, service, circumstances, way, context)),
    );
    const failures = findings.flatMap(({ failure }) => failure ?? []);
    return { checks: findings.flatMap(({ checks }) => checks), failure: joined(failures) };
  } finally {
    await way.close();
  }
}

const SETTLED_PATIENCE_MS = 15_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

async function verifyDoor(
  door: Door,
  service: Service,
  circumstances: KarapaceCircumstances,
  way: Way,
  context: Context,
): Promise<KarapaceFinding> {
  const { tokens, listenerRoute: route = 'dynamic', wait, changed, remainingMs } = circumstances;
  const skipped = (why: string): KarapaceFinding => ({
    checks: [{ subject: `Login at ${door.name}`, result: 'skipped', detail: `Not tried: ${why}.` }],
    failure: null,
  });
  if (tokens.length === 0) return skipped('there is no test token to log in with');
  if (changed && !wait) return skipped('it is restarting, and wait: false does not wait for that');
  const address = addressOf(service, door.part, route);
  if (address === null) return skipped(`Aiven lists no address of it on route ${route}`);
  const url = new URL(`https://${address}${door.path}`);
  const patience = changed ? remainingMs : Math.min(remainingMs, SETTLED_PATIENCE_MS);
  const deadline = context.clock.now() + patience;
  context.say.info(
    `Asking ${door.name} for GET ${url.href} with ${tokens.length === 1 ? 'the test token' : 'each test token'}.`,
  );
  const findings = await Promise.all(
    tokens.map(async (token) => {
      const judge =
        door.part === 'kafka_rest' ? token.judge : registryJudge(token.token, circumstances.brokers);
      const judged = () => judge?.(new Date(context.clock.now())) ?? null;
      const answer = await askUntil(
        deadline,
        judged,
        () => ask(url, token.token, door, service, way),
        context,
      );
      const subject = `Login at ${door.name}${tokens.length > 1 ? `, ${token.name}` : ''}`;
      return findingOf(
        answer,
        subject,
        { door, address, service, circumstances, verdict: judged() },
        context,
      );
    }),
  );
  return {
    checks: findings.flatMap(({ checks }) => checks),
    failure: joined(findings.flatMap(({ failure }) => failure ?? [])),
  };
}

/** Asks until the answer is as it should be, or cannot get better, or the time is up. */
async function askUntil(
  deadline: number,
  judged: () => Verdict | null,
  askOnce: () => Promise<Answer>,
  { clock }: Context,
): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    const answer = await askOnce();
    const mayPass = answer.how === 'refused' ? judged()?.accepted !== false : isPassing(answer);
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
    if (!mayPass || clock.now() + pause >= deadline) return answer;
    await clock.sleep(pause);
  }
}

/** What an answer is about. */
interface Asked {
  readonly door: Door;
  readonly address: string;
  readonly service: Service;
  readonly circumstances: KarapaceCircumstances;
  readonly verdict: Verdict | null;
}

function findingOf(answer: Answer, subject: string, asked: Asked, { say }: Context): KarapaceFinding {
  const { door, address, service, circumstances } = asked;
  const detail = describe(answer, door);
  if (answer.how === 'accepted') return { checks: [{ subject, result: 'passed', detail }], failure: null };
  if (answer.how === 'open') {
    say.warning(`${door.name} is open to everyone`, detail);
    return { checks: [{ subject, result: 'warned', detail }], failure: null };
  }
  const problem = `Asking ${door.name} of service ${circumstances.project}/${service.service_name} at ${address}: ${detail}`;
  return {
    checks: [{ subject, result: 'failed', detail }],
    failure: new Failure({ title: 'The login failed', problem, remedy: wayOut(answer, asked) }),
  };
}

/** `host:port` of a part of a service (ServiceGet: `components[]`, usage `primary`). */
function addressOf({ components }: Service, part: KarapacePart, route: string): string | null {
  const isIt = (each: Component) =>
    each.component === part && each.route === route && each.usage === 'primary';
  const { host, port } = components.find(isIt) ?? {};
  return host && port ? `${host.includes(':') ? `[${host}]` : host}:${port}` : null;
}

/** Whether asking again may come to something better. */
function isPassing({ how }: Answer): boolean {
  return how === 'odd' || how === 'no route';
}

const TIMEOUT_MS = 10_000;
/** Room for the names of some hundred thousand subjects or topics. */
const MAX_BYTES = 16 * 1024 * 1024;

async function ask(url: URL, token: string, door: Door, service: Service, way: Way): Promise<Answer> {
  const get = (headers: Readonly<Record<string, string>>) =>
    way.send({
      method: 'GET',
      url,
      headers: { accept: 'application/json', ...headers },
      headersMs: TIMEOUT_MS,
      bodyMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
    });
  try {
    const { status, body } = await get({ authorization: `Bearer ${token.trim()}` });
    if (status === 200) return (await get({})).status === 200 ? { how: 'open' } : { how: 'accepted' };
    if (status === 401) return { how: 'refused', status, reason: reasonIn(body) };
    if (status === 403) {
      return door.part === 'schema_registry' && registryAsksForRoles(service.user_config)
        ? { how: 'no role' }
        : { how: 'refused', status, reason: reasonIn(body) };
    }
    return { how: 'odd', status };
  } catch (error) {
    if (!(error instanceof NetworkFault)) throw error;
    return { how: HOW[error.kind], why: error.message, remedy: error.remedy };
  }
}

const HOW: Readonly<Record<FaultKind, 'no route' | 'tls'>> = {
  unreached: 'no route',
  lost: 'no route',
  'too large': 'no route',
  untrusted: 'tls',
};

/** What Karapace says of a refusal; empty where it is not Karapace that answers. */
function reasonIn(body: string): string {
  try {
    const { reason, message } = JSON.parse(body) as { readonly reason?: unknown; readonly message?: unknown };
    const text = reason ?? message;
    return typeof text === 'string' ? quote(text) : '';
  } catch {
    return '';
  }
}

function describe(answer: Answer, { name, path, part }: Door): string {
  switch (answer.how) {
    case 'accepted':
      return `It answered GET ${path} with the token, but not without one.`;
    case 'open':
      return `It answered GET ${path} with the token, but also without one: it asks for no credentials, so this says nothing about the token.`;
    case 'refused': {
      const who =
        part === 'kafka_rest' && answer.status === 403
          ? 'the brokers refused the token, or it does not reach them'
          : 'it refused the token';
      return `${who} (${answer.status}${answer.reason && `, ${answer.reason}`}).`;
    }
    case 'no role':
      return 'it accepted the token but asks for a role that the token lacks (403).';
    case 'odd':
      return `it answered GET ${path} with ${answer.status}${answer.status === 500 && part === 'schema_registry' ? ', as Karapace does when it cannot fetch the key set or finds no key for the token in it' : ''}.`;
    case 'tls':
      return `no connection with TLS to ${name}: ${answer.why}.`;
    default:
      return `${name} could not be reached: ${answer.why}.`;
  }
}

function wayOut(answer: Answer, { door, circumstances, verdict }: Asked): string {
  if (answer.how === 'no role') {
    return 'schema_registry_config.sasl_oauthbearer_authorization_enabled is on: have the provider put a role that sasl_oauthbearer_method_roles allows to GET into the claim that sasl_oauthbearer_roles_claim_path names.';
  }
  if (answer.how === 'no route') {
    return `Does the IP filter of the service (ip_filter) let this runner in? ${answer.remedy}`.trim();
  }
  if (answer.how === 'tls') return answer.remedy;
  if (answer.how === 'refused' && verdict && !verdict.accepted) {
    const where = door.part === 'kafka_rest' ? 'a broker' : door.name;
    return `That is to be expected by now. ${reasonsOf(verdict.refusals, `${where} expects`).map(asSentences).join(' ')}`;
  }
  return circumstances.changed
    ? 'It may still run with the older settings: run the step again, or raise wait-timeout-minutes.'
    : 'It may run with older settings or keys, or be restarting: run the step again; its logs are in the Aiven Console.';
}

/** The way to Karapace: by the authorities that Node trusts, and the project's where these do not do. */
interface Way extends Pick<Http, 'send' | 'close'> {}

function openWay(project: string, { aiven, http, stop }: Context): Way {
  let own: Promise<Http | null> | undefined;
  const withProjectCa = async (): Promise<Http | null> => {
    try {
      return openHttp(process.env, { ca: [...getCACertificates(), await aiven.getProjectCa(project)] });
    } catch (error) {
      // The fault that led here says more than this.
      if (error instanceof Failure && !stop.aborted) return null;
      throw error;
    }
  };
  return {
    async send(request) {
      const bounded = { ...request, signal: stop };
      const known = await own;
      if (known) return known.send(bounded);
      try {
        return await http.send(bounded);
      } catch (error) {
        if (!(error instanceof NetworkFault) || error.kind !== 'untrusted') throw error;
        own ??= withProjectCa();
        const trusting = await own;
        if (trusting === null) throw error;
        return trusting.send(bounded);
      }
    },
    async close() {
      await (await own?.catch(() => null))?.close();
    },
  };
}
