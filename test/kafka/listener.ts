/** The OIDC settings of a broker, named and valued as `kafka.sasl_oauthbearer_*` in Aiven's `user_config`. */
export interface OidcSettings {
  readonly jwksEndpointUrl: string;
  readonly expectedIssuer: string | null;
  /** Comma-separated. */
  readonly expectedAudience: string | null;
  readonly subClaimName: string | null;
}

/** The listener that all of these tests log in to. */
export const SASL_LISTENER = 'SASL';

const SECURITY = 'org.apache.kafka.common.security.oauthbearer';

/**
 * The properties of a broker (`server.properties`) that make a SASL listener accept tokens.
 * @returns them by name; a setting that is null is left out, as Aiven leaves it out
 */
export function oauthbearerProperties(settings: OidcSettings): Record<string, string> {
  const values = {
    'sasl.server.callback.handler.class': `${SECURITY}.OAuthBearerValidatorCallbackHandler`,
    'sasl.jaas.config': `${SECURITY}.OAuthBearerLoginModule required;`,
    'sasl.oauthbearer.jwks.endpoint.url': settings.jwksEndpointUrl,
    'sasl.oauthbearer.expected.issuer': settings.expectedIssuer,
    'sasl.oauthbearer.expected.audience': settings.expectedAudience,
    'sasl.oauthbearer.sub.claim.name': settings.subClaimName,
  };
  const properties: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== null)
      properties[`listener.name.${SASL_LISTENER.toLowerCase()}.oauthbearer.${name}`] = value;
  }
  return properties;
}
