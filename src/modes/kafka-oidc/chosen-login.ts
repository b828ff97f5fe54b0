import type { Service } from '../../aiven/schema.ts';
import type { Settled } from '../../kafka/settle.ts';
import type { Context } from '../mode.ts';
import type { KafkaOidcRequest } from '../request.ts';
import type { LoginFinding, Watching } from './login.ts';
import type { Steps } from './steps.ts';

/** The login to brokers that a run makes, or none. */
export interface ChosenLogin {
  /** What looks for the restart beside the wait; null where nothing does. */
  readonly watching: Watching | null;
  /**
   * Says what came of it, once the wait is over.
   * @param settled how the wait ended; null where there was none
   * @param remainingMs what is left of the wait, in milliseconds
   */
  conclude(service: Service, settled: Settled<Service> | null, remainingMs: number): Promise<LoginFinding>;
}

const NO_LOGIN: LoginFinding = { checks: [], failure: null, turnedAway: [] };

/** The login that was asked for: beside the wait for a change, and after it where nothing changed. */
export async function openLogin(
  steps: Steps,
  request: KafkaOidcRequest,
  context: Context,
): Promise<ChosenLogin> {
  const { before, changes, story, tokens } = steps;
  if (!request.verifyLogin) return { watching: null, conclude: async () => NO_LOGIN };
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
