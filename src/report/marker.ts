/** The run that wrote a comment: GitHub numbers runs upwards. */
export interface RunNumber {
  readonly id: number;
  readonly attempt: number;
}

/**
 * The hidden first line of a comment up to the run, by which it is found again: the same for the same target, and for no other.
 * @param target the mode and the names in it
 */
export function markerOf(target: readonly string[]): string {
  const key = target.map(encodeURIComponent).join('/');
  // Two hyphens could end an HTML comment.
  return `<!-- aiven-kafka-oidc-action ${key.replaceAll('--', '-%2D')} `;
}

/** The whole first line. */
export function firstLine(marker: string, { id, attempt }: RunNumber): string {
  return `${marker}run=${id}.${attempt} -->`;
}

/** Which run wrote a comment with this marker; null when it has no such line. */
export function runOf(marker: string, body: string): RunNumber | null {
  if (!body.startsWith(marker)) return null;
  const [, id, attempt] = /^run=(\d+)\.(\d+) -->/.exec(body.slice(marker.length)) ?? [];
  return { id: Number(id ?? 0), attempt: Number(attempt ?? 0) };
}

/** Whether one run is newer than another; a repeated run is newer than its first attempt alone. */
export function isNewer(one: RunNumber, other: RunNumber): boolean {
  return one.id === other.id ? one.attempt > other.attempt : one.id > other.id;
}
