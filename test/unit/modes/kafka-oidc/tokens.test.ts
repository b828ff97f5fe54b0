import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Refusal } from '../../../../src/failure.ts';
import type { Verdict } from '../../../../src/judge/verdict.ts';
import type { Wanted } from '../../../../src/kafka/settings.ts';
import { refusalOf } from '../../../../src/modes/kafka-oidc/refused-token.ts';
import type { KarapaceVerdict } from '../../../../src/modes/kafka-oidc/registry.ts';
import {
  expectedAudiences,
  type JudgedToken,
  judgeForBrokers,
  judgesOf,
} from '../../../../src/modes/kafka-oidc/token.ts';
import { SCRIPT_START } from '../../../world/scripted-http.ts';
import {
  ACCEPTED,
  AUDIENCE,
  CLAIM,
  ISSUER,
  JWKS_URL,
  judged,
  OIDC_ON,
  PLANNED,
  refusedFor,
  serviceWith,
  valuesWith,
} from './situations.ts';

/** What test tokens are called, what they are judged by, and what is told of the verdicts. */

const NOW = new Date(SCRIPT_START);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const GOOD = {
  iss: 'https://idp.example.com',
  aud: 'kafka',
  sub: 'app',
  iat: 1,
  exp: SCRIPT_START / 1000 + 600,
};
const tokenOf = (claims: object) =>
  `${part({ alg: 'RS256', kid: 'k' })}.${part({ ...GOOD, ...claims })}.c2ln`;

function judgesFor(claims: readonly object[], wanted: Wanted = {}): JudgedToken[] {
  const tokens = claims.map((own) => ({ token: tokenOf(own), from: 'input' as const }));
  return judgesOf(tokens, { service: serviceWith(OIDC_ON), values: valuesWith(wanted), keys: null });
}

describe('the expected audiences', () => {
  for (const [value, audiences] of [
    ['a, b', ['a', 'b']],
    ['', []],
    [null, []],
  ] as const)
    test(`of ${value}`, () =>
      assert.deepEqual(expectedAudiences(valuesWith({ [AUDIENCE]: value })), audiences));
});

describe('tokens are called', () => {
  const rows: readonly (readonly [
    what: string,
    claims: readonly object[],
    wanted: Wanted,
    ...names: string[],
  ])[] = [
    ['by nothing where there is one', [{}], {}, 'Test token'],
    [
      'by the subject claim',
      [{ sub: 'a' }, { sub: 'b' }],
      {},
      'Test token 1 (sub “a”)',
      'Test token 2 (sub “b”)',
    ],
    [
      'by the subject claim that brokers read, first of all',
      [
        { email: 'a', client_id: 'c' },
        { email: 'b', client_id: 'd' },
      ],
      { [CLAIM]: 'email' },
      ...['Test token 1 (email “a”)', 'Test token 2 (email “b”)'],
    ],
    ...['client_id', 'azp', 'appid', 'iss'].map(
      (claim) =>
        [
          `by ${claim}, where the subject is the same`,
          [{ [claim]: 'a' }, { [claim]: 'b' }],
          {},
          ...[`Test token 1 (${claim} “a”)`, `Test token 2 (${claim} “b”)`],
        ] as const,
    ),
    [
      'by the subject where brokers read another claim that is the same',
      [
        { sub: 'a', x: '1' },
        { sub: 'b', x: '1' },
      ],
      { [CLAIM]: 'x' },
      ...['Test token 1 (sub “a”)', 'Test token 2 (sub “b”)'],
    ],
    [
      'by what tells each from all others',
      [{ sub: 'a' }, { sub: 'b' }, { sub: 'b', azp: 'z' }],
      {},
      ...['Test token 1 (sub “a”)', 'Test token 2', 'Test token 3 (azp “z”)'],
    ],
    [
      'by their place where nothing tells them apart',
      [{ jti: 1 }, { jti: 2 }],
      {},
      'Test token 1',
      'Test token 2',
    ],
    ['by no claim that is no text', [{ sub: 1 }, { sub: 2 }], {}, 'Test token 1', 'Test token 2'],
  ];
  for (const [what, claims, wanted, ...names] of rows)
    test(what, () =>
      assert.deepEqual(
        judgesFor(claims, wanted).map(({ name }) => name),
        names,
      ),
    );
});

test('a token that cannot be read is called by its place, and the others by their own', () => {
  const tokens = ['x', tokenOf({})].map((token) => ({ token, from: 'input' as const }));
  const judges = judgesOf(tokens, { service: serviceWith(OIDC_ON), values: valuesWith(), keys: null });
  assert.deepEqual(
    judges.map(({ name }) => name),
    ['Test token 1', 'Test token 2 (sub “app”)'],
  );
});

