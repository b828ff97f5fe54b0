import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { readObject } from '../../../src/judge/jws/json.ts';
import { judgeClaims, type RegistryExpectations } from '../../../src/judge/schema-registry/claims.ts';
import { judgeKeySet } from '../../../src/judge/schema-registry/key-set.ts';
import { isForSigning, isUsable, takeIn } from '../../../src/judge/schema-registry/keys.ts';
import {
  decodePythonBase64,
  isPythonFalse,
  pythonInt,
  readPythonObject,
} from '../../../src/judge/schema-registry/python.ts';
import { judgeForRestProxy } from '../../../src/judge/schema-registry/rest-proxy.ts';
import { judgeToken } from '../../../src/judge/schema-registry/token.ts';
import { signWith, type TestKey } from '../../kafka/keys.ts';

/** What Schema Registry and the REST proxy say: Karapace's rules on PyJWT, at their edges. */

const NOW = 1_795_000_000;
const ISSUER = 'https://idp.example.com';
const good = { iss: ISSUER, aud: 'kafka', sub: 'alice', exp: NOW + 600 };

function judge(claims: object, settings: Partial<RegistryExpectations> = {}, at = NOW * 1000) {
  const expected = {
    issuer: ISSUER,
    audiences: ['kafka'],
    subjectClaim: 'sub',
    startsWithoutExpectations: false,
    ...settings,
  };
  return judgeClaims(
    readObject(JSON.stringify({ ...good, ...claims }))?.object ?? new Map(),
    expected,
    new Date(at),
  );
}

const told = ({ refusals }: ReturnType<typeof judge>) => refusals.map(({ claim, has }) => `${claim}: ${has}`);
const unset = { issuer: null, audiences: [], startsWithoutExpectations: true };

describe('Schema Registry takes', () => {
  for (const [what, claims, settings, edges = [], at] of [
    ['a token of the usual kind', {}],
    ['exp a millisecond ahead', { exp: NOW + 1 }, {}, ['exp'], NOW * 1000 + 999],
    ['exp 5 s ahead', { exp: NOW + 5 }, {}, ['exp']],
    ['exp a little more ahead', { exp: NOW + 5 }, {}, [], NOW * 1000 - 1],
    ['exp with a fraction, cut off', { exp: NOW + 1.9 }, {}, ['exp']],
    ['exp as a text', { exp: `${NOW + 60}` }],
    ['iat now', { iat: NOW }, {}, ['iat']],
    ['iat a millisecond ago', { iat: NOW }, {}, [], NOW * 1000 + 1],
    ['nbf now', { nbf: NOW }, {}, ['nbf']],
    ['nbf true', { nbf: true }],
    ['no issuer, where none is expected', { iss: undefined }, unset],
    ['any issuer, where an empty one is expected', { iss: 'x' }, { ...unset, issuer: '' }],
    ['no audience, where none is expected', { aud: undefined }, unset],
    ['an audience, where none is expected', { aud: 5 }, unset],
    ['one audience of several', { aud: ['other', 'kafka'] }],
    ['one audience of those that are expected', { aud: 'b' }, { audiences: ['a', 'b'] }],
    ['a number in the claim that names the client', { sub: 'x', azp: 5 }, { subjectClaim: 'azp' }],
    ['an empty subject', { sub: '' }],
    ['false in the claim that names the client', { azp: false }, { subjectClaim: 'azp' }],
    ['no sub, where another claim names the client', { sub: undefined, azp: 'x' }, { subjectClaim: 'azp' }],
    ['jti as a text', { jti: '' }],
  ] as readonly [
    what: string,
    claims: object,
    settings?: Partial<RegistryExpectations>,
    edges?: string[],
    at?: number,
  ][]) {
    test(what, () => {
      const verdict = judge(claims, settings, at);
      assert.deepEqual(told(verdict), []);
      const noted = verdict.notes.map((note) => /^(\w+) is within 5 s/.exec(note)?.[1]).filter(Boolean);
      assert.deepEqual(noted, edges);
    });
  }
});

