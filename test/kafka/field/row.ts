import type { KafkaVersion } from '../versions.ts';

/** A public parameter of a key, or anything else that a provider puts there. */
export type Parameters = Readonly<Record<string, unknown>>;

/** What the keys of a provider are called in the rows; what each publishes, without an ID. */
export interface PublishedKeys {
  /** RSA, 2048 bits: the one that signs unless a row says otherwise. */
  readonly rsa: Parameters;
  /** RSA, 2048 bits: another one, which signs nothing. */
  readonly otherRsa: Parameters;
  /** EC, P-256. */
  readonly ec: Parameters;
  /** EC, P-384. */
  readonly ec384: Parameters;
  /** Ed25519. */
  readonly ed: Parameters;
  /** The certificate of `rsa`, as `x5c`, `x5t` and `x5t#S256` have it (RFC 7517, sections 4.7 to 4.9). */
  readonly certified: Parameters;
  /** The certificate of `rsa`, as PEM. */
  readonly pem: string;
  /** A private key, as a JWK. */
  readonly leaked: Parameters;
}

/** One answer of a provider. */
export interface Reply {
  /** 200 unless told. */
  readonly status?: number;
  /** `content-type` is `application/json` unless told. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A text or bytes as they are; anything else as JSON. */
  readonly body?: unknown;
  /** Every byte that is sent, in the place of all else. */
  readonly raw?: string | Buffer;
  /** How long the first byte takes. */
  readonly delayMs?: number;
}

/** What an answer may depend on. */
export interface Asked {
  readonly accept: string;
  readonly acceptEncoding: string;
  readonly userAgent: string;
  /** How often this path was asked for before, by the same side. */
  readonly before: number;
}

/** What a provider answers at a path. */
export type Page = Reply | ((asked: Asked) => Reply);

/** Where a row's provider is. */
export interface Place {
  /** Its address, which ends neither in a slash nor in a path of its own. */
  readonly base: string;
  /** The issuer that the brokers expect. */
  readonly issuer: string;
  /** The address of its key set. */
  readonly jwksUrl: string;
  readonly keys: PublishedKeys;
}

/** What a broker comes to: its client logs in; its client is refused; it does not even start. */
export type Outcome = 'works' | 'refused' | 'does not start';

/** A provider as it was met in the field, and a token of it. */
export interface FieldRow {
  readonly name: string;
  /** Who has the certificate of the server signed, or what else is there in its place; a trusted authority unless told. */
  readonly server?: 'trusted' | 'private authority' | 'plain http' | 'nobody';
  /** What follows the address in the issuer; nothing unless told. */
  readonly issuerPath?: string;
  /** What follows the address in the key set's URL; `/jwks` unless told. */
  readonly jwksPath?: string;
  /**
   * What the discovery document has besides `issuer` and `jwks_uri`, or what becomes of a usual one; without it, the key set's
   * URL is given instead of discovered.
   */
  readonly document?: Parameters | ((usual: string) => Reply);
  /** What answers at the URL of the key set. */
  readonly keySet: (place: Place) => Page;
  /** What answers at further paths. */
  readonly more?: (place: Place) => Readonly<Record<string, Page>>;
  /** Added to `alg: RS256` and `kid: main`; `undefined` takes one of them out. */
  readonly header?: Parameters;
  /** Added to usual claims; `undefined` takes one of them out. */
  readonly claims?: Parameters | ((place: Place) => Parameters);
  /** Which key signs. */
  readonly by?: 'rsa' | 'ec' | 'ec384' | 'ed';
  /** What becomes of the finished token. */
  readonly after?: (token: string) => string;
  /** The expected audience; `kafka` unless told, null for none. */
  readonly audience?: string | null;
  /** The subject claim; `sub` unless told. */
  readonly subject?: string;
  /** What a broker comes to, by version where they differ. */
  readonly broker: Outcome | Readonly<Record<KafkaVersion, Outcome>>;
  /** Where the action says that it cannot tell, or that only the token proves it: which of the two. */
  readonly action?: 'unseen' | 'proven';
}

/** A key as rows publish it, under the ID that tokens name. */
export const main = (parameters: Parameters, more: Parameters = {}) => ({
  kid: 'main',
  ...parameters,
  ...more,
});

/** A key set. */
export const set = (...keys: readonly unknown[]): Reply => ({ body: { keys } });
