import type { Finding } from '../finding.ts';
import { quote } from '../quote.ts';
import { type FetchTools, fetchDocument } from './document.ts';

/** A key set as it was published, or why there is none to look at. */
export type FetchedKeySet =
  | { readonly got: 'key set'; readonly text: string; readonly visited: readonly URL[] }
  | { readonly got: 'finding'; readonly finding: Finding };

/** Fetches a key set (RFC 7517, section 5) as a broker does when it starts. */
export async function fetchKeySet(jwksUrl: string, tools: FetchTools): Promise<FetchedKeySet> {
  const url = URL.parse(jwksUrl);
  if (url?.protocol !== 'https:' || /\s/.test(jwksUrl)) {
    const problem = `The key set ${quote(jwksUrl)} is not an https URL.`;
    return found({ certainty: 'certain', problem, remedy: 'Aiven accepts only https.' });
  }
  const fetched = await fetchDocument(tools, url, 'brokers');
  if (fetched.got === 'document') return { ...fetched, got: 'key set' };
  const { certainty, why, asked = '', remedy } = fetched;
  const problem = `The key set could not be fetched from ${jwksUrl}: ${why}${asked}. A broker that cannot fetch its keys does not start.`;
  return found({ certainty, problem, remedy });
}

function found(finding: Omit<Finding, 'input'>): FetchedKeySet {
  return { got: 'finding', finding: { input: 'jwks-endpoint-url', ...finding } };
}
