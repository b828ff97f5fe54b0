import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { explainRefusal, explainSilence, isNotYetMember, readApiError } from '../../../src/aiven/errors.ts';
import { BadRequest, Conflict, Failure, Forbidden, UnknownResource } from '../../../src/failure.ts';
import { NetworkFault } from '../../../src/net/faults.ts';

/** What Aiven says no with, in its own words, and the way out. */

const CALL = {
  operation: 'ServiceUpdate',
  method: 'PUT',
  resource: 'service a/b',
  permission: 'service:configuration:write',
};
const API = new URL('https://api.example.com/');

function read(body: unknown, headers: Record<string, string> = {}, status = 400) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = { status, headers, bytes: Buffer.from(text), body: text };
  return readApiError(answer, (words) => words.replaceAll('secret', '***'));
}

const explain = (status: number, more: object = {}, error: object = {}) =>
  explainRefusal({ ...CALL, ...more }, { status, code: '', message: 'no', location: '', ...error }, API);

describe('the words of an error', () => {
  for (const [what, body, message] of [
    ['nothing', ' \n', 'no explanation'],
    ['HTML', '\n<html>', 'an HTML page'],
    ['text', 'upstream failed', 'unreadable text'],
    ['JSON of another shape', '[]', 'unreadable text'],
    ['a message', { message: 'Invalid value.' }, 'Invalid value'],
    ['a message with dots', { message: 'a.b is 1.5.' }, 'a.b is 1.5'],
    ['no message', { message: null, errors: null }, 'no explanation'],
    [
      'a message and details',
      { message: 'Bad', errors: [{ message: 'Bad' }, { message: 'too long' }, { message: null }] },
      'Bad; too long',
    ],
    ['details alone', { errors: [{ message: 'too long' }, { message: 'too odd' }] }, 'too long; too odd'],
    ['several lines', { message: 'one\n\n two' }, 'one two'],
    ['a secret', { message: 'the secret is bad' }, 'the *** is bad'],
  ] as const) {
    test(`of ${what}`, () => assert.equal(read(body).message, message));
  }
  test('are 400 characters at most', () =>
    assert.equal(read({ message: 'x'.repeat(500) }).message.length, 400));
  test('come with no code and no place where there are none', () => {
    for (const body of ['<html>', {}]) assert.deepEqual([read(body).code, read(body).location], ['', '']);
  });
  test('come with the code and the place that it redirects to', () => {
    const error = read(
      { errors: [{ error_code: 'retired_api_endpoint' }, { error_code: 'y' }] },
      { location: '/secret' },
    );
    assert.equal(error.code, 'retired_api_endpoint');
    assert.equal(error.location, '/***');
    assert.equal(read({}).code, '');
    assert.equal(read({}).location, '');
  });
});

test('not a member, or not yet, is said with 403 and in any case of letters', () => {
  const error = { status: 403, code: '', message: 'NOT A PROJECT MEMBER', location: '' };
  assert.ok(isNotYetMember(error));
  assert.ok(!isNotYetMember({ ...error, status: 404 }));
  assert.ok(!isNotYetMember({ ...error, message: 'Forbidden' }));
});

describe('a refusal', () => {
  test('says what failed, and which status it was', () =>
    assert.equal(explain(401).problem, 'ServiceUpdate for service a/b: Aiven answered 401 (no).'));

  for (const [status, Kind] of [
    [400, BadRequest],
    [403, Forbidden],
    [404, UnknownResource],
    [409, Conflict],
  ] as const) {
    test(`with ${status} is a ${Kind.name}`, () => assert.ok(explain(status) instanceof Kind));
  }
  test('with another status is none of these', () => assert.equal(explain(401).constructor, Failure));

  for (const [status, title, remedy] of [
    [410, 'Aiven has retired an API call', /update it to the newest one/],
    [301, 'The Aiven API redirects elsewhere', /sent only to api\.example\.com\. Check api-url\.$/],
    [399, 'The Aiven API redirects elsewhere', /Check api-url/],
    [300, 'The Aiven API redirects elsewhere', /Check api-url/],
    [400, 'Aiven refused the request', /^Nothing was changed by this call\. Fix what/],
    [401, 'Aiven does not accept the token', /Check the input aiven-token/],
    [
      403,
      'The token lacks a permission',
      /^Nothing was changed by this call\. Give .* service:configuration:write/,
    ],
    [404, 'Aiven cannot find this resource', /typing mistake, .* can see service a\/b/],
    [409, 'Aiven reports a conflict', /Something else is changing service a\/b/],
    [429, 'Aiven limits the request rate', /one concurrency group/],
    [500, 'The Aiven API is in trouble', /status\.aiven\.io/],
    [422, 'The Aiven API is in trouble', /status\.aiven\.io/],
  ] as const) {
    test(`with ${status}: ${title}`, () => {
      const failure = explain(status);
      assert.equal(failure.title, title);
      assert.match(failure.remedy, remedy);
    });
  }

  test('of a read does not say that nothing was changed', () => {
    for (const status of [400, 403]) assert.match(explain(status, { method: 'GET' }).remedy, /^(Fix|Give) /);
  });
  test('by a code for what is retired is told as that', () =>
    assert.equal(explain(404, {}, { code: 'retired_api_endpoint' }).title, 'Aiven has retired an API call'));
  test('of one who is not yet a member says that it may pass', () => {
    assert.match(
      explain(403, {}, { message: 'Not a project member' }).remedy,
      /for a while after a project was created/,
    );
    assert.ok(!explain(403).remedy.includes('for a while'));
  });
  test('with a 404 that good tokens get as well says so', () =>
    assert.match(explain(404, { retryNotFound: true }).remedy, /to valid tokens, too/));
  test('that redirects says where to', () => {
    assert.match(
      explain(302, {}, { location: 'https://x.example.com/a' }).remedy,
      /redirects to x\.example\.com\)/,
    );
    assert.match(explain(302, {}, { location: '/a' }).remedy, /redirects to another path\)/);
  });
});

describe('silence', () => {
  const fault = (kind: NetworkFault['kind'], remedy = '') => new NetworkFault(kind, 'it hung up', { remedy });
  test('is told as what it is', () => {
    const failure = explainSilence(CALL, fault('lost'));
    assert.equal(failure.title, 'The Aiven API cannot be reached');
    assert.equal(failure.problem, 'ServiceUpdate for service a/b: it hung up.');
    assert.match(failure.remedy, /Run the step again/);
    assert.ok(failure.cause instanceof NetworkFault);
  });
  test('over TLS is a matter of trust', () => {
    const failure = explainSilence(CALL, fault('untrusted', 'Renew it.'));
    assert.equal(failure.title, 'The Aiven API cannot be trusted');
    assert.equal(failure.remedy, 'Renew it.');
  });
});
