import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judgeClaims } from '../../../src/judge/broker/claims.ts';
import { readObject } from '../../../src/judge/jws/json.ts';
import type { TokenExpectations } from '../../../src/judge/verdict.ts';

/** The claims of a token beside the settings of a broker. */

const NOW = 1_795_000_000;
const ISSUER = 'https://idp.example.com';
const good = { iss: ISSUER, aud: 'kafka', sub: 'alice', iat: NOW, exp: NOW + 600 };

function judge(claims: Record<string, unknown>, settings: Partial<TokenExpectations> = {}) {
  const expected = {
    issuer: ISSUER,
    audiences: ['kafka'],
    subjectClaim: 'sub',
    kafkaVersion: '4.1',
    ...settings,
  };
  const read = readObject(JSON.stringify({ ...good, ...claims }));
  return judgeClaims(read?.object ?? new Map(), expected, new Date(NOW * 1000));
}

type Case = readonly [what: string, claims: Record<string, unknown>, settings?: Partial<TokenExpectations>];

describe('a broker takes', () => {
  for (const [what, claims, settings, name = 'alice'] of [
    ['a token of the usual kind', {}],
    ['any issuer, where none is expected', { iss: 'https://other.example.com' }, { issuer: null }],
    ['no issuer, where none is expected', { iss: undefined }, { issuer: null }],
    ['any issuer, where a blank one is expected', { iss: 'x' }, { issuer: ' \t' }],
    ['the issuer, with blanks around what is expected', {}, { issuer: ` ${ISSUER}\n` }],
    ['one audience of several', { aud: ['other', 'kafka'] }],
    ['an audience beside null', { aud: [null, 'kafka'] }],
    ['an audience, where several are expected', { aud: 'orders' }, { audiences: ['kafka', 'orders'] }],
    ['no audience, where none is expected', { aud: undefined }, { audiences: [] }],
    ['a subject with blanks around it', { sub: ' \u0001alice\t ' }],
    ['a subject with another blank around it', { sub: '\u00a0alice\u00a0' }, {}, '\u00a0alice\u00a0'],
    ['a subject of one letter', { sub: 'a' }, {}, 'a'],
    ['a subject of DEL', { sub: '\u007f' }, {}, '\u007f'],
    ['a subject by another claim', { azp: 'orders' }, { subjectClaim: 'azp' }, 'orders'],
    [
      'a subject by a claim with blanks around its name',
      { azp: 'orders' },
      { subjectClaim: ' azp ' },
      'orders',
    ],
    ['sub null, where another claim names the client', { sub: null, azp: 'a' }, { subjectClaim: 'azp' }, 'a'],
    ['jti as a text, or none', { jti: 'x' }],
    ['a scope', { scope: 'read write' }],
    ['scopes', { scope: ['read', 'write'] }],
    ['no scopes', { scope: [] }],
    ['a scope that is a number', { scope: 5 }],
    ['a scope that is an object', { scope: { a: '' } }],
    ['a scope that is null', { scope: null }],
  ] as readonly [...Case, name?: string][]) {
    test(what, () => {
      const verdict = judge(claims, settings);
      assert.deepEqual(verdict.refusals, []);
      assert.deepEqual(verdict.notes, []);
      assert.equal(verdict.name, name);
    });
  }
});

