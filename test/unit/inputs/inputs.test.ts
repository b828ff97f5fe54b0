import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Inputs } from '../../../src/inputs/inputs.ts';
import { maskable, withoutCredentials } from '../../../src/inputs/secrets.ts';

const given = (raw: Record<string, string>) => new Inputs((name) => raw[name]);

describe('an input', () => {
  test('is text without blanks around it, or its default', () => {
    assert.equal(given({ project: ' \n a b\t' }).text('project'), 'a b');
    for (const empty of ['', ' ', '\r\n'])
      assert.equal(given({ 'api-url': empty }).text('api-url'), 'https://api.aiven.io');
  });

  test('is a list between commas and new lines', () => {
    assert.deepEqual(given({ project: 'a, b\r\nc\n\n,a,' }).list('project'), ['a', 'b', 'c']);
    assert.deepEqual(given({}).list('project'), []);
  });

  for (const word of ['true', 'True', 'TRUE']) {
    test(`is a boolean: ${word}`, () => assert.equal(given({ wait: word }).flag('wait'), true));
  }
  for (const word of ['false', 'False', 'FALSE']) {
    test(`is a boolean: ${word}`, () => assert.equal(given({ wait: word }).flag('wait'), false));
  }
  for (const word of [
    'tRUE',
    'yes',
    'on',
    '1',
    'null',
    '~',
    'truefalse',
    'xtrue',
    'truex',
    'xfalse',
    'falsex',
  ]) {
    test(`is no boolean: ${word}`, () => {
      const inputs = given({ wait: word });
      inputs.flag('wait');
      assert.throws(() => inputs.throwProblems(), new RegExp(`wait “${word}” is not a boolean`));
    });
  }

  test('is its default also where that is spelled otherwise', () => {
    assert.ok(given({ wait: 'TRUE' }).isDefault('wait'));
    assert.ok(given({}).isDefault('wait'));
    assert.ok(!given({ wait: 'false' }).isDefault('wait'));
    assert.ok(!given({ project: 'true' }).isDefault('project'));
    assert.ok(given({ 'wait-timeout-minutes': ' 15.0 ' }).isDefault('wait-timeout-minutes'));
    assert.ok(!given({ 'wait-timeout-minutes': '15.1' }).isDefault('wait-timeout-minutes'));
    assert.ok(!given({ project: '0' }).isDefault('project'), 'nothing is no number');
  });
});

describe('a quoted value', () => {
  test('has no secret in it', () => {
    const inputs = given({ 'aiven-token': 'sesame', 'test-token': 'one\ntwo' });
    assert.equal(inputs.quote('sesame, one, two'), '“***, ***, ***”');
    assert.equal(
      given({ 'service-name': 'x-sesame', 'aiven-token': 'sesame' }).shown('service-name'),
      'x-***',
    );
  });
});

describe('what is told without credentials', () => {
  for (const [text, told] of [
    ['https://me:pw@a.example.com/x', 'https://***@a.example.com/x'],
    ['https://me@a.example.com', 'https://***@a.example.com'],
    ['https://a:b@c:d@a.example.com', 'https://***@a.example.com'],
    ['https://a.example.com/@scope', 'https://a.example.com/@scope'],
    ['me@example.com', 'me@example.com'],
    ['see https://a.example.com?x=1@2', 'see https://a.example.com?x=1@2'],
  ] as const) {
    test(text, () => assert.equal(withoutCredentials(text, []), told));
  }
});

test('blanks alone are not masked', () => {
  assert.deepEqual(maskable(' \n\t'), []);
  assert.deepEqual(maskable(''), []);
  assert.deepEqual(maskable(' a\n\nb '), [' a\n\nb ', 'a\n\nb', 'a', 'b']);
});

test('without a problem nothing is thrown', () => given({}).throwProblems());
