import type { KeyName } from '../keys.ts';
import type { KafkaVersion } from '../versions.ts';

/** A token, the broker that it is shown to, and what comes of it. */
export interface Row {
  readonly name: string;
  /** Headers besides `alg: RS256` and the `kid` of the signing key; `undefined` takes one of these out. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** The header as text, instead. */
  readonly headerText?: string;
  /** Claims besides those of a good token; `undefined` takes one of these out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The payload as text, or as bytes, instead. */
  readonly payload?: string | Buffer;
  /** The key that signs, `rsa` unless told. */
  readonly by?: KeyName;
  /** The algorithm that signs, if another than the header says. */
  readonly signAs?: string;
  /** What happens to the token once it is signed. */
  readonly after?: (token: string, sign: Sign) => string;
  /** What the key set holds, {@link USUAL_KEYS} unless told: keys by name, or with parameters besides their own. */
  readonly keys?: readonly PublishedKey[];
  /** The settings of the broker besides {@link USUAL_SETTINGS}. */
  readonly settings?: Partial<RowSettings>;
  /** What Kafka says; by version where versions differ. */
  readonly accepted: boolean | Readonly<Record<KafkaVersion, boolean>>;
  /** The name in the principal when it is accepted, `alice` unless told. */
  readonly user?: string;
  /** The claims that our refusals are about; by version where versions differ. */
  readonly refusals?: readonly string[] | Readonly<Record<KafkaVersion, readonly string[]>>;
  /** From the broker's own log, when it refuses; by version where versions differ. */
  readonly reason?: string | Readonly<Record<KafkaVersion, string>>;
  /** Why our judge cannot know and says so: then `accepted` is not looked at. */
  readonly unsure?: 'clock edge';
}

export interface RowSettings {
  readonly issuer: string | null;
  /** Comma-separated, as in `user_config`. */
  readonly audience: string | null;
  readonly subject: string | null;
}

export type PublishedKey = KeyName | readonly [KeyName, Readonly<Record<string, unknown>>];

/** Makes a token, for a token inside another. */
export type Sign = (row: Pick<Row, 'header' | 'claims' | 'payload' | 'by'>) => string;

export const ISSUER = 'https://idp.example.com';
export const USUAL_KEYS: readonly PublishedKey[] = ['other', 'rsa', 'ec256'];
export const USUAL_SETTINGS: RowSettings = { issuer: ISSUER, audience: 'kafka', subject: null };

/** The claims of a good token. */
export function goodClaims(now: number): Record<string, unknown> {
  return { iss: ISSUER, aud: 'kafka', sub: 'alice', iat: now, exp: now + 600 };
}

export const [good, bad] = [true, false];
/** Kafka 4.2 and later count a session in nanoseconds without letting the number overflow. */
export const beforeKafka42 = { '3.9.2': true, '4.3.1': false, '4.4.0': false };
/** Kafka 4.4 and later do not start without an expected issuer and an expected audience. */
export const beforeKafka44 = { '3.9.2': true, '4.3.1': true, '4.4.0': false };

export const NO_KEY = 'Unable to find a suitable verification key';
export const NO_KEY_NO_KID = '"keyId" is null';
export const NOT_TEXT = 'is not the expected type';
export const BAD_SIGNATURE = 'JWT rejected due to invalid signature';
export const NOT_THREE_PARTS = 'Malformed JWT provided; expected three sections';
export const BAD_MESSAGE = "Invalid OAUTHBEARER client first message: invalid 'auth' format";

/** What the rows are made with. */
export interface Tools {
  /** The time, in seconds. */
  readonly now: number;
  /** The claims of a good token. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Takes claims out. */
  readonly without: (...names: string[]) => Record<string, undefined>;
  /** The payload of a good token as text, with something more at its end. */
  readonly json: (more: string) => string;
  /** Changes one part of a token. */
  readonly part: (index: number, change: (text: string) => string) => (token: string) => string;
}

/** The tools at a time in seconds. */
export function toolsAt(now: number): Tools {
  const claims = goodClaims(now);
  return {
    now,
    claims,
    without: (...names) => Object.fromEntries(names.map((name) => [name, undefined])),
    json: (more) => `${JSON.stringify(claims).slice(0, -1)},${more}}`,
    part: (index, change) => (token) =>
      token
        .split('.')
        .map((text, at) => (at === index ? change(text) : text))
        .join('.'),
  };
}
