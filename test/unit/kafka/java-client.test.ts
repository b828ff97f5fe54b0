import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientProperties } from '../../../src/kafka/clients/java.ts';

const FACTS = {
  bootstrapServers: 'kafka.example.com:12702',
  tokenEndpoint: 'https://idp.example.com/token',
  projectCa: true,
};

/** The properties by name, without comments. */
function parsed(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

test('a client has all it needs but its secret', () => {
  assert.deepEqual(parsed(clientProperties(FACTS)), {
    'bootstrap.servers': 'kafka.example.com:12702',
    'security.protocol': 'SASL_SSL',
    'sasl.mechanism': 'OAUTHBEARER',
    'sasl.login.callback.handler.class':
      'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler',
    'sasl.oauthbearer.token.endpoint.url': 'https://idp.example.com/token',
    'config.providers': 'env',
    'config.providers.env.class': 'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
    'sasl.jaas.config':
      'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId="${env:OIDC_CLIENT_ID}" clientSecret="${env:OIDC_CLIENT_SECRET}";',
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': 'ca.pem',
  });
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
