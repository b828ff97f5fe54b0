import type { Service } from '../../aiven/schema.ts';
import { asSentences, type Reason } from '../../failure.ts';
import { judgeToken, type TokenExpectations, type Verdict } from '../../judge/broker/token.ts';
import type { PublishedKeys } from '../../judge/jws/jwk.ts';
import { claimsOf } from '../../judge/jws/jws.ts';
import { effective, kafkaVersion, offeredMechanisms, splitList, type Values } from '../../kafka/settings.ts';
import type { Check } from '../../plan.ts';
import { quote } from '../../quote.ts';
import type { TestToken } from './test-tokens.ts';

/** Judges one token, at a time. */
export type TokenJudge = (now: Date) => Verdict;

/** A test token that is judged. */
export interface JudgedToken extends TestToken {
  /** What it is called, such as `Test token 2 (client_id “orders”)`; never by its text. */
  readonly name: string;
  readonly judge: TokenJudge;
}

/** What the brokers of a service will be like after this run. */
export interface Brokers {
  readonly service: Service;
  readonly values: Values;
  /** The published keys; null when they could not be looked at, so that the signature stays unknown. */
  readonly keys: PublishedKeys | null;
}

/** What the brokers will say to the test tokens. */
export interface BrokersVerdict {
  /** `User:…` of each token in order, as ACLs name it; empty where it is refused. */
  readonly principals: readonly string[];
  readonly checks: readonly Check[];
  /** Whether it proves what only looks wrong. */
  readonly proven: boolean;
  /** Which tokens they will refuse. */
  readonly refused: readonly JudgedByBrokers[];
}

/** A verdict of the brokers on a token that was given or got. */
export interface JudgedByBrokers extends Omit<JudgedToken, 'judge'> {
  readonly verdict: Verdict;
}

const SUBJECT = 'Test token';

/** The audiences that brokers expect by these values. */
export function expectedAudiences(values: Values): string[] {
  const audience = values['kafka.sasl_oauthbearer_expected_audience'];
  return typeof audience === 'string' ? splitList(audience) : [];
}

/**
 * The judges of the tokens by the settings as they will be after this run; none where the service will accept no tokens at
 * all.
 */
export function judgesOf(tokens: readonly TestToken[], brokers: Brokers): JudgedToken[] {
  const { service, values, keys } = brokers;
  if (!offeredMechanisms(values).includes('OAUTHBEARER')) return [];
  const expected = expectationsOf(values, service);
  const names = namesOf(tokens, expected.subjectClaim);
  return tokens.map((each, index) => ({
    ...each,
    name: names[index] ?? SUBJECT,
    judge: (now) => judgeToken(each.token, keys, expected, now),
  }));
}

function expectationsOf(values: Values, { user_config }: Service): TokenExpectations {
  const issuer = values['kafka.sasl_oauthbearer_expected_issuer'];
  return {
    issuer: typeof issuer === 'string' ? issuer : null,
    audiences: expectedAudiences(values),
    subjectClaim: String(effective(values, 'kafka.sasl_oauthbearer_sub_claim_name')),
    kafkaVersion: kafkaVersion(user_config),
  };
}

/** The claims that tell clients apart, the likeliest first (RFC 9068, section 2.2; OpenID Connect Core 1.0, section 2). */
const TELLING_CLAIMS = ['client_id', 'azp', 'appid', 'sub', 'iss'];

/** Names several tokens by their place, and by the first claim whose value no other token has. */
function namesOf(tokens: readonly TestToken[], subjectClaim: string): string[] {
  if (tokens.length === 1) return [SUBJECT];
  const claims = tokens.map(({ token }) => claimsOf(token));
  return claims.map((own, index) => {
    const telling = [subjectClaim, ...TELLING_CLAIMS].find((claim) => {
      const value = own?.get(claim);
      return (
        typeof value === 'string' && claims.every((other, at) => at === index || other?.get(claim) !== value)
      );
    });
    const place = `${SUBJECT} ${index + 1}`;
    return telling === undefined ? place : `${place} (${telling} ${quote(String(own?.get(telling)))})`;
  });
}

/** Judges the test tokens as the brokers will. */
export function judgeForBrokers(tokens: readonly JudgedToken[], now: Date): BrokersVerdict {
  const verdicts = tokens.map(({ judge, ...rest }) => ({ ...rest, verdict: judge(now) }));
  return {
    principals: verdicts.map(({ verdict }) => verdict.principal ?? ''),
    checks: verdicts.flatMap(({ name, verdict }) => checksOf(name, verdict)),
    proven: verdicts.some(({ verdict }) => isProof(verdict)),
    refused: verdicts.filter(({ verdict }) => !verdict.accepted),
  };
}

/** Whether a verdict proves that the settings are right: brokers would accept the token, and no forged one. */
function isProof({ accepted, signature }: Verdict): boolean {
  return accepted && signature === 'verified';
}

/** What is said where no token is accepted, so that there is nothing to judge one by. */
export const NOT_JUDGED: Check = { subject: SUBJECT, result: 'skipped', detail: 'Not judged: OIDC is off.' };

function checksOf(name: string, verdict: Verdict): Check[] {
  if (!verdict.accepted)
    return reasonsOf(verdict.refusals).map(
      (reason): Check => ({ subject: name, result: 'failed', detail: asSentences(reason) }),
    );
  const until = verdict.expiresAt ? ` It expires at ${verdict.expiresAt.toISOString()}.` : '';
  const judged: Check =
    verdict.signature === 'verified'
      ? {
          subject: name,
          result: 'passed',
          detail: `A broker will accept it. Its principal is ${verdict.principal}.${until}`,
        }
      : {
          subject: name,
          result: 'warned',
          detail: `A broker would accept its claims; the signature could not be verified, because the keys of the provider were not looked at. If it is valid, the principal is ${verdict.principal}.${until}`,
        };
  const notes = verdict.notes.map((note): Check => ({ subject: name, result: 'warned', detail: note }));
  return [judged, ...notes];
}

/**
 * The reasons against a token.
 * @param whoExpects whose rules it breaks, with the verb
 */
export function reasonsOf(refusals: Verdict['refusals'], whoExpects = 'the brokers expect'): Reason[] {
  return refusals.map(({ claim, has, expects, remedy }) => ({
    problem: `${claim}: the token has ${has}; ${whoExpects} ${expects}.`,
    remedy,
  }));
}
