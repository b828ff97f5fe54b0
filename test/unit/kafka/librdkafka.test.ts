import assert from 'node:assert/strict';
import { test } from 'node:test';
import { librdkafkaConfig } from '../../../src/kafka/clients/librdkafka.ts';

const FACTS = {
  bootstrapServers: 'kafka.example.com:12702',
  tokenEndpoint: 'https://idp.example.com/token',
  scope: 'kafka',
  projectCa: true,
  grants: true,
};

test('a client on librdkafka has all it needs but its secret, name=value one a line', () => {
  assert.deepEqual(librdkafkaConfig(FACTS).split('\n'), [
    'bootstrap.servers=kafka.example.com:12702',
    'security.protocol=SASL_SSL',
    'sasl.mechanisms=OAUTHBEARER',
    'sasl.oauthbearer.method=oidc',
    'sasl.oauthbearer.token.endpoint.url=https://idp.example.com/token',
    'sasl.oauthbearer.client.id=${OIDC_CLIENT_ID}',
    'sasl.oauthbearer.client.secret=${OIDC_CLIENT_SECRET}',
    'sasl.oauthbearer.scope=kafka',
    'ssl.ca.location=ca.pem',
    '',
  ]);
});

test('without a grant it sets its tokens itself; with a public authority it trusts what it trusts', () => {
  assert.equal(
    librdkafkaConfig({ ...FACTS, grants: false, projectCa: false }),
    'bootstrap.servers=kafka.example.com:12702\nsecurity.protocol=SASL_SSL\nsasl.mechanisms=OAUTHBEARER\n',
  );
});

test('a hostile scope cannot add a line', () => {
  const text = librdkafkaConfig({ ...FACTS, scope: 'kafka\nsasl.mechanisms=PLAIN' });
  assert.match(text, /^sasl\.oauthbearer\.scope=kafkasasl\.mechanisms=PLAIN$/m);
});
