/** Whether a version is known, and not older than another. */
export function isAtLeast(version: string | null | undefined, major: number, minor: number): boolean {
  return /^\d+\.\d/.test(version ?? '') && !isBefore(version, major, minor);
}

/** Whether a version is known to be older than another. */
export function isBefore(version: string | null | undefined, major: number, minor: number): boolean {
  const [ownMajor = Number.NaN, ownMinor = Number.NaN] = version ? version.split('.').map(Number) : [];
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}
