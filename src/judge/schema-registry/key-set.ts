import { isForSigning, isUsable, takeIn } from './keys.ts';

/** What Schema Registry makes of a key set. */
export interface RegistryKeySetVerdict {
  /** How many of the keys it can verify signatures with. */
  readonly usable: number;
  /** Why it can verify nothing with the set; null when it can. */
  readonly objection: { readonly problem: string; readonly remedy: string } | null;
}

const NEEDS =
  'Schema Registry needs an RSA key with a kid, not marked for another use; have the provider publish one and sign with it (RS256), or leave schema-registry-oidc out.';

/**
 * Judges whether Schema Registry can verify signatures with a key set (`jwt.PyJWKClient` of PyJWT 2.12, with RS256, RS384 and
 * RS512 alone, as Karapace has it). Brokers may be able to where it is not.
 * @param jwks the `keys` of a key set (RFC 7517, section 5), all of them, as JSON has them
 * @param jwksUrl where it was published, for messages
 */
export function judgeKeySet(jwksUrl: string, jwks: readonly unknown[]): RegistryKeySetVerdict {
  const { keys, breakage } = takeIn(jwks);
  if (breakage !== null) {
    return {
      usable: 0,
      objection: {
        problem: `Schema Registry cannot read the key set of ${jwksUrl}: it has ${breakage}. It then refuses every token, although brokers skip such a key.`,
        remedy:
          'Have the provider publish its keys as RFC 7518 describes them, or leave schema-registry-oidc out.',
      },
    };
  }
  const usable = keys.filter(isUsable).length;
  if (usable > 0) return { usable, objection: null };
  const nameless = keys.some((key) => key.publicKey !== null && !isForSigning(key));
  const why = nameless
    ? 'its RSA keys have no kid, or are marked for another use'
    : 'it verifies signatures only with RSA keys, and there is none';
  return {
    usable,
    objection: {
      problem: `Schema Registry cannot use any key of ${jwksUrl}: ${why}. It then refuses every token, whatever brokers do.`,
      remedy: NEEDS,
    },
  };
}
