import { quote } from '../../quote.ts';
import { anyOf, audienceRemedy, issuerRemedy, NEEDS_AUDIENCE } from '../advice.ts';
import type { Json, JsonObject } from '../jws/json.ts';
import { toDate, when } from '../moment.ts';
import type { Objection } from '../verdict.ts';
import { describe, isList } from '../wording.ts';
import { pythonInt } from './python.ts';

/** The settings that Schema Registry compares a token with. */
export interface RegistryExpectations {
  /** `kafka.sasl_oauthbearer_expected_issuer`. */
  readonly issuer: string | null;
  /** The items of `kafka.sasl_oauthbearer_expected_audience`; empty when it is unset. */
  readonly audiences: readonly string[];
  /** `kafka.sasl_oauthbearer_sub_claim_name`, `sub` when it is unset. */
  readonly subjectClaim: string;
  /** Whether it starts without an expected issuer and an expected audience, as Karapace 6.2.4 was the first to do. */
  readonly startsWithoutExpectations: boolean;
}

/** What the claims of a token come to. */
export interface ClaimsVerdict {
  readonly refusals: readonly Objection[];
  readonly notes: readonly string[];
  readonly expiresAt: Date | null;
}

/**
 * Judges the claims of a token as Karapace has PyJWT do it (`karapace.api.oidc.middleware` and `jwt.PyJWT._validate_claims`):
 * `exp`, `iss`, `aud` and the subject claim are required, and no leeway is given.
 */
export function judgeClaims(claims: JsonObject, expected: RegistryExpectations, now: Date): ClaimsVerdict {
  const exp = pythonInt(claims.get('exp'));
  return {
    refusals: [
      ...judgeTimes(claims, now),
      ...judgeIssuer(claims, expected),
      ...judgeAudience(claims, expected),
      ...judgeSubject(claims, expected),
      ...judgeTexts(claims),
    ],
    notes: notesOn(claims, expected, now),
    expiresAt: exp === null ? null : toDate(exp),
  };
}

const FRESH_TOKEN = 'Get a fresh token from the provider as test-token.';
const NO_LEEWAY = 'Schema Registry allows no clock skew';

function judgeTimes(claims: JsonObject, now: Date): Objection[] {
  return [
    ...judgeTime(
      claims,
      'exp',
      (at) => (isPast(at, now) ? [`a time in the future; ${NO_LEEWAY}`, FRESH_TOKEN] : null),
      now,
    ),
    ...judgeTime(
      claims,
      'iat',
      (at) => (isAhead(at, now) ? [`a time in the past; ${NO_LEEWAY}`, CHECK_CLOCK] : null),
      now,
    ),
    ...judgeTime(
      claims,
      'nbf',
      (at) => (isAhead(at, now) ? [`a time in the past; ${NO_LEEWAY}`, CHECK_CLOCK] : null),
      now,
    ),
  ];
}

const CHECK_CLOCK = 'Check the clock of the provider, or have it backdate its tokens by a few seconds.';

/** One claim about time: `PyJWT._validate_exp`, `_validate_iat`, `_validate_nbf`, and what is required. */
function judgeTime(
  claims: JsonObject,
  claim: 'exp' | 'iat' | 'nbf',
  complaint: (at: bigint) => readonly [string, string] | null,
  now: Date,
): Objection[] {
  const value = claims.get(claim);
  if (value === undefined && claim !== 'exp') return [];
  const at = pythonInt(value);
  if (at === null) {
    const remedy = `Have the provider put ${claim} into its tokens as RFC 7519 describes it, or use another kind of token as test-token.`;
    return [{ claim, has: describe(value), expects: 'a number of seconds since 1970', remedy }];
  }
  const found = complaint(at);
  if (found === null) return [];
  const [expects, remedy] = found;
  const seconds = BigInt(Math.floor(now.getTime() / 1000));
  return [{ claim, has: when(at, seconds), expects, remedy }];
}

function isPast(at: bigint, now: Date): boolean {
  return at * 1000n <= BigInt(now.getTime());
}

function isAhead(at: bigint, now: Date): boolean {
  return at * 1000n > BigInt(now.getTime());
}

