import * as z from 'zod/mini';
import type { Clock } from '../context.ts';
import type { Http } from '../net/http.ts';
import type { Check } from '../plan.ts';
import { type Fetched, fetchDocument } from './document.ts';
import { discoveryUrl, subtleDifference } from './issuer.ts';
import { type Jwk, keyName, sortKeys } from './keys.ts';

/** What to look at. */
export interface ProviderQuestion {
  /** The issuer that the brokers are to expect, if any. */
  readonly issuer: string | null;
  /** The JWKS endpoint URL that the brokers are to use; null to discover it from the issuer. */
  readonly jwksUrl: string | null;
  /** Whether everything is to be checked, or only what is needed to discover the URL. */
  readonly verify: boolean;
}

/** Something wrong with a provider. */
export interface ProviderProblem {
  /** The input that it concerns. */
  readonly input: 'expected-issuer' | 'jwks-endpoint-url';
  readonly problem: string;
  readonly remedy: string;
  /** Whether a firewall could be the reason, so that the brokers may see what the runner does not. */
  readonly unreachable: boolean;
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

export interface ProviderTools {
  readonly http: Http;
  readonly clock: Clock;
  readonly stop: AbortSignal;
}

const discoveryDocument = z.looseObject({
  issuer: z.string(),
  jwks_uri: z.string(),
  token_endpoint: z.optional(z.string()),
});
const keySet = z.looseObject({ keys: z.array(z.record(z.string(), z.unknown())) });

interface Discovery {
  readonly jwksUrl: string | null;
  readonly tokenEndpoint: string | null;
  readonly checks: readonly Check[];
  readonly problems: readonly ProviderProblem[];
}

const NO_DISCOVERY: Discovery = { jwksUrl: null, tokenEndpoint: null, checks: [], problems: [] };

/** Looks at an identity provider as a starting broker, and its clients, would. */
export async function inspectProvider(
  question: ProviderQuestion,
  tools: ProviderTools,
): Promise<ProviderFindings> {
  const { issuer, jwksUrl, verify } = question;
  const wantsDiscovery = issuer !== null && (verify || jwksUrl === null);
  const [discovery, givenKeys] = await Promise.all([
    wantsDiscovery ? discover(issuer, jwksUrl, tools) : NO_DISCOVERY,
    jwksUrl !== null && verify ? readKeys(jwksUrl, 'jwks-endpoint-url', tools) : NO_KEYS,
  ]);
  const discoveredKeys =
    jwksUrl === null && discovery.jwksUrl !== null && verify
      ? await readKeys(discovery.jwksUrl, 'expected-issuer', tools)
      : NO_KEYS;
  return {
    jwksUrl: jwksUrl ?? discovery.jwksUrl,
    tokenEndpoint: discovery.tokenEndpoint,
    keys: [...givenKeys.keys, ...discoveredKeys.keys],
    checks: [...discovery.checks, ...givenKeys.checks, ...discoveredKeys.checks],
    problems: [...discovery.problems, ...givenKeys.problems, ...discoveredKeys.problems],
  };
}

async function discover(
  issuer: string,
  givenJwksUrl: string | null,
  tools: ProviderTools,
): Promise<Discovery> {
  const url = discoveryUrl(issuer);
  const optional = givenJwksUrl !== null;
  if (url === null) {
    const why = 'it is not an https URL, as OpenID Connect wants an issuer to be';
    return optional
      ? withoutDiscovery(issuer, why)
      : broken(`The issuer ${issuer} has no discovery document: ${why}.`, GIVE_URL);
  }
  const fetched = await fetchDocument(tools.http, tools.clock, url, tools.stop);
  if (fetched.got === 'nothing' && optional) return withoutDiscovery(issuer, fetched.why);
  if (fetched.got !== 'document') {
    const problem = `The discovery document of the issuer ${issuer} cannot be had from ${url.href}: ${fetched.why}.`;
    return broken(problem, remedyOf(fetched, GIVE_URL), fetched.got === 'failure');
  }
  return judgeDiscovery(issuer, givenJwksUrl, fetched.json, url);
}

const GIVE_URL =
  'Check expected-issuer for a typing mistake; for an issuer without discovery, set jwks-endpoint-url.';

function judgeDiscovery(issuer: string, givenJwksUrl: string | null, json: unknown, url: URL): Discovery {
  const parsed = discoveryDocument.safeParse(json);
  if (!parsed.success) {
    const why = `the document at ${url.href} has no issuer or no jwks_uri`;
    return givenJwksUrl !== null
      ? withoutDiscovery(issuer, why)
      : broken(`The issuer ${issuer} cannot be discovered: ${why}.`, GIVE_URL);
  }
  const { issuer: published, jwks_uri, token_endpoint } = parsed.data;
  if (published !== issuer) {
    const difference = subtleDifference(issuer, published);
    return broken(
      `expected-issuer is “${issuer}”, but the provider calls itself “${published}”${difference && `; ${difference}`}. Brokers compare the two character by character, so every token would be refused.`,
      `Set expected-issuer to ${published} if that is the provider you mean.`,
    );
  }
  const found = new Set([jwks_uri, givenJwksUrl ?? jwks_uri]);
  const checks: Check[] = [
    { subject: 'Issuer', result: 'passed', detail: `${issuer} calls itself exactly that.` },
  ];
  if (found.size > 1) {
    const detail = `The issuer publishes its keys at ${jwks_uri}, but jwks-endpoint-url is ${givenJwksUrl}.`;
    checks.push({ subject: 'JWKS endpoint URL', result: 'warned', detail });
  }
  return { jwksUrl: jwks_uri, tokenEndpoint: httpsOrNull(token_endpoint), checks, problems: [] };
}

function httpsOrNull(url: string | undefined): string | null {
  return url !== undefined && URL.canParse(url) && new URL(url).protocol === 'https:' ? url : null;
}

function withoutDiscovery(issuer: string, why: string): Discovery {
  const detail = `The issuer ${issuer} publishes no discovery document (${why}), so its name could not be checked.`;
  return { ...NO_DISCOVERY, checks: [{ subject: 'Issuer', result: 'warned', detail }] };
}

function broken(problem: string, remedy: string, unreachable = false): Discovery {
  const checks: Check[] = [{ subject: 'Issuer', result: 'failed', detail: problem }];
  return { ...NO_DISCOVERY, checks, problems: [{ input: 'expected-issuer', problem, remedy, unreachable }] };
}

interface Keys {
  readonly keys: readonly Jwk[];
  readonly checks: readonly Check[];
  readonly problems: readonly ProviderProblem[];
}

const NO_KEYS: Keys = { keys: [], checks: [], problems: [] };

async function readKeys(
  jwksUrl: string,
  input: ProviderProblem['input'],
  tools: ProviderTools,
): Promise<Keys> {
  const url = URL.canParse(jwksUrl) ? new URL(jwksUrl) : null;
  if (url?.protocol !== 'https:') {
    return noKeys(input, `The key set ${jwksUrl} is not an https URL.`, 'Aiven takes https alone.');
  }
  const fetched = await fetchDocument(tools.http, tools.clock, url, tools.stop);
  if (fetched.got !== 'document') {
    const problem = `The key set cannot be had from ${jwksUrl}: ${fetched.why}. A broker that cannot fetch its keys does not start.`;
    return noKeys(
      input,
      problem,
      remedyOf(fetched, 'Check the URL for a typing mistake.'),
      fetched.got === 'failure',
    );
  }
  return judgeKeys(jwksUrl, input, fetched.json);
}

function judgeKeys(jwksUrl: string, input: ProviderProblem['input'], json: unknown): Keys {
  const parsed = keySet.safeParse(json);
  if (!parsed.success) {
    return noKeys(
      input,
      `What ${jwksUrl} answers is not a key set: it has no list of keys.`,
      'Check the URL for a typing mistake.',
    );
  }
  const { usable, private: secret, symmetric } = sortKeys(parsed.data.keys);
  const exposed = [...secret, ...symmetric];
  if (exposed.length > 0) {
    const kind = secret.length > 0 ? 'private' : 'symmetric';
    return noKeys(
      input,
      `ALARM: ${jwksUrl} publishes a ${kind} key (${exposed.map(keyName).join(', ')}). Whoever reads it can make tokens that your brokers accept.`,
      'Withdraw that key at the provider now and publish public keys alone; trust no token that it signed.',
    );
  }
  if (usable.length === 0) {
    const count = parsed.data.keys.length;
    return noKeys(
      input,
      `${jwksUrl} publishes ${count === 0 ? 'no keys' : `${count} key(s), but none that a broker can verify signatures with`}.`,
      'A broker needs an RSA key of 2048 bits or more, an EC key (P-256, P-384, P-521) or an Ed25519 key, not marked for encryption.',
    );
  }
  const count = usable.length === 1 ? '1 key' : `${usable.length} keys`;
  const detail = `${jwksUrl} publishes ${count} that a broker can verify signatures with.`;
  return { keys: parsed.data.keys, checks: [{ subject: 'Key set', result: 'passed', detail }], problems: [] };
}

function noKeys(input: ProviderProblem['input'], problem: string, remedy: string, unreachable = false): Keys {
  const checks: Check[] = [{ subject: 'Key set', result: 'failed', detail: problem }];
  return { keys: [], checks, problems: [{ input, problem, remedy, unreachable }] };
}

function remedyOf(fetched: Extract<Fetched, { why: string }>, otherwise: string): string {
  return fetched.got === 'failure' && fetched.remedy !== '' ? fetched.remedy : otherwise;
}