describe('a broker refuses', () => {
  for (const [what, claims, settings, refused, has, expects] of [
    ['another issuer', { iss: 'x' }, {}, ['iss'], '“x”', `“${ISSUER}”`],
    [
      'the issuer in other case',
      { iss: 'https://IDP.example.com' },
      {},
      ['iss'],
      '“https://IDP.example.com”',
    ],
    ['the issuer with a slash', { iss: `${ISSUER}/` }, {}, ['iss'], `“${ISSUER}/”`],
    ['the issuer with a blank', { iss: `${ISSUER} ` }, {}, ['iss'], `“${ISSUER} ”`],
    ['no issuer', { iss: undefined }, {}, ['iss'], 'none', `“${ISSUER}”`],
    ['null for the issuer', { iss: null }, {}, ['iss'], 'none'],
    ['a list for the issuer, once', { iss: [ISSUER] }, {}, ['iss'], `the list “${ISSUER}”`, 'a string'],
    [
      'a list for the issuer, where none is expected',
      { iss: [] },
      { issuer: null },
      ['iss'],
      'an empty list',
    ],
    ['another audience', { aud: 'other' }, {}, ['aud'], '“other”', '“kafka”'],
    ['the audience in other case', { aud: 'Kafka' }, {}, ['aud'], '“Kafka”'],
    [
      'another audience, of several',
      { aud: 'x' },
      { audiences: ['a', 'b'] },
      ['aud'],
      '“x”',
      'one of “a”, “b”',
    ],
    ['no audience', { aud: undefined }, {}, ['aud'], 'none', '“kafka”'],
    ['null for the audience', { aud: null }, {}, ['aud'], 'none'],
    ['an empty list of audiences', { aud: [] }, {}, ['aud'], 'an empty list', '“kafka”'],
    ['null among the audiences alone', { aud: [null] }, {}, ['aud'], 'a list with items'],
    ['an audience that is a number', { aud: 5 }, {}, ['aud'], 'the number 5', 'a string or a list'],
    ['an audience that is an object', { aud: { kafka: 1 } }, {}, ['aud'], 'an object', 'a string or a list'],
    [
      'a number among the audiences',
      { aud: ['kafka', 5] },
      {},
      ['aud'],
      'a list with items',
      'a string or a list',
    ],
    [
      'an audience, where none is expected',
      { aud: 'kafka' },
      { audiences: [] },
      ['aud'],
      '“kafka”',
      'no audience at all',
    ],
    [
      'no audiences, where none is expected',
      { aud: [] },
      { audiences: [] },
      ['aud'],
      'an empty list',
      'no audience',
    ],
    ['no subject', { sub: undefined }, {}, ['sub'], 'none', 'not blank'],
    ['null for the subject', { sub: null }, {}, ['sub'], 'none'],
    ['an empty subject', { sub: '' }, {}, ['sub'], 'an empty string'],
    ['a blank subject', { sub: ' \t' }, {}, ['sub'], ', which is blank'],
    ['a number for the subject, once', { sub: 5 }, {}, ['sub'], 'the number 5', 'not blank'],
    ['a number for the subject, with blanks around its name', { sub: 5 }, { subjectClaim: ' sub' }, ['sub']],
    ['a subject by a claim that is not there', {}, { subjectClaim: 'azp' }, ['azp'], 'none'],
    [
      'sub as a number, where another claim names the client',
      { sub: 5, azp: 'a' },
      { subjectClaim: 'azp' },
      ['sub'],
      'the number 5',
      'nothing else',
    ],
    ['jti as a number', { jti: 5 }, {}, ['jti'], 'the number 5', 'nothing else'],
    ['an empty scope', { scope: '' }, {}, ['scope'], 'an empty string', 'none of them blank'],
    ['a blank scope', { scope: ' ' }, {}, ['scope'], '“ ”', 'none of them blank'],
    ['a blank among the scopes', { scope: ['a', '\t'] }, {}, ['scope'], 'the list', 'none of them blank'],
    [
      'a number among the scopes',
      { scope: ['a', 5] },
      {},
      ['scope'],
      'a list with items',
      'none of them blank',
    ],
    ['a scope twice', { scope: ['a', 'b', 'a'] }, {}, ['scope'], 'the list', 'repetitions'],
    ['a scope twice, but for blanks', { scope: ['a', ' a '] }, {}, ['scope'], 'the list', 'repetitions'],
    [
      'everything at once',
      { iss: 'x', aud: 'x', sub: '', jti: 5, scope: '', exp: null },
      {},
      ['exp', 'iss', 'aud', 'sub', 'jti', 'scope'],
    ],
  ] as readonly [...Required<Case>, refused: string[], has?: string, expects?: string][]) {
    test(what, () => {
      const verdict = judge(claims, settings);
      assert.deepEqual(
        verdict.refusals.map(({ claim }) => claim),
        refused,
      );
      const [objection] = verdict.refusals;
      if (has !== undefined) assert.ok(objection?.has.includes(has), objection?.has);
      if (expects !== undefined) assert.ok(objection?.expects.includes(expects), objection?.expects);
      assert.deepEqual(verdict.notes, []);
      if (refused.includes('sub') && settings.subjectClaim !== 'azp') assert.equal(verdict.name, null);
    });
  }
});

