import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { Clock } from '../../clock.ts';
import { duration } from '../progress.ts';
import { type Attempt, type Listener, tryLogin } from './attempt.ts';
import { type BrokerAddress, describeResult, isWelcome } from './result.ts';

/** One broker, or one address of the listener, and what became of it. */
export interface AddressResult extends Attempt {
  /** `host:port`, `address:port (host)`, or `broker ID (host:port)`. */
  readonly address: string;
  /** The token that was shown, by its place among those to log in with; null where there was none. */
  readonly using: number | null;
}

/** A token to log in with. */
export interface LoginToken {
  readonly token: string;
  /** What it is called, where there are several. */
  readonly name: string;
  /** Whether it would be accepted now, by what the service says: only then can a refusal get better. */
  readonly isGood: () => boolean;
}

/** What came of logging in everywhere once. */
export interface Round {
  /** When it began, in milliseconds since the epoch. */
  readonly startedAt: number;
  readonly results: readonly AddressResult[];
  /** Whether the cluster itself named its brokers; else these are the addresses behind the name of the listener. */
  readonly named: boolean;
}

/** What to log in to, and with what. */
export interface RoundOptions {
  readonly listener: Listener;
  /** The tokens to log in with, each at every broker; none to look at the offered mechanisms alone. */
  readonly tokens: readonly LoginToken[];
  readonly clock: Clock;
  readonly stop: AbortSignal;
  /** All addresses behind a name, by the system's resolver unless told. */
  readonly resolve?: Resolve | undefined;
}

/** Looks up the addresses behind a name. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

/** How to log in again and again. */
export interface LoginOptions extends RoundOptions {
  /** How long to keep trying, in milliseconds; 0 for one try. */
  readonly patienceMs: number;
  readonly say: { info(line: string): void };
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/** How long to leave the brokers alone after so many rounds. */
export function pauseAfter(rounds: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (rounds - 1));
}

/**
 * Logs in at every broker of a cluster whose settings are not about to change; those that are not ready are tried again.
 * @returns what became of each in the end
 */
export async function logInEverywhere(options: LoginOptions): Promise<Round> {
  const { listener, tokens, patienceMs, clock, say, stop } = options;
  const deadline = clock.now() + patienceMs;
  let told = '';
  for (let rounds = 1; ; rounds++) {
    const round = await tryEverywhere(options);
    if (stop.aborted) throw stop.reason;
    if (isWelcomeEverywhere(round) || isFutile(round, tokens)) return round;
    const pause = pauseAfter(rounds);
    if (clock.now() + pause >= deadline) return round;
    const now = describeRound(round);
    if (now !== told)
      say.info(
        `Logging in to ${listener.host}: ${now}. Trying again for ${duration(deadline - clock.now())}.`,
      );
    told = now;
    await clock.sleep(pause);
  }
}

/** Whether every broker did what it should. */
export function isWelcomeEverywhere({ results }: Round): boolean {
  return results.length > 0 && results.every(({ result }) => isWelcome(result));
}

/** Whether a broker refused a token that brokers are to refuse by now, so that trying again is of no use. */
export function isFutile({ results }: Round, tokens: readonly LoginToken[]): boolean {
  return results.some(
    ({ result, using }) => result.how === 'refused' && using !== null && tokens[using]?.isGood() === false,
  );
}

/** What became of each login, as clauses. */
export function describeRound({ results }: Round): string {
  return results.map(({ address, result }) => `${address}: ${describeResult(result)}`).join('; ');
}

/**
 * Logs in once at every address behind a SASL listener, and with a token at every broker that the cluster's metadata names,
 * by the address that clients are sent to.
 * @returns what became of each broker, and of each address where none was met; a name without an address counts as one
 */
export async function tryEverywhere(options: RoundOptions): Promise<Round> {
  const { clock, tokens } = options;
  const startedAt = clock.now();
  const several = tokens.length > 1;
  const passes = await Promise.all(
    tokens.length === 0
      ? [pass(options, null)]
      : tokens.map(async ({ token, name }, using) => {
          const { results, named } = await pass(options, token);
          const tagged = results.map((each) => ({
            ...each,
            address: several ? `${each.address}, ${name}` : each.address,
            using,
          }));
          return { results: tagged, named };
        }),
  );
  return {
    startedAt,
    results: passes.flatMap(({ results }) => results),
    named: passes.some(({ named }) => named),
  };
}

/** Everywhere with one token, or without any. */
async function pass(options: RoundOptions, token: string | null): Promise<Pick<Round, 'results' | 'named'>> {
  const doors = await tryAddresses(options, token);
  const known = doors.flatMap(({ result }) => (result.how === 'logged in' ? [result.brokers] : []));
  // One that has just started may not have heard of all others yet.
  const brokers = known.sort((one, other) => other.length - one.length)[0] ?? [];
  if (brokers.length === 0) return { results: doors, named: false };
  const results = await Promise.all(brokers.map((broker) => tryBroker(broker, options, token)));
  // The metadata leaves out a broker that is down; behind the name it may be still.
  const shut = doors.filter(
    ({ result, remote }) => !isWelcome(result) && !results.some((each) => each.remote === remote),
  );
  return { results: [...results, ...shut], named: true };
}

async function tryBroker(
  { nodeId, host, port }: BrokerAddress,
  { listener: { ca }, stop }: RoundOptions,
  token: string | null,
): Promise<AddressResult> {
  const attempt = await tryLogin(host, { host, port, ca }, token, stop);
  return { address: `broker ${nodeId} (${hostPort(host, port)})`, using: null, ...attempt };
}

async function tryAddresses(
  { listener, stop, resolve }: RoundOptions,
  token: string | null,
): Promise<AddressResult[]> {
  const { host, port } = listener;
  const addresses = await addressesOf(host, resolve);
  if (typeof addresses === 'string') {
    const why = `the name ${host} cannot be resolved (${addresses})`;
    return [{ address: `${host}:${port}`, using: null, result: { how: 'no address', why }, remote: null }];
  }
  return Promise.all(
    addresses.map(async (address) => {
      const attempt = await tryLogin(address, listener, token, stop);
      return {
        address: address === host ? `${host}:${port}` : `${hostPort(address, port)} (${host})`,
        using: null,
        ...attempt,
        remote: `${address}:${port}`,
      };
    }),
  );
}

/**
 * The addresses behind a name, without repetition.
 * @returns a code such as `ENOTFOUND` where there is none
 */
export async function addressesOf(
  host: string,
  resolve: Resolve = (name) => lookup(name, { all: true }),
): Promise<string[] | string> {
  try {
    const addresses = await resolve(host);
    // GitHub's runners have no IPv6; a listener with both has the same brokers behind either.
    const ipv4 = addresses.filter(({ family }) => family === 4);
    const chosen = ipv4.length > 0 ? ipv4 : addresses;
    return chosen.length === 0 ? 'no address' : [...new Set(chosen.map(({ address }) => address))];
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'no address';
  }
}

/** With an IPv6 address as it stands before a port (RFC 3986, section 3.2.2). */
function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
