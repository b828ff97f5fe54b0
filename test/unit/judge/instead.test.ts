import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judgeForm, judgeToken } from '../../../src/judge/broker/token.ts';

/** What is given in the place of a token: told once, and by name. */

const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const JWT = `${b64({ alg: 'RS256', kid: 'k' })}.${b64({ iss: 'https://idp.example.com', sub: 'orders' })}.c2ln`;
const [HEADER = '', CLAIMS = ''] = JWT.split('.');

const TOLD: [given: string, has: RegExp, remedy: RegExp][] = [
  ['null', /missing value/, /request for the token failed/],
  ['"null"', /missing value/, /request for the token failed/],
  ['undefined', /missing value/, /request for the token failed/],
  [`"${JWT}"`, /quotation marks around it/, /jq does that with --raw-output/],
  [`'${JWT}'`, /quotation marks around it/, /jq does that with --raw-output/],
  [`“${JWT}”`, /quotation marks around it/, /jq does that with --raw-output/],
  ['{"error":"invalid_client"}', /an error of the token endpoint/, /request for the token failed/],
  ['{\n  "error": "invalid_grant"\n}', /an error of the token endpoint/, /request for the token failed/],
  [`{"access_token":"${JWT}","token_type":"Bearer"}`, /the whole answer/, /jq .*--raw-output \.access_token/],
  ['{"message":"Unauthorized"}', /JSON in its place/, /request for the token failed/],
  ['<!DOCTYPE html><html></html>', /a page of HTML/, /request for the token failed/],
  ['curl: (22) The requested URL returned error: 401', /an error message/, /request for the token failed/],
  [`Bearer ${JWT}`, /a prefix .* Bearer/, /Leave Bearer out/],
  [`bearer  ${JWT}`, /a prefix .* Bearer/, /Leave Bearer out/],
  [`Authorization: Bearer ${JWT}`, /a prefix .* Bearer/, /Leave Bearer out/],
  [`access_token=${JWT}`, /the name of its field/, /only the token/],
  ['ya29.a0AfH6SMBx1vT9aGZ', /an opaque access token of Google/, /use an ID token/],
  ['ya29.c.b0Aaekm1K', /an opaque access token of Google/, /use an ID token/],
  ['ghs_16C7e42F292c6912E7710c838347Ae178B4a', /the API of GitHub/, /use an ID token/],
  ['glpat-16C7e42F292c6912E', /the API of GitLab/, /use an ID token/],
  [`${HEADER}.${CLAIMS}.`, /an empty signature, so it is unsigned/, /have the provider sign/],
  [`${b64({ alg: 'none' })}.${CLAIMS}.`, /an empty signature, so it is unsigned/, /have the provider sign/],
  [
    `${b64({ alg: 'dir', enc: 'A256GCM', iss: 'https://tenant.eu.auth0.com/' })}..aa.bb.cc`,
    /alg dir: an encrypted token/,
    /Auth0 .* request the token with the parameter audience/,
  ],
  [`${b64({ alg: 'RSA-OAEP' })}.aa.bb.cc.dd`, /5 parts, as an encrypted token/, /without encrypting/],
  ['opaque', /one part, as an opaque token has/, /an ID token/],
];

describe('in the place of a token', () => {
  for (const [given, has, remedy] of TOLD) {
    test(given.slice(0, 40), () => {
      const told = judgeForm(given);
      assert.equal(told.length, 1, JSON.stringify(told));
      assert.match(told[0]?.has ?? '', has);
      assert.match(told[0]?.remedy ?? '', remedy);
      assert.ok(!JSON.stringify(told).includes(CLAIMS), 'nothing of it is shown');
      const expected = { issuer: null, audiences: [], subjectClaim: 'sub' };
      assert.equal(judgeToken(given, [], expected, new Date()).accepted, false);
    });
  }

  test('a token is none of these', () => assert.deepEqual(judgeForm(`  ${JWT}`), []));
});
