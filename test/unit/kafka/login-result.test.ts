import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  describeResult,
  isTurnedAway,
  isWelcome,
  type LoginResult,
  remedyFor,
} from '../../../src/kafka/login/result.ts';

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

describe('a login ends', () => {
  const OFFERED = ['PLAIN', 'OAUTHBEARER'];
  const why = 'x';
  for (const [result, kind, said, remedy] of [
    [{ how: 'logged in', mechanisms: OFFERED, brokers: [] }, 'welcome', 'accepted the token'],
    [{ how: 'offered', mechanisms: OFFERED }, 'welcome', 'offers PLAIN, OAUTHBEARER'],
    [{ how: 'offered', mechanisms: [] }, 'welcome', 'offers OAUTHBEARER'],
    [
      { how: 'not offered', mechanisms: ['PLAIN'] },
      'turned away',
      'offers PLAIN, not',
      'wait-timeout-minutes',
    ],
    [{ how: 'not offered', mechanisms: [] }, 'turned away', 'offers nothing, not', 'wait-timeout-minutes'],
    [{ how: 'refused', mechanisms: OFFERED }, 'turned away', 'refused the token'],
    [{ how: 'tls', why }, 'lost', 'TLS failed (x)', 'letsencrypt_sasl'],
    [{ how: 'no broker', why }, 'lost', 'TLS works, but no Kafka broker answers behind it (x)', 'restarting'],
    [{ how: 'no address', why }, 'lost', 'no connection (x)', 'DNS'],
    [{ how: 'no route', why }, 'lost', 'no connection (x)', 'ip_filter'],
  ] as readonly [LoginResult, string, string, string?][]) {
    test(said, () => {
      const found = isWelcome(result) ? 'welcome' : isTurnedAway(result) ? 'turned away' : 'lost';
      assert.equal(found, kind);
      assert.ok(describeResult(result).includes(said), describeResult(result));
      if (remedy) assert.ok(remedyFor(result).includes(remedy), remedyFor(result));
    });
  }
});
