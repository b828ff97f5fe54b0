import * as z from 'zod/mini';
import { subtleDifference } from '../difference.ts';
import type { Check } from '../plan.ts';
import { quote } from '../quote.ts';
import { type FetchTools, fetchDocument } from './document.ts';
import { discoveryUrl } from './issuer.ts';
import { isOutOfReach, type ProviderProblem, remedyOf } from './problem.ts';
import type { TokenEndpoint } from './token-endpoint.ts';

/** What an issuer says of itself. */
export interface Discovery {
  readonly jwksUrl: string | null;
  readonly tokenEndpoint: TokenEndpoint | null;
  readonly checks: readonly Check[];
  readonly problems: readonly ProviderProblem[];
}

/** What is known of an issuer that was not looked at. */
export const NO_DISCOVERY: Discovery = { jwksUrl: null, tokenEndpoint: null, checks: [], problems: [] };

const discoveryDocument = z.looseObject({
  issuer: z.string(),
  jwks_uri: z.string(),
  token_endpoint: z.nullish(z.string()),
  token_endpoint_auth_methods_supported: z.nullish(z.array(z.string())),
  grant_types_supported: z.nullish(z.array(z.string())),
});

/**
 * Reads the discovery document of an issuer (OpenID Connect Discovery 1.0, section 4) and holds its name against the one
 * that brokers are to expect.
 * @param givenJwksUrl where the keys are, if that is known: then an issuer without such a document is fine, or one that does not
 *   answer here
 * @param complaint what stands against a URL that is not given but discovered, as a clause
 */
export async function discover(
  issuer: string,
  givenJwksUrl: string | null,
  tools: FetchTools,
  complaint: (jwksUrl: string) => string | null,
): Promise<Discovery> {
  const url = discoveryUrl(issuer);
  if (url === null)
    return withoutDiscovery(issuer, 'it is not an https URL, as OpenID Connect wants an issuer to be');
  const fetched = await fetchDocument(tools, url, false);
  if (fetched.got !== 'document') {
    // Brokers never ask the issuer, and one inside a cluster, for example, answers nobody outside of it.
    if (givenJwksUrl !== null) return withoutDiscovery(issuer, fetched.why);
    const problem = `The discovery document of the issuer ${issuer} cannot be had from ${url.href}: ${fetched.why}.`;
    return broken(problem, remedyOf(fetched, GIVE_URL), isOutOfReach(fetched));
  }
  const discovery = judgeDiscovery(issuer, givenJwksUrl, fetched.json, url);
  const wrong = givenJwksUrl !== null || discovery.jwksUrl === null ? null : complaint(discovery.jwksUrl);
  // The URL itself is not told: it may be long, or hold a password.
  return wrong === null
    ? discovery
    : broken(`The jwks_uri in the discovery document ${url.href} ${wrong}.`, GIVE_ANOTHER_URL);
}

const GIVE_URL =
  'Check expected-issuer for a typing mistake; for an issuer without discovery, set jwks-endpoint-url.';

const GIVE_ANOTHER_URL = 'Have the provider publish another one, or set jwks-endpoint-url.';

function judgeDiscovery(issuer: string, givenJwksUrl: string | null, json: unknown, url: URL): Discovery {
  const parsed = discoveryDocument.safeParse(json);
  if (!parsed.success) {
    const why = `the document at ${url.href} has no issuer or no jwks_uri`;
    return givenJwksUrl !== null
      ? withoutDiscovery(issuer, why)
      : broken(`The issuer ${issuer} cannot be discovered: ${why}.`, GIVE_URL);
  }
  const { issuer: published, jwks_uri } = parsed.data;
  if (published !== issuer) {
    const difference = subtleDifference(issuer, published);
    return broken(
      `expected-issuer is ${quote(issuer)}, but the provider calls itself ${quote(published)}${difference && `; ${difference}`}. Brokers compare the two character by character, so every token would be refused.`,
      `Set expected-issuer to ${quote(published)} if that is the provider you mean.`,
    );
  }
  const found = new Set([jwks_uri, givenJwksUrl ?? jwks_uri]);
  const checks: Check[] = [
    { subject: 'Issuer', result: 'passed', detail: `${issuer} calls itself exactly that.` },
  ];
  if (found.size > 1) {
    const detail = `The issuer publishes its keys at ${jwks_uri}, but the JWKS endpoint URL is ${givenJwksUrl}.`;
    checks.push({ subject: 'JWKS endpoint URL', result: 'warned', detail });
  }
  return { jwksUrl: jwks_uri, tokenEndpoint: tokenEndpointOf(parsed.data), checks, problems: [] };
}

function tokenEndpointOf(document: z.infer<typeof discoveryDocument>): TokenEndpoint | null {
  const url = URL.parse(document.token_endpoint ?? '');
  // It is told to clients, and nobody who tells it must tell a password.
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return null;
  const authMethods = document.token_endpoint_auth_methods_supported ?? null;
  const grantTypes = document.grant_types_supported ?? null;
  return { url: document.token_endpoint ?? '', authMethods, grantTypes };
}

function withoutDiscovery(issuer: string, why: string): Discovery {
  const detail = `The issuer ${issuer} gives no discovery document (${why}), so its name could not be checked. Brokers do not need that document, but they compare the name with the one in each token, character by character; test-token tells whether it is right.`;
  return { ...NO_DISCOVERY, checks: [{ subject: 'Issuer', result: 'warned', detail }] };
}

function broken(problem: string, remedy: string, unreachable = false): Discovery {
  const checks: Check[] = [{ subject: 'Issuer', result: 'failed', detail: problem }];
  return { ...NO_DISCOVERY, checks, problems: [{ input: 'expected-issuer', problem, remedy, unreachable }] };
}
