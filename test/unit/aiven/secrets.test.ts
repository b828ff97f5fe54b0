import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { redacted, withoutSecrets, withoutSecretValues } from '../../../src/aiven/secrets.ts';

/** What must never be shown, whoever says it. */

describe('in a user_config', () => {
  for (const name of [
    'password',
    'basic_auth_password',
    'client_secret',
    'secrets',
    'token',
    'aws_secret_key',
    'private_key',
    'credentials',
    'PASSWORD',
  ]) {
    test(`${name} is redacted`, () => {
      assert.deepEqual(redacted({ a: [{ [name]: 'x' }] }), { a: [{ [name]: '<redacted>' }] });
      assert.deepEqual(redacted({ [name]: { inner: 1 } }), { [name]: '<redacted>' });
    });
  }
  for (const name of ['password_hash_rounds', 'mytoken', 'public_key']) {
    test(`${name} stays`, () => assert.deepEqual(redacted({ [name]: 'x' }), { [name]: 'x' }));
  }
  test('a secret that is no text stays, since nothing is in it', () =>
    assert.deepEqual(redacted({ password: null, token: true, secrets: ['x'] }), {
      password: null,
      token: true,
      secrets: ['x'],
    }));
  test('an address keeps its password to itself', () =>
    assert.deepEqual(redacted({ url: 'https://me:pw@host/x', list: ['kafka://:pw@host'] }), {
      url: 'https://***@host/x',
      list: ['kafka://***@host'],
    }));
  test('other values stay as they are', () => {
    for (const value of [1, null, false, 'x', [], {}, [{ a: [1, null] }]])
      assert.deepEqual(redacted(value), value);
  });
});

describe('in a text', () => {
  for (const [text, shown] of [
    ['-----BEGIN KEY-----\nAA\n-----END KEY----- after', '*** after'],
    ['-----BEGIN KEY-----\nAA', '***'],
    ['a eyJhbGciOiJ.eyJzdWIi.c2ln b', 'a *** b'],
    ['eyJ.short', 'eyJ.short'],
    ['pw AVNS_a-b_c, ok', 'pw ***, ok'],
    ['authorization: aivenv1 abc def', 'authorization: *** def'],
    ['authorization: aivenv1  abc def', 'authorization: *** def'],
    ['aivenv1', '***'],
    ['aivenv12 abc', 'aivenv12 abc'],
    ['https://me:pw@host and kafka://u:p@h', 'https://***@host and kafka://***@h'],
    ['https://host:80/a@b', 'https://host:80/a@b'],
    ['nothing', 'nothing'],
  ] as const) {
    test(JSON.stringify(text), () => assert.equal(withoutSecretValues(text), shown));
  }
});

describe('in debug mode', () => {
  for (const name of [
    'password',
    'Secret',
    'auth_token',
    'access_key',
    'access_cert',
    'private',
    'credential',
    'service_uri',
    'connection_info',
    'my_sasl_oauthbearer_token',
    'token_url_id',
  ]) {
    test(`${name} is hidden, whatever is in it`, () =>
      assert.deepEqual(withoutSecrets({ [name]: ['x'], list: [{ [name]: 1 }] }), {
        [name]: '(hidden)',
        list: [{ [name]: '(hidden)' }],
      }));
  }
  for (const name of [
    'sasl_oauthbearer_sub_claim_name_token',
    'token_endpoint_url',
    'uri_list',
    'my_uri_list',
    'my_sasl_x',
  ]) {
    test(`${name} is shown`, () => assert.deepEqual(withoutSecrets({ [name]: 'x' }), { [name]: 'x' }));
  }
  test('what is not set, or on or off, is shown', () =>
    assert.deepEqual(withoutSecrets({ password: null, token: true }), { password: null, token: true }));
  test('what looks secret by itself is hidden, wherever it is', () => {
    assert.equal(withoutSecrets('AVNS_x'), '(hidden)');
    assert.deepEqual(withoutSecrets({ note: 'AVNS_x', list: ['AVNS_x', 'x', 1] }), {
      note: '(hidden)',
      list: ['(hidden)', 'x', 1],
    });
  });
});
