import { isIP } from 'node:net';
import type { Connection } from '@platformatic/kafka';
import type { BrokerAddress, LoginResult } from './result.ts';

/** The listener to log in to. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  /** The authority to trust, as PEM; null for those that Node trusts. */
  readonly ca: string | null;
}

const TRY_TIMEOUT_MS = 10_000;

/** A login, and where it went. */
export interface Attempt {
  readonly result: LoginResult;
  /** The address and port of the other side, as `127.0.0.1:9092`; null where there was no connection. */
  readonly remote: string | null;
}

/**
 * Connects to one address of a listener with TLS, as a client would, and asks for OAUTHBEARER (KIP-43, KIP-255); with a
 * token it logs in (RFC 7628), and asks the broker for the brokers of its cluster (Metadata).
 * @param token null to look at the offered mechanisms alone
 * @throws the reason of `stop` when that is aborted meanwhile
 */
export async function tryLogin(
  address: string,
  { host, port, ca }: Listener,
  token: string | null,
  stop: AbortSignal,
): Promise<Attempt> {
  stop.throwIfAborted();
  // Loaded here, since few runs need it.
  const { Connection, metadataV12 } = await import('@platformatic/kafka');
  let mechanisms: readonly string[] = [];
  let remote: string | null = null;
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
  const giveUp = () => connection.socket?.destroy(new Error('told to stop'));
  stop.addEventListener('abort', giveUp);
  try {
    const connected = Promise.resolve(connection.connect(address, port));
    connection.socket?.once('secureConnect', () => {
      const { remoteAddress = address, remotePort = port } = connection.socket ?? {};
      remote = `${remoteAddress}:${remotePort}`;
    });
    if (token !== null) {
      await connected;
      const brokers = await metadataV12.api.async(connection, [], false, false).then(addressesIn, () => []);
      stop.throwIfAborted();
      return { result: { how: 'logged in', mechanisms, brokers }, remote };
    }
    await Promise.race([handshake, connected]);
    connected.catch(() => {});
    return { result: { how: 'offered', mechanisms }, remote };
  } catch (error) {
    if (stop.aborted) throw stop.reason;
    return { result: whatFailed(error, mechanisms, remote !== null), remote };
  } finally {
    stop.removeEventListener('abort', giveUp);
    await connection.close().catch(() => {});
    // After an error, closing leaves the socket to the other side.
    connection.socket?.destroy();
  }
}

function addressesIn({ brokers }: { readonly brokers: readonly BrokerAddress[] }): BrokerAddress[] {
  return brokers.map(({ nodeId, host, port }) => ({ nodeId, host, port }));
}

/**
 * A broker that refuses a token answers without an error first, and says so in the answer (RFC 7628, section 3.2.2).
 */
function refuseErrorStatus(bytes: Buffer, callback: (error: Error | null, bytes?: Buffer) => void): void {
  if (bytes.length === 0) callback(null, bytes);
  else callback(Object.assign(new Error('the broker refused the token'), { code: REFUSED }));
}

const REFUSED = 'PLT_KFK_AUTHENTICATION';

function whatFailed(error: unknown, mechanisms: readonly string[], secured: boolean): LoginResult {
  const chain = causes(error);
  const notOffered = chain.find(({ response }) => response?.mechanisms);
  if (notOffered) return { how: 'not offered', mechanisms: notOffered.response?.mechanisms ?? [] };
  const codes = chain.map(({ code }) => String(code ?? ''));
  if (mechanisms.length > 0 && codes.includes(REFUSED)) return { how: 'refused', mechanisms };
  if (secured) return { how: 'no broker', why: reasonIn(chain, codes) };
  const tls = codes.find((code) => /CERT|SSL|TLS|UNABLE_TO|EPROTO/.test(code));
  if (tls) return { how: 'tls', why: tls };
  const unknown = codes.find((code) => code === 'ENOTFOUND' || code === 'EAI_AGAIN');
  if (unknown) return { how: 'no address', why: `the name cannot be resolved (${unknown})` };
  if (chain.some(({ message }) => /TLS handshake|before secure TLS/.test(message ?? '')))
    return { how: 'tls', why: 'the handshake failed' };
  return { how: 'no route', why: reasonIn(chain, codes) };
}

/** `ECONNREFUSED`, or what went wrong in words. */
function reasonIn(chain: readonly Cause[], codes: readonly string[]): string {
  const system = codes.find((code) => /^E[A-Z]+$/.test(code));
  if (system) return system;
  const words = chain.at(-1)?.message ?? 'unknown';
  return /timed out/.test(words) ? `no answer within ${TRY_TIMEOUT_MS / 1000} s` : words.replace(/\.$/, '');
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
