import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ClientFacts } from '../../../src/kafka/clients/facts.ts';
import { whyNoGrant } from '../../../src/kafka/clients/grant.ts';
import { clientProperties } from '../../../src/kafka/clients/java.ts';
import { librdkafkaConfig } from '../../../src/kafka/clients/librdkafka.ts';

/** The configurations of clients, line by line: what is in them, what is not, and how a value is escaped. */

const FACTS: ClientFacts = {
  bootstrapServers: 'kafka.example.com:12702',
  tokenEndpoint: 'https://idp.example.com/token',
  scope: 'kafka',
  projectCa: true,
  grants: true,
};
const NOTHING: ClientFacts = { ...FACTS, tokenEndpoint: null, scope: null, projectCa: false };

const names = (text: string) =>
  text.split('\n').map((line) => (line.startsWith('# ') ? '#' : line.replace(/=.*/, '')));

describe('a Java client has', () => {
  const ALWAYS = [
    'bootstrap.servers',
    'security.protocol',
    'sasl.mechanism',
    'sasl.login.callback.handler.class',
    'sasl.jaas.config',
  ];
  const CREDENTIALS = [
    'config.providers',
    'config.providers.env.class',
    'sasl.oauthbearer.client.credentials.client.id',
    'sasl.oauthbearer.client.credentials.client.secret',
  ];
  const ENDPOINT = 'sasl.oauthbearer.token.endpoint.url';
  const CA = ['ssl.truststore.type', 'ssl.truststore.location'];
  for (const [what, facts, lines] of [
    [
      'all of it',
      FACTS,
      [
        '#',
        '#',
        '#',
        ...ALWAYS,
        ENDPOINT,
        ...CREDENTIALS,
        'sasl.oauthbearer.scope',
        ...CA,
        '#',
        '#sasl.jaas.config',
        '',
      ],
    ],
    ['the least', NOTHING, ['#', '#', ...ALWAYS, ...CREDENTIALS, '#', '#', '#sasl.jaas.config', '']],
    ['a file', { ...FACTS, grants: false }, ['#', '#', '#', '#', ...ALWAYS, ENDPOINT, ...CA, '']],
    ['a file, and no authority', { ...NOTHING, grants: false }, ['#', '#', '#', ...ALWAYS, ENDPOINT, '']],
  ] as const) {
    test(what, () => assert.deepEqual(names(clientProperties(facts)), lines));
  }

  test('its token endpoint on the command line too, or is told to add one', () => {
    const allowed = '-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=';
    assert.ok(clientProperties(FACTS).includes(`${allowed}https://idp.example.com/token\n`));
    assert.ok(
      clientProperties({ ...FACTS, grants: false }).includes(
        `${allowed}file:///var/run/secrets/kafka/token\n`,
      ),
    );
    assert.ok(!clientProperties(NOTHING).includes(allowed));
    assert.ok(clientProperties(NOTHING).includes('sasl.oauthbearer.token.endpoint.url=https://…\n'));
  });

  const line = (facts: ClientFacts, name: string) =>
    clientProperties(facts)
      .split('\n')
      .find((text) => text.startsWith(`${name}=`))
      ?.slice(name.length + 1);
  for (const [scope, property, option] of [
    ['a b', 'a b', 'a b'],
    ['a=b:c', 'a=b:c', 'a=b:c'],
    ['é', 'é', 'é'],
    ['a"b', 'a"b', String.raw`a\\"b`],
    [String.raw`a\b`, String.raw`a\\b`, String.raw`a\\\\b`],
    [String.raw`\"`, String.raw`\\"`, String.raw`\\\\\\"`],
    ['a\nb\tc\x7f', 'abc', 'abc'],
  ] as const) {
    test(`the scope ${JSON.stringify(scope)} on one line, escaped`, () => {
      const facts = { ...FACTS, scope };
      assert.equal(line(facts, 'sasl.oauthbearer.scope'), property);
      const older = line(facts, '#sasl.jaas.config') ?? '';
      assert.equal(
        older,
        `org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId="\${env:OIDC_CLIENT_ID}" clientSecret="\${env:OIDC_CLIENT_SECRET}" scope="${option}";`,
      );
    });
  }

  test('no scope for older clients, where there is none', () =>
    assert.ok(line(NOTHING, '#sasl.jaas.config')?.endsWith('clientSecret="${env:OIDC_CLIENT_SECRET}";')));

  test('nothing added by what comes from outside', () => {
    const text = clientProperties({
      ...FACTS,
      tokenEndpoint: 'https://x/\nssl.y=z',
      bootstrapServers: 'a:1\rb=c',
    });
    assert.ok(!/^(ssl\.y|b)=/m.test(text), text);
  });
});

