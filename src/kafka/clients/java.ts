import { CA_FILE, type ClientFacts, oneLine } from './facts.ts';

const SECURITY = 'org.apache.kafka.common.security.oauthbearer';
const ENDPOINT = 'sasl.oauthbearer.token.endpoint.url';
const SCOPE = 'sasl.oauthbearer.scope';
const CLIENT_ID = '${env:OIDC_CLIENT_ID}';
const CLIENT_SECRET = '${env:OIDC_CLIENT_SECRET}';
/** An example: whoever hands the tokens over decides. */
const TOKEN_FILE = '/var/run/secrets/kafka/token';

/**
 * A `client.properties` for a Java client that logs in with OAUTHBEARER, without secrets: the client reads its ID and secret
 * from its environment, or its token from a file where the provider has no client credentials grant for it. It is in the
 * form of Kafka 4.1 and later (KIP-1139); what older clients need stands in it as a comment.
 */
export function clientProperties(facts: ClientFacts): string {
  const { bootstrapServers, projectCa, grants } = facts;
  const lines = [
    ...(grants ? grantHead(facts) : fileHead()),
    ...(projectCa
      ? [
          `# ${CA_FILE} is the CA certificate of the Aiven project: avn project ca-get --target-filepath ${CA_FILE}`,
        ]
      : []),
    property('bootstrap.servers', bootstrapServers),
    property('security.protocol', 'SASL_SSL'),
    property('sasl.mechanism', 'OAUTHBEARER'),
    property('sasl.login.callback.handler.class', `${SECURITY}.OAuthBearerLoginCallbackHandler`),
    property('sasl.jaas.config', `${SECURITY}.OAuthBearerLoginModule required;`),
    ...(grants ? grantLines(facts) : [property(ENDPOINT, `file://${TOKEN_FILE}`)]),
    ...(projectCa
      ? [property('ssl.truststore.type', 'PEM'), property('ssl.truststore.location', CA_FILE)]
      : []),
    ...(grants ? olderClients(facts) : []),
  ];
  return [...lines, ''].join('\n');
}

function grantHead({ tokenEndpoint }: ClientFacts): string[] {
  return [
    '# For a Java client. Set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET in its environment.',
    tokenEndpoint === null
      ? `# Add the token endpoint of your provider: ${ENDPOINT}=https://…`
      : `# Kafka 4 needs this on the command line as well: -Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${oneLine(tokenEndpoint)}`,
  ];
}

function fileHead(): string[] {
  return [
    '# For a Java client that reads its token from a file, which something else keeps up to date: this provider issues no token',
    '# for Kafka through a client credentials grant that a Java client could use.',
    `# Kafka 4 needs this on the command line as well: -Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=file://${TOKEN_FILE}`,
  ];
}

function grantLines({ tokenEndpoint, scope }: ClientFacts): string[] {
  return [
    ...(tokenEndpoint === null ? [] : [property(ENDPOINT, tokenEndpoint)]),
    property('config.providers', 'env'),
    property('config.providers.env.class', 'org.apache.kafka.common.config.provider.EnvVarConfigProvider'),
    property('sasl.oauthbearer.client.credentials.client.id', CLIENT_ID),
    property('sasl.oauthbearer.client.credentials.client.secret', CLIENT_SECRET),
    scope === null
      ? `# If the provider requires a scope (Okta and Microsoft Entra ID do): ${SCOPE}=…`
      : property(SCOPE, scope),
  ];
}

/** Kafka 3.5 to 4.0 take the options of the login module in their place. The last of two properties counts. */
function olderClients({ scope }: ClientFacts): string[] {
  const options = [
    `clientId="${CLIENT_ID}"`,
    `clientSecret="${CLIENT_SECRET}"`,
    ...(scope === null ? [] : [`scope="${scope.replace(/["\\]/g, '\\$&')}"`]),
  ];
  const value = `${SECURITY}.OAuthBearerLoginModule required ${options.join(' ')};`;
  return ['# For Kafka 3.5 to 4.0, uncomment the next line, too:', `#${property('sasl.jaas.config', value)}`];
}

/** A line as `java.util.Properties` reads it. */
function property(name: string, value: string): string {
  return `${name}=${oneLine(value.replaceAll('\\', '\\\\'))}`;
}