describe('a token is judged by', () => {
  const verdict = (claims: object, wanted: Wanted = {}) => judgesFor([claims], wanted)[0]?.judge(NOW);
  const objections = (claims: object, wanted: Wanted = {}) =>
    verdict(claims, wanted)?.refusals.map(({ claim }) => claim);

  test('the issuer', () => {
    assert.deepEqual(objections({}), []);
    assert.deepEqual(objections({}, { [ISSUER]: 'https://other.example.com' }), ['iss']);
    assert.deepEqual(objections({ iss: 'x' }, { [ISSUER]: null }), []);
  });
  test('the audiences', () => {
    assert.deepEqual(objections({}, { [AUDIENCE]: 'a, kafka' }), []);
    assert.deepEqual(objections({}, { [AUDIENCE]: 'a' }), ['aud']);
  });
  test('the subject claim', () => {
    assert.equal(verdict({})?.principal, 'User:app');
    assert.equal(verdict({ azp: 'me' }, { [CLAIM]: 'azp' })?.principal, 'User:me');
  });
  test('the time', () => assert.deepEqual(objections({ exp: SCRIPT_START / 1000 - 600 }), ['exp']));
  test('nobody where the service accepts none', () => {
    assert.deepEqual(judgesFor([{}], { [JWKS_URL]: null }), []);
    assert.deepEqual(judgesFor([{}], { 'kafka_authentication_methods.sasl': false }), []);
  });
});

describe('of tokens that are accepted', () => {
  const told = (...verdicts: Partial<Verdict>[]) =>
    judgeForBrokers(
      verdicts.map((verdict, at) => judged({ ...ACCEPTED, ...verdict }, { name: `T${at}` })),
      NOW,
    );
  const UNSEEN = { signature: 'not looked at' } as const;

  test('the principals are told in order', () =>
    assert.deepEqual(told({ principal: 'User:b' }, { principal: null }, { principal: 'User:a' }).principals, [
      'User:b',
      '',
      'User:a',
    ]));
  test('one whose signature was verified has passed, and says until when', () => {
    const [check, ...others] = told({ expiresAt: NOW }).checks;
    assert.deepEqual([check?.subject, check?.result, others], ['T0', 'passed', []]);
    assert.match(check?.detail ?? '', /User:app.* 2026-11-25T12:00:00\.000Z\.$/);
    assert.match(told({}).checks[0]?.detail ?? '', /User:app\.$/);
  });
  test('one whose signature was not looked at is warned of', () => {
    const [check] = told({ ...UNSEEN, expiresAt: NOW }).checks;
    assert.equal(check?.result, 'warned');
    assert.match(check?.detail ?? '', /User:app.* 2026-11-25T12:00:00\.000Z\.$/);
  });
  test('notes are warnings after it', () =>
    assert.deepEqual(
      told({ notes: ['One.', 'Two.'] }).checks.slice(1),
      ['One.', 'Two.'].map((detail) => ({ subject: 'T0', result: 'warned', detail })),
    ));
  test('one with a verified signature proves the settings', () => {
    assert.deepEqual(
      [told({}), told(UNSEEN), told(UNSEEN, {}), told()].map(({ proven }) => proven),
      [true, false, true, false],
    );
  });
});

