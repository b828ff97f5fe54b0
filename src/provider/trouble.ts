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
  'If the brokers can reach it all the same, set verify-provider: false (and jwks-endpoint-url).';

/** What comes first for every certificate that is not trusted. */
export const PUBLIC_CERTIFICATE =
  'Brokers need a publicly trusted certificate at the provider: Aiven has no setting for another authority, and a broker that cannot fetch its keys does not start.';

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
    const remedy = 'The provider has a failure of its own: run the step again once it has recovered.';
    return { got: 'nothing', certainty: 'unseen', why, remedy };
  }
  if ([401, 403, 407, 451].includes(status)) {
    const remedy = `A firewall, or a rule of the provider, may keep this runner out. ${BROKERS_MAY_SEE}`;
    return { got: 'nothing', certainty: 'unseen', why: `${why}: it refuses this client`, remedy };
  }
  if (status === 406) {
    const remedy =
      'Have the provider answer whatever Accept says: a key set is asked for here as a broker asks.';
    return {
      got: 'nothing',
      certainty: 'certain',
      why: `${why}: it does not take the Accept header that came`,
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
  const hint = isOddHttp ? 'Java, and so a broker, may read it all the same.' : remedy;
  return {
    got: 'nothing',
    certainty: 'unseen',
    why: message,
    remedy: [hint, BROKERS_MAY_SEE].filter(Boolean).join(' '),
  };
}

function explainTls({ code, message, remedy }: NetworkFault): Unfetched {
  if (!isAboutCertificate(code)) {
    const hint = code.startsWith('PROXY_') ? remedy : 'Brokers may speak a TLS that this client does not.';
    return { got: 'nothing', certainty: 'unseen', why: message, remedy: `${hint} ${BROKERS_MAY_SEE}` };
  }
  const certain = { got: 'nothing', certainty: 'certain', why: message } as const;
  if (code === 'CERT_HAS_EXPIRED') return { ...certain, remedy: 'Renew the certificate of the provider.' };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return { ...certain, remedy };
  const cause =
    code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'
      ? 'The provider sends its own certificate alone: either the intermediate certificate is missing, which its server then has to send with it, or the authority is private.'
      : 'The authority of this one is private.';
  return {
    ...certain,
    remedy: `${PUBLIC_CERTIFICATE} ${cause} If a proxy opens TLS for this runner alone, brokers see another certificate: then set verify-provider: false (and jwks-endpoint-url).`,
  };
}

function isAboutCertificate(code: string): boolean {
  return !/^(PROXY_|ERR_SSL_|EPROTO)/.test(code);
}
