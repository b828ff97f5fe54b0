/** Where a broker is to be reached, by its own word (Metadata, `brokers`). */
export interface BrokerAddress {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

/** What became of a login at one address. */
export type LoginResult =
  /** The brokers are those that this one names, empty when it did not say. */
  | {
      readonly how: 'logged in';
      readonly mechanisms: readonly string[];
      readonly brokers: readonly BrokerAddress[];
    }
  /** The broker offers OAUTHBEARER; there was no token to try. */
  | { readonly how: 'offered'; readonly mechanisms: readonly string[] }
  | { readonly how: 'not offered'; readonly mechanisms: readonly string[] }
  | { readonly how: 'refused'; readonly mechanisms: readonly string[] }
  /** The name of the host has no address, as far as this machine can find out. */
  | { readonly how: 'no address'; readonly why: string }
  | { readonly how: 'no route'; readonly why: string }
  | { readonly how: 'tls'; readonly why: string }
  /** TLS works, but what is behind it does not answer as a Kafka broker does. */
  | { readonly how: 'no broker'; readonly why: string };

/** Whether a broker did what it should. */
export function isWelcome({ how }: LoginResult): boolean {
  return how === 'logged in' || how === 'offered';
}

/** Whether a broker said no, so that its settings are what it is about, and not the way to it. */
export function isTurnedAway({ how }: LoginResult): boolean {
  return how === 'refused' || how === 'not offered';
}

/** What became of a login, as a clause. */
export function describeResult(result: LoginResult): string {
  switch (result.how) {
    case 'logged in':
      return 'the broker accepted the token';
    case 'offered':
      return `the broker offers ${result.mechanisms.join(', ') || 'OAUTHBEARER'}`;
    case 'not offered':
      return `the broker offers ${result.mechanisms.join(', ') || 'nothing'}, not yet OAUTHBEARER`;
    case 'refused':
      return 'the broker refused the token';
    case 'tls':
      return `TLS failed (${result.why})`;
    case 'no broker':
      return `TLS works, but no Kafka broker answers behind it (${result.why})`;
    case 'no address':
    case 'no route':
      return `no connection (${result.why})`;
  }
}

/** What a person can do about a login that failed, other than by a refused token. */
export function remedyFor({ how }: LoginResult): string {
  switch (how) {
    case 'not offered':
      return 'The rolling restart has not reached this broker: run the step again, or raise wait-timeout-minutes.';
    case 'tls':
      return 'The listener’s certificate has to be signed by the CA of the project, or by a public one with letsencrypt_sasl. Does a proxy or firewall intercept TLS between the runner and the broker?';
    case 'no broker':
      return 'The broker may be restarting: run the step again. Is there a proxy between the runner and the broker?';
    case 'no address':
      return 'This is DNS, not the IP filter: the name of a new service takes a few minutes to appear, and a name of a private network is known only inside it. Run the step again, choose another listener with listener-route, or use a runner inside that network, because Kafka does not go through an HTTP proxy. To skip the login, set verify-login: false.';
    default:
      return 'Does the IP filter of the service (ip_filter) let this runner in? GitHub’s runners change their addresses, and Kafka does not go through an HTTP proxy. Use a self-hosted runner in an allowed network or another listener-route, or skip the login with verify-login: false.';
  }
}
