import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  asciiComplaint,
  complaint,
  credentialsComplaint,
  hostComplaint,
  settingOf,
} from '../../../src/kafka/settings.ts';

/** What is wrong with an address, and with a text, by what Aiven and brokers do with it. */

describe('an address carries a secret', () => {
  for (const [text, does] of [
    ['https://user:word@idp.example.com/', true],
    ['https://user@idp.example.com/', true],
    ['https://:word@idp.example.com/', true],
    ['https://idp.example.com/@', false],
    ['user@idp', false],
    ['', false],
  ] as const) {
    test(text, () => assert.equal(credentialsComplaint(text) !== null, does));
  }
});

describe('an address lacks a part of its host', () => {
  for (const [text, does] of [
    ['https://', true],
    ['https:///jwks', true],
    ['http://?x', true],
    ['https://#x', true],
    ['https://\\x', true],
    ['HTTPS://', true],
    ['https://.example.com/', true],
    ['https://idp..com/', true],
    ['https://idp.example..', true],
    ['https://:443/', true],
    ['https://.', true],
    ['https://.:443', true],
    ['https://idp..:443/', true],
    ['https://idp.example.com', false],
    ['https://idp.example.com/a..b', false],
    ['https://idp.example.com?a..b', false],
    ['https://idp.example.com#a..b', false],
    ['https://idp.example.com\\..', false],
    ['https://idp.example.com.', false],
    ['https://idp.example.com:8443', false],
    ['https://idp.example.com.:8443/', false],
    ['https://idp.example.com:/', false],
    ['http://i', false],
    ['idp..com', false],
    ['urn:x', false],
    ['see https://', false],
    ['', false],
  ] as const) {
    test(text, () => assert.equal(hostComplaint(text) !== null, does));
  }
});

describe('an address is not ASCII, and is to be', () => {
  for (const [text, way] of [
    ['https://schlüssel.example.com/', 'https://xn--schlssel-95a.example.com/'],
    ['https://idp.example.com/ü', 'https://idp.example.com/%C3%BC'],
    ['https://idp.example.com/\u200b', 'Remove it.'],
    ['https://idp.example.com/\u00a0', 'Remove it.'],
    ['https://idp.example.com/\u00a0ü', 'Remove it.'],
    ['https://idp.example.com/\x7f', null],
    ['https://idp.example.com/', null],
    ['schlüssel', null],
  ] as const) {
    test(JSON.stringify(text), () => {
      const found = asciiComplaint(text);
      assert.equal(found === null, way === null);
      assert.ok(way === null || found?.remedy.includes(way), found?.remedy);
      assert.ok(found === null || found.problem.includes('not ASCII'), found?.problem);
    });
  }
});

describe('the address of a key set', () => {
  const setting = settingOf('jwks-endpoint-url');
  for (const [text, problem] of [
    ['https://idp.example.com/jwks', null],
    ['HTTPS://idp.example.com', null],
    ['https://idp.example.com/jwks?a=b&c=%20', null],
    [`https://idp.example.com/${'a'.repeat(2048 - 24)}`, null],
    [`https://idp.example.com/${'a'.repeat(2049 - 24)}`, '2049 characters'],
    ['https://idp.example.com/\njwks', 'a line break'],
    ['https://idp.example.com/\rjwks', 'a line break'],
    ['https:///jwks', 'host is missing'],
    ['idp.example.com/jwks', 'not a URL'],
    ['', 'not a URL'],
    ['http://idp.example.com/jwks', 'not an https URL (http)'],
    ['ftp://idp.example.com/jwks', 'not an https URL (ftp)'],
    ['https://user:word@idp.example.com/jwks', 'user name or password'],
    ['https://idp.example.com/a b', 'a space'],
    ['https://idp.example.com/a\tb', 'a space'],
    [' https://idp.example.com/', 'a space'],
    ['https://idp.example.com/ü', 'not ASCII'],
    ['https:/idp.example.com/jwks', 'brokers read it'],
    ['https:idp.example.com/jwks', 'brokers read it'],
    ['https:\\\\idp.example.com/jwks', 'brokers read it'],
    ['https://idp.example.com\\jwks', 'brokers read it'],
    ['https://idp.example.com/jwks\\', 'brokers read it'],
    ['https://idp.example.com/jwks#keys', 'a fragment'],
  ] as const) {
    test(JSON.stringify(text).slice(0, 60), () => {
      const found = complaint(setting, text);
      assert.equal(found === null, problem === null, found?.problem);
      assert.ok(problem === null || found?.problem.includes(problem), found?.problem);
      assert.notEqual(found?.remedy, '');
    });
  }
});

describe('a text', () => {
  const issuer = settingOf('expected-issuer');
  const audience = settingOf('expected-audience');
  for (const [what, setting, text, remedy] of [
    ['of 128 characters', issuer, 'a'.repeat(128), null],
    ['of 129 characters', issuer, 'a'.repeat(129), 'Use a shorter one.'],
    ['of 128 characters that are two units each', issuer, '🔑'.repeat(128), null],
    ['that is a list of 129 characters', audience, 'a'.repeat(129), 'Name fewer or shorter ones.'],
    ['on two lines', audience, 'a\nb', 'Give it on one line.'],
    ['that is no address', issuer, 'http://a b#c', null],
  ] as const) {
    test(what, () => assert.equal(complaint(setting, text)?.remedy ?? null, remedy));
  }
  test('of a setting without limits', () => {
    assert.equal(complaint(settingOf('kafka-rest-authorization'), 'a\nb'), null);
  });
});
