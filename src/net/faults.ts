import { seconds } from '../units.ts';

/**
 * Why no whole answer came back.
 * - `unreached`: the request never got there, so it had no effect
 * - `untrusted`: TLS failed, or the proxy lets nobody through; the request never got there, and asking again will not help
 * - `lost`: the request may have had its effect, but its answer did not arrive whole
 * - `too large`: the answer went over its bound
 */
export type FaultKind = 'unreached' | 'untrusted' | 'lost' | 'too large';

/** A request that got no whole answer, in words. */
export class NetworkFault extends Error {
  readonly kind: FaultKind;
  /** What undici or Node calls it, such as `CERT_HAS_EXPIRED` or `HTTPParserError`; empty for what ended here. */
  readonly code: string;
  /** The way out as a sentence, empty where there is nothing to add. */
  readonly remedy: string;

  constructor(
    kind: FaultKind,
    problem: string,
    { code = '', remedy = '', cause }: Partial<NetworkFault> = {},
  ) {
    super(problem, { cause });
    this.name = 'NetworkFault';
    this.kind = kind;
    this.code = code;
    this.remedy = remedy;
  }
}

/** The way that a request took. */
export interface Way {
  readonly url: URL;
  /** The proxy that may be in between. */
  readonly proxy: URL | null;
  /** How long a connection may take. */
  readonly connectMs: number;
}

const PROXY_HINT = 'On a self-hosted runner, check HTTPS_PROXY and NO_PROXY.';
const UNREACHED_HINT = `Is a firewall between the runner and this host? ${PROXY_HINT}`;

/** @param answered whether the headers of the answer had arrived */
export function lateAnswer({ host }: URL, answered: boolean, timeoutMs: number): NetworkFault {
  const problem = `${host} did not ${answered ? 'finish its answer' : 'answer'} within ${seconds(timeoutMs)}`;
  return new NetworkFault('lost', problem);
}

/** Tells apart what undici, and Node's sockets and TLS below it, fail with. */
export function networkFault(error: Error, way: Way): NetworkFault {
  const codes = codesOf(error);
  for (const code of codes) {
    const known = KNOWN.find((row) => row.codes.test(code));
    if (!known) continue;
    const problem = known.problem(blamed(error, way), code, way);
    return new NetworkFault(known.kind, problem, { remedy: known.remedy ?? '', code, cause: error });
  }
  const [code] = codes;
  const problem = `the connection to ${way.url.host} failed (${code ?? error.message})`;
  return new NetworkFault('lost', problem, { code: code ?? error.name, cause: error });
}

/** What an error says of where it happened. */
type Place = Error & { readonly hostname?: unknown; readonly port?: unknown; readonly host?: unknown };

/** Whom an error is about: the host, or a proxy that may be on the way to it. */
function blamed(error: Error, { url, proxy }: Way): string {
  if (!proxy) return url.host;
  const theProxy = `${proxy.host} (the proxy)`;
  const either = `${url.host} or ${theProxy}`;
  if (codesOf(error).some((code) => code.startsWith('UND_ERR_PRX_'))) return theProxy;
  const place: Place | undefined = chainOf(error).find((at: Place) => at.hostname ?? at.port ?? at.host);
  // Two speak TLS on the way by an https proxy, and most errors of TLS do not say which one failed.
  if (!place) return proxy.protocol === 'https:' ? either : url.host;
  if (place.hostname === proxy.hostname) return theProxy;
  if (place.port !== portOf(proxy)) return url.host;
  return portOf(proxy) === portOf(url) ? either : theProxy;
}

function portOf({ port, protocol }: URL): number {
  return Number(port) || (protocol === 'https:' ? 443 : 80);
}

