import type { Objection } from '../verdict.ts';
import { describe } from '../wording.ts';
import { judgeHeader, NOT_A_JWT, readObject, split, unreadable } from './token.ts';

/** The year 10000, which Python's `datetime` does not reach. */
const LATEST = 253_402_300_800;

/**
 * What stands against a token before the REST proxy hands it on to the brokers, whose verdict counts then. Karapace reads it
 * with PyJWT, unverified, for when it expires (`karapace.kafka_rest_apis.authentication.get_expiration_time_from_header`).
 * @param token as a client would send it after `Bearer`
 */
export function judgeForRestProxy(token: string): Objection[] {
  const parts = split(token.trim());
  if (parts === null) return [NOT_A_JWT];
  const [header, claims] = [readObject(parts.header), readObject(parts.payload)];
  return [
    ...(header === null ? [unreadable('header')] : judgeHeader(header)),
    ...(claims === null ? [unreadable('payload')] : judgeExpiry(claims.get('exp') ?? null)),
  ];
}

function judgeExpiry(exp: Parameters<typeof describe>[0]): Objection[] {
  const isNumber = typeof exp === 'bigint' || typeof exp === 'number';
  if (exp === null || (isNumber && Math.abs(Number(exp)) < LATEST)) return [];
  return [
    {
      claim: 'exp',
      has: describe(exp),
      expects: 'a number of seconds since 1970, before the year 10000',
      remedy: 'Have the provider issue tokens that are valid for hours, not for centuries.',
    },
  ];
}
