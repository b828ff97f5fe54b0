import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { Clock } from '../../clock.ts';
import type { Listener } from './attempt.ts';
import { addressesOf, type Resolve } from './everywhere.ts';

/** A connection to one address, and what it shows. */
export interface Held {
  readonly address: string;
  readonly port: number;
  /**
   * - `open`: its broker has not restarted
   * - `ended`: it ended, and nobody was there right after, as when the process of a broker ends
   * - `useless`: it shows nothing, and `why` says why
   */
  readonly state: 'open' | 'ended' | 'useless';
  readonly why: string;
}

/** What connections to hold open, and how. */
export interface HoldOptions {
  readonly listener: Listener;
  /** Whether brokers have another port for clients, so that the address alone tells them apart. */
  readonly otherListener: boolean;
  readonly clock: Clock;
  /** How long a broker leaves a connection alone that nothing is sent on (`connections.max.idle.ms`), in milliseconds. */
  readonly idleMs: number;
  /** All addresses behind a name, by the system's resolver unless told. */
  readonly resolve?: Resolve | undefined;
}

const DIAL_TIMEOUT_MS = 5_000;
/** A broker that ends closes its connections and its port one right after the other; to start takes it seconds. */
const LOOK_AGAIN_MS = 250;
/** Load balancers leave idle connections alone for less long than brokers do. */
const LONGEST_TURN_MS = 4 * 60_000;

/**
 * Connections with TLS that are held open to every address of a listener while its brokers restart: one ends when the
 * process of its broker ends. Nothing is sent on them, so they need no client certificate, no token, and no settings of before or after.
 *
 * An end proves a restart only if nobody is there right after. What else ends a connection (a broker that closes what is
 * idle, a load balancer, a listener that wants a client certificate) takes a new one at once, and shows nothing.
 * Before a connection gets old, a new one takes its place; the broker has not restarted meanwhile, since the old one was open.
 */
export class HeldConnections {
  readonly #connections: HeldConnection[];
  readonly #otherListener: boolean;

  private constructor(connections: HeldConnection[], otherListener: boolean) {
    this.#connections = connections;
    this.#otherListener = otherListener;
  }

  /** Opens one connection to each address; one that cannot be opened is useless, which is no error. */
  static async open(options: HoldOptions): Promise<HeldConnections> {
    const { listener, resolve, otherListener } = options;
    const addresses = await addressesOf(listener.host, resolve);
    const list = typeof addresses === 'string' ? [] : addresses;
    const connections = list.map((address) => new HeldConnection(address, options));
    await Promise.all(connections.map((each) => each.open()));
    return new HeldConnections(connections, otherListener);
  }

  get all(): readonly Held[] {
    return this.#connections;
  }

  /** When one last showed that its broker ended, in milliseconds since the epoch; null for never. */
  get movedAt(): number | null {
    const times = this.#connections.flatMap(({ endedAt }) => endedAt ?? []);
    return times.length === 0 ? null : Math.max(...times);
  }

  /**
   * Whether each of so many brokers has ended since.
   * @param brokers how many there are: with fewer connections, some were not watched
   */
  haveAllEnded(brokers: number): boolean {
    const ended = this.#connections.filter(({ state }) => state === 'ended').length;
    return brokers > 0 && ended >= brokers && ended === this.#connections.length;
  }

  /** Whether the broker at `address:port` has ended since. */
  hasEnded(remote: string | null): boolean {
    return this.#connections.some(
      ({ state, address, port }) =>
        state === 'ended' &&
        (this.#otherListener
          ? remote?.slice(0, remote.lastIndexOf(':')) === address
          : remote === `${address}:${port}`),
    );
  }

  close(): void {
    for (const each of this.#connections) each.close();
  }
}

class HeldConnection implements Held {
  readonly address: string;
  readonly #options: HoldOptions;
  #socket: TLSSocket | null = null;
  #dialing: TLSSocket | null = null;
  #turn: NodeJS.Timeout | undefined;
  #state: Held['state'] = 'open';
  #why = '';
  #endedAt: number | null = null;
  #closed = false;

  constructor(address: string, options: HoldOptions) {
    this.address = address;
    this.#options = options;
  }

  get port(): number {
    return this.#options.listener.port;
  }

  get state(): Held['state'] {
    return this.#state;
  }

  get why(): string {
    return this.#why;
  }

  get endedAt(): number | null {
    return this.#endedAt;
  }

  async open(): Promise<void> {
    try {
      this.#watch(await this.#dial());
    } catch (error) {
      this.#giveUp(`it could not be opened (${codeOf(error)})`);
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#turn);
    this.#socket?.destroy();
    this.#dialing?.destroy();
  }

  #watch(socket: TLSSocket): void {
    this.#socket = socket;
    const { idleMs } = this.#options;
    this.#turn = setTimeout(() => void this.#takeTurn(), Math.min(LONGEST_TURN_MS, idleMs * 0.4)).unref();
    socket.once('close', () => {
      if (!this.#closed && this.#socket === socket) void this.#lookAgain();
    });
    // It may have ended before anybody listened.
    if (socket.destroyed) void this.#lookAgain();
  }

  /** Puts a new connection in the place of one that gets old. */
  async #takeTurn(): Promise<void> {
    const old = this.#socket;
    const fresh = await this.#dial().catch(() => null);
    const stillOpen =
      this.#state === 'open' && this.#socket === old && old?.destroyed === false && !this.#closed;
    if (fresh && stillOpen) {
      this.#watch(fresh);
      old.destroy();
    } else fresh?.destroy();
  }

  async #lookAgain(): Promise<void> {
    clearTimeout(this.#turn);
    const endedAt = this.#options.clock.now();
    this.#socket = null;
    await new Promise<void>((resolve) => setTimeout(resolve, LOOK_AGAIN_MS).unref());
    if (this.#closed) return;
    const again = await this.#dial().catch(() => null);
    if (again) {
      again.destroy();
      this.#giveUp(
        'it was closed while its listener kept running, as happens to an idle connection or one without a client certificate',
      );
      return;
    }
    if (this.#closed) return;
    this.#state = 'ended';
    this.#endedAt = endedAt;
  }

  #giveUp(why: string): void {
    this.#state = 'useless';
    this.#why = why;
  }

  /** Resolves once TLS is there. */
  #dial(): Promise<TLSSocket> {
    const { host, port, ca } = this.#options.listener;
    return new Promise((resolve, reject) => {
      const name = isIP(host) === 0 && { servername: host };
      const socket = connect({ host: this.address, port, ...(ca !== null && { ca }), ...name });
      this.#dialing = socket;
      socket.setTimeout(DIAL_TIMEOUT_MS, () => socket.destroy(new Error('no answer')));
      socket.on('error', reject).once('close', () => reject(new Error('closed')));
      socket.once('secureConnect', () => {
        socket.setTimeout(0).setKeepAlive(true, 30_000).unref();
        // Nothing is expected; without a reader the end would not be seen.
        socket.resume();
        resolve(socket);
      });
    });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error ? String((error as NodeJS.ErrnoException).code ?? error.message) : 'unknown';
}
