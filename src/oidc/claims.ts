import { subtleDifference } from './issuer.ts';
import type { Json, JsonObject } from './json.ts';
import { readNumericDate, toDate, toMillis } from './numeric-date.ts';
import type { Refusal, TokenExpectations } from './verdict.ts';
import { describe, isList, quote, quoteAll } from './wording.ts';

/** What the claims of a token come to. */
export interface ClaimsVerdict {
  readonly refusals: readonly Refusal[];
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

interface Judged {
  readonly refusals: readonly Refusal[];
  readonly notes: readonly string[];
}

const LEEWAY_SECONDS = 30n;
const CLOCK_EDGE_SECONDS = 5n;
/** `SaslServerAuthenticator` counts the session in nanoseconds, in a Java `long`: 292 years. */
const LONGEST_SESSION_MILLIS = (2n ** 63n - 1n) / 1_000_000n;
const FRESH_TOKEN = 'Get a fresh token from the provider for test-token.';

/** `exp`, `iat` and `nbf` (RFC 7519, section 4.1; `org.jose4j.jwt.consumer.NumericDateValidator`). */
function judgeTimes(claims: JsonObject, { kafkaVersion }: TokenExpectations, now: Date): Judged {
  const refusals: Refusal[] = [];
  const notes: string[] = [];
  const seconds = BigInt(Math.floor(now.getTime() / 1000));
  const read = (claim: string, required: boolean): bigint | null => {
    const date = readNumericDate(claims.get(claim));
    if (date.kind === 'date') return date.seconds;
    const missing = date.kind === 'none';
    if (missing && !required) return null;
    refusals.push({
      claim,
      has: describe(claims.get(claim)),
      expects: missing ? 'a number of seconds since 1970; a broker takes no token without it' : date.expects,
      remedy: `Have the provider put ${claim} into its tokens as RFC 7519 describes it, or take another kind of token for test-token.`,
    });
    return null;
  };
  const refuse = (claim: string, at: bigint, expects: string, remedy: string) =>
    refusals.push({ claim, has: when(at, seconds), expects, remedy });

  const exp = read('exp', true);
  const iat = read('iat', true);
  const nbf = read('nbf', false);
  if (exp !== null) {
    const end = exp + LEEWAY_SECONDS;
    if (seconds >= end)
      refuse('exp', exp, `a time that is not over (with ${LEEWAY_SECONDS} s of leeway)`, FRESH_TOKEN);
    else if (seconds >= exp) notes.push(ENDS_AT_ONCE);
    if (distance(seconds, end) <= CLOCK_EDGE_SECONDS) notes.push(clockEdge('exp'));
    if (iat !== null && exp < iat) refuse('exp', exp, 'a time that is not before iat', FRESH_TOKEN);
    if (nbf !== null && exp < nbf) refuse('exp', exp, 'a time that is not before nbf', FRESH_TOKEN);
    const millis = toMillis(exp);
    if (
      millis === null ||
      (millis - BigInt(now.getTime()) > LONGEST_SESSION_MILLIS && !isBefore(kafkaVersion, 4, 2))
    ) {
      refuse(
        'exp',
        exp,
        'a time that Kafka can reckon with, less than 292 years ahead',
        'Have the provider issue tokens for hours, not for ages.',
      );
    }
  }
  if (iat !== null && (iat < 0n || toMillis(iat) === null)) {
    refuse('iat', iat, 'a time since 1970 that Kafka can reckon with', FRESH_TOKEN);
  }
  if (nbf !== null) {
    const start = nbf - LEEWAY_SECONDS;
    if (seconds < start)
      refuse('nbf', nbf, `a time that has come (with ${LEEWAY_SECONDS} s of leeway)`, WAIT_FOR_IT);
    if (distance(seconds, start) <= CLOCK_EDGE_SECONDS) notes.push(clockEdge('nbf'));
  }
  return { refusals, notes };
}

const ENDS_AT_ONCE =
  'The token has expired; the leeway lets it log in, but the broker ends the session at the first request. Clients need a fresh one.';
const WAIT_FOR_IT =
  'Wait until then, or get a token for test-token that is valid from now on; check the clock of the provider.';

function clockEdge(claim: string): string {
  return `${claim} is within ${CLOCK_EDGE_SECONDS} s of where the verdict turns, so a broker whose clock differs may see it the other way.`;
}

function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a;
}

function when(at: bigint, now: bigint): string {
  const date = toDate(at);
  if (date === null) return `the number ${at}`;
  const [amount, relation] = at > now ? [at - now, 'ahead'] : [now - at, 'ago'];
  return `${date.toISOString().replace('.000Z', 'Z')}, ${duration(amount)} ${relation}`;
}

function duration(seconds: bigint): string {
  const units = [
    [86_400n, 'days'],
    [3600n, 'hours'],
    [60n, 'minutes'],
  ] as const;
  for (const [length, unit] of units) if (seconds >= 2n * length) return `${seconds / length} ${unit}`;
  return `${seconds} s`;
}

/** `iss` (RFC 7519, section 4.1.1; `org.jose4j.jwt.consumer.IssValidator`). */
function judgeIssuer(claims: JsonObject, expected: TokenExpectations): Judged {
  const issuer = expected.issuer === null ? '' : javaTrim(expected.issuer);
  const iss = claims.get('iss') ?? null;
  if (issuer === '')
    return judgeMissing(expected, 'iss', 'expected-issuer', typeof iss === 'string' ? iss : null);
  if (iss === issuer || (iss !== null && typeof iss !== 'string')) return FINE;
  const remedy =
    iss === null
      ? 'Have the provider put iss into its tokens, or take another kind of token for test-token.'
      : issuerRemedy(issuer, iss);
  return { refusals: [{ claim: 'iss', has: describe(iss), expects: quote(issuer), remedy }], notes: [] };
}

