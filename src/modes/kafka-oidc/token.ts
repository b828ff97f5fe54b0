import type { Service } from '../../aiven/schema.ts';
import { because, type Reason, Refusal } from '../../failure.ts';
import { judgeToken, type TokenExpectations, type Verdict } from '../../judge/broker/token.ts';
import type { PublishedKeys } from '../../judge/jws/jwk.ts';
import { claimsOf } from '../../judge/jws/jws.ts';
import { effective, kafkaVersion, offeredMechanisms, splitList, type Values } from '../../kafka/settings.ts';
import type { Check, Report } from '../../plan.ts';
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

/** What came of judging the test tokens. */
export interface TokenFinding {
  /** `User:…` of each token in order, as ACLs name it. */
  readonly principals: readonly string[];
  readonly checks: readonly Check[];
  /** Whether it proves what only looks wrong. */
  readonly proven: boolean;
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

/**
 * Judges the test tokens before anything is changed.
 * @throws {Refusal} with all reasons against each of them, when a broker would refuse one
 */
export function judgeTestTokens(tokens: readonly JudgedToken[], now: Date, planned: Report): TokenFinding {
  const verdicts = tokens.map(({ judge, ...rest }) => ({ ...rest, verdict: judge(now) }));
  const refused = verdicts.filter(({ verdict }) => !verdict.accepted);
  const checks = verdicts.flatMap(({ name, verdict }) => checksOf(name, verdict));
  if (refused.length > 0) throw refusal(refused, tokens.length, checks, planned);
  const principals = verdicts.map(({ verdict }) => verdict.principal ?? '');
  return { principals, checks, proven: verdicts.some(({ verdict }) => isProof(verdict)) };
}

/** Whether a verdict proves that the settings are right: brokers would accept the token, and no forged one. */
function isProof({ accepted, signature }: Verdict): boolean {
  return accepted && signature === 'verified';
}

/** What is said where no token is accepted, so that there is nothing to judge one by. */
export const NOT_JUDGED: Check = { subject: SUBJECT, result: 'skipped', detail: 'Not judged: OIDC is off.' };

function checksOf(name: string, verdict: Verdict): Check[] {
  if (!verdict.accepted)
    return reasonsOf(verdict).map(
      ({ problem, remedy }): Check => ({ subject: name, result: 'failed', detail: `${problem} ${remedy}` }),
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

/** The reasons against a token. */
export function reasonsOf({ refusals }: Verdict): Reason[] {
  return refusals.map(({ claim, has, expects, remedy }) => ({
    problem: `${claim}: the token has ${has}; the brokers expect ${expects}.`,
    remedy,
  }));
}

/** A verdict on a token that was given or got. */
interface Judged extends Omit<JudgedToken, 'judge'> {
  readonly verdict: Verdict;
}

/** What a token request can be told to change. */
const ASKED_FOR = new Set(['token', 'aud', 'alg', 'scope']);

/** The way to another token, where this action has got the refused one by itself. */
function askAnew(refused: readonly Judged[]): string {
  const got = refused.some(
    ({ from, verdict }) =>
      from === 'client credentials' && verdict.refusals.some(({ claim }) => ASKED_FOR.has(claim)),
  );
  return got
    ? 'This action got that token for test-client-id: ask for another by scope=…, audience=… or resource=… in test-token-parameters, as the provider requires.'
    : '';
}

/** The issuers of Microsoft Entra ID, v1 and v2, with the tenant. */
const ENTRA = /^https:\/\/(?:sts\.windows\.net|login\.microsoftonline\.com)\/([\w.-]+)\//;

/** Where Entra ID publishes the keys of an application that signs with its own (Microsoft's “signing key rollover”). */
function customKeys(refused: readonly Judged[]): string {
  for (const { token, verdict } of refused) {
    if (!verdict.refusals.some(({ claim }) => claim === 'kid')) continue;
    const tenant = ENTRA.exec(String(claimsOf(token)?.get('iss') ?? ''))?.[1];
    if (tenant === undefined) continue;
    return `An application of Entra ID with a custom signing key has its keys elsewhere: in that case, set jwks-endpoint-url to https://login.microsoftonline.com/${tenant}/discovery/v2.0/keys?appid=CLIENT_ID.`;
  }
  return '';
}

function refusal(
  refused: readonly Judged[],
  count: number,
  checks: readonly Check[],
  planned: Report,
): Refusal {
  const reasons = refused.flatMap(({ name, verdict }) =>
    reasonsOf(verdict).map((reason) =>
      count === 1 ? reason : { ...reason, problem: `${name}: ${reason.problem}` },
    ),
  );
  return new Refusal({
    title:
      count === 1
        ? 'A broker would refuse the test token'
        : `A broker would refuse ${refused.length} of ${count} test tokens`,
    ...because(reasons, [askAnew(refused), customKeys(refused)].filter(Boolean).join(' ')),
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
