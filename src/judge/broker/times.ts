import type { JsonObject } from '../jws/json.ts';
import { when } from '../moment.ts';
import type { Objection, TokenExpectations } from '../verdict.ts';
import { describe } from '../wording.ts';
import { isBefore } from './kafka-version.ts';
import { readNumericDate, toMillis } from './numeric-date.ts';

/** What stands against a claim, and what is worth knowing of it. */
export interface Judged {
  readonly refusals: readonly Objection[];
  readonly notes: readonly string[];
}

const LEEWAY_SECONDS = 30n;
const CLOCK_EDGE_SECONDS = 5n;
/** `SaslServerAuthenticator` counts the session in nanoseconds, in a Java `long`: 292 years. */
const LONGEST_SESSION_MILLIS = (2n ** 63n - 1n) / 1_000_000n;
const FRESH_TOKEN = 'Get a fresh token from the provider as test-token.';

/** `exp`, `iat` and `nbf` (RFC 7519, section 4.1; `org.jose4j.jwt.consumer.NumericDateValidator`). */
export function judgeTimes(claims: JsonObject, { kafkaVersion }: TokenExpectations, now: Date): Judged {
  const refusals: Objection[] = [];
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
      expects: missing ? 'a number of seconds since 1970; brokers accept no token without it' : date.expects,
      remedy: `Have the provider put ${claim} into its tokens as RFC 7519 describes it, or use another kind of token as test-token.`,
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
      refuse('exp', exp, `a time in the future (with ${LEEWAY_SECONDS} s of leeway)`, FRESH_TOKEN);
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
        'a time that Kafka can handle, less than 292 years ahead',
        'Have the provider issue tokens that are valid for hours, not for centuries.',
      );
    }
  }
  if (iat !== null && (iat < 0n || toMillis(iat) === null)) {
    refuse('iat', iat, 'a time since 1970 that Kafka can handle', FRESH_TOKEN);
  }
  if (nbf !== null) {
    const start = nbf - LEEWAY_SECONDS;
    if (seconds < start)
      refuse('nbf', nbf, `a time in the past (with ${LEEWAY_SECONDS} s of leeway)`, WAIT_FOR_IT);
    if (distance(seconds, start) <= CLOCK_EDGE_SECONDS) notes.push(clockEdge('nbf'));
  }
  return { refusals, notes };
}

const ENDS_AT_ONCE =
  'The token has expired; the leeway lets it log in, but the broker ends the session at the first request. Clients need a fresh one.';
const WAIT_FOR_IT =
  'Wait until then, or get a test-token that is valid already; check the clock of the provider, too.';

function clockEdge(claim: string): string {
  return `${claim} is within ${CLOCK_EDGE_SECONDS} s of the limit, so a broker whose clock differs may decide otherwise.`;
}

function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a;
}
