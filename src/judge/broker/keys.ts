import { quote } from '../../quote.ts';
import { ALGORITHMS } from '../jws/algorithms.ts';
import type { JsonObject } from '../jws/json.ts';
import type { Jwk } from '../jws/jwk.ts';
import { decodeBase64 } from '../jws/jws.ts';
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
    usable: keys.filter((key) => uselessness(key) === null),
    private: keys.filter(
      (key) => key.kty !== 'oct' && PRIVATE_PARAMETERS.some((name) => showsSomething(key[name])),
    ),
    symmetric: keys.filter((key) => key.kty === 'oct' && showsSomething(key['k'])),
  };
}

/** Whether a parameter has a value, at whatever depth: null, an empty text or an empty list gives nothing away. */
function showsSomething(value: unknown): boolean {
  if (typeof value === 'string') return decodeBase64(value).length > 0;
  if (typeof value === 'object' && value !== null) return Object.values(value).some(showsSomething);
  return typeof value === 'number';
}

/**
 * Why jose4j, the library inside Kafka, verifies no signature with a key, whatever the algorithm.
 * @returns a clause such as `its n is missing`; null when it does
 */
export function uselessness(jwk: Jwk): string | null {
  const { keys, skipped } = takeIn([jwk]);
  const [key] = keys;
  if (key === undefined) return skipped[0]?.why ?? '';
  if (key.kty === 'oct') return 'it is symmetric';
  const algorithms = [...ALGORITHMS.values()].filter(({ kty }) => kty === key.kty);
  const reasons = algorithms.map((algorithm) => {
    const unfit = misfit(key, NO_HEADER, algorithm);
    if (unfit !== null) return `it ${unfit}`;
    const has = unfitness(key, algorithm)?.has;
    return has === undefined ? null : `it is ${has}`;
  });
  return reasons.includes(null) ? null : (reasons[0] ?? '');
}

/** How a key is called in messages: its ID, or its type when it has none. */
export function keyName({ kid, kty }: Jwk): string {
  if (typeof kid === 'number') return `the kid ${kid}`;
  return typeof kid === 'string' ? quote(kid) : `a key without an ID (${String(kty)})`;
}
