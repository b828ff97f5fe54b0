import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { Clock } from '../../clock.ts';
import { duration } from '../progress.ts';
import { type Listener, tryLogin } from './attempt.ts';
import { describeResult, isWelcome, type LoginResult } from './result.ts';

/** One address of the listener and what became of it. */
export interface AddressResult {
  /** `host:port`, or `address:port (host)`. */
  readonly address: string;
  readonly result: LoginResult;
}

/** What to log in to, with what, and for how long. */
export interface LoginOptions {
  readonly listener: Listener;
  /** A token to log in with; null to look at the offered mechanisms alone. */
  readonly token: string | null;
  /** Whether the token would be accepted now, by what the service says: only then can a refusal get better. */
  readonly tokenIsGood: () => boolean;
  /** How long to keep trying, in milliseconds; 0 for one try. */
  readonly patienceMs: number;
  readonly clock: Clock;
  readonly say: { info(line: string): void };
  readonly stop: AbortSignal;
  /** All addresses behind a name, by the system's resolver unless told. */
  readonly resolve?: (host: string) => Promise<LookupAddress[]>;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Logs in at every address behind a SASL listener. Addresses that are not ready are tried again, since a rolling restart
 * reaches one broker after the other.
 * @returns what became of each address in the end; a single one with the host's name when the name has no address
 */
export async function logInEverywhere(options: LoginOptions): Promise<AddressResult[]> {
  const { listener, tokenIsGood, patienceMs, clock, say, stop } = options;
  const deadline = clock.now() + patienceMs;
  let told = '';
  for (let attempt = 0; ; attempt++) {
    const results = await tryAddresses(options);
    if (stop.aborted) throw stop.reason;
    if (results.every(({ result }) => isWelcome(result))) return results;
    if (results.some(({ result }) => result.how === 'refused') && !tokenIsGood()) return results;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
    if (clock.now() + pause >= deadline) return results;
    const now = results.map(({ address, result }) => `${address}: ${describeResult(result)}`).join('; ');
    if (now !== told)
      say.info(
        `Logging in to ${listener.host}: ${now}. Trying again for ${duration(deadline - clock.now())}.`,
      );
    told = now;
    await clock.sleep(pause);
  }
}

async function tryAddresses({
  listener,
  token,
  stop,
  resolve = (host) => lookup(host, { all: true }),
}: LoginOptions): Promise<AddressResult[]> {
  const { host, port } = listener;
  let addresses: LookupAddress[];
  try {
    addresses = await resolve(host);
  } catch (error) {
    const why = `the name ${host} cannot be resolved (${codeOf(error)})`;
    return [{ address: `${host}:${port}`, result: { how: 'no address', why } }];
  }
  // GitHub's runners have no IPv6; a listener with both has the same brokers behind either.
  const ipv4 = addresses.filter(({ family }) => family === 4);
  const chosen = ipv4.length > 0 ? ipv4 : addresses;
  return Promise.all(
    chosen.map(async ({ address }) => ({
      address: address === host ? `${host}:${port}` : `${bracketed(address)}:${port} (${host})`,
      result: await tryLogin(address, listener, token, stop),
    })),
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no address';
}

/** An IPv6 address as it stands before a port (RFC 3986, section 3.2.2). */
function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
