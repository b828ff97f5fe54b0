import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientProperties } from '../../../src/kafka/clients/java.ts';

const FACTS = {
  bootstrapServers: 'kafka.example.com:12702',
  tokenEndpoint: 'https://idp.example.com/token',
  scope: null,
  projectCa: true,
  grants: true,
};

/** The properties by name, without comments. */
function parsed(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

const COMMON = {
  'bootstrap.servers': 'kafka.example.com:12702',
  'security.protocol': 'SASL_SSL',
  'sasl.mechanism': 'OAUTHBEARER',
  'sasl.login.callback.handler.class':
    'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler',
  'sasl.jaas.config': 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;',
  'ssl.truststore.type': 'PEM',
  'ssl.truststore.location': 'ca.pem',
};

test('a client has all it needs but its secret', () => {
  assert.deepEqual(parsed(clientProperties(FACTS)), {
    ...COMMON,
    'sasl.oauthbearer.token.endpoint.url': 'https://idp.example.com/token',
    'config.providers': 'env',
    'config.providers.env.class': 'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
    'sasl.oauthbearer.client.credentials.client.id': '${env:OIDC_CLIENT_ID}',
    'sasl.oauthbearer.client.credentials.client.secret': '${env:OIDC_CLIENT_SECRET}',
  });
});

test('a scope that is known is asked for, by older clients too', () => {
  const text = clientProperties({ ...FACTS, scope: 'api://kafka/.default' });
  assert.equal(parsed(text)['sasl.oauthbearer.scope'], 'api://kafka/.default');
  assert.match(
    text,
    /^#sasl\.jaas\.config=.* clientId="\$\{env:OIDC_CLIENT_ID\}" .* scope="api:\/\/kafka\/\.default";$/m,
  );
});

test('where the provider has no grant for it, the client reads its token from a file', () => {
  const text = clientProperties({ ...FACTS, grants: false });
  assert.deepEqual(parsed(text), {
    ...COMMON,
    'sasl.oauthbearer.token.endpoint.url': 'file:///var/run/secrets/kafka/token',
  });
  assert.doesNotMatch(text, /CLIENT_SECRET/);
});

test('a public authority needs no trust store', () => {
  const names = Object.keys(parsed(clientProperties({ ...FACTS, projectCa: false })));
  assert.ok(!names.some((name) => name.startsWith('ssl.')));
});

test('a token endpoint that is not known is left to be filled in', () => {
  const text = clientProperties({ ...FACTS, tokenEndpoint: null });
  assert.ok(!('sasl.oauthbearer.token.endpoint.url' in parsed(text)));
  assert.match(text, /^# Add the token endpoint of your provider/m);
});

test('a hostile endpoint cannot add a property', () => {
  const endpoint = 'https://idp.example.com/\nsasl.mechanism=PLAIN\\';
  const text = clientProperties({ ...FACTS, tokenEndpoint: endpoint });
  assert.equal(parsed(text)['sasl.mechanism'], 'OAUTHBEARER');
  assert.equal(
    parsed(text)['sasl.oauthbearer.token.endpoint.url'],
    'https://idp.example.com/sasl.mechanism=PLAIN\\\\',
  );
});
