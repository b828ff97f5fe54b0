import { quote } from '../../quote.ts';
import { ALGORITHMS, type Algorithm } from '../jws/algorithms.ts';
import type { JsonObject } from '../jws/json.ts';
import type { Jws } from '../jws/jws.ts';
import type { Objection } from '../verdict.ts';
import { describe, quoteAll } from '../wording.ts';
import type { BrokerKey } from './broker-keys.ts';
import { chooseKeys, misfit } from './key-choice.ts';
import { isVerified, unfitness, unknownCritical } from './signature.ts';

/** What a broker has to say to a signature. */
export interface SignatureVerdict {
  readonly refusals: readonly Objection[];
  readonly notes: readonly string[];
}

/** Judges header and signature as `JwtConsumer.processContext` and `JsonWebSignature.verifySignature` of jose4j do. */
export function judgeSignature(jws: Jws, header: JsonObject, keys: readonly BrokerKey[]): SignatureVerdict {
  const refusals = [...judgeTexts(header), ...judgeCritical(header)];
  const alg = header.get('alg');
  const algorithm = typeof alg === 'string' ? ALGORITHMS.get(alg) : undefined;
  const isUnusable = algorithm?.kty === 'oct' && !keys.some(({ kty }) => kty === 'oct');
  if (algorithm === undefined || isUnusable)
    return { refusals: [...refusals, wrongAlgorithm(header)], notes: [] };
  const verdict = judgeKey(jws, header, algorithm, keys);
  return { refusals: [...refusals, ...verdict.refusals], notes: verdict.notes };
}

const HEADER_TEXTS = ['kid', 'x5t', 'x5t#S256'];

function judgeTexts(header: JsonObject): Objection[] {
  return HEADER_TEXTS.filter(
    (claim) => !['string', 'undefined'].includes(typeof (header.get(claim) ?? undefined)),
  ).map((claim) => ({
    claim,
    has: describe(header.get(claim)),
    expects: 'a text',
    remedy: `Have the provider put ${claim} into the header of its tokens as a text.`,
  }));
}

function judgeCritical(header: JsonObject): Objection[] {
  const unknown = unknownCritical(header);
  if (unknown === null) return [];
  const remedy =
    'Have the provider leave crit out of the header of its tokens: it demands what Kafka does not know.';
  return [{ claim: 'crit', has: quote(unknown), expects: 'no critical header', remedy }];
}

/** Those that verify with public keys: a secret in a key set, which HMAC would take, is no advice. */
const PUBLIC_ALGORITHMS = [...ALGORITHMS.values()].filter(({ kty }) => kty !== 'oct').map(({ name }) => name);

function wrongAlgorithm(header: JsonObject): Objection {
  return {
    claim: 'alg',
    has: describe(header.get('alg')),
    expects: `one of ${PUBLIC_ALGORITHMS.join(', ')}`,
    remedy:
      'Have the provider sign its tokens with RS256 or ES256, or take another kind of token for test-token.',
  };
}

function judgeKey(
  jws: Jws,
  header: JsonObject,
  algorithm: Algorithm,
  keys: readonly BrokerKey[],
): SignatureVerdict {
  const [key, ...others] = chooseKeys(header, algorithm, keys);
  if (key === undefined) return { refusals: [noKey(header, algorithm, keys)], notes: [] };
  const unfit = unfitness(key, algorithm);
  const name = keyName(key);
  if (unfit !== null) {
    const remedy = `Have the provider sign with another key, or another algorithm than ${algorithm.name}; ${name} at jwks-endpoint-url is not fit for it.`;
    return { refusals: [{ claim: 'alg', ...unfit, remedy }], notes: [] };
  }
  if (isVerified(jws, key, algorithm)) return { refusals: [], notes: notesOn(key, others) };
  const rightKey = others.find(
    (other) => unfitness(other, algorithm) === null && isVerified(jws, other, algorithm),
  );
  const remedy = rightKey ? firstKeyAlone(header, rightKey) : WRONG_SIGNATURE;
  const expects = `a signature by ${name}, with ${algorithm.name}`;
  return {
    refusals: [{ claim: 'signature', has: 'a signature that is not by that key', expects, remedy }],
    notes: [],
  };
}

const WRONG_SIGNATURE =
  'Check that jwks-endpoint-url belongs to the provider that issued the token, and that test-token has all of it, unchanged.';

function firstKeyAlone(header: JsonObject, rightKey: BrokerKey): string {
  const why = `It is by ${keyName(rightKey)} of the same key set, but a broker tries the first key that fits and no other.`;
  return (header.get('kid') ?? null) === null
    ? `${why} Have the provider put a kid into its tokens.`
    : `${why} Have the provider give each of its keys at jwks-endpoint-url a kid of its own.`;
}

function notesOn(key: BrokerKey, others: readonly BrokerKey[]): string[] {
  const notes: string[] = [];
  if (key.kty === 'oct') {
    notes.push(
      'The token is signed with a secret that stands in the key set: whoever reads the key set can make tokens.',
    );
  }
  if (others.length > 0) {
    notes.push(
      'Several keys fit the token and a broker tries the first alone, so a change in their order can turn the verdict.',
    );
  }
  return notes;
}

function noKey(header: JsonObject, algorithm: Algorithm, keys: readonly BrokerKey[]): Objection {
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
  return {
    claim,
    has,
    expects: `a key of the key set, which has ${inventory(keys)}`,
    remedy: kid === null ? WRONG_KEY_SET : UNKNOWN_KEY,
  };
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
