import type { Certainty } from '../finding.ts';
import type { NetworkFault } from '../net/faults.ts';

/** Why a document could not be fetched. */
export interface Unfetched {
  readonly got: 'nothing';
  /** Whether brokers would not get it either, or whether nobody here can tell. */
  readonly certainty: Exclude<Certainty, 'suspicious'>;
  /** A clause, such as `it answers 404`. */
  readonly why: string;
  /** How often and how long it was asked for, to stand behind that; left out where once was enough. */
  readonly asked?: string;
  /** The way out as sentences; empty where that depends on where the address comes from. */
  readonly remedy: string;
}

/** The way out where a filter could be the reason, so that the brokers may see what the runner does not. */
export const BROKERS_MAY_SEE =
  'If the brokers can reach it anyway, set verify-provider: false (and jwks-endpoint-url).';

/** What comes first for every certificate that is not trusted. */
export const PUBLIC_CERTIFICATE =
  'Brokers need a publicly trusted certificate at the provider: Aiven has no setting for a private certificate authority (CA), and a broker that cannot fetch its keys does not start.';

/** Whether a status is that of a provider in passing trouble (RFC 9110, section 15.6; RFC 6585, section 4). */
export function isPassing(status: number): boolean {
  return status === 429 || status >= 500;
}

/** What an answer without a document means. */
export function explainStatus(status: number): Unfetched {
  const why = `it answers ${status}`;
  if (status === 429 || status === 503) {
    const remedy = `Run the step again later. ${BROKERS_MAY_SEE}`;
    return { got: 'nothing', certainty: 'unseen', why: `${why}: it is overloaded`, remedy };
  }
  if (status >= 500) {
    const remedy = 'The provider itself is failing: run the step again once it has recovered.';
    return { got: 'nothing', certainty: 'unseen', why, remedy };
  }
  if ([401, 403, 407, 451].includes(status)) {
    const remedy = `A firewall, or a rule of the provider, may keep this runner out. ${BROKERS_MAY_SEE}`;
    return { got: 'nothing', certainty: 'unseen', why: `${why}: it refuses this client`, remedy };
  }
  if (status === 406) {
    const remedy =
      'Have the provider answer regardless of the Accept header: this action asks for the key set exactly as a broker does.';
    return {
      got: 'nothing',
      certainty: 'certain',
      why: `${why}: it rejects the Accept header that brokers send`,
      remedy,
    };
  }
  return { got: 'nothing', certainty: 'certain', why, remedy: '' };
}

/** What an answer that never came means. */
export function explainFault(fault: NetworkFault): Unfetched {
  const { kind, code, message, remedy } = fault;
  if (kind === 'untrusted') return explainTls(fault);
  const isOddHttp = code === 'HTTPParserError' || code === 'UND_ERR_HEADERS_OVERFLOW';
  if (kind === 'too large' && !isOddHttp)
    return { got: 'nothing', certainty: 'certain', why: message, remedy: '' };
  const hint = isOddHttp ? 'Java, and therefore a broker, may be able to read it.' : remedy;
  return {
    got: 'nothing',
    certainty: 'unseen',
    why: message,
    remedy: [hint, BROKERS_MAY_SEE].filter(Boolean).join(' '),
  };
}

function explainTls({ code, message, remedy }: NetworkFault): Unfetched {
  if (!isAboutCertificate(code)) {
    const hint = code.startsWith('PROXY_')
      ? remedy
      : 'Brokers may support a TLS version that this client does not.';
    return { got: 'nothing', certainty: 'unseen', why: message, remedy: `${hint} ${BROKERS_MAY_SEE}` };
  }
  const certain = { got: 'nothing', certainty: 'certain', why: message } as const;
  if (code === 'CERT_HAS_EXPIRED') return { ...certain, remedy: 'Renew the certificate of the provider.' };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return { ...certain, remedy };
  const cause =
    code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'
      ? 'The provider sends only its own certificate: either its server fails to send the intermediate certificate, or its CA is private.'
      : 'The CA of this one is private.';
  return {
    ...certain,
    remedy: `${PUBLIC_CERTIFICATE} ${cause} If a proxy intercepts TLS only for this runner, brokers see another certificate: in that case, set verify-provider: false (and jwks-endpoint-url).`,
  };
}

function isAboutCertificate(code: string): boolean {
  return !/^(PROXY_|ERR_SSL_|EPROTO)/.test(code);
}
