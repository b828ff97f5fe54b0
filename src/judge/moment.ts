const LATEST = 8_640_000_000_000n;

/** @returns null for what a `Date` cannot hold */
export function toDate(seconds: bigint): Date | null {
  return seconds > LATEST || seconds < -LATEST ? null : new Date(Number(seconds) * 1000);
}

/** A moment as it is told: when it is, and how long until then or since then. */
export function when(at: bigint, now: bigint): string {
  const date = toDate(at);
  if (date === null) return `the number ${at}`;
  const [amount, relation] = at > now ? [at - now, 'ahead'] : [now - at, 'ago'];
  return `${date.toISOString().replace('.000Z', 'Z')}, ${duration(amount)} ${relation}`;
}

function duration(seconds: bigint): string {
  const units = [
    [86_400n, 'days'],
    [3600n, 'hours'],
    [60n, 'minutes'],
  ] as const;
  for (const [length, unit] of units) if (seconds >= 2n * length) return `${seconds / length} ${unit}`;
  return `${seconds} s`;
}
