import { getCACertificates } from 'node:tls';
import type { Http } from '../net/http.ts';

/** As Node nests them: each with the one that has signed it, up to the authority, which has signed itself. */
interface Certificate {
  readonly raw: Buffer;
  readonly issuerCertificate?: Certificate;
}

/**
 * Whether the certificate of a host that answered is trusted here only since Node is told of more authorities than those that
 * come with it (`NODE_EXTRA_CA_CERTS`, or the system's own), of which brokers know nothing.
 */
export function isPrivatelyTrusted({ hostname }: URL, http: Http): boolean {
  const chain = chainOf(http.certificateOf(hostname));
  const known = new Set(getCACertificates('bundled').map(base64Of));
  return getCACertificates('default')
    .map(base64Of)
    .some((given) => !known.has(given) && chain.includes(given));
}

function chainOf(certificate: Certificate | undefined, below?: Certificate): string[] {
  if (!certificate || certificate === below) return [];
  return [certificate.raw.toString('base64'), ...chainOf(certificate.issuerCertificate, certificate)];
}

/** The text between the lines of a PEM file (RFC 7468, section 2). */
function base64Of(pem: string): string {
  return pem.replaceAll(/-----[^-]*-----|\s/g, '');
}
