import type { Service } from '../../aiven/schema.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../failure.ts';
import {
  type AddressResult,
  describeResult,
  isWelcome,
  logInEverywhere,
  remedyFor,
} from '../../kafka/login.ts';
import { offeredMechanisms, readValues } from '../../kafka/settings.ts';
import type { Check } from '../../plan.ts';
import type { KafkaOidcRequest } from '../request.ts';
import { saslListener } from './report.ts';

const SUBJECT = 'Login';
/** How long to try where nothing has just changed, so that nothing is about to get better. */
const SETTLED_PATIENCE_MS = 15_000;

/** What came of logging in. */
export interface LoginFinding {
  readonly checks: readonly Check[];
  /** Why the step has to fail, null when it need not. */
  readonly failure: Failure | null;
}

/**
 * Logs in to every broker of a service, or says why not.
 * @param remainingMs what is left of the wait
 * @param changed whether the brokers have just been restarted
 */
export async function verifyLogin(
  service: Service,
  request: KafkaOidcRequest,
  { remainingMs, changed }: { readonly remainingMs: number; readonly changed: boolean },
  { aiven, clock, say }: Context,
): Promise<LoginFinding> {
  const name = `${request.project}/${request.service}`;
  if (service.state === 'POWEROFF') return skipped('the service is powered off');
  if (!offeredMechanisms(readValues(service.user_config)).includes('OAUTHBEARER'))
    return skipped('OIDC is off');
  const listener = saslListener(service.components);
  if (!listener) {
    return failed(
      name,
      'Aiven lists no SASL listener for it yet.',
      'Run the step again once the service has settled.',
      [],
    );
  }
  const ca = listener.kafka_ssl_ca === 'letsencrypt' ? null : await aiven.getProjectCa(request.project);
  say.info(
    `Logging in to ${listener.host}:${listener.port} over SASL/OAUTHBEARER${request.testToken === null ? ' as far as that goes without test-token' : ''}.`,
  );
  const results = await logInEverywhere({
    listener: { host: listener.host, port: listener.port, ca },
    token: request.testToken,
    patienceMs: Math.min(remainingMs, changed ? remainingMs : SETTLED_PATIENCE_MS),
    clock,
    say,
  });
  const checks = results.map(checkOf);
  const [bad] = results.filter(({ result }) => !isWelcome(result));
  if (!bad) return { checks, failure: null };
  const reasons = results
    .filter(({ result }) => !isWelcome(result))
    .map(({ address, result }) => `${address}: ${describeResult(result)}`);
  return failed(name, `${reasons.join('; ')}.`, remedyFor(bad.result), checks);
}

function checkOf({ address, result }: AddressResult): Check {
  return {
    subject: `${SUBJECT} at ${address}`,
    result: isWelcome(result) ? 'passed' : 'failed',
    detail: `${describeResult(result)}.`,
  };
}

function skipped(why: string): LoginFinding {
  return { checks: [{ subject: SUBJECT, result: 'skipped', detail: `Not tried: ${why}.` }], failure: null };
}

function failed(name: string, why: string, remedy: string, checks: readonly Check[]): LoginFinding {
  return {
    checks,
    failure: new Failure({
      title: 'The login did not work',
      problem: `Logging in to service ${name}: ${why}`,
      remedy,
    }),
  };
}
