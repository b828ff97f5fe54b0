import type { Finding } from '../../finding.ts';
import { judgeKeySet } from '../../judge/broker/key-set.ts';
import type { PublishedKeys } from '../../judge/jws/jwk.ts';
import type { Check } from '../../plan.ts';
import { discover, NO_DISCOVERY, type UrlComplaint } from '../../provider/discovery.ts';
import type { FetchTools } from '../../provider/document.ts';
import { fetchKeySet } from '../../provider/key-set.ts';
import type { TokenEndpoint } from '../../provider/token-endpoint.ts';
import { isPrivatelyTrusted } from '../../provider/trust.ts';

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
  /** The published keys, null when there are none to look at. */
  readonly keys: PublishedKeys | null;
  readonly checks: readonly Check[];
  /** Empty when a broker will get along with this provider. */
  readonly findings: readonly Finding[];
}

/**
 * Looks at an identity provider as a starting broker, and its clients, would.
 * @param complaint what stands against a discovered JWKS endpoint URL as a setting; null when nothing does
 */
export async function inspectProvider(
  question: ProviderQuestion,
  tools: FetchTools,
  complaint: (jwksUrl: string) => UrlComplaint | null = () => null,
): Promise<ProviderFindings> {
  const { issuer, jwksUrl, verify, keysAreKnown = false } = question;
  const wantsDiscovery = issuer !== null && (verify || jwksUrl === null);
  const [discovery, givenKeys] = await Promise.all([
    wantsDiscovery ? discover(issuer, jwksUrl, tools, complaint) : NO_DISCOVERY,
    jwksUrl !== null && verify && !keysAreKnown ? inspectKeySet(jwksUrl, tools) : NO_KEYS,
  ]);
  const keys =
    jwksUrl === null && discovery.jwksUrl !== null && verify
      ? await inspectKeySet(discovery.jwksUrl, tools)
      : withRightUrl(givenKeys, jwksUrl, discovery.jwksUrl);
  return {
    jwksUrl: jwksUrl ?? discovery.jwksUrl,
    tokenEndpoint: discovery.tokenEndpoint,
    keys: keys.keys,
    checks: [...discovery.checks, ...keys.checks],
    findings: [...discovery.findings, ...keys.findings],
  };
}

type KeyFindings = Pick<ProviderFindings, 'keys' | 'checks' | 'findings'>;

const NO_KEYS: KeyFindings = { keys: null, checks: [], findings: [] };
const SUBJECT = 'Key set';

/** A given URL that leads nowhere may be a guess, while the issuer's own document has the right one. */
function withRightUrl(keys: KeyFindings, given: string | null, published: string | null): KeyFindings {
  if (published === null || published === given) return keys;
  const remedy = `The discovery document of expected-issuer names another one: set jwks-endpoint-url to ${published}.`;
  return { ...keys, findings: keys.findings.map((finding) => ({ ...finding, remedy })) };
}

/** Fetches a key set as a broker does when it starts, and looks whether it can verify signatures. */
async function inspectKeySet(jwksUrl: string, tools: FetchTools): Promise<KeyFindings> {
  const fetched = await fetchKeySet(jwksUrl, tools);
  if (fetched.got === 'finding') return { ...NO_KEYS, findings: [fetched.finding] };
  const { keys, usable, objection } = judgeKeySet(jwksUrl, fetched.text);
  if (objection)
    return { ...NO_KEYS, findings: [{ certainty: 'certain', input: 'jwks-endpoint-url', ...objection }] };
  const count = usable === 1 ? '1 key' : `${usable} keys`;
  const detail = `${jwksUrl} publishes ${count} that a broker can verify signatures with.`;
  const doubts = fetched.visited.flatMap((url) => doubtOfTrust(url, tools));
  return { keys, checks: [{ subject: SUBJECT, result: 'passed', detail }, ...doubts], findings: [] };
}

function doubtOfTrust(url: URL, { http }: FetchTools): Check[] {
  if (!isPrivatelyTrusted(url, http)) return [];
  const detail = `The certificate of ${url.host} is trusted here only because of a certificate authority that was added to this runner (NODE_EXTRA_CA_CERTS, or the system’s own). Brokers need a publicly trusted certificate, and do not start with any other. If a proxy intercepts TLS for this runner, it looks the same from here, but brokers see the real one.`;
  return [{ subject: 'JWKS endpoint URL', result: 'warned', detail }];
}
