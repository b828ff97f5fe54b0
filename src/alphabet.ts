import { quote } from './quote.ts';

/** Alphabets with letters that look like Latin ones. */
const ALPHABETS = [
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Cherokee', /\p{Script=Cherokee}/u],
  ['full-width', /[\uff01-\uff5e]/u],
] as const;

/**
 * A letter of another alphabet in a name that is Latin otherwise: it looks right, and is another letter.
 * @returns which one and where, to be said after “has”; null when there is none
 */
export function strayLetter(name: string): string | null {
  if (!/\p{Script=Latin}/u.test(name)) return null;
  for (const [index, character] of [...name].entries()) {
    const alphabet = ALPHABETS.find(([, letters]) => letters.test(character))?.[0];
    if (alphabet === undefined) continue;
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `the ${alphabet} letter ${quote(character)} (U+${code}) as character ${index + 1}, which only looks like a Latin one`;
  }
  return null;
}
