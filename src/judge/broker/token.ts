import { quote } from '../../quote.ts';
import { type JsonObject, type ReadObject, readObject } from '../jws/json.ts';
import type { PublishedKeys } from '../jws/jwk.ts';
import { decodeBase64, readJws } from '../jws/jws.ts';
import type { Objection, TokenExpectations, Verdict } from '../verdict.ts';
import { describe, quoteAll } from '../wording.ts';
import { type TakenIn, takeIn } from './broker-keys.ts';
import { judgeClaims } from './claims.ts';
import { insteadOfToken } from './instead.ts';
import { judgeSignature } from './signature-verdict.ts';

export type { Objection, TokenExpectations, Verdict } from '../verdict.ts';

/**
 * Judges whether a broker would let a client in with this token: Kafka 3.9 to 4.x with its own validator, which is what Aiven
 * runs. It follows `OAuthBearerClientInitialResponse`, `SerializedJwt`, `BrokerJwtValidator` (`ValidatorAccessTokenValidator`
 * before Kafka 4.1), jose4j and `SaslServerAuthenticator`; `test/kafka` compares it with the real ones, token by token.
 * @param token as a client would send it
 * @param jwks all published keys, useless ones included, since a broker picks one by its own rules; null when they could not
 *   be had, and the signature cannot be judged
 * @param now the time to judge by
 * @returns every reason against the token, not the first alone. It does not throw.
 */
export function judgeToken(
  token: string,
  jwks: PublishedKeys | null,
  expected: TokenExpectations,
  now: Date,
): Verdict {
  const refusals: Objection[] = [];
  const notes: string[] = [];
  const stranger = judgeLength(token) ?? insteadOfToken(token);
  if (stranger !== null) return refused([stranger], notes, 'refused');
  refusals.push(...judgeCharacters(token));

  const layers = unwrap(token.trim(), jwks === null ? null : takeIn(jwks));
  refusals.push(...layers.refusals);
  notes.push(...layers.notes);
  const signature = jwks === null ? 'not looked at' : layers.refusals.length === 0 ? 'verified' : 'refused';
  if (layers.claims === null) return refused(refusals, notes, signature);

  refusals.push(...judgeRepetitions(layers.claims, 'a claim'));
  const claims = judgeClaims(layers.claims.object, expected, now);
  refusals.push(...claims.refusals);
  notes.push(...claims.notes);
  const accepted = refusals.length === 0;
  const principal = accepted && claims.name !== null ? `User:${claims.name}` : null;
  return { accepted, signature, principal, refusals, notes, expiresAt: claims.expiresAt };
}

function refused(
  refusals: readonly Objection[],
  notes: readonly string[],
  signature: Verdict['signature'],
): Verdict {
  return { accepted: false, signature, principal: null, refusals, notes, expiresAt: null };
}

/**
 * Judges the form of a token alone, which takes no keys, no settings and no time.
 * @returns every reason why no broker whatever would take it for a token
 */
export function judgeForm(token: string): readonly Objection[] {
  const stranger = judgeLength(token) ?? insteadOfToken(token);
  return stranger ? [stranger] : [...judgeCharacters(token), ...unwrap(token.trim(), null).refusals];
}

/** `sasl.server.max.receive.size` of a broker, which Aiven leaves at its default, less what surrounds the token. */
const LONGEST_TOKEN = 524_288 - 100;

function judgeLength(token: string): Objection | null {
  if (token.length <= LONGEST_TOKEN) return null;
  return {
    claim: 'token',
    has: `${token.length} characters`,
    expects: `${LONGEST_TOKEN} characters at most, the longest message that a broker receives`,
    remedy: 'Have the provider put fewer claims into its tokens, or pass only the token as test-token.',
  };
}

/** The characters of `OAuthBearerClientInitialResponse.AUTH_PATTERN`, with blanks before them. */
const SENDABLE = /^ *[-_~+/.a-zA-Z0-9]+=*$/;

function judgeCharacters(token: string): Objection[] {
  if (SENDABLE.test(token)) return [];
  const found = /^$/.test(token.trim())
    ? 'nothing'
    : /\s/.test(token)
      ? 'spaces or line breaks'
      : 'characters that no token has';
  return [
    {
      claim: 'token',
      has: found,
      expects: 'only letters, digits and - . _ ~ + / (RFC 6750, section 2.1)',
      remedy:
        'Pass only the token as test-token, exactly as the provider sent it, without a prefix such as “Bearer”.',
    },
  ];
}

/** A token without its signatures. */
interface Unwrapped {
  /** Null when there is no telling what the claims are. */
  readonly claims: ReadObject | null;
  readonly refusals: readonly Objection[];
  readonly notes: readonly string[];
}

