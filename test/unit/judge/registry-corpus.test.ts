import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeToken, type RegistryExpectations } from '../../../src/judge/schema-registry/token.ts';
import type { Verdict } from '../../../src/judge/verdict.ts';
import { corpus, USUAL_SETTINGS } from '../../kafka/corpus.ts';
import { makeKeys } from '../../kafka/keys.ts';
import { mint, publish } from '../../kafka/mint.ts';
import { DEPENDS_ON_PYTHON, pyJwtAnswers } from '../../registry/answers.ts';
import { pythonTokens, type TokenRow } from '../../registry/tokens.ts';

/** Every token that PyJWT judges in `test/registry`, by what it said there. */

const KEYS = await makeKeys(2048);
const NOW = 1_795_000_000;
const OF_PYTHON = pythonTokens(NOW);
const ROWS: readonly TokenRow[] = [...corpus(NOW), ...OF_PYTHON];
const ANSWERS = pyJwtAnswers();

const minted = (row: TokenRow) => mint({ ...row, accepted: false }, KEYS, NOW);

function judge(row: TokenRow, more: Partial<RegistryExpectations> = {}, at = NOW): Verdict {
  const { issuer, audience, subject } = { ...USUAL_SETTINGS, ...row.settings };
  const audiences = (audience ?? '').split(',').map((item) => item.trim());
  const expected = {
    issuer,
    audiences: audiences.filter((item) => item !== ''),
    subjectClaim: subject ?? 'sub',
    startsWithoutExpectations: false,
    ...more,
  };
  return judgeToken(minted(row), publish({ ...row, accepted: false }, KEYS), expected, new Date(at * 1000));
}

test('tokens as PyJWT sees them', () => {
  for (const row of ROWS) {
    const verdict = judge(row);
    const wanted = DEPENDS_ON_PYTHON.has(row.name) ? false : ANSWERS.get(row.name);
    assert.equal(verdict.accepted, wanted, `${row.name}: ${JSON.stringify(verdict.refusals)}`);
    assert.equal(verdict.refusals.length === 0, verdict.accepted, row.name);
    if (verdict.accepted) assert.equal(verdict.signature, 'verified', row.name);
    assert.equal(verdict.principal, null, 'it knows none');
  }
});

test('of a claim that it does not take, that claim is told', () => {
  for (const row of OF_PYTHON) {
    const claim = / as /.test(row.name) && /^(exp|iat|nbf|aud|iss|sub|jti|name|alg) /.exec(row.name)?.[1];
    const { accepted, refusals } = judge(row);
    // What is no JSON for Python is told as that.
    if (!claim || accepted || row.name.includes('4301')) continue;
    assert.deepEqual([...new Set(refusals.map((refusal) => refusal.claim))], [claim], row.name);
  }
});

test('it gives no leeway at all: a token ends with the second that it names', () => {
  const ends: TokenRow = { name: 'ends', claims: { iat: NOW - 60, exp: NOW } };
  assert.equal(judge(ends, {}, NOW - 1).accepted, true);
  assert.equal(judge(ends, {}, NOW).accepted, false);
  for (const claim of ['iat', 'nbf']) {
    const begins: TokenRow = { name: 'begins', claims: { [claim]: NOW + 5 } };
    assert.equal(judge(begins, {}, NOW + 5).accepted, true, claim);
    assert.deepEqual(
      judge(begins, {}, NOW + 4).refusals.map((refusal) => refusal.claim),
      [claim],
    );
  }
});
