import type { Check } from '../plan.ts';
import { discover, NO_DISCOVERY } from './discovery.ts';
import type { FetchTools } from './document.ts';
import { NO_KEYS, readKeys } from './key-set.ts';
import type { Jwk } from './keys.ts';
import type { ProviderProblem } from './problem.ts';

export type { FetchTools } from './document.ts';

/** What to look at. */
export interface ProviderQuestion {
  /** The issuer that the brokers are to expect, if any. */
  readonly issuer: string | null;
  /** The JWKS endpoint URL that the brokers are to use; null to discover it from the issuer. */
  readonly jwksUrl: string | null;
  /** Whether everything is to be checked, or only what is needed to discover the URL. */
  readonly verify: boolean;
  /** Whether the key set has been looked at already. */
  readonly keysAreKnown?: boolean;
}

/** What was found. */
export interface ProviderFindings {
  /** The URL that was given or discovered, null when there is none. */
  readonly jwksUrl: string | null;
  /** Where clients get tokens, when discovery told (OpenID Connect Discovery 1.0, section 3). */
  readonly tokenEndpoint: string | null;
  /** The published keys, empty when they were not fetched. */
  readonly keys: readonly Jwk[];
  readonly checks: readonly Check[];
  /** Empty when a broker will get along with this provider. */
  readonly problems: readonly ProviderProblem[];
}

/**
 * Looks at an identity provider as a starting broker, and its clients, would.
 * @param complaint what stands against a discovered JWKS endpoint URL as a setting, as a clause; null when nothing does
 */
export async function inspectProvider(
  question: ProviderQuestion,
  tools: FetchTools,
  complaint: (jwksUrl: string) => string | null = () => null,
): Promise<ProviderFindings> {
  const { issuer, jwksUrl, verify, keysAreKnown = false } = question;
  const wantsDiscovery = issuer !== null && (verify || jwksUrl === null);
  const [discovery, givenKeys] = await Promise.all([
    wantsDiscovery ? discover(issuer, jwksUrl, tools, complaint) : NO_DISCOVERY,
    jwksUrl !== null && verify && !keysAreKnown ? readKeys(jwksUrl, tools) : NO_KEYS,
  ]);
  const discoveredKeys =
    jwksUrl === null && discovery.jwksUrl !== null && verify
      ? await readKeys(discovery.jwksUrl, tools)
      : NO_KEYS;
  return {
    jwksUrl: jwksUrl ?? discovery.jwksUrl,
    tokenEndpoint: discovery.tokenEndpoint,
    keys: [...givenKeys.keys, ...discoveredKeys.keys],
    checks: [...discovery.checks, ...givenKeys.checks, ...discoveredKeys.checks],
    problems: [...discovery.problems, ...givenKeys.problems, ...discoveredKeys.problems],
  };
}
