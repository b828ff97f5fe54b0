import { type JsonObject, type ReadObject, readObject } from './json.ts';

/** A signed token taken apart, as far as it can be (JWS Compact Serialization, RFC 7515, section 7.1). */
export interface Jws {
  /** Null when it is not a JSON object. */
  readonly header: ReadObject | null;
  /** The payload as text; whether it is JSON is for the reader of claims to see. */
  readonly payload: string;
  /** What the signature is over (RFC 7515, section 5.1; for `b64: false`, RFC 7797, section 3). */
  readonly signingInput: Buffer;
  readonly signature: Buffer;
}

/** @param parts the header, the payload and the signature as the token has them */
export function readJws([header, payload, signature]: readonly [string, string, string]): Jws {
  const readHeader = readObject(decodeBase64(header).toString('utf8'));
  const plain = readHeader?.object.get('b64') === false;
  return {
    header: readHeader,
    payload: plain ? payload : decodeBase64(payload).toString('utf8'),
    signingInput: Buffer.from(`${header}.${payload}`),
    signature: decodeBase64(signature),
  };
}

/** The claims of a signed token, unjudged; null where it has none to read. */
export function claimsOf(token: string): JsonObject | null {
  const [, payload = ''] = token.split('.');
  return readObject(decodeBase64(payload).toString('utf8'))?.object ?? null;
}

/**
 * Decodes as jose4j's codec does (`org.jose4j.base64url`, from Apache Commons Codec): both alphabets of RFC 4648 at once,
 * padding as the end, characters of neither alphabet skipped, spare bits dropped.
 */
export function decodeBase64(text: string): Buffer {
  const [unpadded = ''] = text.split('=', 1);
  return Buffer.from(unpadded.replace(/[^A-Za-z0-9+/_-]/g, ''), 'base64url');
}
