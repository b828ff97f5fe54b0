import { quote } from '../../quote.ts';
import { type Json, type JsonObject, readObject } from '../jws/json.ts';
import type { Jwk, PublishedKeys } from '../jws/jwk.ts';
import { isList } from '../wording.ts';
import { keyName, sortKeys, uselessness } from './keys.ts';

/** What brokers make of a key set. */
export interface KeySetVerdict {
  /** All published keys, useless ones included, since a broker picks one by its own rules; none when there is an objection. */
  readonly keys: PublishedKeys;
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
      'Use the address of the key set itself.',
    );
  }
  const repeated = read.repeated[0];
  if (repeated !== undefined) {
    return objectionable(
      `${jwksUrl} has the name ${quote(repeated)} more than once in one object, so brokers do not read it.`,
      'Have the provider publish each name once.',
    );
  }
  const keys = publishedKeys(read.object);
  if (keys === null) {
    return objectionable(
      `What ${jwksUrl} answers is not a key set: it has no list of keys, or something other than keys in it.`,
      'Use the address of the key set itself.',
    );
  }
  return judgeKeys(jwksUrl, keys);
}

function kindOf(text: string): string {
  if (text.startsWith('\ufeff')) return 'a byte order mark, which brokers do not skip,';
  if (text.trim() === '') return 'nothing';
  return text.trimStart().startsWith('<') ? 'an HTML page' : 'text';
}

/**
 * The keys of a set. A null among them is passed over by jose4j; anything else that is no object it does not read. A provider
 * without keys may answer `{}` or null in place of an empty list.
 */
function publishedKeys(set: JsonObject): PublishedKeys | null {
  const keys = set.get('keys');
  if (set.size === 0 || keys === null) return [];
  if (!isList(keys)) return null;
  const readable = keys.every((key) => key === null || key instanceof Map);
  return readable ? keys.map((key) => plain(key) as Jwk | null) : null;
}

/** The value in the form that `JSON.parse` gives it. */
function plain(value: Json): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([name, item]) => [name, plain(item)]));
  if (isList(value)) return value.map(plain);
  return typeof value === 'bigint' ? Number(value) : value;
}

function judgeKeys(jwksUrl: string, published: PublishedKeys): KeySetVerdict {
  const keys = published.filter((key) => key !== null && key !== undefined);
  const { usable, private: secret, symmetric } = sortKeys(keys);
  const exposed = [...secret, ...symmetric];
  if (exposed.length > 0) {
    const kind = secret.length > 0 ? 'private' : 'symmetric';
    return objectionable(
      `ALARM: ${jwksUrl} publishes a ${kind} key (${exposed.map(keyName).join(', ')}). Anyone who reads it can create tokens that your brokers accept.`,
      'Revoke that key at the provider now and publish only public keys; do not trust any token that it signed.',
    );
  }
  if (usable.length > 0) return { keys: published, usable: usable.length, objection: null };
  if (keys.length === 0) return objectionable(`${jwksUrl} publishes no keys.`, NO_KEYS_YET);
  const problem = `${jwksUrl} publishes ${keys.length} key(s), but none that a broker can verify signatures with: ${reasons(keys)}.`;
  return objectionable(problem, USABLE_KEYS);
}

const MOST_REASONS = 4;

/** Why each key is of no use to a broker, for the first few. */
function reasons(keys: readonly Jwk[]): string {
  const told = keys.slice(0, MOST_REASONS).map((key) => `${keyName(key)} (${uselessness(key)})`);
  return [...told, ...(keys.length > MOST_REASONS ? [`and ${keys.length - MOST_REASONS} more`] : [])].join(
    ', ',
  );
}

const USABLE_KEYS =
  'A broker needs an RSA key of 2048 bits or more, an EC key (P-256, P-384, P-521) or an Ed25519 key, complete and not marked for encryption.';
const NO_KEYS_YET =
  'Have the provider sign with a key that it publishes. In authentik, choose a signing key, because HS256 has none to publish; ZITADEL publishes its keys with the first token, so request one.';

function objectionable(problem: string, remedy: string): KeySetVerdict {
  return { keys: [], usable: 0, objection: { problem, remedy } };
}
