import { quote } from '../../quote.ts';
import { ALGORITHMS, type Algorithm } from '../jws/algorithms.ts';
import type { Json, JsonObject } from '../jws/json.ts';
import type { Jws } from '../jws/jws.ts';
import { entraAppKeys, NOT_FOR_GRAPH } from '../known-issuers.ts';
import type { Objection } from '../verdict.ts';
import { describe, quoteAll } from '../wording.ts';
import type { BrokerKey, SkippedKey, TakenIn } from './broker-keys.ts';
import { chooseKeys, misfit } from './key-choice.ts';
import { isVerified, unfitness, unknownCritical } from './signature.ts';

/** What a broker has to say to a signature. */
export interface SignatureVerdict {
  readonly refusals: readonly Objection[];
  readonly notes: readonly string[];
}

/**
 * Judges header and signature as `JwtConsumer.processContext` and `JsonWebSignature.verifySignature` of jose4j do.
 * @param claims decide nothing here; they tell whose token it is, and so the way out
 */
export function judgeSignature(
  jws: Jws,
  header: JsonObject,
  claims: JsonObject,
  { keys, skipped }: TakenIn,
): SignatureVerdict {
  const refusals = [...judgeTexts(header), ...judgeCritical(header)];
  const alg = header.get('alg');
  const algorithm = typeof alg === 'string' ? ALGORITHMS.get(alg) : undefined;
  const isUnusable = algorithm?.kty === 'oct' && !keys.some(({ kty }) => kty === 'oct');
  if (algorithm === undefined || isUnusable)
    return { refusals: [...refusals, wrongAlgorithm(header)], notes: [] };
  const verdict = judgeKey(jws, header, algorithm, { keys, skipped, appKeys: entraAppKeys(claims) });
  return { refusals: [...refusals, ...verdict.refusals], notes: verdict.notes };
}

const HEADER_TEXTS = ['kid', 'x5t', 'x5t#S256'];

function judgeTexts(header: JsonObject): Objection[] {
  return HEADER_TEXTS.filter(
    (claim) => !['string', 'undefined'].includes(typeof (header.get(claim) ?? undefined)),
  ).map((claim) => ({
    claim,
    has: describe(header.get(claim)),
    expects: 'a string',
    remedy: `Have the provider put ${claim} into the header of its tokens as a string.`,
  }));
}

function judgeCritical(header: JsonObject): Objection[] {
  const unknown = unknownCritical(header);
  if (unknown === null) return [];
  const remedy =
    'Have the provider leave crit out of the header of its tokens: it requires extensions that Kafka does not support.';
  return [{ claim: 'crit', has: quote(unknown), expects: 'no critical header', remedy }];
}

/** Those that verify with public keys: a secret in a key set, which HMAC would take, is no advice. */
const PUBLIC_ALGORITHMS = [...ALGORITHMS.values()].filter(({ kty }) => kty !== 'oct').map(({ name }) => name);

function wrongAlgorithm(header: JsonObject): Objection {
  const isUnsigned = header.get('alg') === 'none';
  return {
    claim: 'alg',
    has: describe(header.get('alg')),
    expects: `one of ${PUBLIC_ALGORITHMS.join(', ')}`,
    remedy: `${isUnsigned ? 'It is unsigned, so anyone could have created it. ' : ''}Have the provider sign its tokens with RS256 or ES256, or use another kind of token as test-token.`,
  };
}

/** The key set, and where the provider may publish more keys; null when nothing is known of that. */
interface Published extends TakenIn {
  readonly appKeys: string | null;
}

function judgeKey(
  jws: Jws,
  header: JsonObject,
  algorithm: Algorithm,
  published: Published,
): SignatureVerdict {
  const [key, ...others] = chooseKeys(header, algorithm, published.keys);
  if (key === undefined) return { refusals: [noKey(header, algorithm, published)], notes: [] };
  const unfit = unfitness(key, algorithm);
  const name = keyName(key);
  if (unfit !== null) {
    const remedy = `Have the provider sign with another key, or with an algorithm other than ${algorithm.name}: ${name} at jwks-endpoint-url does not work with it.`;
    return { refusals: [{ claim: 'alg', ...unfit, remedy }], notes: [] };
  }
  if (isVerified(jws, key, algorithm)) return { refusals: [], notes: notesOn(key, others) };
  const rightKey = others.find(
    (other) => unfitness(other, algorithm) === null && isVerified(jws, other, algorithm),
  );
  const remedy = rightKey
    ? firstKeyAlone(header, rightKey)
    : isForGraph(header)
      ? NOT_FOR_GRAPH
      : WRONG_SIGNATURE;
  const expects = `a signature by ${name}, with ${algorithm.name}`;
  return {
    refusals: [
      {
        claim: 'signature',
        has: `a signature that was not made with that key${nonce(header)}`,
        expects,
        remedy,
      },
    ],
    notes: [],
  };
}

