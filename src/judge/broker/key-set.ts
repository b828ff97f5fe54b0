import { quote } from '../../quote.ts';
import { type Json, readObject } from '../jws/json.ts';
import type { Jwk } from '../jws/jwk.ts';
import { isList } from '../wording.ts';
import { keyName, sortKeys } from './keys.ts';

/** What brokers make of a key set. */
export interface KeySetVerdict {
  /** All published keys, useless ones included, since a broker picks one by its own rules; none when there is an objection. */
  readonly keys: readonly Jwk[];
  /** How many of them a broker can verify signatures with. */
  readonly usable: number;
  /** Why brokers would not get along with it, or nobody should; null when they would. */
  readonly objection: { readonly problem: string; readonly remedy: string } | null;
}

/**
 * Judges a key set (RFC 7517, section 5) as a broker does that starts with it, and whether it can verify signatures.
 * @param jwksUrl where it was published, for messages
 * @param text as it was published, since brokers do not read JSON as others do
 */
export function judgeKeySet(jwksUrl: string, text: string): KeySetVerdict {
  const read = readObject(text);
  if (read === null) {
    return objectionable(
      `${jwksUrl} answers with ${kindOf(text)} instead of JSON. A broker that cannot fetch its keys does not start.`,
      'Give the address of the key set itself.',
    );
  }
  const repeated = read.repeated[0];
  if (repeated !== undefined) {
    return objectionable(
      `${jwksUrl} has the name ${quote(repeated)} more than once in one object, so a broker does not read it.`,
      'Have the provider publish each name once.',
    );
  }
  const keys = publishedKeys(read.object.get('keys'));
  if (keys === null) {
    return objectionable(
      `What ${jwksUrl} answers is not a key set: it has no list of keys, or something other than keys in it.`,
      'Give the address of the key set itself.',
    );
  }
  return judgeKeys(jwksUrl, keys);
}

function kindOf(text: string): string {
  if (text.startsWith('\ufeff')) return 'a byte order mark, which brokers do not skip,';
  if (text.trim() === '') return 'nothing';
  return text.trimStart().startsWith('<') ? 'an HTML page' : 'text';
}

/** A null among the keys is passed over by jose4j; anything else that is no object it does not read. */
function publishedKeys(keys: Json | undefined): Jwk[] | null {
  if (!isList(keys)) return null;
  const present = keys.filter((key) => key !== null);
  return present.every((key) => key instanceof Map) ? present.map((key) => plain(key) as Jwk) : null;
}

/** The value in the form that `JSON.parse` gives it. */
function plain(value: Json): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([name, item]) => [name, plain(item)]));
  if (isList(value)) return value.map(plain);
  return typeof value === 'bigint' ? Number(value) : value;
}

function judgeKeys(jwksUrl: string, keys: readonly Jwk[]): KeySetVerdict {
  const { usable, private: secret, symmetric } = sortKeys(keys);
  const exposed = [...secret, ...symmetric];
  if (exposed.length > 0) {
    const kind = secret.length > 0 ? 'private' : 'symmetric';
    return objectionable(
      `ALARM: ${jwksUrl} publishes a ${kind} key (${exposed.map(keyName).join(', ')}). Whoever reads it can make tokens that your brokers accept.`,
      'Withdraw that key at the provider now and publish public keys alone; trust no token that it signed.',
    );
  }
  if (usable.length > 0) return { keys, usable: usable.length, objection: null };
  const count = keys.length;
  return objectionable(
    `${jwksUrl} publishes ${count === 0 ? 'no keys' : `${count} key(s), but none that a broker can verify signatures with`}.`,
    'A broker needs an RSA key of 2048 bits or more, an EC key (P-256, P-384, P-521) or an Ed25519 key, not marked for encryption.',
  );
}

function objectionable(problem: string, remedy: string): KeySetVerdict {
  return { keys: [], usable: 0, objection: { problem, remedy } };
}