/** `PyJWT._validate_iss`. */
function judgeIssuer(claims: JsonObject, expected: RegistryExpectations): Objection[] {
  const iss = claims.get('iss') ?? null;
  const { issuer } = expected;
  if (issuer === null || issuer === '') return judgeMissing(expected, 'iss', iss);
  if (iss === issuer) return [];
  const remedy =
    typeof iss === 'string'
      ? issuerRemedy(issuer, iss)
      : 'Have the provider put iss into its tokens as a string, or use another kind of token as test-token.';
  return [{ claim: 'iss', has: describe(iss), expects: quote(issuer), remedy }];
}

function judgeMissing(
  { startsWithoutExpectations }: RegistryExpectations,
  claim: 'iss' | 'aud',
  value: Json,
): Objection[] {
  if (startsWithoutExpectations) return [];
  const [what, input] = claim === 'iss' ? ['issuer', 'expected-issuer'] : ['audience', 'expected-audience'];
  const expects = `an expected ${what} to compare with; without one, Karapace before 6.2.4 does not start`;
  return [{ claim, has: describe(value), expects, remedy: `Set ${input}.` }];
}

/** `PyJWT._validate_aud`. */
function judgeAudience(claims: JsonObject, expected: RegistryExpectations): Objection[] {
  const { audiences } = expected;
  const aud = claims.get('aud') ?? null;
  if (audiences.length === 0) return judgeMissing(expected, 'aud', aud);
  const has = describe(aud);
  const given = typeof aud === 'string' ? [aud] : aud;
  if (given === null || aud === '' || (isList(given) && given.length === 0)) {
    return [{ claim: 'aud', has, expects: anyOf(audiences), remedy: NEEDS_AUDIENCE }];
  }
  if (!isList(given) || !given.every((item) => typeof item === 'string')) {
    const remedy = 'Have the provider put aud into its tokens as a string or a list of strings.';
    return [{ claim: 'aud', has, expects: 'a string or a list of strings', remedy }];
  }
  if (given.some((name) => audiences.includes(name))) return [];
  return [{ claim: 'aud', has, expects: anyOf(audiences), remedy: audienceRemedy(given, audiences) }];
}

/** The claim of `sasl_oauthbearer_sub_claim_name`, which Karapace requires; of what kind it is does not matter. */
function judgeSubject(claims: JsonObject, { subjectClaim }: RegistryExpectations): Objection[] {
  if ((claims.get(subjectClaim) ?? null) !== null) return [];
  const remedy = `Have the provider put ${quote(subjectClaim)} into its tokens, or set sub-claim-name to a claim that they have.`;
  return [
    { claim: subjectClaim, has: 'none', expects: 'any value in the claim that names the client', remedy },
  ];
}

/** `PyJWT._validate_sub` and `_validate_jti`: texts, wherever they are. */
function judgeTexts(claims: JsonObject): Objection[] {
  return ['sub', 'jti'].flatMap((claim) => {
    const value = claims.get(claim);
    if (value === undefined || typeof value === 'string') return [];
    const remedy = `Have the provider put ${claim} into its tokens as a string, or leave it out.`;
    return [{ claim, has: describe(value), expects: 'a string', remedy }];
  });
}

const CLOCK_EDGE_MILLIS = 5_000n;

function notesOn(claims: JsonObject, expected: RegistryExpectations, now: Date): string[] {
  const edges = ['exp', 'iat', 'nbf'].filter((claim) => {
    const at = pythonInt(claims.get(claim));
    if (at === null) return false;
    const distance = at * 1000n - BigInt(now.getTime());
    return distance <= CLOCK_EDGE_MILLIS && distance >= (claim === 'exp' ? -CLOCK_EDGE_MILLIS : 0n);
  });
  const uncompared = [
    ...(expected.issuer ? [] : ['expected-issuer']),
    ...(expected.audiences.length > 0 ? [] : ['expected-audience']),
  ];
  return [
    ...edges.map(
      (claim) =>
        `${claim} is within 5 s of the limit, and Schema Registry gives no leeway: one whose clock differs may decide otherwise.`,
    ),
    ...(uncompared.length > 0 && expected.startsWithoutExpectations
      ? [
          `${uncompared.join(' and ')} ${uncompared.length === 1 ? 'is' : 'are'} not set, so Schema Registry does not check ${uncompared.length === 1 ? 'it' : 'them'}: it accepts tokens that the provider issued for others.`,
        ]
      : []),
  ];
}
