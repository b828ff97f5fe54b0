import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { judgeToken, type TokenExpectations, type Verdict } from '../../../src/judge/broker/token.ts';

/** The way out by whose token it is, and by what is in the key set. */

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY: Record<string, unknown> = { kid: 'one', ...pair.publicKey.export({ format: 'jwk' }) };
const NOW = new Date('2026-11-25T12:00:00Z');
const seconds = NOW.getTime() / 1000;
const TENANT = '0fcf3b2b-9a63-4f2c-8d4e-0d6f1c0a7d11';
const APP = '7b1e3c52-1111-4222-8333-0123456789ab';

const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(claims: object, header: object = {}): string {
  const usual = {
    iss: 'https://idp.example.com',
    aud: 'kafka',
    sub: 'orders',
    iat: seconds,
    exp: seconds + 60,
  };
  const input = `${b64({ alg: 'RS256', kid: 'one', ...header })}.${b64({ ...usual, ...claims })}`;
  return `${input}.${sign('sha256', Buffer.from(input), pair.privateKey).toString('base64url')}`;
}

function verdict(given: string, keys: readonly object[], more: Partial<TokenExpectations> = {}): Verdict {
  const expected = { issuer: null, audiences: ['kafka'], subjectClaim: 'sub', ...more };
  return judgeToken(given, keys as Record<string, unknown>[], expected, NOW);
}

/** The one objection, as a sentence. */
function told(given: string, keys: readonly object[], more: Partial<TokenExpectations> = {}): string {
  const { refusals } = verdict(given, keys, more);
  assert.equal(refusals.length, 1, JSON.stringify(refusals));
  const [{ claim, has, expects, remedy } = { claim: '', has: '', expects: '', remedy: '' }] = refusals;
  return `${claim}: has ${has}; expects ${expects}. ${remedy}`;
}

test('a sound token is accepted', () => assert.ok(verdict(token({}), [KEY]).accepted));

describe('a key that is there and spoilt is not told as replaced:', () => {
  for (const [what, spoilt, why] of [
    ['x5c null', { x5c: null }, 'its x5c is null'],
    ['x5c a text', { x5c: 'AAAA' }, 'its x5c is not a list of certificates'],
    ['x5c broken', { x5c: ['AAAA'] }, 'its x5c contains no readable certificate'],
    ['no n', { n: undefined }, 'its n is missing'],
    ['no e', { e: undefined }, 'its e is missing'],
    ['e null', { e: null }, 'its e is missing'],
    ['e empty', { e: '' }, 'its e is empty'],
    ['a number for e', { e: 65_537 }, 'its e is not a string'],
    ['e of 1', { e: 'AQ' }, 'its e is out of bounds'],
    ['no kty', { kty: undefined }, 'it has no kty'],
    ['another kty', { kty: 'rsa' }, 'its kty “rsa” is unknown to them'],
    ['alg a list', { alg: ['RS256'] }, 'its alg is not a string'],
    ['key_ops a text', { key_ops: 'verify' }, 'its key_ops is not a list'],
    ['d null', { d: null }, 'its private parameters are incomplete'],
  ] as const) {
    test(what, () => {
      const said = told(token({}), [{ ...KEY, ...spoilt }]);
      assert.ok(
        said.includes(`kid: has “one”, whose key is in the key set, but brokers skip it: ${why};`),
        said,
      );
      assert.ok(!said.includes('replaced'), said);
    });
  }

  test('a number for the kid', () => {
    const said = told(token({}, { kid: '1' }), [{ ...KEY, kid: 1 }]);
    assert.match(said, /“1”, whose key is in the key set, but brokers skip it: its kid is not a string/);
  });

  test('a token without a kid', () => {
    const said = told(token({}, { kid: undefined }), [{ ...KEY, e: undefined }]);
    assert.match(said, /no kid, whose key is in the key set, but brokers skip it: its e is missing/);
  });

  test('a spoilt key of another kid changes nothing', () => {
    const said = told(token({}, { kid: 'gone' }), [{ ...KEY, e: undefined }]);
    assert.match(said, /the key has been replaced/);
  });
});

test('alg none is told as unsigned', () => {
  assert.match(
    told(token({}, { alg: 'none' }), [KEY]),
    /has “none”; .* unsigned, so anyone could have created it/,
  );
});

describe('a token of Microsoft', () => {
  const issuer = `https://login.microsoftonline.com/${TENANT}/v2.0`;

  test('with a nonce in the header is for Graph', () => {
    const cut = `${token({}, { nonce: 'x' }).slice(0, -4)}AAAA`;
    assert.match(told(cut, [KEY]), /a nonce in its header; .* It is for Microsoft Graph.* for your own API/);
  });

  test('with a nonce and a good signature is fine', () =>
    assert.ok(verdict(token({}, { nonce: 'x' }), [KEY]).accepted));

  for (const aud of ['00000003-0000-0000-c000-000000000000', 'https://graph.microsoft.com']) {
    test(`for ${aud} is not to be expected`, () => {
      const said = told(token({ aud }), [KEY]);
      assert.match(said, /It is for Microsoft Graph/);
      assert.ok(!said.includes('Add'), said);
    });
  }

  for (const [what, claims, url] of [
    [
      'version 2',
      { iss: issuer, aud: APP },
      `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys?appid=${APP}`,
    ],
    [
      'version 1',
      { iss: `https://sts.windows.net/${TENANT}/`, aud: `api://${APP}` },
      `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys?appid=${APP}`,
    ],
    [
      'an app with a name',
      { iss: issuer, aud: 'api://kafka' },
      `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys?appid=CLIENT_ID`,
    ],
    [
      'the cloud of a government',
      { iss: `https://login.microsoftonline.us/${TENANT}/v2.0`, aud: APP },
      `https://login.microsoftonline.us/${TENANT}/discovery/v2.0/keys?appid=${APP}`,
    ],
  ] as const) {
    test(`with an unknown kid, ${what}`, () => {
      const { refusals } = verdict(token(claims, { kid: 'own' }), [KEY], { audiences: [claims.aud] });
      assert.equal(refusals.length, 1);
      assert.ok(refusals[0]?.remedy.includes(`set jwks-endpoint-url to ${url};`), refusals[0]?.remedy);
    });
  }

  test('is not what merely looks like one', () => {
    const iss = `https://login.microsoftonline.com.example.com/${TENANT}/v2.0`;
    assert.match(told(token({ iss }, { kid: 'own' }), [KEY]), /the key has been replaced/);
  });
});

describe('an access token of Amazon Cognito, without aud', () => {
  const COGNITO = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf';
  const given = token({ iss: COGNITO, aud: undefined });

  for (const kafkaVersion of ['3.9', '4.3', null]) {
    test(`at Kafka ${kafkaVersion}`, () =>
      assert.match(
        told(given, [KEY], { kafkaVersion }),
        /before Kafka 4\.4, set unset: expected-audience; .* ID tokens/,
      ));
  }
  for (const audiences of [['kafka'], []]) {
    test(`at Kafka 4.4, ${audiences.length} expected`, () => {
      const said = told(given, [KEY], { kafkaVersion: '4.4', audiences, issuer: COGNITO });
      assert.match(said, /let clients log in with ID tokens/);
      assert.ok(!said.includes('unset:'), said);
    });
  }
  test('is fine below 4.4 with none expected', () =>
    assert.ok(verdict(given, [KEY], { kafkaVersion: '4.3', audiences: [] }).accepted));
});
