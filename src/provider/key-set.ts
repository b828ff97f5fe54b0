import { quote } from '../quote.ts';
import { type FetchTools, fetchDocument } from './document.ts';
import { isOutOfReach, type ProviderProblem, remedyOf } from './problem.ts';

/** A key set as it was published, or why there is none to look at. */
export type FetchedKeySet =
  | { readonly got: 'key set'; readonly json: unknown; readonly text: string }
  | { readonly got: 'problem'; readonly problem: ProviderProblem };

/** Fetches a key set (RFC 7517, section 5) as a broker does when it starts. */
export async function fetchKeySet(jwksUrl: string, tools: FetchTools): Promise<FetchedKeySet> {
  const url = URL.canParse(jwksUrl) ? new URL(jwksUrl) : null;
  if (url?.protocol !== 'https:' || /\s/.test(jwksUrl)) {
    return noKeySet(`The key set ${quote(jwksUrl)} is not an https URL.`, 'Aiven takes https alone.');
  }
  const fetched = await fetchDocument(tools, url, true);
  if (fetched.got === 'document') return { ...fetched, got: 'key set' };
  const problem = `The key set could not be fetched from ${jwksUrl}: ${fetched.why}. A broker that cannot fetch its keys does not start.`;
  return noKeySet(problem, remedyOf(fetched, 'Check the URL for a typing mistake.'), isOutOfReach(fetched));
}

function noKeySet(problem: string, remedy: string, unreachable = false): FetchedKeySet {
  return { got: 'problem', problem: { input: 'jwks-endpoint-url', problem, remedy, unreachable } };
}