describe('Schema Registry refuses', () => {
  for (const [what, claims, settings, refused, edges = [], at] of [
    ['exp now', { exp: NOW }, {}, ['exp: 2026-11-18T11:06:40Z, 0 s ago'], ['exp']],
    ['exp 5 s ago', { exp: NOW - 5 }, {}, ['exp: '], ['exp']],
    ['exp a little longer ago', { exp: NOW - 5 }, {}, ['exp: '], [], NOW * 1000 + 1],
    ['exp in less than a second, cut off', { exp: NOW + 0.9 }, {}, ['exp: '], ['exp']],
    ['no exp', { exp: undefined }, {}, ['exp: none']],
    ['exp null', { exp: null }, {}, ['exp: none']],
    ['exp no number', { exp: 'x' }, {}, ['exp: “x”']],
    ['iat a millisecond ahead', { iat: NOW }, {}, ['iat: '], ['iat'], NOW * 1000 - 1],
    ['iat 5 s ahead', { iat: NOW + 5 }, {}, ['iat: 2026-11-18T11:06:45Z, 5 s ahead'], ['iat']],
    ['iat a little more ahead', { iat: NOW + 5 }, {}, ['iat: '], [], NOW * 1000 - 1],
    ['nbf a second ahead', { nbf: NOW + 1 }, {}, ['nbf: '], ['nbf']],
    ['iat null', { iat: null }, {}, ['iat: none']],
    ['nbf no number', { nbf: [] }, {}, ['nbf: an empty list']],
    ['another issuer', { iss: 'x' }, {}, ['iss: “x”']],
    ['the issuer in other case', { iss: ISSUER.toUpperCase() }, {}, ['iss: “HTTPS']],
    ['a blank around the expected issuer', {}, { issuer: ` ${ISSUER}` }, ['iss: “https']],
    ['no issuer', { iss: undefined }, {}, ['iss: none']],
    ['an issuer in a list', { iss: [ISSUER] }, {}, ['iss: the list']],
    ['any issuer, if it does not start', {}, { issuer: null }, ['iss: “https']],
    ['no audience, if it does not start', { aud: undefined }, { audiences: [] }, ['aud: none']],
    ['another audience', { aud: 'x' }, {}, ['aud: “x”']],
    ['no audience', { aud: undefined }, {}, ['aud: none']],
    ['an empty audience', { aud: '' }, {}, ['aud: an empty string']],
    ['an empty list of audiences', { aud: [] }, {}, ['aud: an empty list']],
    ['an audience that is a number', { aud: 5 }, {}, ['aud: the number 5']],
    ['an audience that is an object', { aud: { kafka: 1 } }, {}, ['aud: an object']],
    ['null among the audiences', { aud: ['kafka', null] }, {}, ['aud: a list with items']],
    ['no subject', { sub: undefined }, {}, ['sub: none']],
    ['null for the subject', { sub: null }, {}, ['sub: none', 'sub: none']],
    ['no claim that names the client', {}, { subjectClaim: 'azp' }, ['azp: none']],
    ['sub as a number', { sub: 5 }, {}, ['sub: the number 5']],
    ['jti as a number', { jti: 5 }, {}, ['jti: the number 5']],
    [
      'everything at once',
      { exp: 1, iat: NOW + 60, nbf: NOW + 60, iss: 1, aud: 1, sub: 1, jti: 1 },
      {},
      ['exp', 'iat', 'nbf', 'iss', 'aud', 'sub', 'jti'],
    ],
  ] as readonly [
    what: string,
    claims: object,
    settings: Partial<RegistryExpectations>,
    refused: string[],
    edges?: string[],
    at?: number,
  ][]) {
    test(what, () => {
      const verdict = judge(claims, settings, at);
      assert.deepEqual(
        told(verdict).map((text, index) => text.slice(0, refused[index]?.length)),
        refused,
      );
      assert.deepEqual(
        verdict.notes.map((note) => /^(\w+) is within 5 s/.exec(note)?.[1] ?? note),
        edges,
      );
    });
  }

  test('and advises by what is there', () => {
    const remedy = (claims: object, settings = {}) => judge(claims, settings).refusals[0]?.remedy ?? '';
    assert.match(remedy({ iss: `${ISSUER}/` }), /^Set expected-issuer to/);
    assert.match(remedy({ iss: 5 }), /put iss into its tokens/);
    assert.match(remedy({ aud: 'x' }), /^Add “x”/);
    for (const aud of [undefined, null, '', []]) {
      assert.match(remedy({ aud }), /expected-audience names/);
      assert.equal(judge({ aud }).refusals[0]?.expects, '“kafka”');
    }
    assert.match(remedy({}, { issuer: null }), /^Set expected-issuer/);
    assert.match(remedy({}, { audiences: [] }), /^Set expected-audience/);
    assert.match(judge({}, { issuer: null }).refusals[0]?.expects ?? '', /an expected issuer/);
    assert.match(judge({}, { audiences: [] }).refusals[0]?.expects ?? '', /an expected audience/);
    assert.match(
      judge({ aud: 'x' }, { audiences: ['a', 'b'] }).refusals[0]?.expects ?? '',
      /one of “a”, “b”/,
    );
    assert.match(remedy({ exp: 1 }), /fresh token/);
    assert.match(remedy({ iat: NOW + 60 }), /clock/);
    assert.match(remedy({ nbf: NOW + 60 }), /clock/);
    assert.match(remedy({ exp: [] }), /put exp into/);
    assert.match(remedy({ jti: 5 }), /put jti into/);
  });
});

