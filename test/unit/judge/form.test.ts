import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { insteadOfToken } from '../../../src/judge/broker/instead.ts';
import { judgeForm, judgeToken } from '../../../src/judge/broker/token.ts';

/** The form of a token alone: its length, its characters, its parts, and what is inside. */

const b64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const HEADER = { alg: 'RS256', kid: 'k' };
const jwt = (header: unknown = HEADER, payload: unknown = { sub: 'a' }, signature = 'c2ln') =>
  `${b64(header)}.${b64(payload)}.${signature}`;
const nested = (inner: string, cty: unknown = 'JWT') => jwt({ ...HEADER, cty }, inner);

describe('the form is right of', () => {
  for (const [what, token] of Object.entries({
    'a token': jwt(),
    'a token with blanks before it': `  ${jwt()}`,
    'a token with padding at its end': `${jwt()}==`,
    'a token with other characters of base64': `${jwt()}+/~_-`,
    'a token of the longest length': `${jwt()}${'A'.repeat(524_188 - jwt().length)}`,
    'a JWT inside a JWT': nested(jwt()),
    'a JWT inside a JWT inside a JWT': nested(nested(jwt(), 'application/jwt'), 'jWt'),
    'a cty that is not JWT': jwt({ ...HEADER, cty: 'xjwt' }),
    'a cty that begins with JWT': jwt({ ...HEADER, cty: 'jwt+x' }),
    'a cty that is null': jwt({ ...HEADER, cty: null }),
  })) {
    test(what, () => assert.deepEqual(judgeForm(token), []));
  }
});

describe('the form is wrong of', () => {
  const shortOf = (count: number) => Array.from({ length: count }, () => 'e30').join('.');
  for (const [what, token, told] of [
    [
      'a token that is too long',
      `${jwt()}${'A'.repeat(524_189 - jwt().length)}`,
      ['token: 524189 characters'],
    ],
    ['nothing', '', ['token: nothing', 'token: one part']],
    ['blanks', '  ', ['token: nothing', 'token: one part']],
    ['a token with a line break at its end', `${jwt()}\n`, ['token: spaces or line breaks']],
    ['a token with a blank at its end', `${jwt()} `, ['token: spaces or line breaks']],
    ['a token with a tab before it', `\t${jwt()}`, ['token: spaces or line breaks']],
    ['a token with another character at its end', `${jwt()}é`, ['token: characters that no token has']],
    ['padding inside', jwt(HEADER, { sub: 'a' }, 'c2l=n'), ['token: characters that no token has']],
    ['padding alone', '==', ['token: characters that no token has', 'token: one part']],
    ['1 part', 'e30', ['token: one part']],
    ['2 parts', shortOf(2), ['token: 2 parts']],
    ['4 parts', shortOf(4), ['token: 4 parts']],
    ['4 parts, one of them empty', 'e30.e30.e30.', ['token: 4 parts, an empty one']],
    ['4 parts, the third of them empty', 'e30.e30..e30', ['token: 4 parts, an empty one']],
    ['2 parts, with alg dir', `${b64({ alg: 'dir' })}.e30`, ['token: 2 parts']],
    ['a payload alone', '.e30.', ['token: 3 parts, an empty one']],
    ['5 parts', shortOf(5), ['token: 5 parts, as']],
    ['6 parts', shortOf(6), ['token: 6 parts']],
    ['5 parts, directly encrypted', `${b64({ alg: 'dir' })}..e30.e30.e30`, ['token: 5 parts and alg dir']],
    ['5 parts, encrypted by a key', `${b64({ alg: 'RSA-OAEP' })}..e30.e30.e30`, ['token: 5 parts, as']],
    ['5 parts of nothing to read', 'AA.AA.AA.AA.AA', ['token: 5 parts, as']],
    ['3 parts, with alg dir', jwt({ alg: 'dir' }, { sub: 'a' }, ''), ['signature: an empty signature']],
    ['no signature', jwt(HEADER, { sub: 'a' }, ''), ['signature: an empty signature']],
    ['no header', `.${b64({})}.c2ln`, ['token: 3 parts, an empty one']],
    ['no payload', `${b64(HEADER)}..c2ln`, ['token: 3 parts, an empty one']],
    ['no payload and no signature', `${b64(HEADER)}..`, ['token: 3 parts, an empty one']],
    ['a header that is no object', jwt([]), ['header: something other']],
    ['a payload that is no object', jwt(HEADER, []), ['payload: something other']],
    ['neither', jwt([], []), ['header: something other', 'payload: something other']],
    [
      'a header twice',
      jwt('{"alg":"a","kid":"k","alg":"b","kid":"l","alg":"c"}'),
      ['token: a header more than once, “alg”, “kid”'],
    ],
    ['a cty that is no text', jwt({ ...HEADER, cty: 5 }), ['cty: the number 5']],
    ['a cty that is a list', jwt({ ...HEADER, cty: ['jwt'] }), ['cty: the list']],
    ['a JWT that has none inside', jwt({ ...HEADER, cty: 'jwt' }), ['cty: “jwt”']],
    ['a JWT inside that is opaque', nested('opaque'), ['token: one part']],
    ['a JWT inside that is unsigned', nested(jwt(HEADER, {}, '')), ['signature: an empty signature']],
    ['a JWT inside whose header is none', nested(jwt([])), ['header: something other']],
  ] as const) {
    test(what, () => {
      const objections = judgeForm(token).map(({ claim, has }) => `${claim}: ${has}`);
      assert.deepEqual(
        objections.map((text, index) => text.slice(0, told[index]?.length)),
        told,
      );
      if (what === '4 parts') assert.deepEqual(objections, told);
    });
  }

  test('5 parts in a row, whatever their alg, is not told as unsigned', () =>
    assert.ok(judgeForm(shortOf(5)).every(({ claim }) => claim === 'token')));
});

