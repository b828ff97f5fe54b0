import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Finding } from '../../../src/finding.ts';
import { Inputs } from '../../../src/inputs/inputs.ts';
import { readSettings } from '../../../src/inputs/kafka-settings.ts';

/** What looks wrong in the value of a setting: refused unless a test token proves it, so it is a finding and no complaint. */

const JWKS = 'https://idp.example.com/jwks';

function read(raw: Record<string, string>): { findings: readonly Finding[]; complaints: string } {
  const inputs = new Inputs((name) => raw[name]);
  const { findings } = readSettings(inputs);
  try {
    inputs.throwProblems();
    return { findings, complaints: '' };
  } catch (error) {
    return { findings, complaints: (error as Error).message };
  }
}

const SUSPICIOUS: [input: string, value: string, has: RegExp, remedy: RegExp][] = [
  ['expected-audience', `'kafka'`, /has a quotation mark in it/, /without quotation marks/],
  ['expected-audience', '"kafka"', /has a quotation mark in it/, /without quotation marks/],
  ['expected-audience', '"kafka","orders"', /has a quotation mark in it/, /without quotation marks/],
  ['expected-audience', '“kafka”', /has a quotation mark in it/, /without quotation marks/],
  ['expected-audience', 'kafka orders', /has a space in it/, /commas or new lines/],
  ['expected-audience', 'kafka\torders', /has a space in it/, /commas or new lines/],
  ['expected-audience', 'kafka;orders', /has “;” in it/, /commas or new lines/],
  ['expected-audience', 'kafka|orders', /has “\|” in it/, /commas or new lines/],
  ['expected-audience', 'kafka，orders', /has “，” in it/, /commas or new lines/],
  ['expected-audience', 'kafka\\norders', /has a backslash in it/, /commas or new lines/],
  ['expected-audience', 'kafka # main', /what looks like a comment/, /no comments inside/],
  ['expected-audience', '# kafka', /what looks like a comment/, /no comments inside/],
  ['expected-audience', '- kafka # main\n- orders', /what looks like a comment/, /no comments inside/],
  ['expected-audience', '*', /has a \* in it/, /in full/],
  ['expected-audience', 'https://*.example.com', /has a \* in it/, /in full/],
  ['expected-audience', 'kafka[0]', /has a bracket in it/, /commas or new lines/],
  ['expected-audience', '[kafka', /has a bracket in it/, /commas or new lines/],
  ['expected-audience', 'kafka\u200borders', /has an invisible character \(“\\u200b”\)/, /Remove it/],
  ['expected-audience', 'null', /has “null” \(which usually means/, /Check the expression/],
  ['expected-audience', 'undefined', /has “undefined” \(which usually means/, /Check the expression/],
  ['expected-audience', 'kafka, None', /has “None” \(which usually means/, /Check the expression/],
  ['expected-audience', '{audience}', /has the placeholder “\{audience\}”/, /the actual value/],
  ['expected-audience', '{x}', /has the placeholder “\{x\}”/, /actual value/],
  ['expected-audience', '<your-api>', /has the placeholder “<your-api>”/, /the actual value/],
  [
    'expected-audience',
    '${{ vars.AUDIENCE }}',
    /has the placeholder “\$\{\{ vars.AUDIENCE \}\}”/,
    /the actual value/,
  ],
  ['expected-audience', 'api://$CLIENT_ID', /has the placeholder “\$CLIENT_ID”/, /the actual value/],
  ['expected-audience', '%AUDIENCE%', /has the placeholder “%AUDIENCE%”/, /the actual value/],
  ['expected-audience', '[object Object]', /has the placeholder “object Object”/, /the actual value/],
  ['sub-claim-name', 'groups', /“groups” is a list in most tokens/, /a single string, such as sub/],
  ['sub-claim-name', 'roles', /is a list/, /a single string/],
  ['sub-claim-name', 'aud', /is a list/, /a single string/],
  ['sub-claim-name', 'scp', /is a list/, /a single string/],
  ['sub-claim-name', 'cognito:groups', /is a list/, /a single string/],
  ['sub-claim-name', 'realm_access', /is an object/, /a single string/],
  ['sub-claim-name', 'kubernetes.io', /is an object/, /a single string/],
  ['sub-claim-name', 'exp', /is a time/, /a single string/],
  ['sub-claim-name', 'realm_access.roles', /is written as a path/, /top-level claim/],
  ['sub-claim-name', 'a.b', /is written as a path/, /top-level claim/],
  ['sub-claim-name', 'a/b', /is written as a path/, /top-level claim/],
  ['sub-claim-name', '$.sub', /is written as a path/, /top-level claim/],
  ['sub-claim-name', '/sub', /is written as a path/, /top-level claim/],
  ['sub-claim-name', '.sub', /is written as a path/, /top-level claim/],
  ['sub-claim-name', 'roles[0]', /is written as a path/, /top-level claim/],
  ['sub-claim-name', 'sub, azp', /has “,” in it/, /Name one claim/],
  ['sub-claim-name', 'sub azp', /has a space in it/, /Name one claim/],
  ['sub-claim-name', '"sub"', /has a quotation mark/, /without quotation marks/],
  ['sub-claim-name', 'null', /has “null”/, /Check the expression/],
];

describe('suspicious is', () => {
  for (const [input, value, has, remedy] of SUSPICIOUS) {
    test(`${input}: ${JSON.stringify(value)}`, () => {
      const { findings, complaints } = read({ [input]: value });
      assert.equal(complaints, '');
      assert.equal(findings.length, 1, JSON.stringify(findings));
      const [finding] = findings;
      assert.deepEqual([finding?.certainty, finding?.input], ['suspicious', input]);
      assert.ok(finding?.problem.startsWith(`${input} “`), finding?.problem);
      assert.match(finding?.problem ?? '', has);
      assert.match(finding?.remedy ?? '', remedy);
    });
  }
});

const FINE: [input: string, value: string][] = [
  ['expected-audience', '- kafka\n- orders'],
  ['expected-audience', '["kafka","orders"]'],
  ['expected-audience', 'api://0fcf3b2b-9a63-4f2c-8d4e-0d6f1c0a7d11/.default'],
  ['expected-audience', 'https://kafka.example.com/a?b=c#d, urn:kafka:orders, ü'],
  ['expected-audience', 'nullable, Nonesuch, nil-api'],
  ['expected-audience', '32555940559.apps.googleusercontent.com'],
  ['sub-claim-name', 'https://example.com/client.name'],
  ['sub-claim-name', 'urn:example:client'],
  ['sub-claim-name', 'cognito:username'],
  ['sub-claim-name', 'kubernetes.io/serviceaccount/service-account.name'],
  ['sub-claim-name', 'constructor'],
  ['sub-claim-name', 'preferred_username'],
  ['expected-issuer', 'https://login.microsoftonline.com/0fcf3b2b-9a63-4f2c-8d4e-0d6f1c0a7d11/v2.0'],
  ['expected-issuer', 'https://idp.example.com:8443/realms/null-und-nichtig/'],
  ['expected-issuer', 'https://idp.example.com./'],
  ['jwks-endpoint-url', 'https://idp.example.com/{}/a|b^c'],
  ['jwks-endpoint-url', 'https://idp.example.com:8443//jwks?tenant=x'],
];

describe('fine is', () => {
  for (const [input, value] of FINE) {
    test(`${input}: ${JSON.stringify(value)}`, () =>
      assert.deepEqual(read({ [input]: value }), { findings: [], complaints: '' }));
  }
  test('an issuer of any kind, where the keys need no discovery', () =>
    assert.deepEqual(read({ 'expected-issuer': 'our idp', 'jwks-endpoint-url': JWKS }), {
      findings: [],
      complaints: '',
    }));
});

const ISSUERS: [value: string, says: RegExp][] = [
  [
    'https://login.microsoftonline.com/{tenantid}/v2.0',
    /the placeholder “\{tenantid\}” .* Replace it with the ID of your tenant/,
  ],
  ['https://<tenant>.auth0.com/', /the placeholder “<tenant>” .* Replace it with the ID of your tenant/],
  ['https://TENANT.auth0.com/', /the placeholder “TENANT” in it/],
  ['https://login.microsoftonline.com/YOUR_TENANT_ID/v2.0', /the placeholder “YOUR_TENANT_ID” in it/],
  ['https://${{ vars.HOST }}/', /the placeholder “\$\{\{ vars.HOST \}\}” in it/],
  ['https://idp.example.com/realms/null', /has “null” \(which usually means/],
  ['https://undefined.okta.com', /has “undefined” \(which usually means/],
  ['null', /has “null” \(which usually means/],
  ['"https://idp.example.com"', /has a quotation mark in it/],
  [`'https://idp.example.com'`, /has a quotation mark in it/],
  ['https://a.example.com,https://b.example.com', /has more than one address in it/],
  ['https://idp.example.com # main', /what looks like a comment/],
  ['https://*.okta.com', /has a \* in it/],
  ['https://idp.example.com/\u200b', /invisible character/],
];

const UNFILLED = /placeholder|what is left/;

describe('an issuer that looks wrong is told once', () => {
  for (const [issuer, says] of ISSUERS) {
    for (const keys of ['', JWKS]) {
      test(`${issuer}, ${keys ? 'with' : 'without'} a key set URL`, () => {
        const { complaints, findings } = read({ 'expected-issuer': issuer, 'jwks-endpoint-url': keys });
        const told = findings.map(({ problem, remedy }) => `${problem} ${remedy}`);
        const all = [...told, ...complaints.split('\n')].filter((line) => line !== '');
        assert.equal(all.length, 1, all.join('\n'));
        assert.match(all[0] ?? '', says);
        if (UNFILLED.test(all[0] ?? '')) assert.deepEqual(findings, [], 'nobody is asked by it');
      });
    }
    test(`${issuer} may be proven by a test token`, () => {
      const given = { 'expected-issuer': issuer, 'jwks-endpoint-url': JWKS, 'test-token': 'a.b.c' };
      const { complaints, findings } = read(given);
      assert.equal(complaints, '');
      assert.deepEqual(
        findings.map(({ certainty, input }) => [certainty, input]),
        [['suspicious', 'expected-issuer']],
      );
    });
  }
});

describe('certain is, test token or not', () => {
  for (const [input, value, says] of [
    ['expected-issuer', 'https:///x', /is an address whose host is missing or incomplete/],
    ['expected-issuer', 'https://.okta.com', /is an address whose host is missing or incomplete/],
    ['expected-issuer', 'https://', /host is missing/],
    ['expected-issuer', 'https://idp..example.com', /or incomplete/],
    ['expected-issuer', 'https://.:8443', /or incomplete/],
    ['jwks-endpoint-url', 'https:///jwks', /host is missing/],
    ['jwks-endpoint-url', 'https://.okta.com/oauth2/v1/keys', /or incomplete/],
    ['jwks-endpoint-url', 'https://?x', /host is missing/],
    [
      'jwks-endpoint-url',
      'https://bücher.example/jwks',
      /“ü”.* Write it as https:\/\/xn--bcher-kva.example\/jwks\.$/,
    ],
    [
      'jwks-endpoint-url',
      'https://idp.example/Büro',
      /“ü”.* Write it as https:\/\/idp.example\/B%C3%BCro\.$/,
    ],
    [
      'jwks-endpoint-url',
      'https://例え.テスト/jwks',
      /“例”.* Write it as https:\/\/xn--r8jz45g.xn--zckzah\/jwks\.$/,
    ],
    [
      'jwks-endpoint-url',
      'https://idp.example/jwks?x=ü',
      /Write it as https:\/\/idp.example\/jwks\?x=%C3%BC\.$/,
    ],
    ['jwks-endpoint-url', 'https://idp.example/\u200bjwks', /“\\u200b”.* Remove it\.$/],
  ] as const) {
    for (const token of ['', 'a.b.c']) {
      test(`${input}: ${value}, ${token ? 'with' : 'without'} a token`, () => {
        const keys = input === 'expected-issuer' ? { 'jwks-endpoint-url': JWKS } : {};
        const { complaints } = read({ ...keys, [input]: value, 'test-token': token });
        assert.match(complaints, says);
        assert.ok(!complaints.includes('\n'), complaints);
      });
    }
  }
});
