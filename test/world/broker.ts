import type { AddressInfo, Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { Certificates } from './certificates.ts';

/** What a broker is like; it is asked anew at each connection, so that a restart can be played. */
export interface BrokerOptions {
  readonly certificates: Certificates;
  /** The SASL mechanisms that it has enabled at the moment. */
  readonly mechanisms: () => readonly string[];
  /** Whether it accepts a token at the moment. */
  readonly accepts: (token: string) => Promise<boolean>;
  /** A loopback address; 127.0.0.1 unless told. */
  readonly host?: string;
  /** A free one unless told. */
  readonly port?: number;
  /** The brokers of its cluster, as clients are to reach them; itself alone unless told, null for one that does not say. */
  readonly brokers?: () => readonly BrokerAddress[] | null;
}

/** Where a client is sent to. */
export interface BrokerAddress {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

/** The front door of a Kafka broker. */
export interface BrokerWorld {
  readonly port: number;
  /** What each login came to, in order. */
  readonly logins: readonly ('accepted' | 'refused')[];
  /** The tokens that it was shown, in order. */
  readonly tokens: readonly string[];
  /** How many connections with TLS there have been. */
  connections(): number;
  /** Ends all connections, and goes on listening. */
  drop(): void;
  close(): Promise<void>;
}

const METADATA = 3;
const API_VERSIONS = 18;
const SASL_HANDSHAKE = 17;
const SASL_AUTHENTICATE = 36;
const UNSUPPORTED_SASL_MECHANISM = 33;
const SASL_AUTHENTICATION_FAILED = 58;
/** Between the fields of an OAUTHBEARER message (RFC 7628, section 3.1). */
const SEPARATOR = '\u0001';
const BEARER = 'auth=Bearer ';

/**
 * Starts as much of a Kafka broker as a client meets before it is let in: TLS, ApiVersions, SaslHandshake (KIP-43) and
 * SaslAuthenticate (KIP-152) with OAUTHBEARER (RFC 7628), and the Metadata after it. What Kafka itself accepts is judged by Kafka, in `test/kafka`.
 */
export async function startBroker({
  certificates,
  mechanisms,
  accepts,
  host = '127.0.0.1',
  port = 0,
  brokers,
}: BrokerOptions): Promise<BrokerWorld> {
  const logins: ('accepted' | 'refused')[] = [];
  const tokens: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const { key, cert } = certificates;
  const server = createServer({ key, cert }, (socket) => {
    connections++;
    track(socket.on('error', () => socket.destroy()));
    serve(socket).catch(() => socket.destroy());
  });

  // Also those on which the handshake is under way yet.
  server.on('connection', track);

  function track(socket: Socket): void {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  }

  async function serve(socket: TLSSocket): Promise<void> {
    let waiting = Buffer.alloc(0);
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length >= 4 && waiting.length >= 4 + waiting.readInt32BE(0)) {
        const size = waiting.readInt32BE(0);
        socket.write(await answer(waiting.subarray(4, 4 + size)));
        waiting = waiting.subarray(4 + size);
      }
    }
  }

  /** Request header v1: api key, version, correlation id, client id. */
  async function answer(request: Buffer): Promise<Buffer> {
    const clientIdLength = Math.max(0, request.readInt16BE(8));
    const body = request.subarray(10 + clientIdLength);
    if (request.readInt16BE(0) === METADATA) return response(request.readInt32BE(4), metadata());
    return response(request.readInt32BE(4), await bodyFor(request.readInt16BE(0), body));
  }

  async function bodyFor(apiKey: number, body: Buffer): Promise<Buffer[]> {
    if (apiKey === API_VERSIONS) return [int16(0), versions(), int32(0)];
    if (apiKey === SASL_HANDSHAKE) {
      const wanted = body.subarray(2, 2 + body.readInt16BE(0)).toString();
      const enabled = mechanisms();
      const error = enabled.includes(wanted) ? 0 : UNSUPPORTED_SASL_MECHANISM;
      return [int16(error), int32(enabled.length), ...enabled.map(string)];
    }
    if (apiKey === SASL_AUTHENTICATE) return authenticate(body.subarray(4).toString());
    throw new Error(`This broker has no API ${apiKey}`);
  }

  /** Metadata v12, whose answers begin with tagged fields. */
  function metadata(): Buffer[] {
    const named = brokers ? brokers() : [{ nodeId: 1, host: 'localhost', port: portOf(server) }];
    if (named === null) throw new Error('This broker does not say');
    const rows = named.map(({ nodeId, host, port }) =>
      Buffer.concat([int32(nodeId), compact(host), int32(port), Buffer.from([0, 0])]),
    );
    const [tags, noTopics] = [Buffer.from([0]), Buffer.from([1])];
    const count = Buffer.from([rows.length + 1]);
    return [tags, int32(0), count, ...rows, compact('cluster'), int32(1), noTopics, tags];
  }

  async function authenticate(message: string): Promise<Buffer[]> {
    // The client acknowledges a refusal with one byte, and the broker then ends it (RFC 7628, section 3.2.3).
    if (message === SEPARATOR) return saslAnswer(SASL_AUTHENTICATION_FAILED, '');
    const field = message.split(SEPARATOR).find((part) => part.startsWith(BEARER)) ?? '';
    const token = field.slice(BEARER.length);
    tokens.push(token);
    const accepted = await accepts(token);
    logins.push(accepted ? 'accepted' : 'refused');
    return saslAnswer(0, accepted ? '' : '{"status":"invalid_token"}');
  }

  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return {
    port: portOf(server),
    logins,
    tokens,
    connections: () => connections,
    drop() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function portOf(server: { address(): unknown }): number {
  return (server.address() as AddressInfo).port;
}

/** COMPACT_STRING, of less than 127 bytes. */
function compact(text: string): Buffer {
  return Buffer.concat([Buffer.from([Buffer.byteLength(text) + 1]), Buffer.from(text)]);
}

/** The newest version of SaslAuthenticate without compact encodings is 1. */
function versions(): Buffer {
  const ranges = [
    [METADATA, 12, 12],
    [API_VERSIONS, 0, 2],
    [SASL_HANDSHAKE, 0, 1],
    [SASL_AUTHENTICATE, 0, 1],
  ];
  return Buffer.concat([int32(ranges.length), ...ranges.flat().map(int16)]);
}

/** SaslAuthenticate v1: error code, error message, bytes, session lifetime. */
function saslAnswer(error: number, bytes: string): Buffer[] {
  const message = error === 0 ? int16(-1) : string('Authentication failed');
  return [int16(error), message, int32(bytes.length), Buffer.from(bytes), Buffer.alloc(8)];
}

function response(correlationId: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat([int32(correlationId), ...parts]);
  return Buffer.concat([int32(body.length), body]);
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

function string(text: string): Buffer {
  return Buffer.concat([int16(Buffer.byteLength(text)), Buffer.from(text)]);
}
