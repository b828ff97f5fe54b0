import * as z from 'zod/mini';
import type { Check } from '../plan.ts';
import { quote } from '../quote.ts';
import { type Fetched, type FetchTools, fetchDocument } from './document.ts';
import { readObject } from './json.ts';
import { type Jwk, keyName, sortKeys } from './keys.ts';
import { isOutOfReach, type ProviderProblem, remedyOf } from './problem.ts';

/** What a key set holds. */
export interface Keys {
  readonly keys: readonly Jwk[];
  readonly checks: readonly Check[];
  readonly problems: readonly ProviderProblem[];
}

/** What is known of a key set that was not looked at. */
export const NO_KEYS: Keys = { keys: [], checks: [], problems: [] };

/** A null among the keys is passed over by jose4j; anything else that is no object it does not read. */
const keySet = z.looseObject({ keys: z.array(z.nullish(z.record(z.string(), z.unknown()))) });

/**
 * Fetches a key set (RFC 7517, section 5) as a broker does when it starts, and looks whether it can verify signatures.
 */
export async function readKeys(jwksUrl: string, tools: FetchTools): Promise<Keys> {
  const url = URL.canParse(jwksUrl) ? new URL(jwksUrl) : null;
  if (url?.protocol !== 'https:' || /\s/.test(jwksUrl)) {
    return noKeys(`The key set ${quote(jwksUrl)} is not an https URL.`, 'Aiven takes https alone.');
  }
  const fetched = await fetchDocument(tools, url, true);
  if (fetched.got !== 'document') {
    const problem = `The key set cannot be had from ${jwksUrl}: ${fetched.why}. A broker that cannot fetch its keys does not start.`;
    return noKeys(problem, remedyOf(fetched, 'Check the URL for a typing mistake.'), isOutOfReach(fetched));
  }
  return judgeKeys(jwksUrl, fetched);
}

function judgeKeys(jwksUrl: string, { json, text }: Extract<Fetched, { got: 'document' }>): Keys {
  const repeated = readObject(text)?.repeated[0];
  if (repeated !== undefined) {
    return noKeys(
      `${jwksUrl} has the name ${quote(repeated)} more than once in one object, so a broker does not read it.`,
      'Have the provider publish each name once.',
    );
  }
  const parsed = keySet.safeParse(json);
  if (!parsed.success) {
    return noKeys(
      `What ${jwksUrl} answers is not a key set: it has no list of keys, or something else than keys in it.`,
      'Check the URL for a typing mistake.',
    );
  }
  const keys = parsed.data.keys.filter((key) => key !== null && key !== undefined);
  const { usable, private: secret, symmetric } = sortKeys(keys);
  const exposed = [...secret, ...symmetric];
  if (exposed.length > 0) {
    const kind = secret.length > 0 ? 'private' : 'symmetric';
    return noKeys(
      `ALARM: ${jwksUrl} publishes a ${kind} key (${exposed.map(keyName).join(', ')}). Whoever reads it can make tokens that your brokers accept.`,
      'Withdraw that key at the provider now and publish public keys alone; trust no token that it signed.',
    );
  }
  if (usable.length === 0) {
    const count = keys.length;
    return noKeys(
      `${jwksUrl} publishes ${count === 0 ? 'no keys' : `${count} key(s), but none that a broker can verify signatures with`}.`,
      'A broker needs an RSA key of 2048 bits or more, an EC key (P-256, P-384, P-521) or an Ed25519 key, not marked for encryption.',
    );
  }
  const count = usable.length === 1 ? '1 key' : `${usable.length} keys`;
  const detail = `${jwksUrl} publishes ${count} that a broker can verify signatures with.`;
  return { keys, checks: [{ subject: 'Key set', result: 'passed', detail }], problems: [] };
}

function noKeys(problem: string, remedy: string, unreachable = false): Keys {
  const checks: Check[] = [{ subject: 'Key set', result: 'failed', detail: problem }];
  return { keys: [], checks, problems: [{ input: 'jwks-endpoint-url', problem, remedy, unreachable }] };
}
