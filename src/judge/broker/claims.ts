import { quote } from '../../quote.ts';
import { anyOf, audienceRemedy, issuerRemedy, NEEDS_AUDIENCE } from '../advice.ts';
import type { Json, JsonObject } from '../jws/json.ts';
import { isOfCognito } from '../known-issuers.ts';
import { toDate } from '../moment.ts';
import type { Objection, TokenExpectations } from '../verdict.ts';
import { describe, isList, quoteAll } from '../wording.ts';
import { isBefore } from './kafka-version.ts';
import { readNumericDate } from './numeric-date.ts';
import { type Judged, judgeTimes } from './times.ts';

/** What the claims of a token come to. */
export interface ClaimsVerdict {
  readonly refusals: readonly Objection[];
  readonly notes: readonly string[];
  /** The name in the principal, when the subject claim gives one. */
  readonly name: string | null;
  readonly expiresAt: Date | null;
}

/**
 * Judges the claims of a token as `BrokerJwtValidator` does (`ValidatorAccessTokenValidator` before Kafka 4.1): first the
 * validators of `org.jose4j.jwt.consumer`, then `ClaimValidationUtils`, then the lifetime of the session that
 * `SaslServerAuthenticator` starts.
 */
export function judgeClaims(claims: JsonObject, expected: TokenExpectations, now: Date): ClaimsVerdict {
  const judged = [
    judgeTimes(claims, expected, now),
    judgeIssuer(claims, expected),
    judgeAudience(claims, expected),
  ];
  const subject = judgeSubject(claims, javaTrim(expected.subjectClaim));
  const others = [...judgeTexts(claims, expected), ...judgeScope(claims)];
  const exp = readNumericDate(claims.get('exp'));
  return {
    refusals: [...judged.flatMap(({ refusals }) => refusals), ...subject.refusals, ...others],
    notes: judged.flatMap(({ notes }) => notes),
    name: subject.name,
    expiresAt: exp.kind === 'date' ? toDate(exp.seconds) : null,
  };
}

/** `iss` (RFC 7519, section 4.1.1; `org.jose4j.jwt.consumer.IssValidator`). */
function judgeIssuer(claims: JsonObject, expected: TokenExpectations): Judged {
  const issuer = expected.issuer === null ? '' : javaTrim(expected.issuer);
  const iss = claims.get('iss') ?? null;
  if (issuer === '')
    return judgeMissing(
      expected,
      'iss',
      'expected-issuer',
      typeof iss === 'string' ? iss : null,
      'Set expected-issuer.',
    );
  if (iss === issuer || (iss !== null && typeof iss !== 'string')) return FINE;
  const remedy =
    iss === null
      ? 'Have the provider put iss into its tokens, or use another kind of token as test-token.'
      : issuerRemedy(issuer, iss);
  return { refusals: [{ claim: 'iss', has: describe(iss), expects: quote(issuer), remedy }], notes: [] };
}

const FINE: Judged = { refusals: [], notes: [] };

/** Kafka 4.4 was the first not to start without an expected issuer and an expected audience. */
function judgeMissing(
  { kafkaVersion }: TokenExpectations,
  claim: string,
  input: string,
  value: string | null,
  otherwise: string,
): Judged {
  const what = claim === 'iss' ? 'issuer' : 'audience';
  if (isBefore(kafkaVersion, 4, 4)) return FINE;
  if (!kafkaVersion) {
    return {
      refusals: [],
      notes: [`${input} is not set: from Kafka 4.4 on, a broker does not start without it.`],
    };
  }
  const remedy = value === null ? otherwise : `Set ${input} to ${quote(value)}.`;
  const expects = `an expected ${what} to compare with; without one, a broker of Kafka ${kafkaVersion} does not start`;
  return { refusals: [{ claim, has: describe(value), expects, remedy }], notes: [] };
}

/** `aud` (RFC 7519, section 4.1.3; `org.jose4j.jwt.consumer.AudValidator`). */
function judgeAudience(claims: JsonObject, expected: TokenExpectations): Judged {
  const aud = claims.get('aud') ?? null;
  const given = typeof aud === 'string' ? [aud] : aud;
  const has = describe(aud);
  const isUnset = expected.audiences.length === 0;
  if (given === null) {
    const remedy = isOfCognito(claims) ? cognitoRemedy(expected) : NEEDS_AUDIENCE;
    if (isUnset) return judgeMissing(expected, 'aud', 'expected-audience', null, remedy);
    return {
      refusals: [{ claim: 'aud', has, expects: anyOf(expected.audiences), remedy }],
      notes: [],
    };
  }
  if (!isList(given) || !given.every((item) => typeof item === 'string' || item === null)) {
    const remedy = 'Have the provider put aud into its tokens as a string or a list of strings.';
    return { refusals: [{ claim: 'aud', has, expects: 'a string or a list of strings', remedy }], notes: [] };
  }
  const names = given.filter((item) => typeof item === 'string');
  if (names.some((name) => expected.audiences.includes(name))) return FINE;
  const expects = isUnset
    ? 'no audience at all: none is expected, so a token that carries one is refused'
    : anyOf(expected.audiences);
  return {
    refusals: [{ claim: 'aud', has, expects, remedy: audienceRemedy(names, expected.audiences) }],
    notes: [],
  };
}

