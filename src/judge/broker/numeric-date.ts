import type { Json } from '../jws/json.ts';

/** What a claim says about time: seconds since 1970, or why it says nothing. */
export type NumericDate =
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed'; readonly expects: string }
  | { readonly kind: 'date'; readonly seconds: bigint };

const SMALLEST_LONG = -(2n ** 63n);
const LARGEST_LONG = 2n ** 63n - 1n;

/**
 * Reads a NumericDate (RFC 7519, section 2) as `org.jose4j.jwt.JwtClaims` does: fractions are cut off, and what a Java `long`
 * cannot hold is either refused, when it is a whole number, or brought to the nearest `long`.
 */
export function readNumericDate(value: Json | undefined): NumericDate {
  if (value === undefined || value === null) return { kind: 'none' };
  if (typeof value === 'number') return { kind: 'date', seconds: toLong(value) };
  if (typeof value !== 'bigint') return { kind: 'malformed', expects: 'a number of seconds since 1970' };
  const isLong = value >= SMALLEST_LONG && value <= LARGEST_LONG;
  return isLong ? { kind: 'date', seconds: value } : { kind: 'malformed', expects: 'a plausible number' };
}

function toLong(number: number): bigint {
  if (number >= 2 ** 63) return LARGEST_LONG;
  return number <= -(2 ** 63) ? SMALLEST_LONG : BigInt(Math.trunc(number));
}

/**
 * The date in milliseconds as `NumericDate.getValueInMillis` has it, overflow of a Java `long` included.
 * @returns null where that throws
 */
export function toMillis(seconds: bigint): bigint | null {
  const millis = BigInt.asIntN(64, seconds * 1000n);
  const overflows = (seconds > 0n && millis < seconds) || (seconds < 0n && millis > seconds);
  return overflows ? null : millis;
}
