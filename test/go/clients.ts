import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { AivenWorld } from '../world/aiven.ts';
import { buildClients } from './build.ts';

/** What a method of a client is called with. */
export interface Arguments {
  /** Its strings, in order: the variable parts of the path. */
  readonly args?: readonly string[];
  /** Its structure, where it takes one: the body. A field that the client does not know is an error. */
  readonly in?: unknown;
  /** Its options: name and value. */
  readonly query?: readonly (readonly [string, string])[];
}

/** What came of a call. */
export interface Outcome {
  /** What the client decoded, written as JSON again; undefined for nothing. */
  // biome-ignore lint/suspicious/noExplicitAny: the assertions say what an answer looks like.
  readonly out?: any;
  /** How it failed; status 0 where the client could not make the call, or not decode its answer. */
  /** The answer of the API as it came, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly raw?: any;
  readonly error?: { readonly status: number; readonly message: string };
}

/** Aiven's own Go clients, set to one API. */
export interface Clients {
  /** Calls an operation by github.com/aiven/go-client-codegen. */
  codegen(operation: string, args?: Arguments): Promise<Outcome>;
  /** Calls a method of a handler, such as `Services.Get`, by github.com/aiven/aiven-go-client. */
  classic(method: string, args?: Arguments): Promise<Outcome>;
  close(): Promise<void>;
}

/** Starts the clients as one process, which takes call after call. */
export async function startClients(aiven: AivenWorld): Promise<Clients> {
  const child = spawn(await buildClients(), [], {
    env: { AIVEN_WEB_URL: aiven.url, AIVEN_TOKEN: aiven.token },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  async function call(client: string, method: string, args: Arguments): Promise<Outcome> {
    child.stdin.write(`${JSON.stringify({ client, method, ...args })}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`The Go clients ended at ${method}; their reason is above.`);
    return JSON.parse(value);
  }

  return {
    codegen: (operation, args = {}) => call('go-client-codegen', operation, args),
    classic: (method, args = {}) => call('aiven-go-client', method, args),
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

/** What Aiven publishes of its API in modules that it generates from the API itself. */
export interface Published {
  /** Any one suffices; null for none. */
  readonly permissions: Readonly<Record<string, readonly string[] | null>>;
  /** Of the body. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** Of fields that take a few words only. */
  readonly choices: Readonly<Record<string, readonly string[]>>;
  /** The `user_config` of Aiven for Apache Kafka, as go-api-schemas writes it. */
  readonly kafka: OfficialSpec;
}

/** One value of `user_config`, as go-api-schemas writes it. */
export interface OfficialSpec {
  readonly type: string | readonly string[];
  readonly properties?: Readonly<Record<string, OfficialSpec>>;
  readonly items?: OfficialSpec;
  readonly enum?: readonly { readonly value: string | number | null }[];
  readonly default?: unknown;
  readonly minimum?: string;
  readonly maximum?: string;
  readonly min_length?: number;
  readonly max_length?: number;
  readonly max_items?: number;
  readonly pattern?: string;
}

/** Reads what is published of some operations. */
export async function readPublished(operations: readonly string[]): Promise<Published> {
  const program = await buildClients();
  const { stdout } = await promisify(execFile)(program, ['published', ...operations], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout);
}