describe('what Schema Registry does not compare is noted:', () => {
  for (const [settings, noted] of [
    [{}, null],
    [{ startsWithoutExpectations: true }, null],
    [unset, /^expected-issuer and expected-audience are not set, .* check them/],
    [{ ...unset, issuer: ISSUER }, /^expected-audience is not set, .* check it/],
    [{ ...unset, audiences: ['kafka'] }, /^expected-issuer is not set, .* check it/],
    [{ ...unset, issuer: '' }, /^expected-issuer and expected-audience are/],
  ] as const) {
    test(JSON.stringify(settings), () => {
      const { notes } = judge({}, settings);
      assert.equal(notes.length, noted === null ? 0 : 1);
      if (noted) assert.match(notes[0] ?? '', noted);
    });
  }
});

test('a token says when it expires', () => {
  assert.deepEqual(judge({}).expiresAt, new Date((NOW + 600) * 1000));
  assert.deepEqual(judge({ exp: `${NOW}` }).expiresAt, new Date(NOW * 1000));
  assert.equal(judge({ exp: 'x' }).expiresAt, null);
});

describe('Python reads as a whole number', () => {
  for (const [value, read] of [
    [5n, 5n],
    [5.9, 5n],
    [-5.9, -5n],
    [Number.POSITIVE_INFINITY, null],
    [Number.NaN, null],
    [true, 1n],
    [false, 0n],
    ['5', 5n],
    [' +5\n', 5n],
    ['-5', -5n],
    ['1_000_0', 10_000n],
    ['1__0', null],
    ['_1', null],
    ['1_', null],
    ['', null],
    ['-', null],
    ['1.5', null],
    ['x5', null],
    ['5x', null],
    ['9'.repeat(4300), BigInt('9'.repeat(4300))],
    ['9'.repeat(4301), null],
    [undefined, null],
    [null, null],
    [[], null],
    [new Map(), null],
  ] as const) {
    test(`${typeof value} ${String(value).slice(0, 20)}`, () => assert.equal(pythonInt(value), read));
  }
});

describe('Python takes for false', () => {
  for (const [value, isFalse] of [
    [undefined, true],
    [null, true],
    [0, true],
    ['', true],
    [false, true],
    [[], true],
    [{}, true],
    [new Map(), true],
    [1, false],
    ['0', false],
    [true, false],
    [[0], false],
    [{ a: 0 }, false],
    [new Map([['a', 0]]), false],
  ] as const) {
    test(`${typeof value} ${JSON.stringify(value)}`, () => assert.equal(isPythonFalse(value), isFalse));
  }
});

describe('Python reads base64', () => {
  for (const [text, read] of [
    ['', ''],
    ['YQ', 'a'],
    ['YQ==', 'a'],
    ['YQ=', 'a'],
    ['YWI', 'ab'],
    ['YWJj', 'abc'],
    ['YWJj====', 'abc'],
    ['Y', null],
    ['YWJjY', null],
    ['_-_-', '\xff\xef\xfe'],
    ['/+/+', '\xff\xef\xfe'],
    ['YQ==YQ==', 'a'],
    ['Y=Q=', null],
    ['YQ=Q', null],
    ['Y~Q~', null],
    ['YQ~~', null],
    ['YQ~', null],
    ['=YQ', null],
  ] as const) {
    test(JSON.stringify(text), () => {
      const bytes = decodePythonBase64(Buffer.from(text));
      assert.equal(bytes === null ? null : bytes.toString('latin1'), read);
    });
  }
});

