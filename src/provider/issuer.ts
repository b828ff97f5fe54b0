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
