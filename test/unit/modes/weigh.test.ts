import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Certainty, Finding } from '../../../src/finding.ts';
import { type Circumstances, weigh } from '../../../src/modes/kafka-oidc/weigh.ts';

/** What is refused for which finding: every certainty in every circumstance. */

const finding = (certainty: Certainty, input: string): Finding => ({
  certainty,
  input,
  problem: 'It looks wrong.',
  remedy: 'Mend it.',
});

const NAMED = new Set(['jwks-endpoint-url', 'expected-issuer']);
const NONE = new Set<string>();
const touched: Circumstances = { proven: false, named: NAMED, moved: NAMED, restarts: true };
const same: Circumstances = { proven: false, named: NAMED, moved: NONE, restarts: false };
const others: Circumstances = {
  proven: false,
  named: new Set(['sub-claim-name']),
  moved: new Set(['sub-claim-name']),
  restarts: true,
};
const untouched: Circumstances = { proven: false, named: NONE, moved: NONE, restarts: false };

const KEYS = 'jwks-endpoint-url';
const ISSUER = 'expected-issuer';
const TABLE: readonly (readonly [string, Certainty, string, Circumstances, boolean])[] = [
  ['a certain one of what this run sets', 'certain', KEYS, touched, true],
  ['a certain one, whatever a token says', 'certain', KEYS, { ...touched, proven: true }, true],
  ['a certain one though nothing changes', 'certain', KEYS, same, true],
  ['a certain one of the key set of brokers that restart for something else', 'certain', KEYS, others, true],
  ['a certain one of what restarting does not need', 'certain', ISSUER, others, false],
  ['a certain one where this run touches nothing', 'certain', KEYS, untouched, false],
  ['a suspicious one', 'suspicious', ISSUER, touched, true],
  ['a suspicious one that is proven', 'suspicious', ISSUER, { ...touched, proven: true }, false],
  ['a suspicious one though nothing changes', 'suspicious', ISSUER, same, false],
  ['a suspicious one of what this run leaves alone', 'suspicious', ISSUER, others, false],
  ['an unseen one', 'unseen', KEYS, touched, true],
  ['an unseen one, which no token proves', 'unseen', KEYS, { ...touched, proven: true }, true],
  ['an unseen one though nothing changes', 'unseen', KEYS, same, false],
  ['an unseen one of what this run leaves alone', 'unseen', KEYS, others, false],
];

for (const [name, certainty, input, circumstances, refused] of TABLE) {
  test(`${name} is ${refused ? 'refused' : 'a warning'}`, () => {
    const { refusals, warnings } = weigh([finding(certainty, input)], circumstances);
    assert.equal(refusals.length, refused ? 1 : 0);
    assert.equal(warnings.length, refused ? 0 : 1);
  });
}

test('a warning of what is proven says that the token proved it', () => {
  const { warnings } = weigh([finding('suspicious', ISSUER)], { ...touched, proven: true });
  assert.match(warnings[0]?.why ?? '', /^The test token proves it right/);
});

test('several findings are weighed each for itself', () => {
  const { refusals, warnings } = weigh([finding('suspicious', ISSUER), finding('certain', KEYS)], {
    ...touched,
    proven: true,
  });
  assert.deepEqual([refusals[0]?.input, warnings[0]?.finding.input], [KEYS, ISSUER]);
});