describe('a client on librdkafka has', () => {
  const ALWAYS = [
    'bootstrap.servers=kafka.example.com:12702',
    'security.protocol=SASL_SSL',
    'sasl.mechanisms=OAUTHBEARER',
  ];
  const CREDENTIALS = [
    'sasl.oauthbearer.client.id=${OIDC_CLIENT_ID}',
    'sasl.oauthbearer.client.secret=${OIDC_CLIENT_SECRET}',
  ];
  for (const [what, facts, lines] of [
    [
      'all of it',
      { ...FACTS, scope: 'a\nb' },
      [
        ...ALWAYS,
        'sasl.oauthbearer.method=oidc',
        'sasl.oauthbearer.token.endpoint.url=https://idp.example.com/token',
        ...CREDENTIALS,
        'sasl.oauthbearer.scope=ab',
        'ssl.ca.location=ca.pem',
      ],
    ],
    ['the least', NOTHING, [...ALWAYS, 'sasl.oauthbearer.method=oidc', ...CREDENTIALS]],
    ['tokens by a callback', { ...FACTS, grants: false }, [...ALWAYS, 'ssl.ca.location=ca.pem']],
  ] as const) {
    test(what, () => assert.equal(librdkafkaConfig(facts), `${lines.join('\n')}\n`));
  }
});

describe('a client can get tokens by itself', () => {
  for (const [issuer, grantTypes, parameters, why] of [
    [null, null, null, null],
    ['https://idp.example.com', ['client_credentials'], null, null],
    ['https://idp.example.com', ['authorization_code'], null, 'discovery document'],
    ['https://idp.example.com', [], null, 'discovery document'],
    ['https://idp.example.com', [], [], null],
    ['https://idp.example.com', [], ['scope'], null],
    ['https://idp.example.com', null, ['scope', 'audience'], 'with audience'],
    ['https://gitlab.com', null, null, 'GitLab'],
    ['https://gitlab.com/x', null, null, null],
    ['https://gitlab.com.example.com', null, null, null],
    ['x https://gitlab.com', null, null, null],
    ['https://accounts.google.com', null, null, 'Google'],
    ['https://accounts.google.com/x', null, null, null],
    ['https://accounts-google.com', null, null, null],
    ['https://token.actions.githubusercontent.com', null, null, 'GitHub'],
    ['https://token.actions.githubusercontent.com/acme', null, null, 'GitHub'],
    ['https://token.actions.githubusercontent.com.example.com', null, null, null],
    ['https://x.tokens.sts.global.api.aws', null, null, 'AWS'],
    ['https://x.tokens.sts.global.api.aws/', null, null, null],
    ['https://x-tokens.sts.global.api.aws', null, null, null],
    ['https://acme.eu.auth0.com/', null, null, 'audience'],
    ['https://acme.eu.auth0.com/', null, [], null],
    ['https://acme.eu.auth0.com', null, null, null],
    ['https://acme.example.com/.auth0.com/', null, null, null],
    ['https://.auth0.com/', null, null, null],
  ] as const) {
    test(`${issuer}, ${grantTypes}, ${parameters}: ${why ?? 'yes'}`, () => {
      const found = whyNoGrant({ issuer, grantTypes, parameters });
      assert.equal(found === null, why === null, String(found));
      assert.ok(found?.includes(why ?? '') ?? true, String(found));
    });
  }
});
