import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBody } from './aiven/body.ts';
import { needs } from './aiven/call.ts';
import { ApiError, forbidden, notAMember } from './aiven/errors.ts';
import {
  type Answer,
  type Fault,
  type FaultHandle,
  type FaultMatcher,
  Faults,
  playFault,
  send,
  worksFirst,
} from './aiven/faults.ts';
import {
  type Account,
  type BillingGroup,
  billingGroup,
  type KafkaService,
  type Project,
  type StaticIp,
} from './aiven/objects.ts';
import { ROUTES, type Route } from './aiven/operations.ts';
import { SETTLE_DEFAULTS, type Settle } from './aiven/restart.ts';
import { followSasl } from './aiven/service-view.ts';
import { lazyAuthority, type Operation, type State, serviceKey } from './aiven/state.ts';
import { makeCertificates } from './certificates.ts';

export type { Fault, FaultHandle, FaultMatcher } from './aiven/faults.ts';
export type { JsonObject } from './aiven/kafka-config.ts';
export {
  type Account,
  type Acl,
  account,
  type BillingGroup,
  billingGroup,
  type Component,
  endpoint,
  type KafkaService,
  kafkaService,
  listener,
  type NodeState,
  type Project,
  project,
  SERVICE_KEY,
  SERVICE_PASSWORD,
  type StaticIp,
  staticIp,
  unit,
} from './aiven/objects.ts';
export type { Settle } from './aiven/restart.ts';
export type { Operation } from './aiven/state.ts';

/** A deprecation that the answers of an operation announce (RFC 9745, RFC 8594). */
export interface Deprecation {
  /** Seconds since 1970. */
  readonly deprecation: number;
  /** An HTTP date. */
  readonly sunset?: string;
  /** Where to read more. */
  readonly link?: string;
}

/** The calls that Aiven has deprecated in August 2026, as the option `deprecated` takes them. */
export function deprecatedProjectCalls(deprecation: Deprecation): Record<string, Deprecation> {
  return {
    'GET /v1/project': deprecation,
    'POST /v1/project': deprecation,
    'GET /v1/project/{project}': deprecation,
    'PUT /v1/project/{project}': deprecation,
  };
}