describe('Python reads an object of JSON', () => {
  const utf8 = (text: string) => Buffer.from(text);
  for (const [what, bytes, read] of [
    ['in UTF-8', utf8('{"a":"é"}'), 'é'],
    ['after a mark', utf8('\ufeff{"a":1}'), 1n],
    ['in UTF-16, little-endian', Buffer.from('{"a":1}', 'utf16le'), 1n],
    ['in UTF-16, little-endian, after a mark', Buffer.from('\ufeff{"a":1}', 'utf16le'), 1n],
    ['in UTF-16, big-endian', Buffer.from('{"a":1}', 'utf16le').swap16(), 1n],
    ['in UTF-16, big-endian, after a mark', Buffer.from('\ufeff{"a":1}', 'utf16le').swap16(), 1n],
    ['with a number of 4300 digits', utf8(`{"a":${'9'.repeat(4300)}}`), BigInt('9'.repeat(4300))],
    ['with one less than zero of 4300 digits', utf8(`{"a":-${'9'.repeat(4300)}}`), -BigInt('9'.repeat(4300))],
    ['with a fraction', utf8('{"a":1.5}'), 1.5],
    ['with an exponent', utf8('{"a":1e3}'), 1000],
    ['with NaN, as what is not finite', utf8('{"a":NaN}'), Number.POSITIVE_INFINITY],
    ['with an infinity', utf8('{"a":Infinity}'), Number.POSITIVE_INFINITY],
    ['with an infinity below zero', utf8('{"a":-Infinity}'), Number.POSITIVE_INFINITY],
    ['with NaN in a text', utf8('{"a":"NaN \\" -Infinity { [ x"}'), 'NaN " -Infinity { [ x'],
    ['with a name twice, of which the last counts', utf8('{"a":1,"a":2}'), 2n],
    ['900 deep', utf8(`{"b":${'['.repeat(899)}${']'.repeat(899)},"a":1}`), 1n],
    ['wide', utf8(`{"b":[${'[],{},'.repeat(1000)}1],"a":1}`), 1n],
    ['901 deep, which may be too much', utf8(`{"b":${'['.repeat(900)}${']'.repeat(900)},"a":1}`), null],
    ['901 deep, of objects', utf8(`${'{"b":'.repeat(901)}1${'}'.repeat(901)}`), null],
    ['with a number of 4301 digits', utf8(`{"a":${'9'.repeat(4301)}}`), null],
    ['in Latin-1', Buffer.from('{"a":"é"}', 'latin1'), null],
    ['that is a list', utf8('[{"a":1}]'), null],
    ['that is null', utf8('null'), null],
    ['that is a text', utf8('"a"'), null],
    ['that is nothing', utf8(''), null],
    ['with a comma too much', utf8('{"a":1,}'), null],
  ] as const) {
    test(what, () => {
      const object = readPythonObject(bytes);
      assert.deepEqual(object === null ? null : object.get('a'), read);
    });
  }

  test('with objects inside', () => {
    const inner = readPythonObject(utf8('{"a":{"b":[{"c":1}]}}'))?.get('a');
    assert.deepEqual(inner, new Map([['b', [new Map([['c', 1n]])]]]));
  });
});

const b64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const form = (header: unknown, claims: unknown) => `${b64(header)}.${b64(claims)}.c2ln`;
const RS256 = { alg: 'RS256', kid: 'k' };

describe('the REST proxy', () => {
  for (const [what, token, refused] of [
    ['hands a token on', form(RS256, good), []],
    ['hands a token on, with blanks around it', ` ${form(RS256, good)}\n`, []],
    ['hands a token on that has expired', form(RS256, { exp: 1 }), []],
    ['hands a token on without exp', form(RS256, {}), []],
    ['hands a token on with exp null', form(RS256, { exp: null }), []],
    ['hands a token on with exp as a fraction', form(RS256, { exp: 1.5 }), []],
    ['hands a token on with exp in the year 9999', form(RS256, { exp: 253_402_300_799 }), []],
    ['refuses exp in the year 10000', form(RS256, { exp: 253_402_300_800 }), ['exp']],
    ['hands a token on with exp as long ago', form(RS256, { exp: -253_402_300_799 }), []],
    ['refuses exp longer ago', form(RS256, { exp: -253_402_300_800 }), ['exp']],
    ['refuses exp as a text', form(RS256, { exp: `${NOW}` }), ['exp']],
    ['refuses exp true', form(RS256, { exp: true }), ['exp']],
    ['refuses what has no dots', 'opaque', ['token']],
    ['refuses what has one dot', 'e30.e30', ['token']],
    ['refuses a header that is no object', form([], good), ['header']],
    ['refuses claims that are no object', form(RS256, []), ['payload']],
    ['refuses both', form([], []), ['header', 'payload']],
    ['refuses critical headers', form({ ...RS256, crit: ['exp'] }, good), ['crit']],
    ['takes the critical header b64', form({ ...RS256, crit: ['b64'], b64: true }, good), []],
    ['refuses the critical header b64 without b64', form({ ...RS256, crit: ['b64'] }, good), ['crit']],
    ['refuses no critical headers', form({ ...RS256, crit: [] }, good), ['crit']],
    [
      'refuses a critical header beside b64',
      form({ ...RS256, crit: ['b64', 'exp'], b64: true }, good),
      ['crit'],
    ],
    ['refuses a critical header as a text', form({ ...RS256, crit: 'b64', b64: true }, good), ['crit']],
    ['refuses a plain payload', form({ ...RS256, b64: false }, good), ['b64']],
    ['takes b64 of another kind', form({ ...RS256, b64: 'false' }, good), []],
  ] as const) {
    test(what, () =>
      assert.deepEqual(
        judgeForRestProxy(token).map(({ claim }) => claim),
        refused,
      ),
    );
  }
});

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY: TestKey = {
  privateKey: pair.privateKey,
  secret: null,
  jwk: { kid: 'one', ...pair.publicKey.export({ format: 'jwk' }) },
};
const RSA = KEY.jwk;
const EC = {
  kid: 'ec',
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
};
const OKP = { kid: 'ed', ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }) };
const OCT = { kid: 'hush', kty: 'oct', k: 'c2VjcmV0' };
const zeros = (bytes: number) => Buffer.alloc(bytes, 1).toString('base64url');