const KNOWN: readonly {
  codes: RegExp;
  kind: FaultKind;
  problem: (host: string, code: string, way: Way) => string;
  remedy?: string;
}[] = [
  {
    codes: /^(ENOTFOUND|EAI_AGAIN|EAI_NODATA)$/,
    kind: 'unreached',
    problem: (host, code) => `the name ${host} cannot be resolved (${code})`,
    remedy: `Check the host for a typing mistake. ${PROXY_HINT}`,
  },
  {
    codes: /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/,
    kind: 'unreached',
    problem: (host, code) =>
      code === 'ECONNREFUSED'
        ? `${host} refuses connections`
        : `no connection to ${host} could be made (${code})`,
    remedy: UNREACHED_HINT,
  },
  {
    codes: /^UND_ERR_CONNECT_TIMEOUT$/,
    kind: 'unreached',
    problem: (host, _, { connectMs }) =>
      `no connection to ${host} could be made within ${seconds(connectMs)}`,
    remedy: UNREACHED_HINT,
  },
  {
    codes: /^PROXY_407$/,
    kind: 'untrusted',
    problem: (_, __, { url }) =>
      `the proxy asks for a user name and a password before it connects to ${url.host}`,
    remedy: 'Put them into HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT.',
  },
  {
    codes: /^PROXY_40[13]$/,
    kind: 'untrusted',
    problem: (_, code, { url }) =>
      `the proxy does not allow connecting to ${url.host} (${code.replace('PROXY_', 'status ')})`,
    remedy: 'Allow this host in the proxy, or add it to NO_PROXY.',
  },
  {
    codes: /^PROXY_/,
    kind: 'unreached',
    problem: (_, code, { url }) =>
      `the proxy could not connect to ${url.host} (${code.replace('PROXY_', 'status ')})`,
    remedy: PROXY_HINT,
  },
  {
    codes: /^UND_ERR_PRX_CONN$/,
    kind: 'unreached',
    problem: (proxy) => `${proxy} closed the connection before it reached its target`,
    remedy: PROXY_HINT,
  },
  {
    codes:
      /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|INVALID_CA)/,
    kind: 'untrusted',
    problem: (host, code) =>
      `the certificate of ${host} is not signed by a certificate authority that Node trusts (${code})`,
    remedy:
      'If the host has a private certificate authority (CA) or a proxy intercepts TLS, set NODE_EXTRA_CA_CERTS to the PEM file of that CA.',
  },
  {
    codes: /^CERT_HAS_EXPIRED$/,
    kind: 'untrusted',
    problem: (host) => `the certificate of ${host} has expired`,
    remedy: 'Renew it, or check the clock of the runner.',
  },
  {
    codes: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    kind: 'untrusted',
    problem: (host) => `the certificate of ${host} is for another name`,
    remedy: 'Check the host for a typing mistake.',
  },
  {
    codes: /^(ERR_SSL_|EPROTO)/,
    kind: 'untrusted',
    problem: (host, code) => `${host} does not speak TLS as expected (${code})`,
    remedy: 'Check the scheme and the port.',
  },
  {
    codes: /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/,
    kind: 'lost',
    problem: (host) => `${host} closed the connection before its answer was complete`,
  },
  {
    codes: /^UND_ERR_HEADERS_OVERFLOW$/,
    kind: 'too large',
    problem: (host) => `the response headers of ${host} are too large`,
  },
];

function codesOf(error: Error): string[] {
  return chainOf(error).flatMap(codeOf);
}

/** What a proxy means that does not tunnel (RFC 9110, section 9.3.6), undici tells in its message alone. */
function codeOf({ code, message }: NodeJS.ErrnoException): string | [] {
  const status = /^Proxy response \((\d+)\)/.exec(message)?.[1];
  return status === undefined ? (code ?? []) : `PROXY_${status}`;
}

/** An error and its causes; the first of several that happened at once comes before what gathers them. */
function chainOf(error: unknown, depth = 0): Error[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const inner = error instanceof AggregateError ? chainOf(error.errors[0], depth + 1) : [];
  return [...inner, error, ...chainOf(error.cause, depth + 1)];
}
