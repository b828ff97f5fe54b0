import { type KeyObject, verify } from 'node:crypto';
import { quote } from '../../quote.ts';
import type { JsonObject } from '../jws/json.ts';
import type { Objection, Verdict } from '../verdict.ts';
import { describe, quoteAll } from '../wording.ts';
import { judgeClaims, type RegistryExpectations } from './claims.ts';
import { isForSigning, type RegistryKey, type RegistryKeys, takeIn } from './keys.ts';
import { decodePythonBase64, isPythonFalse, readPythonObject } from './python.ts';

export type { RegistryExpectations } from './claims.ts';

/**
 * Judges whether Schema Registry would take this token: Karapace 6.2, which asks PyJWT 2.12 with rules of its own
 * (`karapace.api.oidc.middleware`, `jwt.PyJWKClient`, `jwt.decode`). `test/registry` compares it with the real one, token by token.
 * @param token as a client would send it after `Bearer`
 * @param jwks all published keys as JSON has them, broken ones included, since one of these spoils the set; null when they
 *   could not be fetched, and the signature cannot be judged
 * @param now the time to judge by
 * @returns every reason against the token, not the first alone; no principal, since Schema Registry knows none. It does not throw.
 */
export function judgeToken(
  token: string,
  jwks: readonly unknown[] | null,
  expected: RegistryExpectations,
  now: Date,
): Verdict {
  const sent = token.trim();
  const refusals = judgeCharacters(token);
  const notes: string[] = [];
  const parts = split(sent);
  if (parts === null) {
    const all = [...refusals, NOT_A_JWT];
    return { accepted: false, signature: 'refused', principal: null, refusals: all, notes, expiresAt: null };
  }
  const header = readObject(parts.header);
  if (header === null) refusals.push(unreadable('header'));
  else refusals.push(...judgeHeader(header));
  const before = refusals.length;
  const signature = decodePythonBase64(Buffer.from(parts.signature));
  if (signature === null) refusals.push(UNREADABLE_SIGNATURE);
  else if (jwks === null) {
    notes.push('The keys of the provider are not known here, so the signature could not be verified.');
  } else if (header !== null) {
    refusals.push(...judgeSignature(parts, signature, header, takeIn(jwks)));
  }
  const isSigned = header !== null && refusals.length === before;
  const claims = readObject(parts.payload);
  if (claims === null) refusals.push(unreadable('payload'));
  const verdict = claims === null ? null : judgeClaims(claims, expected, now);
  const all = [...refusals, ...(verdict?.refusals ?? [])];
  return {
    accepted: all.length === 0,
    signature: jwks === null ? 'not looked at' : isSigned ? 'verified' : 'refused',
    principal: null,
    refusals: all,
    notes: [...notes, ...(verdict?.notes ?? [])],
    expiresAt: verdict?.expiresAt ?? null,
  };
}

/** What a client can put into a header of HTTP (RFC 9110, section 5.5), as far as all clients agree. */
const SENDABLE = /^[ -~]*$/;

function judgeCharacters(token: string): Objection[] {
  if (SENDABLE.test(token)) return [];
  return [
    {
      claim: 'token',
      has: 'line breaks, or characters that no token has',
      expects: 'what an Authorization header can contain',
      remedy:
        'Pass only the token as test-token, exactly as the provider sent it, without a prefix such as “Bearer”.',
    },
  ];
}

/** The parts of a token, as text. */
export interface Parts {
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
}

/** Takes a token apart (`PyJWS._load`): what is before the first dot, after the last, and between them. */
export function split(token: string): Parts | null {
  const [first, last] = [token.indexOf('.'), token.lastIndexOf('.')];
  if (first === last) return null;
  return {
    header: token.slice(0, first),
    payload: token.slice(first + 1, last),
    signature: token.slice(last + 1),
  };
}

/** Said of what has too few parts. */
export const NOT_A_JWT: Objection = {
  claim: 'token',
  has: 'fewer than 3 parts, as an opaque token has',
  expects: '3 parts joined by dots: header, payload, signature',
  remedy: 'Use an access token in JWT format, or an ID token, as test-token.',
};

/** A part of a token; null when it is no JSON object. */
export function readObject(part: string): JsonObject | null {
  const bytes = decodePythonBase64(Buffer.from(part));
  return bytes === null ? null : readPythonObject(bytes);
}

/** Said of a part that is no JSON object. */
export function unreadable(claim: 'header' | 'payload'): Objection {
  return {
    claim,
    has: 'something other than a JSON object',
    expects: 'a JSON object (RFC 8259) in base64url, encoded more strictly than brokers require',
    remedy: 'Pass the whole token as test-token, unchanged.',
  };
}

const UNREADABLE_SIGNATURE: Objection = {
  claim: 'signature',
  has: 'something other than base64url',
  expects: 'a signature in base64url',
  remedy: 'Pass the whole token as test-token, unchanged.',
};

