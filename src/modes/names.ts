import { quote } from '../quote.ts';

/**
 * The known names that a mistyped one may have meant: at most three, the closest first.
 * @param wrong the name that is not known
 */
export function closestNames(wrong: string, known: readonly string[]): string[] {
  const tolerance = Math.max(2, Math.floor(wrong.length / 4));
  return known
    .map((name) => ({ name, distance: boundedDistance(wrong, name, tolerance) }))
    .filter(({ name, distance }) => distance <= tolerance || (wrong.length >= 3 && name.includes(wrong)))
    .sort((one, other) => one.distance - other.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** The distance without regard to case; not worked out where the lengths alone lie further apart. */
function boundedDistance(one: string, other: string, tolerance: number): number {
  const apart = Math.abs(one.length - other.length);
  return apart > tolerance ? apart : editDistance(one.toLowerCase(), other.toLowerCase());
}

/** Levenshtein's distance. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [i, left] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, right] of [...other].entries()) {
      next.push(
        Math.min((row[j] ?? 0) + (left === right ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1),
      );
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/**
 * Whether two names differ only where a person would overlook it: in case, in blanks, in quotation marks, in how Unicode
 * spells them, or in letters that look alike.
 */
export function looksTheSame(one: string, other: string): boolean {
  return READINGS.some((read) => read(one) === read(other));
}

/**
 * How a name may be read; names are alike when one reading of both is the same. Letters look alike in one case and not in
 * the other (`В` is like `B`, `в` is not like `b`), so case is set aside before letters are compared.
 */
const READINGS: readonly ((name: string) => string)[] = [
  // The capital I and the small l are alike only as they are written; NFKC makes an everyday sigma of the one that looks like a c.
  (name) => inLatin(bare(inLatin(name))).replaceAll('I', 'l'),
  (name) => inLatin(bare(name).toUpperCase()),
  // A capital dotted I becomes a small i and a dot of its own.
  (name) => inLatin(bare(name).toUpperCase().toLowerCase().replaceAll('i\u0307', 'i')),
];

/** What is read over: blanks, characters that cannot be seen, and quotation marks in all their forms. */
const READ_OVER = /[\s\p{Cc}\p{Cf}\p{Quotation_Mark}\u0060\u00b4\u02b9-\u02bd\u2032-\u2037\u02ca\u02cb]/gu;

/** NFKC turns fullwidth, mathematical and composed letters into the plain ones (UAX #15). */
function bare(name: string): string {
  return name.replaceAll(READ_OVER, '').normalize('NFKC').replaceAll(READ_OVER, '');
}

/** Letters that look like Latin ones, after Unicode's `confusables.txt` (UTS #39): Cyrillic, Greek, Armenian, and a few more. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  A: 'АΑ',
  B: 'ВΒ',
  C: 'СϹ',
  E: 'ЕΕ',
  F: 'Ϝ',
  G: 'Ԍ',
  H: 'НΗ',
  I: 'ІӀΙ',
  J: 'ЈͿ',
  K: 'КΚ',
  M: 'МΜϺ',
  N: 'Ν',
  O: 'ОΟՕ',
  P: 'РΡ',
  Q: 'Ԛ',
  S: 'ЅՏ',
  T: 'ТΤ',
  U: 'Ս',
  V: 'Ѵ',
  W: 'Ԝ',
  X: 'ХΧ',
  Y: 'УҮΥ',
  Z: 'Ζ',
  a: 'аαɑ',
  c: 'сϲ',
  d: 'ԁ',
  e: 'е',
  g: 'ɡց',
  h: 'һհ',
  i: 'іιı',
  j: 'јϳ',
  k: 'κк',
  l: 'ӏ',
  n: 'ո',
  o: 'оοօσ',
  p: 'рρ',
  q: 'ԛզ',
  r: 'г',
  s: 'ѕ',
  u: 'υս',
  v: 'νѵ',
  w: 'ԝω',
  x: 'хχ',
  y: 'уγү',
};

const LATIN = new Map(
  Object.entries(LOOKALIKES).flatMap(([latin, others]) =>
    [...others].map((other) => [other, latin] as const),
  ),
);

function inLatin(name: string): string {
  return [...name].map((letter) => LATIN.get(letter) ?? letter).join('');
}

/** A name in quotation marks, and where it mixes alphabets, which of its letters are not the Latin ones that they look like. */
export function spelled(name: string): string {
  const foreign = /\p{Script=Latin}/u.test(name)
    ? [...new Set(name)].filter((letter) => LATIN.has(letter))
    : [];
  if (foreign.length === 0) return quote(name);
  const which = foreign.map((letter) => `“${letter}” is ${scriptOf(letter)}`);
  return `${quote(name)} (in which ${which.join(', ')})`;
}

function scriptOf(letter: string): string {
  const known = SCRIPTS.find(([, pattern]) => pattern.test(letter));
  return known ? known[0] : 'a special letter';
}

const SCRIPTS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Armenian', /\p{Script=Armenian}/u],
];

/** How many names one message lists. */
const MAX_LISTED = 50;

/** Names, or what is said of each, for a message: so many of them that it stays readable. */
export function listed(items: readonly string[], separator = ', '): string {
  const shown = items.slice(0, MAX_LISTED).join(separator);
  const left = items.length - MAX_LISTED;
  return left > 0 ? `${shown}${separator}and ${left} more` : shown;
}
