/** The type of a key: RFC 7518, section 6.1, and RFC 8037, section 2. */
export type KeyType = 'RSA' | 'EC' | 'OKP' | 'oct';

/** An algorithm of signatures. */
export interface Algorithm {
  readonly name: string;
  /** The type of key that it takes. */
  readonly kty: KeyType;
  /** The curves that such a key may be on, for types that have curves. */
  readonly curves: readonly string[];
}

const EDWARDS_CURVES = ['Ed25519', 'Ed448'];

/** The algorithms that jose4j has on Java 17 and later (RFC 7518, section 3.1, and RFC 8037), without `none`. */
export const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map(
  (
    [
      ['RS256', 'RSA', []],
      ['RS384', 'RSA', []],
      ['RS512', 'RSA', []],
      ['PS256', 'RSA', []],
      ['PS384', 'RSA', []],
      ['PS512', 'RSA', []],
      ['ES256', 'EC', ['P-256']],
      ['ES384', 'EC', ['P-384']],
      ['ES512', 'EC', ['P-521']],
      ['EdDSA', 'OKP', EDWARDS_CURVES],
      ['HS256', 'oct', []],
      ['HS384', 'oct', []],
      ['HS512', 'oct', []],
    ] as const
  ).map(([name, kty, curves]) => [name, { name, kty, curves }]),
);