/** How the API is to be; every field has a default. */
export interface AivenOptions {
  readonly accounts?: readonly Account[];
  readonly projects?: readonly Project[];
  readonly services?: readonly KafkaService[];
  /** Those of the projects, each in the organization of the first project that it pays for, unless told. */
  readonly billingGroups?: readonly BillingGroup[];
  readonly staticIps?: readonly StaticIp[];
  /** The one token that is known. */
  readonly token?: string;
  /** What the token may do, by Aiven's names of permissions; everything unless told. */
  readonly permissions?: readonly string[];
  /** Operations that answer 403. */
  readonly forbidden?: readonly Operation[];
  /** Keeps secrets out of answers that were not asked for them, as Aiven will from 1 March 2027 on; not yet, unless told. */
  readonly redactByDefault?: boolean;
  /** How long each operation takes. */
  readonly latencyMs?: number;
  /** By method and path, such as `PUT /v1/project/{project}`; of all that Aiven has deprecated: `deprecatedProjectCalls`. */
  readonly deprecated?: Readonly<Record<string, Deprecation>>;
  /** How many times AccountList answers 404 first. */
  readonly listFlakes?: number;
  /** How many times AccountList leaves out an account that was just created. */
  readonly listLag?: number;
  /** How many calls about a project answer 403 "Not a project member" after it was created, assigned or moved. */
  readonly membershipLag?: number;
  readonly settle?: Partial<Settle>;
  /** The port of the SASL listener of route `dynamic`; 12702 unless told. Those of further routes come after it. */
  readonly saslPort?: number;
  /** Told of every update that restarts brokers, so that real ones can follow. */
  readonly onRestart?: (service: KafkaService) => void;
  /** The authority of the projects, as PEM; made anew unless told. */
  readonly projectCa?: string;
  /** Serves https with this key and certificate. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly port?: number;
}

/** One request as it came in. */
export interface RecordedRequest {
  readonly method: string;
  /** Without the query, still encoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed where it is JSON, the text otherwise, undefined where there is none. */
  readonly body: unknown;
  /** The status that was answered, 0 for no answer (yet). */
  status: number;
  /** Whether the operation was carried out, whatever became of its answer. */
  carriedOut: boolean;
}

/** The Aiven API in memory, over real HTTP. */
export interface AivenWorld {
  /** `http://127.0.0.1:PORT` (with `tls`: `https://localhost:PORT`), without a slash at the end. */
  readonly url: string;
  readonly token: string;
  /** Every request so far, in order. */
  readonly requests: readonly RecordedRequest[];
  /** The requests that were to change something. */
  writes(): RecordedRequest[];
  /** By `account_id`; may be changed at any time, and so may the two below. */
  readonly accounts: Map<string, Account>;
  /** By name. */
  readonly projects: Map<string, Project>;
  /** By `PROJECT/SERVICE`. */
  readonly services: Map<string, KafkaService>;
  /** By `billing_group_id`. */
  readonly billingGroups: Map<string, BillingGroup>;
  /** Makes something go wrong for the requests that match; the newest of several wins. */
  fault(matcher: FaultMatcher, fault: Fault): FaultHandle;
  /** How many TCP connections came in. */
  readonly connections: number;
  /** The highest number of requests that were under way at once. */
  readonly maxConcurrent: number;
  /** Stops it, with whatever is under way. */
  close(): Promise<void>;
}

/**
 * Starts an Aiven API in memory on a free local port: the same paths, bodies, errors, limits and merging as the real
 * one, and services whose nodes restart one by one after an update.
 */
export async function startAiven(options: AivenOptions = {}): Promise<AivenWorld> {
  const { token = 'aiven-test-token', tls, port = 0, deprecated = {}, latencyMs = 0 } = options;
  const state = makeState(options);
  const faults = new Faults();
  const requests: RecordedRequest[] = [];
  const server: Server = tls ? createHttpsServer(tls) : createHttpServer();
  let connections = 0;
  let concurrent = 0;
  let maxConcurrent = 0;
  let closed = false;

  server.on('connection', () => connections++);
  server.on('request', (request, response) => {
    maxConcurrent = Math.max(maxConcurrent, ++concurrent);
    response.once('close', () => concurrent--);
    handle(request, response).catch((error: unknown) => {
      if (!closed && !request.destroyed) throw error;
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? '';
    const url = new URL(request.url ?? '/', 'http://api');
    const text = Buffer.concat(await request.toArray()).toString('utf8');
    const query = Object.fromEntries(url.searchParams);
    const record = {
      method,
      path: url.pathname,
      query,
      headers: request.headers,
      body: parsed(text),
      status: 0,
      carriedOut: false,
    };
    requests.push(record);

    const fault = faults.take(method, url.pathname);
    if (latencyMs > 0) await sleep(latencyMs);
    const proper = !fault || worksFirst(fault) ? await work(request, url, text) : undefined;
    record.carriedOut = proper?.status === 200;
    if (fault) {
      record.status = playFault(fault, response, proper);
    } else if (proper) {
      record.status = proper.status;
      send(response, proper);
    }
  }

  async function work(request: IncomingMessage, url: URL, text: string): Promise<Answer> {
    const found = findRoute(request.method ?? '', url.pathname);
    const headers = { 'content-type': 'application/json', ...deprecationHeaders(found?.route, deprecated) };
    try {
      authenticate(request.headers.authorization, token);
      if (!found) throw new ApiError(404, 'The requested URL was not found on the server');
      const { route, params } = found;
      if (!route) throw new ApiError(405, 'The method is not allowed for the requested URL');
      if (state.forbidden.has(route.operation)) throw forbidden();
      refuseStrangers(state, params['project']);
      if (route.permissions) needs(state, route.permissions);
      const body = route.fields ? readBody(request.headers['content-type'], text, route.fields) : {};
      const answer = await route.run(state, { params, query: url.searchParams, body });
      return { status: 200, headers, body: JSON.stringify(answer) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { status: error.status, headers, body: JSON.stringify(error.toBody()) };
    }
  }

  async function close(): Promise<void> {
    closed = true;
    const gone = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await gone;
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  const { accounts, projects, services, billingGroups } = state;
  return {
    url: tls ? `https://localhost:${bound}` : `http://127.0.0.1:${bound}`,
    token,
    requests,
    writes: () => requests.filter(({ method }) => method !== 'GET'),
    accounts,
    projects,
    services,
    billingGroups,
    fault: (matcher, fault) => faults.add(matcher, fault),
    get connections() {
      return connections;
    },
    get maxConcurrent() {
      return maxConcurrent;
    },
    close,
  };
}

function makeState(options: AivenOptions): State {
  const { accounts = [], projects = [], services = [], saslPort = 12_702 } = options;
  for (const service of services) followSasl(service, saslPort);
  return {
    accounts: new Map(accounts.map((account) => [account.account_id, account])),
    projects: new Map(projects.map((project) => [project.project_name, project])),
    services: new Map(services.map((one) => [serviceKey(one.project_name, one.service_name), one])),
    billingGroups: new Map(
      (options.billingGroups ?? groupsOf(projects)).map((group) => [group.billing_group_id, group]),
    ),
    staticIps: options.staticIps ?? [],
    restarts: new Map(),
    settle: { ...SETTLE_DEFAULTS, ...options.settle },
    saslPort,
    onRestart: options.onRestart ?? (() => {}),
    permissions: options.permissions && new Set(options.permissions),
    forbidden: new Set(options.forbidden),
    redactByDefault: options.redactByDefault ?? false,
    listFlakes: options.listFlakes ?? 0,
    listLag: options.listLag ?? 0,
    unlisted: new Map(),
    membershipLag: options.membershipLag ?? 0,
    strangers: new Map(),
    projectCa: lazyAuthority(options.projectCa, makeCertificates),
  };
}

function groupsOf(projects: readonly Project[]): BillingGroup[] {
  const groups = new Map<string, BillingGroup>();
  for (const { billing_group_id, billing_group_name, organization_id } of projects) {
    if (groups.has(billing_group_id)) continue;
    groups.set(billing_group_id, billingGroup({ billing_group_id, billing_group_name, organization_id }));
  }
  return [...groups.values()];
}

/** Counts a call about a project that the token's user does not belong to yet. */
function refuseStrangers({ strangers }: State, project: string | undefined): void {
  const left = project === undefined ? 0 : (strangers.get(project) ?? 0);
  if (project === undefined || left === 0) return;
  strangers.set(project, left - 1);
  throw notAMember();
}

/** Both schemes are accepted, as by Aiven. */
function authenticate(authorization: string | undefined, token: string): void {
  if (!authorization) throw new ApiError(401, 'Authentication required');
  const [scheme = '', given] = authorization.split(' ');
  if (!['aivenv1', 'bearer'].includes(scheme.toLowerCase()) || given !== token) {
    throw new ApiError(401, 'Invalid token');
  }
}

interface FoundRoute {
  /** Undefined where the path is known, but not with this method. */
  readonly route: Route | undefined;
  readonly params: Record<string, string>;
}

function findRoute(method: string, pathname: string): FoundRoute | undefined {
  const matches = PATTERNS.flatMap(({ route, pattern }) => {
    const groups = pattern.exec(pathname)?.groups;
    return groups ? [{ route, groups }] : [];
  });
  const [first] = matches;
  if (!first) return undefined;
  const match = matches.find(({ route }) => route.method === method);
  const params = Object.entries((match ?? first).groups).map(([name, value]) => [name, decoded(value)]);
  return { route: match?.route, params: Object.fromEntries(params) };
}

/** What cannot be decoded names nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const PATTERNS = ROUTES.map((route) => ({
  route,
  // The empty group gives every match its `groups`.
  pattern: new RegExp(`^(?<_>)${route.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

function deprecationHeaders(
  route: Route | undefined,
  deprecated: Readonly<Record<string, Deprecation>>,
): Record<string, string> {
  const entry = route && deprecated[`${route.method} ${route.path}`];
  if (!entry) return {};
  return {
    deprecation: `@${entry.deprecation}`,
    ...(entry.sunset !== undefined && { sunset: entry.sunset }),
    ...(entry.link !== undefined && { link: `<${entry.link}>; rel="sunset"` }),
  };
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
