/** What a client has to know. */
export interface ClientFacts {
  /** `host:port` of the SASL listener, empty while there is none. */
  readonly bootstrapServers: string;
  /** Where the client gets its token, when the provider's discovery told. */
  readonly tokenEndpoint: string | null;
  /** The scope to ask for, when one is known. */
  readonly scope: string | null;
  /** Whether the listener's certificate is signed by the project's own authority. */
  readonly projectCa: boolean;
  /** Whether a client can get its tokens by the client credentials grant; otherwise somebody hands them to it. */
  readonly grants: boolean;
}

/** Where the CA certificate of the project is expected, as the configurations name it. */
export const CA_FILE = 'ca.pem';

/** A text on one line: what comes from outside must not add a property. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, '');
}