describe('of a key, Schema Registry makes', () => {
  for (const [what, key, made] of [
    ['RSA', RSA, 'usable'],
    ['RSA for signatures', { ...RSA, use: 'sig' }, 'usable'],
    ['RSA whose use is null', { ...RSA, use: null }, 'usable'],
    ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', '', null].map(
      (alg) => [`RSA with the alg ${alg}`, { ...RSA, alg }, 'usable'] as const,
    ),
    ['RSA with zeros before n', { ...RSA, n: `AAAA${RSA['n']}` }, 'usable'],
    ['RSA for encryption', { ...RSA, use: 'enc' }, 'read'],
    ['RSA whose use is empty', { ...RSA, use: '' }, 'read'],
    ['RSA without a kid', { ...RSA, kid: undefined }, 'read'],
    ['RSA with an empty kid', { ...RSA, kid: '' }, 'read'],
    ['RSA with a number for its kid', { ...RSA, kid: 5 }, 'read'],
    ['RSA with the alg of another type', { ...RSA, alg: 'ES256' }, 'skipped'],
    ['RSA with an unknown alg', { ...RSA, alg: 'RSA-OAEP' }, 'skipped'],
    ['RSA with the alg of every object', { ...RSA, alg: 'toString' }, 'skipped'],
    ['RSA with a number for its alg', { ...RSA, alg: 5 }, 'skipped'],
    ['RSA with a list for its alg', { ...RSA, alg: ['RS256'] }, 'broken'],
    ['RSA with an empty list for its alg', { ...RSA, alg: [] }, 'usable'],
    ['RSA with the alg none', { ...RSA, alg: 'none' }, 'broken'],
    ['RSA without n', { ...RSA, n: undefined }, 'skipped'],
    ['RSA without e', { ...RSA, e: undefined }, 'skipped'],
    ['RSA whose n is null', { ...RSA, n: null }, 'broken'],
    ['RSA whose e is a number', { ...RSA, e: 65_537 }, 'broken'],
    ['RSA whose n is not base64', { ...RSA, n: 'A' }, 'broken'],
    ['RSA, private', { ...RSA, d: 'AQ' }, 'broken'],
    ['RSA with e of 1', { ...RSA, e: 'AQ' }, 'broken'],
    ['RSA with e of 3', { ...RSA, e: 'Aw' }, 'usable'],
    ['RSA with e of 4', { ...RSA, e: 'BA' }, 'broken'],
    ['RSA with e as large as n', { ...RSA, n: 'AQAB', e: 'AQAB' }, 'broken'],
    ['RSA with n of 2', { ...RSA, n: 'Ag' }, 'broken'],
    ['RSA with n of zeros', { ...RSA, n: 'AAAA' }, 'broken'],
    ['an EC key', EC, 'read'],
    ['an EC key with the alg of another curve', { ...EC, alg: 'ES384' }, 'read'],
    ['an EC key with ES256K', { ...EC, alg: 'ES256K' }, 'read'],
    ['an EC key with ES521', { ...EC, alg: 'ES521' }, 'read'],
    ['an EC key with ES512', { ...EC, alg: 'ES512' }, 'read'],
    ['an EC key with ES256', { ...EC, alg: 'ES256' }, 'read'],
    ['an EC key on an unknown curve', { ...EC, crv: 'P-1' }, 'skipped'],
    ['an EC key without a curve', { ...EC, crv: undefined }, 'skipped'],
    ['an EC key without x', { ...EC, x: undefined }, 'skipped'],
    ['an EC key without y', { ...EC, y: undefined }, 'skipped'],
    ['an EC key whose x is null', { ...EC, x: null }, 'broken'],
    ['an EC key whose y is null', { ...EC, y: null }, 'broken'],
    ['an EC key whose x is null, without a curve', { ...EC, x: null, crv: undefined }, 'broken'],
    ['an EC key whose x is short', { ...EC, x: zeros(31) }, 'skipped'],
    ['an EC key whose y is long', { ...EC, y: zeros(33) }, 'skipped'],
    ['an EC key that is not on its curve', { ...EC, y: zeros(32) }, 'broken'],
    ['an EC key, private', { ...EC, d: zeros(32) }, 'broken'],
    ['Ed25519', OKP, 'read'],
    ['Ed25519 with its alg', { ...OKP, alg: 'EdDSA' }, 'read'],
    ['Ed448', { ...OKP, crv: 'Ed448', x: zeros(57) }, 'skipped'],
    ['Ed448 with its alg', { ...OKP, crv: 'Ed448', x: zeros(57), alg: 'EdDSA' }, 'read'],
    ['Ed448 with its alg, too short', { ...OKP, crv: 'Ed448', x: zeros(32), alg: 'EdDSA' }, 'skipped'],
    ['X25519 with an alg', { ...OKP, crv: 'X25519', alg: 'EdDSA' }, 'skipped'],
    ['an edwards key without a curve, with an alg', { ...OKP, crv: undefined, alg: 'EdDSA' }, 'skipped'],
    ['Ed25519 without x', { ...OKP, x: undefined }, 'skipped'],
    ['Ed25519 whose x is null', { ...OKP, x: null }, 'broken'],
    ['Ed25519, private', { ...OKP, d: zeros(32) }, 'broken'],
    ['a secret', OCT, 'read'],
    ...['HS256', 'HS384', 'HS512'].map((alg) => [`a secret with ${alg}`, { ...OCT, alg }, 'read'] as const),
    ['a secret without its value', { ...OCT, k: undefined }, 'broken'],
    ['an unknown type', { ...RSA, kty: 'rsa' }, 'skipped'],
    ['an unknown type with a known alg', { ...RSA, kty: 'rsa', alg: 'RS256' }, 'skipped'],
    ['an unknown type on a known curve', { ...OKP, kty: 'XYZ' }, 'skipped'],
    ['no type, with the alg none', { ...RSA, kty: '', alg: 'none' }, 'skipped'],
    ['an EC key on an unknown curve, whose x is null', { ...EC, crv: 'P-1', x: null }, 'skipped'],
    ['an EC key whose curve is a list', { ...EC, crv: ['P-256'], alg: 'ES256' }, 'skipped'],
    ['an edwards key whose curve is a list', { ...OKP, crv: ['Ed25519'], alg: 'EdDSA' }, 'skipped'],
    ['X25519 with an alg, whose x is null', { ...OKP, crv: 'X25519', alg: 'EdDSA', x: null }, 'skipped'],
    ['no type', { ...RSA, kty: undefined }, 'skipped'],
    ['an empty type', { ...RSA, kty: '' }, 'skipped'],
    ['null', null, 'broken'],
    ['a text', 'RSA', 'broken'],
    ['a list', [], 'broken'],
    ['an empty object', {}, 'skipped'],
  ] as const) {
    test(`${what}: ${made}`, () => {
      const { keys, breakage } = takeIn([key]);
      const [taken] = keys;
      assert.equal(keys.length, made === 'usable' || made === 'read' ? 1 : 0);
      assert.equal(
        breakage !== null ? 'broken' : !taken ? 'skipped' : isUsable(taken) ? 'usable' : 'read',
        made,
      );
      const { usable, objection } = judgeKeySet('https://idp.example.com/jwks', [key]);
      assert.equal(usable, made === 'usable' ? 1 : 0);
      assert.equal(objection === null, made === 'usable');
    });
  }

  test('what it is chosen by', () => {
    const [key, other] = takeIn([{ ...RSA, use: 'sig' }, EC]).keys;
    assert.deepEqual([key?.kid, key?.use, key?.kty, key?.publicKey?.type], ['one', 'sig', 'RSA', 'public']);
    assert.deepEqual([other?.kid, other?.use, other?.kty, other?.publicKey], ['ec', undefined, 'EC', null]);
    assert.equal(key && isForSigning(key), true);
  });
});