describe('of what has the wrong form', () => {
  const expected = { issuer: null, audiences: [], subjectClaim: 'sub', kafkaVersion: '4.1' };
  const now = new Date(1_795_000_000_000);
  const good = { sub: 'a', iat: 1_795_000_000, exp: 1_795_000_600 };

  test('the claims are judged nevertheless, where there are any', () => {
    const verdict = judgeToken(jwt(HEADER, { ...good, exp: 5 }, ''), null, expected, now);
    assert.deepEqual(
      verdict.refusals.map(({ claim }) => claim),
      ['signature', 'exp', 'exp'],
    );
    assert.deepEqual(verdict.expiresAt, new Date(5000));
  });

  test('of 4 parts, too', () => {
    const verdict = judgeToken(`${jwt(HEADER, good)}.x`, null, expected, now);
    assert.deepEqual(verdict.expiresAt, new Date(good.exp * 1000));
  });

  for (const [what, token, told] of [
    ['an empty signature', jwt(HEADER, good, ''), ['signature']],
    ['no signature', jwt(HEADER, good).split('.').slice(0, 2).join('.'), ['token']],
    ['a payload that is no object', jwt({ ...HEADER, kid: 'x' }, []), ['kid', 'payload']],
    ['a blank at its end', `${jwt({ ...HEADER, kid: 'x' }, good)} `, ['token', 'kid']],
  ] as const) {
    test(`${what}: nothing is told twice, whatever the keys`, () =>
      assert.deepEqual(
        judgeToken(token, [], expected, now).refusals.map(({ claim }) => claim),
        told,
      ));
  }

  test('nobody is the principal', () => {
    const verdict = judgeToken(jwt(HEADER, good, ''), null, expected, now);
    assert.equal(verdict.accepted, false);
    assert.equal(verdict.principal, null);
  });

  test('a claim that stands there twice is told', () => {
    const payload = JSON.stringify(good).replace('{', '{"sub":"b",');
    const verdict = judgeToken(jwt(HEADER, payload), null, expected, now);
    assert.deepEqual(
      verdict.refusals.map(({ claim, has }) => `${claim}: ${has}`),
      ['token: a claim more than once, “sub”'],
    );
  });

  for (const [what, token] of [
    ['too long', 'A'.repeat(524_189)],
    ['something else', 'null'],
  ] as const) {
    test(`${what}: it is refused as a whole`, () => {
      const verdict = judgeToken(token, null, expected, now);
      assert.equal(verdict.signature, 'refused');
      assert.equal(verdict.accepted, false);
      assert.equal(verdict.refusals.length, 1);
      assert.deepEqual(verdict.notes, []);
      assert.equal(verdict.expiresAt, null);
    });
  }

  test('a signature is not looked at where the keys are not known, whatever else is wrong', () => {
    assert.equal(judgeToken('e30', null, expected, now).signature, 'not looked at');
    assert.equal(judgeToken(jwt(HEADER, good), null, expected, now).signature, 'not looked at');
    assert.equal(judgeToken(jwt(HEADER, good), [], expected, now).signature, 'refused');
  });
});

describe('what stands in the place of a token is told by its beginning and end alone', () => {
  for (const [text, has] of [
    ['None', 'a missing value'],
    ["'nil'", 'a missing value'],
    [' null\n', 'a missing value'],
    ['nullx', null],
    ['xnull', null],
    ['"a', null],
    ['x"a"', null],
    ['"a"x', null],
    ['a"', null],
    ['`a`', 'quotation marks'],
    ['"a\nb"', 'quotation marks'],
    ['{\n"id_token" : "x"}', 'the whole answer'],
    ['{"error" :1}', 'an error of the token endpoint'],
    ['{"my_error":1}', 'JSON'],
    ['[1]', 'JSON'],
    ['x{"error":1}', null],
    ['x{"access_token":1}', null],
    ['x[1]', null],
    ['<?xml?>', 'HTML or XML'],
    ['<a>', 'HTML or XML'],
    ['<1', null],
    ['x<a>', null],
    ['Error: x', 'an error message'],
    ['errors', null],
    ['Forbidden', 'an error message'],
    ['x curl:', null],
    ['Unauthorized', 'an error message'],
    ['token: x', 'a prefix'],
    ['JWT x', 'a prefix'],
    ['Bearer:x', 'a prefix'],
    ['bearerx', null],
    ['x bearer y', null],
    ['Authorization:bearer x', 'a prefix'],
    ['id_token=x', 'the name of its field'],
    ['TOKEN=x', 'the name of its field'],
    ['xtoken=x', null],
    ['ya29x', null],
    ['xya29.x', null],
    ['gho_x', 'GitHub'],
    ['ghp_x', 'GitHub'],
    ['ghr_x', 'GitHub'],
    ['ghs_x', 'GitHub'],
    ['ghu_x', 'GitHub'],
    ['github_pat_x', 'GitHub'],
    ['gha_x', null],
    ['xghp_x', null],
    ['glpat-x', 'GitLab'],
    ['glptt-x', 'GitLab'],
    ['gl-x', null],
    ['xglpat-x', null],
  ] as const) {
    test(JSON.stringify(text), () => {
      const found = insteadOfToken(text);
      if (has === null) assert.equal(found, null);
      else assert.ok(found?.has.includes(has), found?.has);
      assert.equal(found?.claim ?? 'token', 'token');
    });
  }
});
