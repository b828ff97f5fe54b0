import type { Service } from '../../aiven/schema.ts';
import { Refusal } from '../../failure.ts';
import { judgeToken, type TokenExpectations, type Verdict } from '../../judge/broker/token.ts';
import type { Jwk } from '../../judge/jws/jwk.ts';
import { effective, kafkaVersion, offeredMechanisms, splitList, type Values } from '../../kafka/settings.ts';
import type { Check, Report } from '../../plan.ts';

/** Judges one token, at a time. */
export type TokenJudge = (now: Date) => Verdict;

/** What the brokers of a service will be like after this run. */
export interface Brokers {
  readonly service: Service;
  readonly values: Values;
  /** The published keys; null when they could not be looked at, so that the signature stays unknown. */
  readonly keys: readonly Jwk[] | null;
}

/** What came of judging the test token. */
export interface TokenFinding {
  /** `User:…`, as ACLs name it; null when it cannot be known. */
  readonly principal: string | null;
  readonly checks: readonly Check[];
}

const SUBJECT = 'Test token';

/**
 * The judge of a token by the settings as they will be after this run.
 * @returns null when the service will accept no tokens at all
 */
export function tokenJudge(token: string, { service, values, keys }: Brokers): TokenJudge | null {
  if (!offeredMechanisms(values).includes('OAUTHBEARER')) return null;
  const expected = expectationsOf(values, service);
  return (now) => judgeToken(token, keys, expected, now);
}

function expectationsOf(values: Values, { user_config }: Service): TokenExpectations {
  const audience = values['kafka.sasl_oauthbearer_expected_audience'];
  const issuer = values['kafka.sasl_oauthbearer_expected_issuer'];
  return {
    issuer: typeof issuer === 'string' ? issuer : null,
    audiences: typeof audience === 'string' ? splitList(audience) : [],
    subjectClaim: String(effective(values, 'kafka.sasl_oauthbearer_sub_claim_name')),
    kafkaVersion: kafkaVersion(user_config),
  };
}

/**
 * Judges the test token before anything is changed.
 * @throws {Refusal} with all reasons, when a broker would refuse it
 */
export function judgeTestToken(judge: TokenJudge | null, now: Date, planned: Report): TokenFinding {
  if (judge === null) {
    const checks: Check[] = [{ subject: SUBJECT, result: 'skipped', detail: 'Not judged: OIDC is off.' }];
    return { principal: null, checks };
  }
  const verdict = judge(now);
  if (!verdict.accepted) throw refused(verdict, planned);
  return { principal: verdict.principal, checks: [accepted(verdict), ...verdict.notes.map(note)] };
}

function accepted({ principal, expiresAt }: Verdict): Check {
  const until = expiresAt ? ` It expires at ${expiresAt.toISOString()}.` : '';
  return {
    subject: SUBJECT,
    result: 'passed',
    detail: `A broker will accept it. Its principal is ${principal}.${until}`,
  };
}

function note(detail: string): Check {
  return { subject: SUBJECT, result: 'warned', detail };
}

/** The reasons against a token, a sentence or two each. */
export function reasonsOf({ refusals }: Verdict): string[] {
  return refusals.map(
    ({ claim, has, expects, remedy }) =>
      `${claim}: the token has ${has}; the brokers expect ${expects}. ${remedy}`,
  );
}

function refused(verdict: Verdict, planned: Report): Refusal {
  const reasons = reasonsOf(verdict);
  const checks = reasons.map((detail): Check => ({ subject: SUBJECT, result: 'failed', detail }));
  return new Refusal({
    title: 'A broker would refuse the test token',
    problem: reasons.join('\n'),
    remedy: '',
    report: {
      ...planned,
      changes: [],
      effects: [],
      nextSteps: [],
      attachments: [],
      checks: [...planned.checks, ...checks],
    },
  });
}