describe('of a key set, Schema Registry says', () => {
  const problem = (keys: readonly unknown[]) =>
    judgeKeySet('https://idp.example.com/jwks', keys).objection?.problem ?? '';
  for (const [what, keys, said] of [
    ['nothing, where it can use a key', [EC, RSA], ''],
    [
      'which key spoils it, by its kid and type',
      [RSA, { ...RSA, d: 'AQ' }],
      'a key that it cannot read, “one” of type “RSA”',
    ],
    [
      'which key spoils it, by its place',
      [RSA, { ...RSA, d: 'AQ', kid: 5 }],
      'a key that it cannot read, in place 2 of type “RSA”',
    ],
    ['what spoils it, by its place', [RSA, RSA, 'x'], 'something other than a key in place 3'],
    ['that a key is of another use', [EC, { ...RSA, use: 'enc' }], 'its RSA keys have no kid'],
    ['that a key has no kid', [{ ...RSA, kid: undefined }], 'its RSA keys have no kid'],
    ['that there is no RSA key', [EC], 'only with RSA keys'],
    ['that there is no RSA key, nor one with a kid', [{ ...EC, kid: undefined }], 'only with RSA keys'],
    ['that there is none', [], 'only with RSA keys'],
  ] as const) {
    test(what, () => {
      const found = problem(keys);
      assert.equal(said === '' ? found : said && found.includes(said), said === '' ? '' : true, found);
    });
  }

  test('how many keys it can use', () => {
    const { usable } = judgeKeySet('https://idp.example.com/jwks', [RSA, EC, { ...RSA, kid: 'two' }]);
    assert.equal(usable, 2);
  });

  test('nothing of its kind, of a key that it cannot tell', () => {
    assert.ok(problem([{ ...RSA, d: 'AQ' }]).includes('“RSA”'));
    assert.ok(
      problem([{ kty: ['x'], alg: ['x'] }]).includes(', in place 1. It then'),
      problem([{ kty: ['x'], alg: ['x'] }]),
    );
  });
});

