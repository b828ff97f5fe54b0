/**
 * How two issuers differ, where a person would overlook it. Kafka compares them character by character.
 * @returns a clause such as `they differ only by a trailing slash`, or an empty string when the difference is plain
 */
export function subtleDifference(expected: string, actual: string): string {
  const withoutSlash = (text: string) => text.replace(/\/+$/, '');
  if (withoutSlash(expected) === withoutSlash(actual)) return 'they differ only by a trailing slash';
  if (expected.toLowerCase() === actual.toLowerCase()) return 'they differ only in upper and lower case';
  if (expected.replace(/^http:/, 'https:') === actual.replace(/^http:/, 'https:')) {
    return 'they differ only by http and https';
  }
  return expected.trim() === actual.trim() ? 'they differ only by blanks' : '';
}

/** What stands behind an issuer in the address of its discovery document (OpenID Connect Discovery 1.0, section 4). */
export const DISCOVERY_PATH = '/.well-known/openid-configuration';

/**
 * Where an issuer publishes what it is (OpenID Connect Discovery 1.0, section 4).
 * @returns null when the issuer is not an https URL, as OpenID Connect wants it to be
 */
export function discoveryUrl(issuer: string): URL | null {
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return null;
  url.search = '';
  url.hash = '';
  url.pathname = `${url.pathname.replace(/\/$/, '')}${DISCOVERY_PATH}`;
  return url;
}