function issuerRemedy(expected: string, iss: string): string {
  const difference = subtleDifference(expected, iss);
  if (difference !== '') return `Set expected-issuer to ${quote(iss)}: ${difference}.`;
  return `Set expected-issuer to ${quote(iss)} if that is the provider you mean, else take a token of ${quote(expected)} for test-token.`;
}

const FINE: Judged = { refusals: [], notes: [] };

/** Kafka 4.4 was the first not to start without an expected issuer and an expected audience. */
function judgeMissing(
  { kafkaVersion }: TokenExpectations,
  claim: string,
  input: string,
  value: string | null,
): Judged {
  const what = claim === 'iss' ? 'issuer' : 'audience';
  if (isBefore(kafkaVersion, 4, 4)) return FINE;
  if (!kafkaVersion) {
    return {
      refusals: [],
      notes: [`${input} is not set: from Kafka 4.4 on, a broker does not start without it.`],
    };
  }
  const remedy = value === null ? `Set ${input}.` : `Set ${input} to ${quote(value)}.`;
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
    if (isUnset) return judgeMissing(expected, 'aud', 'expected-audience', null);
    return {
      refusals: [{ claim: 'aud', has, expects: anyOf(expected.audiences), remedy: NEEDS_AUDIENCE }],
      notes: [],
    };
  }
  if (!isList(given) || !given.every((item) => typeof item === 'string' || item === null)) {
    const remedy = 'Have the provider put aud into its tokens as a text or a list of texts.';
    return { refusals: [{ claim: 'aud', has, expects: 'a text, or a list of texts', remedy }], notes: [] };
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

const NEEDS_AUDIENCE =
  'Have the provider put an audience into its tokens, the one that expected-audience names, or ask for it when requesting test-token.';

function audienceRemedy(names: readonly string[], expected: readonly string[]): string {
  const possible = names.filter((name) => name !== '' && !name.includes(',') && name === name.trim());
  const [first] = possible;
  if (first === undefined) {
    const why = names.some((name) => name.includes(',')) ? ': one with a comma cannot be expected' : '';
    return `Have the provider put an audience into its tokens that expected-audience can name${why}.`;
  }
  if (expected.length === 0) {
    return possible.length === 1
      ? `Set expected-audience to ${quote(first)}.`
      : `Set expected-audience to the one that stands for this service, of ${quoteAll(possible)}.`;
  }
  for (const name of possible) {
    const subtle = expected
      .map((other) => subtleDifference(other, name))
      .find((difference) => difference !== '');
    if (subtle !== undefined) return `Set expected-audience to ${quote(name)}: ${subtle}.`;
  }
  return `Add ${quote(first)} to expected-audience if it stands for this service, else request test-token for the audience that is expected.`;
}

function anyOf(texts: readonly string[]): string {
  return texts.length === 1 ? quoteAll(texts) : `one of ${quoteAll(texts)}`;
}

/** The claim that becomes the name in the principal (`ClaimValidationUtils.validateSubject`). */
function judgeSubject(
  claims: JsonObject,
  claim: string,
): { refusals: readonly Refusal[]; name: string | null } {
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
      ? `Have the provider put a name for the client into its tokens, as a text in ${quote(claim)} or in the claim that sub-claim-name is to name.`
      : `Set sub-claim-name to the claim that names the client; as texts, this token has ${quoteAll(others.map(([other]) => other))}.`;
  return {
    refusals: [{ claim, has, expects: 'a text that is not blank, for the principal', remedy }],
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
function judgeTexts(claims: JsonObject, expected: TokenExpectations): Refusal[] {
  return ['iss', 'sub', 'jti'].flatMap((claim) => {
    const value = claims.get(claim) ?? null;
    const isJudgedElsewhere = claim === javaTrim(expected.subjectClaim);
    if (value === null || typeof value === 'string' || isJudgedElsewhere) return [];
    const remedy = `Have the provider put ${claim} into its tokens as a text, or leave it out.`;
    return [{ claim, has: describe(value), expects: 'a text; a broker takes no other kind', remedy }];
  });
}

/** `scope`: text, or a list of texts without blanks and repetitions (`ClaimValidationUtils.validateScopes`). */
function judgeScope(claims: JsonObject): Refusal[] {
  const scope = claims.get('scope') ?? null;
  // A scope of another kind, such as a number, is passed over.
  const items: readonly Json[] = typeof scope === 'string' ? [scope] : isList(scope) ? scope : [];
  const texts = items.map((item) => (typeof item === 'string' ? javaTrim(item) : ''));
  const expects = texts.includes('')
    ? 'a text or a list of texts, none of them blank'
    : new Set(texts).size < texts.length
      ? 'a list without repetitions'
      : null;
  if (expects === null) return [];
  const remedy =
    'Have the provider leave scope out of its tokens or fill it, or request test-token with a scope.';
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

/** Whether a version is known to be older than another. */
function isBefore(version: string | null | undefined, major: number, minor: number): boolean {
  const [ownMajor = Number.NaN, ownMinor = Number.NaN] = (version ?? '').split('.').map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}
