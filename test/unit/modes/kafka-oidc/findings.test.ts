import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Refusal } from '../../../../src/failure.ts';
import type { Certainty, Finding } from '../../../../src/finding.ts';
import { circumstancesOf, settleFindings } from '../../../../src/modes/kafka-oidc/findings.ts';
import { weigh } from '../../../../src/modes/kafka-oidc/weigh.ts';
import type { KafkaOidcRequest } from '../../../../src/modes/request.ts';
import type { Check } from '../../../../src/plan.ts';
import { AUDIENCE, CLAIM, changesTo, ISSUER, JWKS_URL, requestFor } from './situations.ts';

/** What is made of what was found: a refusal that says where each value comes from, or warnings. */

const found = (input: string, certainty: Certainty = 'certain', remedy = ''): Finding => ({
  certainty,
  input,
  problem: `${input} looks wrong.`,
  remedy,
});

describe('a run', () => {
  const of = (settings: KafkaOidcRequest['settings'], wanted = settings) =>
    circumstancesOf(requestFor({ settings }), changesTo(wanted));

  test('names the inputs that it sets, and the key set that the issuer tells', () => {
    assert.deepEqual(
      [...of({ [AUDIENCE]: 'x', [CLAIM]: 'sub' }).named],
      ['expected-audience', 'sub-claim-name'],
    );
    assert.deepEqual([...of({ [ISSUER]: 'x' }).named], ['expected-issuer', 'jwks-endpoint-url']);
    assert.deepEqual([...of({ kafka_rest_authorization: false }).named], ['kafka-rest-authorization']);
  });
  test('moves the inputs whose settings change', () => {
    const { moved, restarts } = of({ [AUDIENCE]: 'x', [CLAIM]: 'sub' });
    assert.deepEqual([[...moved], restarts], [['expected-audience'], true]);
  });
  test('moves no input by what has none', () =>
    assert.deepEqual([...of({}, { 'kafka_authentication_methods.sasl': false }).moved], []));
  test('restarts nothing where nothing changes', () => {
    const { moved, restarts } = of({ [CLAIM]: 'sub' });
    assert.deepEqual([[...moved], restarts], [[], false]);
  });
});

const ALL = new Set(['expected-issuer', 'jwks-endpoint-url', 'expected-audience']);
const CHECKS: Check[] = [{ subject: 'before', result: 'passed', detail: 'd' }];
const circumstances = { proven: false, named: ALL, moved: ALL, restarts: true };

function refusal(findings: Finding[], more: Partial<KafkaOidcRequest> = {}, given = circumstances): Refusal {
  try {
    settleFindings(findings, given, CHECKS, requestFor(more));
  } catch (error) {
    assert.ok(error instanceof Refusal);
    return error;
  }
  throw new assert.AssertionError({ message: 'nothing was refused' });
}

describe('a refusal', () => {
  const typed = { settings: { [ISSUER]: 'i', [JWKS_URL]: 'u', [AUDIENCE]: 'a' } };

  test('says of each finding which input it is about', () => {
    const {
      message: problem,
      report,
      remedy,
    } = refusal([found('expected-issuer'), found('expected-audience')], typed);
    const lines = problem.split('\n');
    assert.equal(lines.length, 2);
    assert.match(lines[0] ?? '', /^expected-issuer looks wrong\. .*Check expected-issuer for.*\.$/);
    assert.match(lines[1] ?? '', /^expected-audience looks wrong\. .*Check expected-audience for.*\.$/);
    assert.equal(remedy, '');
    assert.deepEqual(
      report?.checks.map(({ subject, result }) => [subject, result]),
      [
        ['before', 'passed'],
        ['Issuer', 'failed'],
        ['Expected audience', 'failed'],
      ],
    );
    assert.deepEqual([report?.changes, report?.resource, report?.already], [[], '', '']);
    assert.match(report?.links[0]?.url ?? '', /acme\/services\/orders/);
  });
  test('has the way out that the finding has', () =>
    assert.match(
      refusal([found('expected-issuer', 'certain', 'Mend it.')], typed).message,
      /wrong\. Mend it\.$/,
    ));
  test('says where a value comes from that nobody typed', () => {
    const discovered = refusal([found('jwks-endpoint-url')], { settings: { [ISSUER]: 'i' } }).message;
    assert.match(discovered, /It was discovered; jwks-endpoint-url /);
    const present = refusal([found('jwks-endpoint-url')], {}, { ...circumstances, named: new Set() }).message;
    assert.match(present, /It is set on the service; jwks-endpoint-url /);
    assert.match(present, /wrong\. Set jwks-endpoint-url /);
    const own = refusal([found('jwks-endpoint-url')], typed).message;
    assert.equal(
      new Set([discovered, present, own].map((text) => text.replace(/ It (?:is|was) .*/, ''))).size,
      3,
      'each has a way out of its own',
    );
  });
  test('offers a proof of what only looks wrong, by a provider that is looked at', () => {
    assert.match(refusal([found('expected-issuer', 'suspicious')], typed).message, / .*test-token.*\w\.$/);
    assert.doesNotMatch(refusal([found('expected-issuer', 'suspicious')], typed).message, /verify-provider/);
    assert.match(
      refusal([found('expected-issuer', 'suspicious')], { ...typed, verifyProvider: false }).message,
      /verify-provider: true/,
    );
    for (const certainty of ['certain', 'unseen'] as const)
      assert.doesNotMatch(refusal([found('expected-issuer', certainty)], typed).message, /test-token/);
  });
  test('has a title by what was found where', () => {
    const [typo, unseen, certain] = [
      found('expected-audience', 'suspicious'),
      found('jwks-endpoint-url', 'unseen'),
      found('jwks-endpoint-url'),
    ];
    const titles = [
      refusal([typo], { findings: [typo] }),
      refusal([typo, certain], { findings: [typo] }),
      refusal([unseen]),
      refusal([unseen, certain]),
    ].map(({ title }) => title);
    assert.deepEqual(
      titles.map((title) => titles.indexOf(title)),
      [0, 1, 2, 1],
    );
  });
  test('calls a finding by its setting', () =>
    assert.deepEqual(
      ['jwks-endpoint-url', 'sub-claim-name', 'nonsense'].map(
        (input) =>
          refusal([found(input)], {}, { ...circumstances, named: new Set([input]) }).report?.checks.at(-1)
            ?.subject,
      ),
      ['Key set', 'Subject claim', 'nonsense'],
    ));
});

describe('a warning', () => {
  const warn = (finding: Finding, more = {}) =>
    settleFindings([finding], { ...circumstances, restarts: false, ...more }, CHECKS, requestFor());

  test('says what, the way out, and why it is none', () => {
    const [warning, ...others] = warn(found('expected-issuer', 'unseen', 'Mend it.'));
    assert.deepEqual(others, []);
    assert.deepEqual([warning?.subject, warning?.result], ['Issuer', 'warned']);
    assert.match(warning?.detail ?? '', /^expected-issuer looks wrong\. Mend it\. \S/);
  });
  test('has no way out of what is proven', () => {
    const proven = { proven: true };
    const finding = found('expected-issuer', 'suspicious', 'Mend it.');
    const { why } = weigh([finding], { ...circumstances, ...proven }).warnings[0] ?? {};
    assert.equal(warn(finding, proven)[0]?.detail, `expected-issuer looks wrong. ${why}`);
    assert.match(warn(found('expected-issuer', 'unseen', 'Mend it.'), proven)[0]?.detail ?? '', /Mend it\. /);
  });
  test('is not given of nothing', () =>
    assert.deepEqual(settleFindings([], circumstances, CHECKS, requestFor()), []));
});
