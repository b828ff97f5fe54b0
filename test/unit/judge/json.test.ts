import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readObject } from '../../../src/judge/jws/json.ts';
import { claimsOf, decodeBase64, readJws } from '../../../src/judge/jws/jws.ts';

/** JSON and base64 as jose4j reads them, which is not as others do. */

/** What was read, in a form that can be compared: maps as lists of pairs. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return [...value].map(([name, item]) => [name, plain(item)]);
  return Array.isArray(value) ? value.map(plain) : value;
}

describe('an object of JSON is read with', () => {
  for (const [text, members] of [
    ['{}', []],
    ['\t\r\n {} ', []],
    [
      '{"a":null,"b":true,"c":false}',
      [
        ['a', null],
        ['b', true],
        ['c', false],
      ],
    ],
    [
      '{"a":1,"b":-12,"c":007}',
      [
        ['a', 1n],
        ['b', -12n],
        ['c', 7n],
      ],
    ],
    [
      '{"a":1.5,"b":10e2,"c":1E+2,"d":5e-1,"e":12.25E-1}',
      [
        ['a', 1.5],
        ['b', 1000],
        ['c', 100],
        ['d', 0.5],
        ['e', 1.225],
      ],
    ],
    ['{"a":9223372036854775808}', [['a', 9_223_372_036_854_775_808n]]],
    ['{"a":[1,[2,"x"],{}]}', [['a', [1n, [2n, 'x'], []]]]],
    ['{"a":{"b":{"c":1}}}', [['a', [['b', [['c', 1n]]]]]]],
    ['{"__proto__":1}', [['__proto__', 1n]]],
    ['{"":""}', [['', '']]],
    // Commas and colons may be missing or repeated.
    [
      '{"a" 1 "b" 2}',
      [
        ['a', 1n],
        ['b', 2n],
      ],
    ],
    [
      '{,"a"::1,,"b":2,}',
      [
        ['a', 1n],
        ['b', 2n],
      ],
    ],
    ['{"a":[1 2,,3,]}', [['a', [1n, 2n, 3n]]]],
    ['{"a"{"b"[true]}}', [['a', [['b', [true]]]]]],
    // Strings may hold control characters, and escapes that do not exist.
    ['{"a":"\n\t"}', [['a', '\n\t']]],
    [String.raw`{"a":"\b\f\n\r\t\"\\\/"}`, [['a', '\b\f\n\r\t"\\/']]],
    [String.raw`{"a":"\u0041\u00e9\uD83D\uDD11"}`, [['a', 'Aé🔑']]],
    [String.raw`{"a":"\x\u12"}`, [['a', String.raw`\x\u12`]]],
    [String.raw`{"\u0061":"\u004a\u004A"}`, [['a', 'JJ']]],
    [
      String.raw`{"a":"\\u0041","b":"\\\""}`,
      [
        ['a', String.raw`\u0041`],
        ['b', '\\"'],
      ],
    ],
  ] as const) {
    test(text, () => {
      const read = readObject(text);
      assert.deepEqual(plain(read?.object), members);
      assert.deepEqual(read?.repeated, []);
    });
  }

  test('names that are repeated, of which the first value is kept', () => {
    const read = readObject('{"a":1,"b":{"c":2,"c":3},"a":4,"a":5}');
    assert.deepEqual(plain(read?.object), [
      ['a', 1n],
      ['b', [['c', 2n]]],
    ]);
    assert.deepEqual(read?.repeated, ['c', 'a', 'a']);
  });
});

describe('no object of JSON is', () => {
  for (const text of [
    '',
    ' ',
    '1',
    'null',
    '"a"',
    '[]',
    '[{}]',
    '{',
    '{}}',
    '}',
    ']',
    ':',
    ',{}',
    '{},',
    '{}{}',
    '{} 1',
    '1{}',
    '{]',
    '{"a":[}',
    '{"a":1]',
    '{"a"}',
    '{"a":}',
    '{"a",1}',
    '{"a":,1}',
    '{:"a":1}',
    '{"a":[:]}',
    '{1:2}',
    '{null:2}',
    '{1}',
    '{null}',
    '{{}}',
    '{{}',
    '{[]}',
    '{[}',
    '{{}:1}',
    '{[]:1}',
    '{"a":tru}',
    '{"a":NaN}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":1.}',
    '{"a":1e}',
    '{"a":-}',
    "{'a':1}",
    '{a:1}',
    '{"a":"b',
    String.raw`{"a":"b\"}`,
    '\ufeff{}',
    '\u00a0{}',
    '\f{}',
    '{"a":1}//',
  ]) {
    test(JSON.stringify(text), () => assert.equal(readObject(text), null));
  }
});

describe('base64 is read', () => {
  for (const [text, bytes] of [
    ['', ''],
    ['YQ', 'a'],
    ['YQ==', 'a'],
    ['YWI=YWI=', 'ab'],
    ['=YQ', ''],
    ['Y Q\n', 'a'],
    ['Y.é!Q', 'a'],
    ['_-_-', '\xff\xef\xfe'],
    ['/+/+', '\xff\xef\xfe'],
    ['YR', 'a'],
  ] as const) {
    test(JSON.stringify(text), () => assert.equal(decodeBase64(text).toString('latin1'), bytes));
  }
});

const b64 = (text: string) => Buffer.from(text).toString('base64url');

describe('the claims of a token, unjudged, are', () => {
  for (const [token, claims] of [
    [`e30.${b64('{"sub":"é"}')}.AA`, [['sub', 'é']]],
    [`e30.${b64('{"sub":"a"}')}`, [['sub', 'a']]],
    ['opaque', undefined],
    ['', undefined],
    [`e30.${b64('[]')}.AA`, undefined],
  ] as const) {
    test(token, () => assert.deepEqual(plain(claimsOf(token) ?? undefined), claims));
  }
});

describe('a signed token is taken apart', () => {
  const [payload, signature] = [b64('{"sub":"é"}'), b64('signed')];
  for (const [header, text] of [
    ['{}', '{"sub":"é"}'],
    ['{"b64":true}', '{"sub":"é"}'],
    ['{"b64":"false"}', '{"sub":"é"}'],
    ['{"b64":false}', payload],
    ['{"alg":"ñ","b64":false}', payload],
    ['no object', '{"sub":"é"}'],
  ] as const) {
    test(header, () => {
      const jws = readJws([b64(header), payload, signature]);
      assert.equal(jws.payload, text);
      assert.equal(jws.signingInput.toString(), `${b64(header)}.${payload}`);
      assert.equal(jws.signature.toString(), 'signed');
      assert.equal(jws.header === null, header === 'no object');
      if (header.includes('alg')) assert.equal(jws.header?.object.get('alg'), 'ñ');
    });
  }
});
