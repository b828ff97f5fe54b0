import { subtleDifference } from '../difference.ts';
import { quote } from '../quote.ts';
import { isGraph, NOT_FOR_GRAPH } from './known-issuers.ts';
import { quoteAll } from './wording.ts';

/** What to do about a token of another issuer than expected. */
export function issuerRemedy(expected: string, iss: string): string {
  const difference = subtleDifference(expected, iss);
  if (difference !== '') return `Set expected-issuer to ${quote(iss)}: ${difference}.`;
  return `Set expected-issuer to ${quote(iss)} if that is the provider you mean, or use a token from ${quote(expected)} as test-token.`;
}

/** What to do about a token without an audience, where one is expected. */
export const NEEDS_AUDIENCE =
  'Have the provider put the audience that expected-audience names into its tokens, or ask for it when you request the test-token.';

/** What to do about a token whose audiences are not expected. */
export function audienceRemedy(names: readonly string[], expected: readonly string[]): string {
  const possible = names.filter((name) => name !== '' && !name.includes(',') && name === name.trim());
  const [first] = possible;
  if (first === undefined) {
    const why = names.some((name) => name.includes(',')) ? ': one with a comma does not work' : '';
    return `Have the provider put an audience that expected-audience can name into its tokens${why}.`;
  }
  if (possible.every(isGraph)) return NOT_FOR_GRAPH;
  if (expected.length === 0) {
    return possible.length === 1
      ? `Set expected-audience to ${quote(first)}.`
      : `Set expected-audience to the one of ${quoteAll(possible)} that stands for this service.`;
  }
  for (const name of possible) {
    const subtle = expected
      .map((other) => subtleDifference(other, name))
      .find((difference) => difference !== '');
    if (subtle !== undefined) return `Set expected-audience to ${quote(name)}: ${subtle}.`;
  }
  return `Add ${quote(first)} to expected-audience if it stands for this service, or request a test-token for the expected audience.`;
}

/** What is expected where one of several will do. */
export function anyOf(texts: readonly string[]): string {
  return texts.length === 1 ? quoteAll(texts) : `one of ${quoteAll(texts)}`;
}