describe('of a token, Schema Registry says', () => {
  const sign = (headers: object, claims: object = {}, alg = 'RS256') => {
    const input = `${b64({ ...RS256, kid: 'one', ...headers })}.${b64({ ...good, ...claims })}`;
    return `${input}.${signWith(KEY, alg, input).toString('base64url')}`;
  };
  const say = (token: string, keys: readonly unknown[] | null) => {
    const expected = {
      issuer: ISSUER,
      audiences: ['kafka'],
      subjectClaim: 'sub',
      startsWithoutExpectations: false,
    };
    return judgeToken(token, keys, expected, new Date(NOW * 1000));
  };
  const usual = sign({});
  const cut = `${usual.slice(0, -8)}AAAAAAAA`;
  for (const [what, token, keys, signature, told] of [
    ['nothing, if it is good', usual, [EC, RSA], 'verified', []],
    ['nothing, by a key with zeros before n', usual, [{ ...RSA, n: `AAAA${RSA['n']}` }], 'verified', []],
    ['nothing, by RS384', sign({ alg: 'RS384' }, {}, 'RS384'), [RSA], 'verified', []],
    ['nothing, by RS512', sign({ alg: 'RS512' }, {}, 'RS512'), [RSA], 'verified', []],
    ['nothing, with blanks around it', ` ${usual} `, [RSA], 'verified', []],
    ['nothing, where keys are not known', cut, null, 'not looked at', []],
    ['that it has a line break', `${usual}\n`, [RSA], 'verified', ['token: line breaks']],
    ['that it is no JWT', 'opaque', [RSA], 'refused', ['token: fewer than 3 parts']],
    [
      'that it is no JWT, and has a line break',
      'opaque\n',
      [RSA],
      'refused',
      ['token: line breaks', 'token: fewer than 3 parts'],
    ],
    ['that its header is none', form([], good), [RSA], 'refused', ['header: something other']],
    ['that its payload is none', form(RS256, []), [RSA], 'refused', ['kid: “k”', 'payload: something other']],
    ['that its signature is none', `${usual}~`, [RSA], 'refused', ['signature: something other']],
    [
      'that its signature is none, keys or not',
      `${usual}~`,
      null,
      'not looked at',
      ['signature: something other'],
    ],
    [
      'that its signature is by another key',
      cut,
      [RSA],
      'refused',
      ['signature: a signature that was not made'],
    ],
    ['that a header is critical', sign({ crit: ['exp'] }), [RSA], 'verified', ['crit: the list “exp”']],
    [
      'that its alg is of brokers alone',
      sign({ alg: 'PS256' }, {}, 'PS256'),
      [RSA],
      'refused',
      ['alg: “PS256”'],
    ],
    ['that its alg is none', sign({ alg: undefined }), [RSA], 'refused', ['alg: none']],
    [
      'that its alg is of brokers, and its kid unknown',
      sign({ alg: 'PS256', kid: 'x' }),
      [RSA],
      'refused',
      ['alg: “PS256”', 'kid: “x”'],
    ],
    [
      'that its alg is of brokers, and there is no kid',
      sign({ alg: 'PS256', kid: undefined }),
      [RSA],
      'refused',
      ['alg: “PS256”', 'kid: none'],
    ],
    [
      'that its alg is of brokers, and the key too',
      sign({ alg: 'ES256', kid: 'ec' }),
      [EC],
      'refused',
      ['alg: “ES256”', 'kid: “ec”, whose key is of type EC'],
    ],
    [
      'that its alg is of brokers, and the set broken',
      sign({ alg: 'ES256' }),
      [null],
      'refused',
      ['alg: “ES256”', 'signature: no key'],
    ],
    ['that there is no kid', sign({ kid: undefined }), [RSA], 'refused', ['kid: none']],
    ['that the kid is empty', sign({ kid: '' }), [RSA], 'refused', ['kid: an empty string']],
    ['that the kid is no text', sign({ kid: 5 }), [RSA], 'refused', ['kid: the number 5']],
    ['that the kid is unknown', sign({ kid: 'two' }), [RSA], 'refused', ['kid: “two”']],
    [
      'that the key is of another use',
      usual,
      [{ ...RSA, use: 'enc' }],
      'refused',
      ['kid: “one”, whose key has the use “enc”'],
    ],
    [
      'that the key is of no known use',
      usual,
      [{ ...RSA, use: 5 }],
      'refused',
      ['kid: “one”, whose key has the use that'],
    ],
    ['that the key has an empty use', usual, [{ ...RSA, use: '' }], 'refused', ['kid: “one”']],
    [
      'that the kid is unknown, and nothing of other keys',
      sign({ kid: 'x' }),
      [RSA, { ...RSA, kid: 'y', use: 'enc' }],
      'refused',
      ['kid: “x”'],
    ],
    ['that the set is broken', usual, [RSA, null], 'refused', ['signature: no key']],
    ['all at once', sign({ kid: 'x' }, { exp: 1, sub: 5 }), [RSA], 'refused', ['kid: “x”', 'exp: ', 'sub: ']],
  ] as const) {
    test(what, () => {
      const verdict = say(token, keys);
      assert.deepEqual(
        verdict.refusals.map(({ claim, has }, index) => `${claim}: ${has}`.slice(0, told[index]?.length)),
        told,
      );
      assert.equal(verdict.signature, signature);
      assert.equal(verdict.accepted, told.length === 0);
      assert.equal(verdict.principal, null);
      assert.equal(verdict.notes.length, keys === null && !what.includes('signature is none') ? 1 : 0);
      const isReadable = !/no JWT|payload is none/.test(what);
      assert.equal(verdict.expiresAt !== null, isReadable);
      if (what.includes('nothing of other')) assert.equal(verdict.refusals[0]?.has, '“x”');
      if (what.includes('empty use')) assert.ok(!verdict.refusals[0]?.has.includes('use'));
    });
  }

  test('which kids there are, for signatures', () => {
    const keys = [
      RSA,
      EC,
      { ...RSA, kid: 'enc', use: 'enc' },
      { ...RSA, kid: 5 },
      { ...RSA, kid: undefined },
    ];
    const expects = (set: readonly unknown[]) => say(sign({ kid: 'x' }), set).refusals[0]?.expects ?? '';
    assert.ok(expects(keys).endsWith('the kid “one”, “ec”'), expects(keys));
    assert.ok(expects([{ ...RSA, kid: 5 }]).endsWith('none with a kid that it can read'));
  });

  test('by which key and algorithm the signature should be', () => {
    assert.ok(say(cut, [RSA]).refusals[0]?.expects.includes('“one”, with RS256'));
    assert.ok(say(usual, [null]).refusals[0]?.expects.includes('in place 1'));
  });

  test('of b64, what it should be', () => {
    const [objection] = say(sign({ b64: false }), [RSA]).refusals;
    assert.deepEqual([objection?.claim, objection?.has], ['b64', 'false']);
  });
});
