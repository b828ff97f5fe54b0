import type { Service } from '../../aiven/schema.ts';
import { Failure } from '../../failure.ts';
import { type AddressResult, logInEverywhere } from '../../kafka/login/everywhere.ts';
import { describeResult, isWelcome, remedyFor } from '../../kafka/login/result.ts';
import { offeredMechanisms } from '../../kafka/settings.ts';
import type { Check } from '../../plan.ts';
import type { Context } from '../mode.ts';
import type { KafkaOidcRequest } from '../request.ts';
import { saslListener } from './report.ts';
import { valuesOf } from './service.ts';
import { type JudgedToken, reasonsOf } from './token.ts';

const SUBJECT = 'Login';
const NOT_TRIED = 'The login was not tried';
/** How long to try where nothing has just changed, so that nothing is about to get better. */
const SETTLED_PATIENCE_MS = 15_000;

/** What there is to know before logging in. */
export interface LoginCircumstances {
  /** Whether this run has changed something, so that the brokers restart. */
  readonly changed: boolean;
  /** What is left of the wait. */
  readonly remainingMs: number;
  /** The test tokens to log in with, each with its judge. */
  readonly tokens: readonly JudgedToken[];
}

/** What came of logging in. */
export interface LoginFinding {
  readonly checks: readonly Check[];
  /** Why the step has to fail, null when it need not. */
  readonly failure: Failure | null;
}

/** Logs in at every address behind the SASL listener of a service, or says why not. */
export async function verifyLogin(
  service: Service,
  request: KafkaOidcRequest,
  circumstances: LoginCircumstances,
  { aiven, clock, say, stop }: Context,
): Promise<LoginFinding> {
  const { changed, remainingMs, tokens } = circumstances;
  if (service.state === 'POWEROFF') return skipped('the service is powered off');
  if (!offeredMechanisms(valuesOf(service)).includes('OAUTHBEARER')) {
    say.warning(
      NOT_TRIED,
      'The service accepts no tokens, since OIDC is off. Set expected-issuer or jwks-endpoint-url to turn it on, or leave verify-login out.',
    );
    return skipped('OIDC is off');
  }
  if (changed && !request.wait) {
    const why = 'the brokers restart now, and wait: false does not wait for them';
    say.warning(NOT_TRIED, `${why}. Run the step again once they have, or leave wait: true.`);
    return skipped(why);
  }
  const listener = saslListener(service.components);
  if (!listener) return failed(request, [], NO_LISTENER, 'Run the step again once the service has settled.');
  const { host, port, kafka_ssl_ca } = listener;
  const ca = kafka_ssl_ca === 'letsencrypt' ? null : await aiven.getProjectCa(request.project);
  const depth = tokens.length === 0 ? ' as far as that goes without test-token' : '';
  say.info(`Logging in to ${host}:${port} over SASL/OAUTHBEARER${depth}.`);
  const logIn = async (using: JudgedToken | null): Promise<Tried[]> => {
    const results = await logInEverywhere({
      listener: { host, port, ca },
      token: using?.token ?? null,
      tokenIsGood: () => using?.judge(new Date(clock.now())).accepted !== false,
      patienceMs: changed ? remainingMs : Math.min(remainingMs, SETTLED_PATIENCE_MS),
      clock,
      say,
      stop,
    });
    return results.map((each) => ({ ...each, token: using }));
  };
  const results: Tried[] = [];
  for (const token of tokens.length > 0 ? tokens : [null]) results.push(...(await logIn(token)));
  const bad = results.filter(({ result }) => !isWelcome(result));
  const checks = results.map((each) => checkOf(each, tokens.length > 1));
  if (bad.length === 0) return { checks, failure: null };
  const why = bad.map(({ address, result }) => `${address}: ${describeResult(result)}`).join('; ');
  const remedies = new Set(bad.map((each) => wayOut(each, changed, new Date(clock.now()))));
  return failed(request, checks, `${why}.`, [...remedies].join(' '));
}

/** What became of one token at one address. */
interface Tried extends AddressResult {
  readonly token: JudgedToken | null;
}

const NO_LISTENER = 'Aiven lists no SASL listener for it yet.';

/** A refused token is told with the verdict on it, which separates a bad token from a broker that is behind. */
function wayOut({ result, token }: Tried, changed: boolean, now: Date): string {
  const verdict = result.how === 'refused' ? token?.judge(now) : undefined;
  if (!verdict) return remedyFor(result);
  if (!verdict.accepted) return `By now it is to be refused. ${reasonsOf(verdict).join(' ')}`;
  return changed
    ? 'By the settings of the service it is to be accepted, so this broker still runs with the older ones: run the step again, or raise wait-timeout-minutes.'
    : 'By the settings of the service it is to be accepted, so this broker runs with older settings or keys: is a restart under way? Run the step again; brokers fetch new keys once an hour, or when a token with a new kid comes in.';
}

function checkOf({ address, result, token }: Tried, named: boolean): Check {
  return {
    subject: `${SUBJECT} at ${address}${named && token ? `, ${token.name}` : ''}`,
    result: isWelcome(result) ? 'passed' : 'failed',
    detail: `${describeResult(result)}.`,
  };
}

function skipped(why: string): LoginFinding {
  return { checks: [{ subject: SUBJECT, result: 'skipped', detail: `Not tried: ${why}.` }], failure: null };
}

function failed(
  { project, service }: KafkaOidcRequest,
  checks: readonly Check[],
  why: string,
  remedy: string,
): LoginFinding {
  const problem = `Logging in to service ${project}/${service}: ${why}`;
  return { checks, failure: new Failure({ title: 'The login did not work', problem, remedy }) };
}
