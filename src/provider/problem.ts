import type { Fetched } from './document.ts';

/** Something wrong with a provider. */
export interface ProviderProblem {
  /** The input of the setting that it concerns, whether that has its value from the input or from elsewhere. */
  readonly input: 'expected-issuer' | 'jwks-endpoint-url';
  readonly problem: string;
  readonly remedy: string;
  /** Whether a firewall could be the reason, so that the brokers may see what the runner does not. */
  readonly unreachable: boolean;
}

/** Whether a document could not be had since the provider is out of reach from here. */
export function isOutOfReach(fetched: Fetched): boolean {
  return fetched.got === 'failure' && fetched.unreachable;
}

/** The way out of a document that could not be had. */
export function remedyOf(fetched: Extract<Fetched, { why: string }>, otherwise: string): string {
  return fetched.got === 'failure' && fetched.remedy !== '' ? fetched.remedy : otherwise;
}
