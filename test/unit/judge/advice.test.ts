import assert from 'node:assert/strict';
import { describe as group, test } from 'node:test';
import { anyOf, audienceRemedy, issuerRemedy } from '../../../src/judge/advice.ts';
import type { Json } from '../../../src/judge/jws/json.ts';
import { entraAppKeys, isGraph, isOfCognito } from '../../../src/judge/known-issuers.ts';
import { describe, isList, quoteAll } from '../../../src/judge/wording.ts';

/** What is advised, and for whose tokens. */

const GRAPH = '00000003-0000-0000-c000-000000000000';

group('about another issuer', () => {
  for (const [expected, iss, told] of [
    ['https://a.example.com', 'https://a.example.com/', 'Set expected-issuer to “https://a.example.com/”: '],
    ['https://a.example.com', 'https://A.example.com', 'Set expected-issuer to “https://A.example.com”: '],
    ['https://a.example.com', 'https://b.example.com', 'Set expected-issuer to “https://b.example.com” if'],
    ['https://a.example.com', 'https://b.example.com', 'a token from “https://a.example.com”'],
  ] as const) {
    test(told, () => assert.ok(issuerRemedy(expected, iss).includes(told), issuerRemedy(expected, iss)));
  }
});

group('about audiences that are not expected', () => {
  for (const [names, expected, told, not] of [
    [[], ['kafka'], 'can name into its tokens.', 'comma'],
    [['', ' a', 'a '], ['kafka'], 'can name into its tokens.', 'comma'],
    [['a,b'], [], ': one with a comma', 'Set'],
    [['', 'a,b'], [], ': one with a comma', 'Set'],
    [['a,b', 'c'], [], 'Set expected-audience to “c”.', 'comma'],
    [['a'], [], 'Set expected-audience to “a”.', 'one that'],
    [['a', ' b'], [], 'Set expected-audience to “a”.', 'one that'],
    [['a', 'b'], [], 'of “a”, “b”', '“a”.'],
    [['a', 'b'], ['c'], 'Add “a” to expected-audience', 'Set'],
    [['a', 'KAFKA'], ['c', 'kafka'], 'Set expected-audience to “KAFKA”: ', 'Add'],
    [['kafka/'], ['c', 'kafka'], 'Set expected-audience to “kafka/”: ', 'Add'],
    [[GRAPH], ['kafka'], 'Microsoft Graph', 'Add'],
    [[GRAPH], [], 'Microsoft Graph', 'Set'],
    [[GRAPH, 'https://graph.microsoft.com/'], [], 'Microsoft Graph', 'Set'],
    [[GRAPH, 'a'], ['kafka'], `Add “${GRAPH}”`, 'Microsoft'],
  ] as const) {
    test(`${names.join(' and ')}, where ${expected.join(' and ')} is`, () => {
      const remedy = audienceRemedy(names, expected);
      assert.ok(remedy.includes(told), remedy);
      assert.ok(!remedy.includes(not), remedy);
    });
  }

  test('one of several is told as that', () => {
    assert.equal(anyOf(['a']), '“a”');
    assert.equal(anyOf(['a', 'b']), 'one of “a”, “b”');
  });
});

group('Microsoft Graph is', () => {
  for (const [audience, isIt] of [
    [GRAPH, true],
    ['https://graph.microsoft.com', true],
    ['https://graph.microsoft.com/', true],
    ['https://graph.windows.net', true],
    ['https://graph.windows.net/', true],
    [`x${GRAPH}`, false],
    [`${GRAPH}x`, false],
    ['https://graph.microsoft.com/x', false],
    ['api://https://graph.microsoft.com', false],
    ['https://graph-microsoft.com', false],
    ['https://graph.microsoftXcom', false],
    ['https://graph.windowsXnet', false],
    ['kafka', false],
  ] as const) {
    test(audience, () => assert.equal(isGraph(audience), isIt));
  }
});

