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

/** Whether two names differ where a person would overlook it: in case, in blanks, or in how Unicode spells them. */
export function looksTheSame(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

function plain(name: string): string {
  return name.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}

/** How many names one message lists. */
const MAX_LISTED = 50;

/** Names, or what is said of each, for a message: so many of them that it stays readable. */
export function listed(items: readonly string[], separator = ', '): string {
  const shown = items.slice(0, MAX_LISTED).join(separator);
  const left = items.length - MAX_LISTED;
  return left > 0 ? `${shown}${separator}and ${left} more` : shown;
}
