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
const CURVES = new Set(['P-256', 'P-384', 'P-521']);
const SHORTEST_RSA_BITS = 2048;

/** @param keys the `keys` of a key set */
export function sortKeys(keys: readonly Jwk[]): SortedKeys {
  return {
    usable: keys.filter(canVerify),
    private: keys.filter((key) => key.kty !== 'oct' && PRIVATE_PARAMETERS.some((name) => name in key)),
    symmetric: keys.filter((key) => key.kty === 'oct'),
  };
}

/** Whether jose4j, the library inside Kafka, verifies signatures with it. */
function canVerify(key: Jwk): boolean {
  if (key.use === 'enc') return false;
  switch (key.kty) {
    case 'RSA':
      return typeof key.n === 'string' && bitLength(key.n) >= SHORTEST_RSA_BITS;
    case 'EC':
      return typeof key.crv === 'string' && CURVES.has(key.crv);
    case 'OKP':
      return key.crv === 'Ed25519' || key.crv === 'Ed448';
    default:
      return false;
  }
}

/** The length of an RSA modulus (RFC 7518, section 6.3.1.1). */
function bitLength(base64url: string): number {
  const bytes = Buffer.from(base64url, 'base64url');
  const first = bytes.findIndex((byte) => byte !== 0);
  if (first < 0) return 0;
  return (bytes.length - first) * 8 - Math.clz32(bytes[first] ?? 0) + 24;
}

/** How a key is called in messages: its ID, or its type when it has none. */
export function keyName({ kid, kty }: Jwk): string {
  return typeof kid === 'string' ? `“${kid}”` : `a key without an ID (${String(kty)})`;
}
