import { judgeKeySet } from '../../judge/broker/key-set.ts';
import type { PublishedKeys } from '../../judge/jws/jwk.ts';
import type { Check } from '../../plan.ts';
import { discover, NO_DISCOVERY } from '../../provider/discovery.ts';
import type { FetchTools } from '../../provider/document.ts';
import { fetchKeySet } from '../../provider/key-set.ts';
import type { ProviderProblem } from '../../provider/problem.ts';
import type { TokenEndpoint } from '../../provider/token-endpoint.ts';

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
  readonly tokenEndpoint: TokenEndpoint | null;
  /** The published keys, empty when they were not fetched. */
  readonly keys: PublishedKeys;
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
    jwksUrl !== null && verify && !keysAreKnown ? inspectKeySet(jwksUrl, tools) : NO_KEYS,
  ]);
  const discoveredKeys =
    jwksUrl === null && discovery.jwksUrl !== null && verify
      ? await inspectKeySet(discovery.jwksUrl, tools)
      : NO_KEYS;
  return {
    jwksUrl: jwksUrl ?? discovery.jwksUrl,
    tokenEndpoint: discovery.tokenEndpoint,
    keys: [...givenKeys.keys, ...discoveredKeys.keys],
    checks: [...discovery.checks, ...givenKeys.checks, ...discoveredKeys.checks],
    problems: [...discovery.problems, ...givenKeys.problems, ...discoveredKeys.problems],
  };
}

type KeyFindings = Pick<ProviderFindings, 'keys' | 'checks' | 'problems'>;

const NO_KEYS: KeyFindings = { keys: [], checks: [], problems: [] };
const SUBJECT = 'Key set';

/** Fetches a key set as a broker does when it starts, and looks whether it can verify signatures. */
async function inspectKeySet(jwksUrl: string, tools: FetchTools): Promise<KeyFindings> {
  const fetched = await fetchKeySet(jwksUrl, tools);
  if (fetched.got === 'problem') return failed(fetched.problem);
  const { keys, usable, objection } = judgeKeySet(jwksUrl, fetched);
  if (objection) return failed({ input: 'jwks-endpoint-url', unreachable: false, ...objection });
  const count = usable === 1 ? '1 key' : `${usable} keys`;
  const detail = `${jwksUrl} publishes ${count} that a broker can verify signatures with.`;
  return { keys, checks: [{ subject: SUBJECT, result: 'passed', detail }], problems: [] };
}

function failed(problem: ProviderProblem): KeyFindings {
  return {
    keys: [],
    checks: [{ subject: SUBJECT, result: 'failed', detail: problem.problem }],
    problems: [problem],
  };
}