/** Access tokens of Amazon Cognito carry no audience; its ID tokens do, the client ID. */
function cognitoRemedy({ kafkaVersion }: TokenExpectations): string {
  const idTokens =
    'let clients log in with ID tokens of Amazon Cognito, and set expected-audience to the client ID, which is their aud';
  if (kafkaVersion && !isBefore(kafkaVersion, 4, 4))
    return `Access tokens of Amazon Cognito have none: ${idTokens}.`;
  return `Access tokens of Amazon Cognito have none: before Kafka 4.4, set unset: expected-audience; from 4.4 on, ${idTokens}.`;
}

/** The claim that becomes the name in the principal (`ClaimValidationUtils.validateSubject`). */
function judgeSubject(
  claims: JsonObject,
  claim: string,
): { refusals: readonly Objection[]; name: string | null } {
  const value = claims.get(claim) ?? null;
  const name = typeof value === 'string' ? javaTrim(value) : '';
  if (name !== '') return { refusals: [], name };
  const has =
    typeof value === 'string' && value !== '' ? `${describe(value)}, which is blank` : describe(value);
  const others = [...claims].filter(
    ([other, text]) => !NEVER_A_NAME.has(other) && typeof text === 'string' && javaTrim(text) !== '',
  );
  const remedy =
    others.length === 0
      ? `Have the provider put a name for the client into its tokens, as a string in ${quote(claim)} or in a claim that sub-claim-name then names.`
      : `Set sub-claim-name to the claim that names the client; in this token, these claims are strings: ${quoteAll(others.map(([other]) => other))}.`;
  return {
    refusals: [{ claim, has, expects: 'a string that is not blank, for the principal', remedy }],
    name: null,
  };
}

/** Claims about the token itself, which name nobody (RFC 7519, section 4.1, and OpenID Connect Core 1.0, section 2). */
const NEVER_A_NAME = new Set([
  'iss',
  'aud',
  'jti',
  'scope',
  'nonce',
  'at_hash',
  'c_hash',
  'typ',
  'acr',
  'sid',
  'token_use',
]);

/** Claims that have to be text wherever they are, though no setting asks for them (`JwtClaims.getSubject` and others). */
function judgeTexts(claims: JsonObject, expected: TokenExpectations): Objection[] {
  return ['iss', 'sub', 'jti'].flatMap((claim) => {
    const value = claims.get(claim) ?? null;
    const isJudgedElsewhere = claim === javaTrim(expected.subjectClaim);
    if (value === null || typeof value === 'string' || isJudgedElsewhere) return [];
    const remedy = `Have the provider put ${claim} into its tokens as a string, or leave it out.`;
    return [{ claim, has: describe(value), expects: 'a string; brokers accept nothing else', remedy }];
  });
}

/** `scope`: text, or a list of texts without blanks and repetitions (`ClaimValidationUtils.validateScopes`). */
function judgeScope(claims: JsonObject): Objection[] {
  const scope = claims.get('scope') ?? null;
  // A scope of another kind, such as a number, is passed over.
  const items: readonly Json[] = typeof scope === 'string' ? [scope] : isList(scope) ? scope : [];
  const texts = items.map((item) => (typeof item === 'string' ? javaTrim(item) : ''));
  const expects = texts.includes('')
    ? 'a string or a list of strings, none of them blank'
    : new Set(texts).size < texts.length
      ? 'a list without repetitions'
      : null;
  if (expects === null) return [];
  const remedy =
    'Have the provider leave scope out of its tokens or give it a value, or request a test-token with a scope.';
  return [{ claim: 'scope', has: describe(scope), expects, remedy }];
}

/** `String.trim` of Java, which takes control characters and the space, but no other blanks. */
function javaTrim(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text.charCodeAt(start) <= SPACE) start++;
  while (end > start && text.charCodeAt(end - 1) <= SPACE) end--;
  return text.slice(start, end);
}

const SPACE = 0x20;