describe('tokens that are refused', () => {
  const NOT_ASKED: KarapaceVerdict = { checks: [], reasons: [], refusedBy: [], registryAccepts: [] };

  function refusal(...tokens: JudgedToken[]): Refusal {
    const refused = refusalOf(judgeForBrokers(tokens, NOW), NOT_ASKED, tokens.length, PLANNED);
    assert.ok(refused, 'nothing was refused');
    return refused;
  }
  const REASON = /^aud: .*one.*another.* Change it\.$/;

  test('are told with each reason, and what had been planned', () => {
    const { title, message: problem, report } = refusal(judged(refusedFor('aud', 'iss')));
    const [first, second, ...others] = problem.split('\n');
    assert.match(first ?? '', REASON);
    assert.match(second ?? '', /^iss: /);
    assert.deepEqual(others, []);
    assert.doesNotMatch(title, /\d/);
    assert.deepEqual(
      report?.checks.map(({ subject, result }) => [subject, result]),
      [
        ['before', 'passed'],
        ['Test token', 'failed'],
        ['Test token', 'failed'],
      ],
    );
    assert.deepEqual(report, {
      ...PLANNED,
      checks: report?.checks,
      changes: [],
      effects: [],
      nextSteps: [],
      attachments: [],
    });
  });
  test('are counted among several, and named', () => {
    const {
      title,
      message: problem,
      report,
    } = refusal(judged(ACCEPTED, { name: 'A' }), judged(refusedFor('aud'), { name: 'B' }));
    assert.match(title, /\b1 of 2\b/);
    assert.match(problem, /^B: aud: /);
    assert.deepEqual(
      report?.checks.slice(1).map(({ subject, result }) => [subject, result]),
      [
        ['A', 'passed'],
        ['B', 'failed'],
      ],
    );
  });
  for (const claim of ['token', 'aud', 'alg', 'scope'])
    test(`for ${claim} can be asked for otherwise, where this action asked`, () => {
      const got = { from: 'client credentials' } as const;
      assert.match(refusal(judged(refusedFor('iss', claim), got)).remedy, /test-token-parameters/);
      assert.doesNotMatch(refusal(judged(refusedFor(claim))).remedy, /test-token-parameters/);
      assert.doesNotMatch(refusal(judged(refusedFor('iss'), got)).remedy, /test-token-parameters/);
    });
  test('can be asked for otherwise where one of them was', () =>
    assert.match(
      refusal(judged(refusedFor('aud')), judged(refusedFor('aud'), { from: 'client credentials' })).remedy,
      /test-token-parameters/,
    ));
  test('of Entra ID for a key are told where others are, whichever of them it is', () => {
    const entra = (iss: unknown) => ({ token: tokenOf({ iss, aud: 'x' }) });
    const remedy = (...tokens: [claim: string, iss: unknown][]) =>
      refusal(...tokens.map(([claim, iss]) => judged(refusedFor('aud', claim), entra(iss)))).remedy;
    const of = (tenant: string) => `https://login.microsoftonline.com/${tenant}/v2.0`;
    assert.match(remedy(['kid', of('t.1-x')]), /t\.1-x\/discovery/);
    assert.match(remedy(['exp', of('t1')], ['kid', 'https://x'], ['kid', of('t2')]), /t2\/discovery/);
    assert.doesNotMatch(refusal(judged(refusedFor('kid'), { token: 'x' })).remedy, /jwks-endpoint-url/);
    assert.equal(
      remedy(['kid', 1], ['kid', `x${of('t1')}`], ['kid', 'https://login.microsoftonline.com//v2.0']),
      '',
    );
  });
  test('have both ways out in one', () =>
    assert.match(
      refusal(
        judged(refusedFor('aud', 'kid'), {
          from: 'client credentials',
          token: tokenOf({ iss: 'https://sts.windows.net/t1/' }),
        }),
      ).remedy,
      /test-token-parameters\S*,? .*\. \S.*t1\/discovery/,
    ));

  describe('by Schema Registry or the REST proxy', () => {
    const check = { subject: 'K', result: 'failed', detail: 'd' } as const;
    const byKarapace = (more: Partial<KarapaceVerdict> = {}): KarapaceVerdict => ({
      checks: [check],
      reasons: [{ problem: 'aud: it says no.', remedy: '' }],
      refusedBy: ['Schema Registry', 'the REST proxy', 'Schema Registry'],
      registryAccepts: [false],
      ...more,
    });
    const of = (karapace: KarapaceVerdict, ...tokens: JudgedToken[]) =>
      refusalOf(judgeForBrokers(tokens, NOW), karapace, tokens.length, PLANNED);

    test('are told as theirs, each once, and what the brokers would do', () => {
      const refused = of(byKarapace(), judged(ACCEPTED));
      assert.match(refused?.title ?? '', /^Schema Registry and the REST proxy would .*the test token$/);
      assert.match(refused?.message ?? '', / it\.\n/);
      const several = of(byKarapace(), judged(ACCEPTED), judged(ACCEPTED));
      assert.match(several?.message ?? '', / all of them\.\n/);
      assert.deepEqual(refused?.message.split('\n').slice(1), ['aud: it says no.']);
      assert.equal(refused?.message.split('\n').length, 2);
      assert.equal(refused?.remedy, '');
      assert.deepEqual(
        refused?.report?.checks.map(({ subject }) => subject),
        ['before', 'Test token', 'K'],
      );
      assert.notEqual(of(byKarapace(), judged(ACCEPTED), judged(ACCEPTED))?.title, refused?.title);
    });
    test('are none where nobody says no', () => {
      assert.equal(of(NOT_ASKED, judged(ACCEPTED)), null);
      assert.equal(of(byKarapace({ reasons: [] }), judged(ACCEPTED)), null);
    });
    test('beside the brokers are told after them', () => {
      const refused = of(byKarapace(), judged(refusedFor('iss')));
      assert.match(refused?.title ?? '', /^A broker/);
      assert.match(refused?.message ?? '', /^iss: .*\naud: it says no\.$/);
    });
    test('is said to accept what the brokers would refuse, where all of it gets in', () => {
      const accepted = (...registryAccepts: boolean[]) =>
        of(
          byKarapace({ reasons: [], refusedBy: [], registryAccepts }),
          judged(refusedFor('iss')),
        )?.message.split('\n').length;
      assert.deepEqual([accepted(true), accepted(true, false), accepted()], [2, 1, 1]);
      const some = of(byKarapace({ registryAccepts: [true] }), judged(refusedFor('iss')));
      assert.doesNotMatch(some?.message ?? '', /Schema Registry would accept/);
    });
  });
});
