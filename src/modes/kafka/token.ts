import { Refusal } from '../../failure.ts';
import { effective, offeredMechanisms, splitList, type Values } from '../../kafka/settings.ts';
import type { Jwk } from '../../oidc/keys.ts';
import { judgeToken, type Verdict } from '../../oidc/token.ts';
import type { Check, Report } from '../../plan.ts';

/** What came of judging the test token. */
export interface TokenFinding {
  /** `User:…`, as ACLs name it; null when it cannot be known. */
  readonly principal: string | null;
  readonly checks: readonly Check[];
}

const SUBJECT = 'Test token';

/**
 * Judges a token by the settings as they will be after this run.
 * @param keys the published keys; null when they could not be looked at, so that the signature stays unknown
 * @throws {Refusal} with all reasons, when a broker would refuse it
 */
export function judgeTestToken(
  token: string,
  values: Values,
  keys: readonly Jwk[] | null,
  now: Date,
  planned: Report,
): TokenFinding {
  if (!offeredMechanisms(values).includes('OAUTHBEARER')) {
    const detail = 'Not judged: the service will not accept tokens, since OIDC is off.';
    return { principal: null, checks: [{ subject: SUBJECT, result: 'skipped', detail }] };
  }
  const verdict = judgeToken(token, keys, expectationsOf(values), now);
  if (!verdict.accepted) throw refused(verdict, planned);
  return { principal: verdict.principal, checks: [accepted(verdict), ...verdict.notes.map(note)] };
}

function expectationsOf(values: Values) {
  const audience = values['kafka.sasl_oauthbearer_expected_audience'];
  const issuer = values['kafka.sasl_oauthbearer_expected_issuer'];
  return {
    issuer: typeof issuer === 'string' ? issuer : null,
    audiences: typeof audience === 'string' ? splitList(audience) : [],
    subjectClaim: String(effective(values, 'kafka.sasl_oauthbearer_sub_claim_name')),
  };
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

function refused({ refusals }: Verdict, planned: Report): Refusal {
  const reasons = refusals.map(
    ({ claim, has, expects, remedy }) =>
      `${claim}: the token has ${has}; the brokers expect ${expects}. ${remedy}`,
  );
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