/** Microsoft Graph signs over a hash of the nonce that its tokens have in the header. */
function isForGraph(header: JsonObject): boolean {
  return typeof header.get('nonce') === 'string';
}

function nonce(header: JsonObject): string {
  return isForGraph(header) ? ', and a nonce in its header' : '';
}

const WRONG_SIGNATURE =
  'Check that jwks-endpoint-url belongs to the provider that issued the token, and that test-token is complete and unchanged.';

function firstKeyAlone(header: JsonObject, rightKey: BrokerKey): string {
  const why = `It was made with ${keyName(rightKey)} of the same key set, but brokers try only the first key that fits.`;
  return (header.get('kid') ?? null) === null
    ? `${why} Have the provider put a kid into its tokens.`
    : `${why} Have the provider give each of its keys at jwks-endpoint-url a kid of its own.`;
}

function notesOn(key: BrokerKey, others: readonly BrokerKey[]): string[] {
  const notes: string[] = [];
  if (key.kty === 'oct') {
    notes.push(
      'The token is signed with a secret that is published in the key set: anyone who reads the key set can create tokens.',
    );
  }
  if (others.length > 0) {
    notes.push(
      'Several keys fit the token, and brokers try only the first one, so a change in their order can change the result.',
    );
  }
  return notes;
}

function noKey(header: JsonObject, algorithm: Algorithm, { keys, skipped, appKeys }: Published): Objection {
  const kid = header.get('kid') ?? null;
  const namesakes = kid === null ? [] : keys.filter((key) => key.kid === kid);
  const claim = kid === null ? 'alg' : 'kid';
  const has = kid === null ? `${quote(algorithm.name)} and no kid` : describe(kid);
  if (namesakes.length > 0) {
    const why =
      namesakes.map((key) => misfit(key, header, algorithm)).find((reason) => reason !== null) ??
      'has another alg or curve';
    return {
      claim,
      has: `${has}, whose key ${why}`,
      expects: `a key of type ${algorithm.kty} for ${algorithm.name} signatures`,
      remedy:
        'Have the provider publish that key at jwks-endpoint-url as one for its signatures, or sign with the algorithm of its key.',
    };
  }
  const spoilt = skipped.find(({ jwk }) =>
    kid === null ? jwk.kty === algorithm.kty : isCalled(jwk.kid, kid),
  );
  if (spoilt) return spoiltKey(claim, has, spoilt);
  const otherwise = kid === null ? WRONG_KEY_SET : UNKNOWN_KEY;
  return {
    claim,
    has: `${has}${nonce(header)}`,
    expects: `a key of the key set, which has ${inventory(keys)}`,
    remedy: isForGraph(header) ? NOT_FOR_GRAPH : appKeys === null ? otherwise : appKey(appKeys),
  };
}

/** A kid that is a number is none to a broker, though a person reads it as one. */
function isCalled(kid: unknown, wanted: Json): boolean {
  return (typeof kid === 'string' || typeof kid === 'number') && String(kid) === String(wanted);
}

function spoiltKey(claim: string, has: string, { why }: SkippedKey): Objection {
  return {
    claim,
    has: `${has}, whose key is in the key set, but brokers skip it: ${why}`,
    expects: 'a key that they can read',
    remedy: 'Have the provider publish the complete key at jwks-endpoint-url.',
  };
}

function appKey(url: string): string {
  return `If the app has a signing key of its own, as with claims mapping, set jwks-endpoint-url to ${url}; otherwise, check that jwks-endpoint-url belongs to the same tenant, and get a fresh token.`;
}

const WRONG_KEY_SET =
  'Set jwks-endpoint-url to the key set of the provider that issued test-token, or have it sign with a key that it publishes.';
const UNKNOWN_KEY =
  'Set jwks-endpoint-url to the key set of the provider that issued test-token; if it is, the key has been replaced: get a fresh token.';

function inventory(keys: readonly BrokerKey[]): string {
  if (keys.length === 0) return 'no key that a broker can read';
  const ids = keys.flatMap(({ kid }) => (kid === null ? [] : [kid]));
  const nameless = keys.filter(({ kid }) => kid === null);
  const types = [...new Set(nameless.map(({ kty }) => kty))].join(' and ');
  const namelessText = nameless.length > 0 ? `${nameless.length} of type ${types} without a kid` : '';
  const named = ids.length > 0 ? `the kid ${quoteAll(ids)}` : '';
  return [named, namelessText].filter((text) => text !== '').join(' and ');
}

function keyName({ kid, kty }: BrokerKey): string {
  return kid === null ? `the ${kty} key without a kid` : `the key ${quote(kid)}`;
}
