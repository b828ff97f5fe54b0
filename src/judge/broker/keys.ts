import { quote } from '../../quote.ts';
import { ALGORITHMS } from '../jws/algorithms.ts';
import type { JsonObject } from '../jws/json.ts';
import type { Jwk } from '../jws/jwk.ts';
import { takeIn } from './broker-keys.ts';
import { misfit } from './key-choice.ts';
import { unfitness } from './signature.ts';

/** The keys of a set by what a broker can do with them. */
export interface SortedKeys {
  /** Those that a broker can verify signatures with. */
  readonly usable: readonly Jwk[];
  /** Those that hold a private key, which must never be published (RFC 7517, section 9.2). */
  readonly private: readonly Jwk[];
  /** Symmetric keys: whoever reads one can make tokens. */
  readonly symmetric: readonly Jwk[];
}

const PRIVATE_PARAMETERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth'];
const NO_HEADER: JsonObject = new Map();

/** @param keys the `keys` of a key set */
export function sortKeys(keys: readonly Jwk[]): SortedKeys {
  return {
    usable: keys.filter(canVerify),
    private: keys.filter((key) => key.kty !== 'oct' && PRIVATE_PARAMETERS.some((name) => name in key)),
    symmetric: keys.filter((key) => key.kty === 'oct'),
  };
}

/** Whether jose4j, the library inside Kafka, verifies signatures with it, whatever the algorithm. */
function canVerify(jwk: Jwk): boolean {
  const [key] = takeIn([jwk]);
  if (key === undefined || key.kty === 'oct') return false;
  return [...ALGORITHMS.values()].some(
    (algorithm) => misfit(key, NO_HEADER, algorithm) === null && unfitness(key, algorithm) === null,
  );
}

/** How a key is called in messages: its ID, or its type when it has none. */
export function keyName({ kid, kty }: Jwk): string {
  return typeof kid === 'string' ? quote(kid) : `a key without an ID (${String(kty)})`;
}