/** Judges what is in the header beside the algorithm: `PyJWS._validate_headers`, and `b64` (RFC 7797), which PyJWT takes for tokens without a payload alone. */
export function judgeHeader(header: JsonObject): Objection[] {
  const found: Objection[] = [];
  if (header.has('crit') && !isCriticalKnown(header)) {
    const remedy = 'Have the provider leave crit out of the header of its tokens.';
    found.push({ claim: 'crit', has: describe(header.get('crit')), expects: 'no critical header', remedy });
  }
  if (header.get('b64') === false) {
    const remedy = 'Have the provider leave b64 out of the header of its tokens.';
    found.push({ claim: 'b64', has: 'false', expects: 'a payload in base64url', remedy });
  }
  return found;
}

function isCriticalKnown(header: JsonObject): boolean {
  const crit = header.get('crit');
  return Array.isArray(crit) && crit.length > 0 && crit.every((name) => name === 'b64' && header.has('b64'));
}

/** `sasl_oauthbearer` of Karapace has these in its code; no setting changes them. */
const ALGORITHMS: ReadonlyMap<unknown, string> = new Map([
  ['RS256', 'sha256'],
  ['RS384', 'sha384'],
  ['RS512', 'sha512'],
]);

/** `PyJWKClient.get_signing_key_from_jwt`, then `PyJWS._verify_signature`. */
function judgeSignature(
  parts: Parts,
  signature: Buffer,
  header: JsonObject,
  { keys, breakage }: RegistryKeys,
): Objection[] {
  const hash = ALGORITHMS.get(header.get('alg'));
  const algorithm = hash === undefined ? [wrongAlgorithm(header)] : [];
  if (breakage !== null) return [...algorithm, brokenSet(breakage)];
  const kid = header.get('kid') ?? null;
  if (typeof kid !== 'string' || kid === '') return [...algorithm, noKid(header)];
  const key = keys.find((one) => isForSigning(one) && one.kid === kid);
  if (key === undefined) return [...algorithm, unknownKid(kid, keys)];
  if (key.publicKey === null) return [...algorithm, wrongType(kid, key)];
  if (hash === undefined || isVerified(parts, hash, key.publicKey, signature)) return algorithm;
  return [
    {
      claim: 'signature',
      has: 'a signature that was not made with that key',
      expects: `a signature by the key ${quote(kid)}, with ${String(header.get('alg'))}`,
      remedy:
        'Check that jwks-endpoint-url belongs to the provider that issued the token, that each of its keys has a kid of its own, and that test-token is complete and unchanged.',
    },
  ];
}

function isVerified({ header, payload }: Parts, hash: string, key: KeyObject, signature: Buffer): boolean {
  try {
    return verify(hash, Buffer.from(`${header}.${payload}`), key, signature);
  } catch {
    return false;
  }
}

function wrongAlgorithm(header: JsonObject): Objection {
  return {
    claim: 'alg',
    has: describe(header.get('alg')),
    expects: 'only RS256, RS384 or RS512, unlike brokers',
    remedy:
      'Have the provider sign with RS256, which brokers accept, too, or leave schema-registry-oidc out.',
  };
}

function brokenSet(breakage: string): Objection {
  return {
    claim: 'signature',
    has: 'no key to verify it with',
    expects: `a key set that it can read; this one has ${breakage}`,
    remedy: 'Have the provider publish its keys as RFC 7518 describes them.',
  };
}

function noKid(header: JsonObject): Objection {
  return {
    claim: 'kid',
    has: describe(header.get('kid')),
    expects: 'a string that names a key of the key set; unlike brokers, it tries no other key',
    remedy: 'Have the provider put a kid into the header of its tokens, and into its key set.',
  };
}

function unknownKid(kid: string, keys: readonly RegistryKey[]): Objection {
  const ids = keys.filter(isForSigning).flatMap((key) => (typeof key.kid === 'string' ? [key.kid] : []));
  const namesake = keys.find((key) => key.kid === kid && !isPythonFalse(key.use));
  return {
    claim: 'kid',
    has: namesake ? `${quote(kid)}, whose key has the use ${describeUse(namesake)}` : quote(kid),
    expects: `a key of the key set for signatures, which has ${ids.length > 0 ? `the kid ${quoteAll(ids)}` : 'none with a kid that it can read'}`,
    remedy:
      'Set jwks-endpoint-url to the key set of the provider that issued test-token; if it is, the key has been replaced: get a fresh token.',
  };
}

function describeUse({ use }: RegistryKey): string {
  return typeof use === 'string' ? quote(use) : 'that it does not know';
}

function wrongType(kid: string, { kty }: RegistryKey): Objection {
  return {
    claim: 'kid',
    has: `${quote(kid)}, whose key is of type ${kty}`,
    expects: 'an RSA key; unlike brokers, it accepts no other type',
    remedy: 'Have the provider sign with an RSA key (RS256), or leave schema-registry-oidc out.',
  };
}
