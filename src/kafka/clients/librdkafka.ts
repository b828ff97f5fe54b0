import { CA_FILE, type ClientFacts, oneLine } from './facts.ts';

/**
 * The configuration of a client on librdkafka (Python, Go, .NET, Node, kcat) that logs in with OAUTHBEARER: `name=value` one a line,
 * without secrets, since `envsubst` or the program itself puts `${OIDC_CLIENT_ID}` and `${OIDC_CLIENT_SECRET}` in. Where the
 * provider has no client credentials grant for it, the program sets its tokens by the callback of its library.
 */
export function librdkafkaConfig(facts: ClientFacts): string {
  const { bootstrapServers, projectCa, grants } = facts;
  const lines: [string, string][] = [
    ['bootstrap.servers', bootstrapServers],
    ['security.protocol', 'SASL_SSL'],
    ['sasl.mechanisms', 'OAUTHBEARER'],
    ...(grants ? grantLines(facts) : []),
    ...(projectCa ? ([['ssl.ca.location', CA_FILE]] as [string, string][]) : []),
  ];
  return `${lines.map(([name, value]) => `${name}=${oneLine(value)}`).join('\n')}\n`;
}

function grantLines({ tokenEndpoint, scope }: ClientFacts): [string, string][] {
  return [
    ['sasl.oauthbearer.method', 'oidc'],
    ...(tokenEndpoint === null
      ? []
      : ([['sasl.oauthbearer.token.endpoint.url', tokenEndpoint]] as [string, string][])),
    ['sasl.oauthbearer.client.id', '${OIDC_CLIENT_ID}'],
    ['sasl.oauthbearer.client.secret', '${OIDC_CLIENT_SECRET}'],
    ...(scope === null ? [] : ([['sasl.oauthbearer.scope', scope]] as [string, string][])),
  ];
}
