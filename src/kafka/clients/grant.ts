/** What is known of a provider, as far as it decides whether clients can get tokens from it by themselves. */
export interface GrantFacts {
  readonly issuer: string | null;
  /** `grant_types_supported` of its discovery document; null where that does not say. */
  readonly grantTypes: readonly string[] | null;
  /** The names of the parameters that the test token was asked for with; null where it was not got by that grant. */
  readonly parameters: readonly string[] | null;
}

/** The parameter that Kafka's clients and librdkafka can send besides those of the grant. */
const SENDABLE = new Set(['scope']);

/** Providers whose document does not tell, by their issuers. */
const KNOWN: readonly { readonly issuer: RegExp; readonly why: string }[] = [
  {
    issuer: /^https:\/\/token\.actions\.githubusercontent\.com(\/|$)/,
    why: 'GitHub issues ID tokens only to the jobs of a workflow, and has no client credentials grant',
  },
  { issuer: /^https:\/\/gitlab\.com$/, why: 'GitLab issues JWTs only to CI jobs' },
  { issuer: /^https:\/\/accounts\.google\.com$/, why: 'Google has no client credentials grant' },
  {
    issuer: /\.tokens\.sts\.global\.api\.aws$/,
    why: 'AWS issues such tokens only through its own API (sts:GetWebIdentityToken)',
  },
];

/** A tenant of Auth0, which gives an opaque token to whoever names no `audience`, unless the tenant has a default one. */
const AUTH0 = /^https:\/\/[^/]+\.auth0\.com\/$/;

/**
 * Why a Java client or one on librdkafka cannot get tokens for Kafka by the client credentials grant (RFC 6749, section 4.4).
 * @returns a clause; null when it can, as far as is known
 */
export function whyNoGrant({ issuer, grantTypes, parameters }: GrantFacts): string | null {
  const extra = parameters?.find((name) => !SENDABLE.has(name));
  if (extra !== undefined)
    return `the test token was requested with ${extra}, which neither Java’s clients nor librdkafka can send`;
  // The very grant has just worked, with nothing that such a client could not send.
  if (parameters !== null) return null;
  const known = KNOWN.find((provider) => provider.issuer.test(issuer ?? ''));
  if (known) return known.why;
  if (AUTH0.test(issuer ?? ''))
    return 'Auth0 requires the parameter audience, which neither Java’s clients nor librdkafka can send; if the tenant has a default audience, set test-client-id to prove that it works';
  return grantTypes === null || grantTypes.includes('client_credentials')
    ? null
    : 'the provider’s discovery document lists no client credentials grant';
}
