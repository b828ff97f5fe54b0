import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Failure } from '../../../src/failure.ts';
import type { Verdict } from '../../../src/judge/verdict.ts';
import { judgeTestTokens } from '../../../src/modes/kafka-oidc/token.ts';
import { report } from '../../../src/plan.ts';

/** What is said to a token whose key is not in the key set, by who issued it. */

const PLANNED = report({ title: '', resource: '', already: '', changes: [], outputs: {} });
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
  try {
    judgeTestTokens([judged], new Date(0), PLANNED);
  } catch (error) {
    return (error as Failure).remedy;
  }
  throw new assert.AssertionError({ message: 'it was not refused' });
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