describe('the way out is by what the token has:', () => {
  for (const [what, claims, settings, has, remedy] of [
    ['no issuer', { iss: undefined }, {}, 'none', 'put iss into'],
    ['another issuer', { iss: 'x' }, {}, '“x”', 'Set expected-issuer to “x”'],
    ['no audience', { aud: undefined }, {}, 'none', 'that expected-audience names'],
    ['another audience', { aud: 'x' }, {}, '“x”', 'Add “x” to expected-audience'],
    ['an audience that is a number', { aud: 5 }, {}, 'the number 5', 'put aud into'],
    ['an empty subject', { sub: '' }, {}, 'an empty string', 'as a string in “sub”'],
    ['a blank subject', { sub: ' ' }, {}, '“ ”, which is blank', 'as a string in “sub”'],
    ['no subject', {}, { subjectClaim: 'azp' }, 'none', 'Set sub-claim-name'],
    ['a jti that is a number', { jti: 5 }, {}, 'the number 5', 'put jti into'],
    ['a blank scope', { scope: ' ' }, {}, '“ ”', 'scope'],
  ] as const) {
    test(what, () => {
      const [objection] = judge(claims, settings).refusals;
      assert.equal(objection?.has, has);
      assert.ok(objection?.remedy.includes(remedy), objection?.remedy);
    });
  }
});

describe('where nothing is expected, from Kafka 4.4 on', () => {
  const unset = { issuer: null, audiences: [] };
  for (const [what, claims, has, remedy] of [
    [
      'an issuer',
      { aud: undefined },
      [`“${ISSUER}”`, 'none'],
      [`Set expected-issuer to “${ISSUER}”`, 'expected-audience names'],
    ],
    [
      'no issuer',
      { aud: undefined, iss: undefined },
      ['none', 'none'],
      ['Set expected-issuer.', 'expected-audience'],
    ],
    [
      'an audience',
      { iss: 'x' },
      ['“x”', '“kafka”'],
      ['Set expected-issuer to “x”', 'Set expected-audience to “kafka”'],
    ],
  ] as const) {
    test(`a token with ${what}`, () => {
      const { refusals, notes } = judge(claims, { ...unset, kafkaVersion: '4.4' });
      assert.deepEqual(
        refusals.map(({ claim }) => claim),
        ['iss', 'aud'],
      );
      for (const [index, objection] of refusals.entries()) {
        assert.equal(objection.has, has[index]);
        assert.ok(objection.remedy.includes(remedy[index] ?? ''), objection.remedy);
      }
      assert.match(refusals[0]?.expects ?? '', /an expected issuer .*Kafka 4\.4 does not start/);
      if (what !== 'an audience')
        assert.match(refusals[1]?.expects ?? '', /an expected audience .*Kafka 4\.4/);
      assert.deepEqual(notes, []);
    });
  }

  test('an issuer that is no text is told twice, each for its reason', () => {
    const { refusals } = judge(
      { iss: 5, aud: undefined },
      { issuer: null, audiences: [], kafkaVersion: '4.4' },
    );
    assert.deepEqual(
      refusals.map(({ claim, has }) => `${claim} ${has}`),
      ['iss none', 'aud none', 'iss the number 5'],
    );
  });

  for (const kafkaVersion of [null, '']) {
    test(`it is said where the version is ${kafkaVersion ?? 'unknown'}`, () => {
      const { refusals, notes } = judge({ aud: undefined }, { ...unset, kafkaVersion });
      assert.deepEqual(refusals, []);
      assert.deepEqual(
        notes.map((note) => /^(\S+) is not set: from Kafka 4\.4/.exec(note)?.[1]),
        ['expected-issuer', 'expected-audience'],
      );
    });
  }
});

describe('the claims that could name the client', () => {
  for (const [what, claims, named] of [
    ['are told', { azp: 'orders', client_id: 'x' }, '“azp”, “client_id”'],
    ['are no blanks, numbers and lists', { azp: ' ', client_id: 5, groups: ['x'] }, null],
    [
      'are none that are about the token itself',
      Object.fromEntries(
        'jti scope nonce at_hash c_hash typ acr sid token_use'.split(' ').map((name) => [name, 'x']),
      ),
      null,
    ],
  ] as const) {
    test(what, () => {
      const [objection] = judge({ ...claims, sub: undefined }).refusals;
      assert.ok(objection?.remedy.includes(named ?? 'put a name for the client'), objection?.remedy);
      assert.equal(objection?.remedy.startsWith('Set sub-claim-name'), named !== null);
    });
  }
});

describe('a token says when it expires', () => {
  for (const [exp, at] of [
    [NOW + 600, NOW + 600],
    [NOW - 600, NOW - 600],
    [undefined, null],
    ['x', null],
    [8_640_000_000_001, null],
  ] as const) {
    test(String(exp), () =>
      assert.deepEqual(judge({ exp }).expiresAt, at === null ? null : new Date(at * 1000)),
    );
  }
});
