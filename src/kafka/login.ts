import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Connection } from '@platformatic/kafka';
import type { Clock } from '../context.ts';
import { duration } from './progress.ts';

/** The listener to log in to. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  /** The authority to trust, as PEM; null for those that Node trusts. */
  readonly ca: string | null;
}

/** What became of one address. */
export type LoginResult =
  | { readonly how: 'logged in'; readonly mechanisms: readonly string[] }
  /** The broker offers OAUTHBEARER; there was no token to try. */
  | { readonly how: 'offered'; readonly mechanisms: readonly string[] }
  | { readonly how: 'not offered'; readonly mechanisms: readonly string[] }
  | { readonly how: 'refused'; readonly mechanisms: readonly string[] }
  | { readonly how: 'no route'; readonly why: string }
  | { readonly how: 'tls'; readonly why: string };

/** One address of the listener and what became of it. */
export interface AddressResult {
  /** `host:port`, or `address:port (host)`. */
  readonly address: string;
  readonly result: LoginResult;
}

export interface LoginOptions {
  readonly listener: Listener;
  /** A token to log in with; null to look at the offered mechanisms alone. */
  readonly token: string | null;
  /** How long to keep trying, in milliseconds. */
  readonly patienceMs: number;
  readonly clock: Clock;
  readonly say: { info(line: string): void };
}

const TRY_TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/** Whether a broker did what it should. */
export function isWelcome({ how }: LoginResult): boolean {
  return how === 'logged in' || how === 'offered';
}

/**
 * Connects to every address behind a SASL listener, with TLS, as a client would, and asks for OAUTHBEARER (KIP-255,
 * RFC 7628); with a token it logs in. Addresses that are not ready are tried again, since a rolling restart reaches one
 * broker after the other.
 * @returns what became of each address in the end; a single one with the host's name when the name has no address
 */
export async function logInEverywhere(options: LoginOptions): Promise<AddressResult[]> {
  const { listener, patienceMs, clock, say } = options;
  const deadline = clock.now() + patienceMs;
  let told = '';
  for (let attempt = 0; ; attempt++) {
    const results = await tryAddresses(options);
    if (results.every(({ result }) => isWelcome(result))) return results;
    const now = results.map(({ address, result }) => `${address}: ${describeResult(result)}`).join('; ');
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
    if (clock.now() + pause >= deadline) return results;
    if (now !== told)
      say.info(
        `Logging in to ${listener.host}: ${now}. Trying again for ${duration(deadline - clock.now())}.`,
      );
    told = now;
    await clock.sleep(pause);
  }
}

async function tryAddresses({ listener, token }: LoginOptions): Promise<AddressResult[]> {
  const { host, port } = listener;
  let addresses: LookupAddress[];
  try {
    addresses = await lookup(host, { all: true });
  } catch (error) {
    const why = `the name ${host} cannot be resolved (${codeOf(error)})`;
    return [{ address: `${host}:${port}`, result: { how: 'no route', why } }];
  }
  // GitHub's runners have no IPv6; a listener with both has the same brokers behind either.
  const ipv4 = addresses.filter(({ family }) => family === 4);
  const chosen = ipv4.length > 0 ? ipv4 : addresses;
  return Promise.all(
    chosen.map(async ({ address }) => ({
      address: address === host ? `${host}:${port}` : `${address}:${port} (${host})`,
      result: await tryOnce(address, listener, token),
    })),
  );
}

async function tryOnce(
  address: string,
  { host, port, ca }: Listener,
  token: string | null,
): Promise<LoginResult> {
  // Loaded here, since few runs need it.
  const { Connection } = await import('@platformatic/kafka');
  let mechanisms: readonly string[] = [];
  let offered = () => {};
  const handshake = new Promise<void>((resolve) => {
    offered = resolve;
  });
  const connection: Connection = new Connection('aiven-kafka-oidc-action', {
    connectTimeout: TRY_TIMEOUT_MS,
    requestTimeout: TRY_TIMEOUT_MS,
    tls: { ...(ca !== null && { ca }), ...(isIP(host) === 0 && { servername: host }) },
    sasl: {
      mechanism: 'OAUTHBEARER',
      token: token ?? '',
      authBytesValidator: refuseErrorStatus,
      // Without a token the handshake is all that is wanted.
      ...(token === null && { authenticate: () => offered() }),
    },
  });
  connection.on('sasl:handshake', (names) => {
    mechanisms = names;
  });
  // An error event without a listener would end the process; `connect` rejects with it.
  connection.on('error', () => {});
  try {
    const connected = Promise.resolve(connection.connect(address, port));
    if (token !== null) {
      await connected;
      return { how: 'logged in', mechanisms };
    }
    await Promise.race([handshake, connected]);
    connected.catch(() => {});
    return { how: 'offered', mechanisms };
  } catch (error) {
    return whatFailed(error, mechanisms);
  } finally {
    await connection.close().catch(() => {});
  }
}

/**
 * A broker that refuses a token answers without an error first, and says so in the answer (RFC 7628, section 3.2.2).
 */
function refuseErrorStatus(bytes: Buffer, callback: (error: Error | null, bytes?: Buffer) => void): void {
  if (bytes.length === 0) callback(null, bytes);
  else callback(Object.assign(new Error('the broker refused the token'), { code: REFUSED }));
}

const REFUSED = 'PLT_KFK_AUTHENTICATION';

function whatFailed(error: unknown, mechanisms: readonly string[]): LoginResult {
  const chain = causes(error);
  const notOffered = chain.find(({ response }) => response?.mechanisms);
  if (notOffered) return { how: 'not offered', mechanisms: notOffered.response?.mechanisms ?? [] };
  const codes = chain.map(({ code }) => String(code ?? ''));
  if (mechanisms.length > 0 && codes.includes(REFUSED)) return { how: 'refused', mechanisms };
  const tls = codes.find((code) => /CERT|SSL|TLS|UNABLE_TO|EPROTO/.test(code));
  if (tls) return { how: 'tls', why: tls };
  if (chain.some(({ message }) => /TLS handshake|before secure TLS/.test(message ?? '')))
    return { how: 'tls', why: 'the handshake failed' };
  const system = codes.find((code) => /^E[A-Z]+$/.test(code));
  return { how: 'no route', why: system ?? chain.at(-1)?.message ?? 'unknown' };
}

interface Cause {
  readonly code?: unknown;
  readonly message?: string;
  readonly response?: { readonly mechanisms?: readonly string[] };
}

/** An error, the errors within it, and their causes. */
function causes(error: unknown, depth = 0): Cause[] {
  if (!(error instanceof Error) || depth > 6) return [];
  const inner = error instanceof AggregateError ? error.errors : [];
  return [
    error as Cause,
    ...inner.flatMap((each) => causes(each, depth + 1)),
    ...causes(error.cause, depth + 1),
  ];
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no address';
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
    case 'no route':
      return `no connection (${result.why})`;
  }
}

/** What a person can do about a login that failed. */
export function remedyFor({ how }: LoginResult): string {
  switch (how) {
    case 'not offered':
      return 'The rolling restart has not reached this broker: run the step again, or raise wait-timeout-minutes.';
    case 'refused':
      return 'If test-token passed the checks of this step, the broker may still run with older settings or keys, or the token expired meanwhile: get a fresh one and run the step again.';
    case 'tls':
      return 'Does a proxy or firewall open TLS between the runner and the broker?';
    default:
      return 'Does the IP filter of the service (ip_filter) let this runner in? GitHub’s runners change their addresses; a self-hosted one in an allowed network, or verify-login: false, helps.';
  }
}