/** Takes off one signature after the other: a JWT can be the payload of another (RFC 7519, section 5.2). */
function unwrap(token: string, keys: TakenIn | null): Unwrapped {
  const refusals: Objection[] = [];
  const notes: string[] = [];
  let inner = token;
  for (;;) {
    const parts = inner.split('.');
    const [header = '', payload = '', signature = ''] = parts;
    if (parts.length !== 3 || parts.includes('')) refusals.push(notThreeParts(parts));
    // An encrypted token has five parts, none of which are claims.
    if (header === '' || payload === '' || parts.length > 4) return { claims: null, refusals, notes };

    const jws = readJws([header, payload, signature]);
    if (jws.header === null) refusals.push(notJson('header'));
    else {
      refusals.push(...judgeRepetitions(jws.header, 'a header'));
      if (signature !== '' && keys !== null) {
        const claims = readObject(jws.payload)?.object ?? new Map();
        const verdict = judgeSignature(jws, jws.header.object, claims, keys);
        refusals.push(...verdict.refusals);
        notes.push(...verdict.notes);
      }
      const cty = jws.header.object.get('cty') ?? null;
      if (cty !== null && typeof cty !== 'string') refusals.push(notText('cty', jws.header.object));
      if (typeof cty === 'string' && NESTED.test(cty)) {
        if (!jws.payload.startsWith('{')) {
          inner = jws.payload;
          continue;
        }
        refusals.push(nothingNested(cty));
      }
    }
    const claims = readObject(jws.payload);
    if (claims === null) refusals.push(notJson('payload'));
    return { claims, refusals, notes };
  }
}

/** `JwtConsumer.isNestedJwt`. */
const NESTED = /^(?:application\/)?jwt$/i;
const JWT_WANTED = 'Brokers verify tokens themselves, so they accept only a signed JWT:';

function notThreeParts(parts: readonly string[]): Objection {
  const count = parts.length;
  const [header = '', payload, signature] = parts;
  if (count === 3 && header && payload && signature === '') return UNSIGNED;
  if (count === 5 && isDirectlyEncrypted(header)) return ENCRYPTED_FOR_ITSELF;
  const [has, what] =
    count === 1
      ? [
          'one part, as an opaque token has',
          'use an access token in JWT format, or an ID token, as test-token.',
        ]
      : count === 5
        ? [
            '5 parts, as an encrypted token (JWE) has',
            'have the provider sign its tokens without encrypting them.',
          ]
        : [
            `${count} parts${parts.includes('') ? ', an empty one among them' : ''}`,
            'pass the whole token as test-token.',
          ];
  return {
    claim: 'token',
    has,
    expects: '3 parts joined by dots: header, payload, signature',
    remedy: `${JWT_WANTED} ${what}`,
  };
}

const UNSIGNED: Objection = {
  claim: 'signature',
  has: 'an empty signature, so it is unsigned',
  expects: 'a signature by a key of the key set',
  remedy:
    'Anyone could have created it: have the provider sign its tokens, and pass all three parts of one as test-token.',
};

/** A JWE (RFC 7516) with the key agreed upon beforehand: what Auth0 gives out for its own `/userinfo`. */
const ENCRYPTED_FOR_ITSELF: Objection = {
  claim: 'token',
  has: '5 parts and alg dir: an encrypted token (JWE) that only its provider can read',
  expects: '3 parts joined by dots: header, payload, signature',
  remedy:
    'Auth0 issues it when the request names no audience: request the token with the parameter audience, set to the identifier of your API.',
};

function isDirectlyEncrypted(header: string): boolean {
  return readObject(decodeBase64(header).toString('utf8'))?.object.get('alg') === 'dir';
}

function notJson(claim: 'header' | 'payload'): Objection {
  return {
    claim,
    has: 'something other than a JSON object',
    expects: 'a JSON object in base64url',
    remedy: `${JWT_WANTED} pass the whole token as test-token, unchanged.`,
  };
}

function nothingNested(cty: string): Objection {
  return {
    claim: 'cty',
    has: `${quote(cty)}, although its claims are directly inside`,
    expects: 'another JWT inside, because cty says so',
    remedy: 'Have the provider leave cty out of the header of its tokens.',
  };
}

function notText(claim: string, header: JsonObject): Objection {
  return {
    claim,
    has: describe(header.get(claim)),
    expects: 'a string',
    remedy: `Have the provider put ${claim} into the header of its tokens as a string.`,
  };
}

function judgeRepetitions({ repeated }: ReadObject, what: string): Objection[] {
  if (repeated.length === 0) return [];
  return [
    {
      claim: 'token',
      has: `${what} more than once, ${quoteAll([...new Set(repeated)])}`,
      expects: 'each name once',
      remedy: 'Have the provider put each name into its tokens once.',
    },
  ];
}
