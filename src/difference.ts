/**
 * How two texts that are compared character by character differ, where a person would overlook it: issuers and audiences.
 * @returns a clause such as `they differ only by a trailing slash`, or an empty string when the difference is plain
 */
export function subtleDifference(expected: string, actual: string): string {
  const withoutSlash = (text: string) => text.replace(/\/+$/, '');
  if (withoutSlash(expected) === withoutSlash(actual)) return 'they differ only by a trailing slash';
  if (expected.toLowerCase() === actual.toLowerCase()) return 'they differ only in upper and lower case';
  if (expected.replace(/^http:/, 'https:') === actual.replace(/^http:/, 'https:')) {
    return 'they differ only by http and https';
  }
  return expected.trim() === actual.trim() ? 'they differ only in spaces' : '';
}
