import * as z from 'zod/mini';
import { subtleDifference } from '../difference.ts';
import type { Finding } from '../finding.ts';
import type { Check } from '../plan.ts';
import { quote } from '../quote.ts';
import { type FetchTools, fetchDocument } from './document.ts';
import { discoveryUrl } from './issuer.ts';
import type { TokenEndpoint } from './token-endpoint.ts';

/** What an issuer says of itself. */
export interface Discovery {
  /** Also of a document whose issuer calls itself otherwise, since a test token may prove that right. */
  readonly jwksUrl: string | null;
  readonly tokenEndpoint: TokenEndpoint | null;
  readonly checks: readonly Check[];
  readonly findings: readonly Finding[];
}

/** What is known of an issuer that was not looked at. */
export const NO_DISCOVERY: Discovery = { jwksUrl: null, tokenEndpoint: null, checks: [], findings: [] };

/** What stands against a discovered URL as a setting: a clause, and the way out. */
export interface UrlComplaint {
  readonly problem: string;
  readonly remedy: string;
}

const discoveryDocument = z.looseObject({
  issuer: z.string(),
  jwks_uri: z.string(),
  token_endpoint: z.nullish(z.string()),
  token_endpoint_auth_methods_supported: z.nullish(z.array(z.string())),
  grant_types_supported: z.nullish(z.array(z.string())),
  access_token_issuer: z.optional(z.unknown()),
});

type DiscoveryDocument = z.infer<typeof discoveryDocument>;

/**
 * Reads the discovery document of an issuer (OpenID Connect Discovery 1.0, section 4) and holds its name against the one
 * that brokers are to expect. Brokers never read that document, so it is read generously.
 * @param givenJwksUrl where the keys are, if that is known: then an issuer without such a document is fine, or one that does not
 *   answer here
 * @param complaint what stands against a URL that is not given but discovered
 */
export async function discover(
  issuer: string,
  givenJwksUrl: string | null,
  tools: FetchTools,
  complaint: (jwksUrl: string) => UrlComplaint | null,
): Promise<Discovery> {
  const url = discoveryUrl(issuer);
  if (url === null)
    return withoutDiscovery(issuer, 'it is not an https URL, which OpenID Connect requires of an issuer');
  const fetched = await fetchDocument(tools, url, 'clients');
  if (fetched.got !== 'document') {
    // Brokers never ask the issuer, and one inside a cluster, for example, answers nobody outside of it.
    if (givenJwksUrl !== null) return withoutDiscovery(issuer, fetched.why);
    const { certainty, why, asked = '', remedy } = fetched;
    const problem = `The discovery document of the issuer ${issuer} could not be fetched from ${url.href}: ${why}${asked}.`;
    return broken({ certainty, problem, remedy: remedy || GIVE_URL });
  }
  const document = readDocument(fetched.text);
  if (typeof document === 'string') {
    const why = `the document at ${url.href} ${document}`;
    return givenJwksUrl !== null
      ? withoutDiscovery(issuer, why)
      : broken({
          certainty: 'certain',
          problem: `The issuer ${issuer} cannot be discovered: ${why}.`,
          remedy: GIVE_URL,
        });
  }
  const wrong = givenJwksUrl !== null ? null : complaint(document.jwks_uri);
  // The URL itself is not told: it may be long, or hold a password.
  return wrong === null
    ? judgeDocument(issuer, givenJwksUrl, document, url)
    : broken({
        certainty: 'certain',
        problem: `The jwks_uri in the discovery document ${url.href} ${wrong.problem}.`,
        remedy: `${GIVE_ANOTHER_URL} ${wrong.remedy}`,
      });
}

const GIVE_URL =
  'Check expected-issuer for a typing mistake; for an issuer without discovery, set jwks-endpoint-url.';

const GIVE_ANOTHER_URL = 'Have the provider publish another one, or set jwks-endpoint-url.';

/** The document, or a clause that says why it is none. */
function readDocument(text: string): DiscoveryDocument | string {
  try {
    const parsed = discoveryDocument.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : 'has no issuer or no jwks_uri';
  } catch {
    const what = text.trim() === '' ? 'nothing' : text.trimStart().startsWith('<') ? 'an HTML page' : 'text';
    return `is ${what} instead of JSON`;
  }
}

