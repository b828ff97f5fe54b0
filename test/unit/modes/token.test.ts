import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Verdict } from '../../../src/judge/verdict.ts';
import { refusalOf } from '../../../src/modes/kafka-oidc/refused-token.ts';
import type { KarapaceVerdict } from '../../../src/modes/kafka-oidc/registry.ts';
import { judgeForBrokers } from '../../../src/modes/kafka-oidc/token.ts';
import { report } from '../../../src/plan.ts';

/** What is said to a token whose key is not in the key set, by who issued it. */

const PLANNED = report({ title: '', resource: '', already: '', changes: [], outputs: {} });
const NOT_ASKED: KarapaceVerdict = { checks: [], reasons: [], refusedBy: [], registryAccepts: [] };
const refusedFor = (claim: string): Verdict => ({
  accepted: false,
  signature: 'refused',
  principal: null,
  refusals: [{ claim, has: 'one', expects: 'another', remedy: 'Change it.' }],
  notes: [],
  expiresAt: null,
});

function remedyFor(iss: string, claim: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${part({ alg: 'RS256', kid: 'x' })}.${part({ iss })}.AAAA`;
  const judged = { token, name: 'Test token', from: 'input', judge: () => refusedFor(claim) } as const;
  const refusal = refusalOf(judgeForBrokers([judged], new Date(0)), NOT_ASKED, 1, PLANNED);
  assert.ok(refusal, 'it is refused');
  return refusal.remedy;
}

const KEYS = /https:\/\/login\.microsoftonline\.com\/TENANT-1\/discovery\/v2\.0\/keys\?appid=CLIENT_ID\./;

test('Entra ID has keys of its own for some applications', () => {
  assert.match(remedyFor('https://login.microsoftonline.com/TENANT-1/v2.0', 'kid'), KEYS);
  assert.match(remedyFor('https://sts.windows.net/TENANT-1/', 'kid'), KEYS);
});

test('nobody else has, nor is it said for another reason', () => {
  assert.equal(remedyFor('https://idp.example.com/TENANT-1/', 'kid'), 'Change it.');
  assert.equal(remedyFor('https://sts.windows.net/TENANT-1/', 'aud'), 'Change it.');
  assert.equal(remedyFor('https://sts.windows.net.example.com/TENANT-1/', 'kid'), 'Change it.');
});

describe('where the brokers would refuse a token, Schema Registry', () => {
  const judged = { token: 'x', name: 'Test token', from: 'input', judge: () => refusedFor('aud') } as const;
  const told = (registry: Partial<KarapaceVerdict>) =>
    refusalOf(judgeForBrokers([judged], new Date(0)), { ...NOT_ASKED, ...registry }, 1, PLANNED)?.message;

  test('is said to accept it where it would', () => {
    assert.match(told({ registryAccepts: [true] }) ?? '', /Schema Registry would accept it/);
  });

  test('is not said to accept it where it would not, asked for or not, nor where it takes no tokens', () => {
    for (const registryAccepts of [[false], [true, false], []])
      assert.doesNotMatch(told({ registryAccepts }) ?? '', /would accept/);
  });
});
