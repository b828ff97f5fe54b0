/** What a client has to know. */
export interface ClientFacts {
  /** `host:port` of the SASL listener, empty while there is none. */
  readonly bootstrapServers: string;
  /** Where the client gets its token, when the provider's discovery told. */
  readonly tokenEndpoint: string | null;
  /** Whether the listener's certificate is signed by the project's own authority. */
  readonly projectCa: boolean;
}

/**
 * A `client.properties` for a Java client (Kafka 3.5 or later) that logs in with the client credentials grant. It holds
 * no secret: the client reads its ID and secret from its environment.
 */
export function clientProperties({ bootstrapServers, tokenEndpoint, projectCa }: ClientFacts): string {
  const endpoint = 'sasl.oauthbearer.token.endpoint.url';
  const lines = [
    ['bootstrap.servers', bootstrapServers],
    ['security.protocol', 'SASL_SSL'],
    ['sasl.mechanism', 'OAUTHBEARER'],
    [
      'sasl.login.callback.handler.class',
      'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler',
    ],
    ...(tokenEndpoint === null ? [] : [[endpoint, tokenEndpoint]]),
    ['config.providers', 'env'],
    ['config.providers.env.class', 'org.apache.kafka.common.config.provider.EnvVarConfigProvider'],
    [
      'sasl.jaas.config',
      'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId="${env:OIDC_CLIENT_ID}" clientSecret="${env:OIDC_CLIENT_SECRET}";',
    ],
    ...(projectCa
      ? [
          ['ssl.truststore.type', 'PEM'],
          ['ssl.truststore.location', 'ca.pem'],
        ]
      : []),
  ] as [string, string][];
  return [
    '# For a Java client, Kafka 3.5 or later. Set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET in its environment.',
    ...(projectCa
      ? ['# ca.pem is the CA certificate of the Aiven project: avn project ca-get --target-filepath ca.pem']
      : []),
    tokenEndpoint === null
      ? `# Add the token endpoint of your provider: ${endpoint}=https://…`
      : `# Kafka 4 asks for a permission on the command line as well: -Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${oneLine(tokenEndpoint)}`,
    ...lines.map(([name, value]) => `${name}=${escapeValue(value)}`),
    '',
  ].join('\n');
}

/** As `java.util.Properties` reads it. */
function escapeValue(value: string): string {
  return oneLine(value.replaceAll('\\', '\\\\'));
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, '');
}
