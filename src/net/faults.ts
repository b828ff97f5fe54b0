/**
 * Why no whole answer came back.
 * - `unreached`: the request never got there, so it had no effect
 * - `untrusted`: TLS failed; the request never got there, and asking again will not help
 * - `lost`: the request may have had its effect, but its answer did not arrive whole
 * - `too large`: the answer went over its bound
 */
export type FaultKind = 'unreached' | 'untrusted' | 'lost' | 'too large';

/** A request that got no whole answer, in words. */
export class NetworkFault extends Error {
  readonly kind: FaultKind;
  /** The way out as a sentence, empty where there is nothing to add. */
  readonly remedy: string;

  constructor({
    kind,
    problem,
    remedy,
    cause,
  }: { kind: FaultKind; problem: string; remedy: string; cause?: unknown }) {
    super(problem, { cause });
    this.name = 'NetworkFault';
    this.kind = kind;
    this.remedy = remedy;
  }
}

interface Circumstances {
  readonly host: string;
  readonly timeoutMs: number;
  /** Whether the time for the whole request was over. */
  readonly timedOut: boolean;
  /** Whether the headers of the answer had arrived. */
  readonly answered: boolean;
}

const PROXY_HINT = 'On a self-hosted runner, check HTTPS_PROXY and NO_PROXY.';

/** Tells apart what Node's sockets, TLS and undici throw. */
export function networkFault(error: unknown, circumstances: Circumstances): NetworkFault {
  if (error instanceof NetworkFault) return error;
  const { host, timeoutMs, timedOut, answered } = circumstances;
  if (timedOut) {
    const problem = `${host} did not ${answered ? 'finish its answer' : 'answer'} within ${seconds(timeoutMs)}`;
    return new NetworkFault({ kind: 'lost', problem, remedy: '', cause: error });
  }
  if (messageOf(error).startsWith('Proxy response')) {
    const problem = `the proxy would not connect to ${host} (${messageOf(error)})`;
    return new NetworkFault({ kind: 'unreached', problem, remedy: PROXY_HINT, cause: error });
  }
  const code = codeOf(error);
  const known = KNOWN.find(({ codes }) => codes.test(code));
  if (known) {
    return new NetworkFault({
      kind: known.kind,
      problem: known.problem(host, code),
      remedy: known.remedy,
      cause: error,
    });
  }
  const problem = `the connection to ${host} failed (${code || messageOf(error)})`;
  return new NetworkFault({ kind: 'lost', problem, remedy: '', cause: error });
}

const KNOWN: readonly {
  codes: RegExp;
  kind: FaultKind;
  problem: (host: string, code: string) => string;
  remedy: string;
}[] = [
  {
    codes: /^(ENOTFOUND|EAI_AGAIN|EAI_NODATA)$/,
    kind: 'unreached',
    problem: (host, code) => `the name ${host} cannot be resolved (${code})`,
    remedy: `Check the host for a typing mistake. ${PROXY_HINT}`,
  },
  {
    codes: /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT)$/,
    kind: 'unreached',
    problem: (host, code) =>
      code === 'ECONNREFUSED'
        ? `${host} refuses connections`
        : `no connection to ${host} could be made (${code})`,
    remedy: `Is a firewall between the runner and this host? ${PROXY_HINT}`,
  },
  {
    codes: /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_|CERT_UNTRUSTED|INVALID_CA)/,
    kind: 'untrusted',
    problem: (host, code) =>
      `the certificate of ${host} is not signed by an authority that Node trusts (${code})`,
    remedy:
      'When the host has a private authority or a proxy opens TLS, set NODE_EXTRA_CA_CERTS to the PEM file of that authority.',
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
    codes: /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_ABORTED|ERR_STREAM_PREMATURE_CLOSE)$/,
    kind: 'lost',
    problem: (host) => `${host} closed the connection before its answer was whole`,
    remedy: '',
  },
  {
    codes: /^UND_ERR_(RES_CONTENT_LENGTH_MISMATCH|RESPONSE_EXCEEDED|HEADERS_OVERFLOW)|^HPE_/,
    kind: 'lost',
    problem: (host, code) => `the answer of ${host} is not sound HTTP (${code})`,
    remedy: '',
  },
];

function codeOf(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const nested = at instanceof AggregateError ? codeOf(at.errors[0]) : '';
    if (nested) return nested;
    const code = (at as NodeJS.ErrnoException).code;
    if (typeof code === 'string' && code !== 'UND_ERR') return code;
  }
  return '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `20 s`, `0.5 s`. */
function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
