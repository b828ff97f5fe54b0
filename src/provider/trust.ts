import { getCACertificates } from 'node:tls';
import { NetworkFault } from '../net/faults.ts';
import type { FetchTools } from './document.ts';

const TIMEOUT_MS = 5_000;

/**
 * Whether the certificate of a host that answered is trusted here only since Node is told of more authorities than the public
 * ones (`NODE_EXTRA_CA_CERTS`), of which brokers know nothing.
 */
export async function isPrivatelyTrusted(url: URL, { http, stop }: FetchTools): Promise<boolean> {
  if (getCACertificates('default').length <= getCACertificates('bundled').length) return false;
  const bounds = { headersMs: TIMEOUT_MS, bodyMs: TIMEOUT_MS, maxBytes: 512 * 1024 };
  try {
    await http.send({ method: 'GET', url, ...bounds, publicTrust: true, signal: stop });
    return false;
  } catch (error) {
    if (!(error instanceof NetworkFault)) throw error;
    return error.kind === 'untrusted' && error.message.includes('certificate');
  }
}
