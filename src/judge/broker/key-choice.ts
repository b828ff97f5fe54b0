import { quote } from '../../quote.ts';
import type { Algorithm } from '../jws/algorithms.ts';
import type { JsonObject } from '../jws/json.ts';
import type { BrokerKey } from './broker-keys.ts';

/**
 * The keys that fit a token. With several, jose4j narrows them down by algorithm, then by curve; then it takes the first and
 * tries no other (`org.jose4j.jwk.VerificationJwkSelector`).
 */
export function chooseKeys(
  header: JsonObject,
  algorithm: Algorithm,
  keys: readonly BrokerKey[],
): readonly BrokerKey[] {
  const fitting = keys.filter((key) => misfit(key, header, algorithm) === null);
  if (fitting.length < 2) return fitting;
  const ofAlgorithm = fitting.filter((key) => key.alg === null || key.alg === algorithm.name);
  if (ofAlgorithm.length < 2 || algorithm.curves.length === 0) return ofAlgorithm;
  return ofAlgorithm.filter((key) => algorithm.curves.includes(key.crv ?? ''));
}

/**
 * Why a broker does not consider a key for a token (`org.jose4j.jwk.SelectorSupport`).
 * @returns null when it does, else what the key has, to be said after “the key”
 */
export function misfit(key: BrokerKey, header: JsonObject, algorithm: Algorithm): string | null {
  const wanted = (name: string) => header.get(name) ?? null;
  if (wanted('kid') !== null && key.kid !== wanted('kid')) return 'has another kid';
  if (key.kty !== algorithm.kty) return `is of type ${key.kty}`;
  if (key.use !== null && key.use !== 'sig') return `has the use ${quote(key.use)}, not “sig”`;
  if (key.operations !== null && !key.operations.includes('verify')) return 'has key_ops without “verify”';
  if (wanted('x5t') !== null && key.x5t !== null && key.x5t !== wanted('x5t')) return 'has another x5t';
  if (wanted('x5t#S256') !== null && key.x5tS256 !== null && key.x5tS256 !== wanted('x5t#S256')) {
    return 'has another x5t#S256';
  }
  return null;
}
