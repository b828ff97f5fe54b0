import { subtleDifference } from '../difference.ts';
import { quote } from '../quote.ts';
import { isGraph, NOT_FOR_GRAPH } from './known-issuers.ts';
import { quoteAll } from './wording.ts';

/** What to do about a token of another issuer than expected. */
export function issuerRemedy(expected: string, iss: string): string {
  const difference = subtleDifference(expected, iss);
  if (difference !== '') return `Set expected-issuer to ${quote(iss)}: ${difference}.`;
  return `Set expected-issuer to ${quote(iss)} if that is the provider you mean, else take a token of ${quote(expected)} for test-token.`;
}

/** What to do about a token without an audience, where one is expected. */
export const NEEDS_AUDIENCE =
  'Have the provider put an audience into its tokens, the one that expected-audience names, or ask for it when requesting test-token.';

/** What to do about a token whose audiences are not expected. */
export function audienceRemedy(names: readonly string[], expected: readonly string[]): string {
  const possible = names.filter((name) => name !== '' && !name.includes(',') && name === name.trim());
  const [first] = possible;
  if (first === undefined) {
    const why = names.some((name) => name.includes(',')) ? ': one with a comma cannot be expected' : '';
    return `Have the provider put an audience into its tokens that expected-audience can name${why}.`;
  }
  if (possible.every(isGraph)) return NOT_FOR_GRAPH;
  if (expected.length === 0) {
    return possible.length === 1
      ? `Set expected-audience to ${quote(first)}.`
      : `Set expected-audience to the one that stands for this service, of ${quoteAll(possible)}.`;
  }
  for (const name of possible) {
    const subtle = expected
      .map((other) => subtleDifference(other, name))
      .find((difference) => difference !== '');
    if (subtle !== undefined) return `Set expected-audience to ${quote(name)}: ${subtle}.`;
  }
  return `Add ${quote(first)} to expected-audience if it stands for this service, else request test-token for the audience that is expected.`;
}

/** What is expected where one of several will do. */
export function anyOf(texts: readonly string[]): string {
  return texts.length === 1 ? quoteAll(texts) : `one of ${quoteAll(texts)}`;
}
