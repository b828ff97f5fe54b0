/** A JSON Web Key (RFC 7517, section 4), as a key set publishes it. */
export interface Jwk {
  readonly kty?: unknown;
  readonly kid?: unknown;
  readonly use?: unknown;
  readonly alg?: unknown;
  readonly crv?: unknown;
  readonly n?: unknown;
  readonly [parameter: string]: unknown;
}

/** The `keys` of a key set as it publishes them: a null in the place of a key does not trouble brokers. */
export type PublishedKeys = readonly (Jwk | null | undefined)[];