function judgeDocument(
  issuer: string,
  givenJwksUrl: string | null,
  document: DiscoveryDocument,
  url: URL,
): Discovery {
  const { jwks_uri: jwksUrl, access_token_issuer: forTokens } = document;
  const known = { jwksUrl, tokenEndpoint: tokenEndpointOf(document) };
  const isForTokens = forTokens === issuer;
  if (document.issuer !== issuer && !isForTokens)
    return { ...known, checks: [], findings: [otherIssuer(issuer, givenJwksUrl, document, url)] };
  const checks: Check[] = [
    isForTokens || typeof forTokens !== 'string'
      ? {
          subject: 'Issuer',
          result: 'passed',
          detail: `${issuer} is exactly what the provider calls itself.`,
        }
      : { subject: 'Issuer', result: 'warned', detail: tokensOfAnother(issuer, forTokens) },
  ];
  if (givenJwksUrl !== null && givenJwksUrl !== jwksUrl) {
    const detail = `The issuer publishes its keys at ${jwksUrl}, but the JWKS endpoint URL is ${givenJwksUrl}.`;
    checks.push({ subject: 'JWKS endpoint URL', result: 'warned', detail });
  }
  return { ...known, checks, findings: [] };
}

/** AD FS names another issuer for access tokens than for ID tokens (MS-OIDCE, section 2.2.3.2). */
function tokensOfAnother(issuer: string, forTokens: string): string {
  return `${issuer} is exactly what the provider calls itself, but its discovery document also has the access_token_issuer ${quote(forTokens)}, as with AD FS: access tokens carry that one, and only ID tokens carry the other. For access tokens, set expected-issuer to ${quote(forTokens)} and keep jwks-endpoint-url set; a test-token shows which one is right.`;
}

function otherIssuer(
  issuer: string,
  givenJwksUrl: string | null,
  { issuer: published, jwks_uri }: DiscoveryDocument,
  url: URL,
): Finding {
  const difference = subtleDifference(issuer, published);
  const called = `expected-issuer is ${quote(issuer)}, but the provider calls itself ${quote(published)}`;
  const input = 'expected-issuer';
  const certainty = 'suspicious';
  const placeholder = PLACEHOLDER.exec(published)?.[0];
  if (placeholder !== undefined) {
    const problem = `${called}, where ${placeholder} stands for something that differs from token to token.`;
    const example = issuer.includes('/common') ? issuer.replace('/common', '/TENANT_ID') : null;
    const remedy = `Use the ID of your tenant in place of ${placeholder}${example ? `, as in ${quote(example)}` : ''}: no token carries a name that stands for all tenants.`;
    return { certainty, input, problem, remedy };
  }
  const problem = `${called}${difference && `; ${difference}`}.`;
  // The published issuer may have no discovery document where one is looked for, so that the URL is wanted too.
  const found =
    !URL.canParse(published) || discoveryUrl(published)?.href === url.href || givenJwksUrl === jwks_uri;
  const keys = found ? '' : ` and jwks-endpoint-url to ${quote(jwks_uri)}`;
  const remedy = `Set expected-issuer to ${quote(published)}${keys} if that is the provider you mean: brokers compare the two character by character, and would refuse every token.`;
  return { certainty, input, problem, remedy };
}

/** A part of a text that is to be replaced, such as Entra's `{tenantid}`. */
const PLACEHOLDER = /\{[^{}]*\}|<[^<>]*>/;

function tokenEndpointOf(document: DiscoveryDocument): TokenEndpoint | null {
  const url = URL.parse(document.token_endpoint ?? '');
  // It is told to clients, and nobody who tells it must tell a password.
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return null;
  const authMethods = document.token_endpoint_auth_methods_supported ?? null;
  const grantTypes = document.grant_types_supported ?? null;
  return { url: document.token_endpoint ?? '', authMethods, grantTypes };
}

function withoutDiscovery(issuer: string, why: string): Discovery {
  const detail = `The issuer ${issuer} publishes no discovery document that could be read (${why}), so its name could not be checked. Brokers do not need that document, but they compare the name with the one in each token, character by character; a test-token shows whether it is right.`;
  return { ...NO_DISCOVERY, checks: [{ subject: 'Issuer', result: 'warned', detail }] };
}

function broken(finding: Omit<Finding, 'input'>): Discovery {
  return { ...NO_DISCOVERY, findings: [{ input: 'expected-issuer', ...finding }] };
}
