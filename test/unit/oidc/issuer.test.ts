import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { discoveryUrl, subtleDifference } from '../../../src/oidc/issuer.ts';

describe('the difference between two issuers', () => {
  for (const [one, other, told] of [
    ['https://a.example.com', 'https://a.example.com/', 'they differ only by a trailing slash'],
    ['https://A.example.com', 'https://a.example.com', 'they differ only in upper and lower case'],
    ['http://a.example.com', 'https://a.example.com', 'they differ only by http and https'],
    ['https://a.example.com ', 'https://a.example.com', 'they differ only by blanks'],
    ['https://a.example.com', 'https://b.example.com', ''],
    ['https://a.example.com/v1', 'https://a.example.com/v2', ''],
  ] as const) {
    test(`${one} and ${other}`, () => {
      assert.equal(subtleDifference(one, other), told);
      assert.equal(subtleDifference(other, one), told);
    });
  }
});

describe('the discovery document', () => {
  const PATH = '/.well-known/openid-configuration';
  for (const [issuer, url] of [
    ['https://a.example.com', `https://a.example.com${PATH}`],
    ['https://a.example.com/', `https://a.example.com${PATH}`],
    ['https://a.example.com/realms/x', `https://a.example.com/realms/x${PATH}`],
    ['https://a.example.com/oauth2/default/', `https://a.example.com/oauth2/default${PATH}`],
    ['https://a.example.com:8443', `https://a.example.com:8443${PATH}`],
    ['https://a.example.com/?x=1#y', `https://a.example.com${PATH}`],
  ] as const) {
    test(`of ${issuer}`, () => assert.equal(discoveryUrl(issuer)?.href, url));
  }

  for (const issuer of [
    'http://a.example.com',
    'a.example.com',
    '',
    'https://me:pw@a.example.com',
    'urn:x',
  ]) {
    test(`of ${issuer || 'nothing'} has no address`, () => assert.equal(discoveryUrl(issuer), null));
  }
});