group('Amazon Cognito is', () => {
  for (const [iss, isIt] of [
    ['https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC', true],
    ['https://cognito-idp.cn-north-1.amazonaws.com.cn/x', true],
    ['https://cognito-idp.eu-west-1.amazonaws.com', false],
    ['https://cognito-idp.eu-west-1.amazonaws.com.example.com/', false],
    ['https://cognito-idp.EU.amazonaws.com/', false],
    ['https://cognito-idp..amazonaws.com/', false],
    ['https://cognito-idp.a.b.amazonaws.com/', false],
    ['http://cognito-idp.eu-west-1.amazonaws.com/', false],
    ['x https://cognito-idp.eu-west-1.amazonaws.com/', false],
    [undefined, false],
    [5n, false],
  ] as const) {
    test(String(iss), () => assert.equal(isOfCognito(claims({ iss })), isIt));
  }
});

group('Microsoft Entra ID publishes the keys of an app', () => {
  const APP = '7b1e3c52-1111-4222-8333-0123456789ab';
  const V2 = 'https://login.microsoftonline.com/T/v2.0';
  const keys = (host: string, app = APP) => `https://${host}/T/discovery/v2.0/keys?appid=${app}`;
  const PUBLIC = 'login.microsoftonline.com';
  for (const [iss, aud, url] of [
    [V2, APP, keys(PUBLIC)],
    [V2, `api://${APP}`, keys(PUBLIC)],
    [V2, `api://${APP}/kafka`, keys(PUBLIC)],
    [V2, APP.toUpperCase(), keys(PUBLIC, APP.toUpperCase())],
    [V2, `${APP}x`, keys(PUBLIC, 'CLIENT_ID')],
    [V2, `x${APP}`, keys(PUBLIC, 'CLIENT_ID')],
    [V2, `https://${APP}`, keys(PUBLIC, 'CLIENT_ID')],
    [V2, '7b1e3c52-1111-4222-8333', keys(PUBLIC, 'CLIENT_ID')],
    [V2, [APP], keys(PUBLIC, 'CLIENT_ID')],
    [V2, undefined, keys(PUBLIC, 'CLIENT_ID')],
    ['https://sts.windows.net/T/', APP, keys(PUBLIC)],
    ['https://login.microsoftonline.us/T/v2.0', APP, keys('login.microsoftonline.us')],
    ['https://login.partner.microsoftonline.cn/T/v2.0', APP, keys('login.partner.microsoftonline.cn')],
    ['https://sts.chinacloudapi.cn/T/', APP, keys('sts.chinacloudapi.cn')],
    ['https://login.microsoftonline.com/T', APP, null],
    ['https://login.microsoftonline.com//T/', APP, null],
    ['https://login.microsoftonline.de/T/', APP, null],
    ['http://login.microsoftonline.com/T/', APP, null],
    ['https://login-microsoftonline.com/T/', APP, null],
    ['https://sts.windows.net.example.com/T/', APP, null],
    ['xhttps://sts.windows.net/T/', APP, null],
    ['https://idp.example.com/T/', APP, null],
    [undefined, APP, null],
  ] as const) {
    test(`${iss} for ${aud}`, () => assert.equal(entraAppKeys(claims({ iss, aud })), url));
  }
});

group('a value is told as', () => {
  for (const [value, told] of [
    [undefined, 'none'],
    [null, 'none'],
    ['', 'an empty string'],
    ['a', '“a”'],
    [5n, 'the number 5'],
    [5.5, 'the number 5.5'],
    [10n ** 200n, `the number 1${'0'.repeat(159)}`],
    [true, 'true'],
    [false, 'false'],
    [new Map(), 'an object'],
    [[], 'an empty list'],
    [['a', 'b'], 'the list “a”, “b”'],
    [['a', 5n], 'a list with items that are not strings'],
  ] as readonly [Json | undefined, string][]) {
    test(told.slice(0, 40), () => assert.equal(describe(value), told));
  }

  test('several, of which a few are told', () => {
    assert.equal(quoteAll([]), '');
    assert.equal(quoteAll(['1', '2', '3', '4', '5', '6']), '“1”, “2”, “3”, “4”, “5”, “6”');
    assert.equal(
      quoteAll(['1', '2', '3', '4', '5', '6', '7', '8']),
      '“1”, “2”, “3”, “4”, “5”, “6” and 2 more',
    );
  });

  test('a list, if it is one', () => {
    assert.equal(isList([]), true);
    assert.equal(isList(new Map()), false);
    assert.equal(isList(undefined), false);
  });
});

function claims(values: Record<string, unknown>): ReadonlyMap<string, Json> {
  return new Map(Object.entries(values) as [string, Json][]);
}
