import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeResult, remedyFor } from '../../../src/kafka/login/result.ts';

test('a name without an address is DNS, and not the IP filter', () => {
  const result = {
    how: 'no address',
    why: 'the name kafka.example.com cannot be resolved (ENOTFOUND)',
  } as const;
  assert.match(describeResult(result), /no connection \(the name kafka\.example\.com cannot be resolved/);
  assert.match(remedyFor(result), /^This is DNS, not the IP filter/);
  assert.doesNotMatch(remedyFor(result), /ip_filter/);
  assert.match(remedyFor({ how: 'no route', why: 'ETIMEDOUT' }), /ip_filter/);
});
