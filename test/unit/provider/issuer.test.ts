import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { discoveryUrl } from '../../../src/provider/issuer.ts';

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
    'https://me@a.example.com',
    'https://:pw@a.example.com',
    'urn:x',
  ]) {
    test(`of ${issuer || 'nothing'} has no address`, () => assert.equal(discoveryUrl(issuer), null));
  }
});
