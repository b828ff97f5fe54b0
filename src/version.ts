/** The version of this action, as in `package.json` (a test holds them together). */
export const VERSION = '0.1.0';

/** The `User-Agent` of every request that this action makes. */
export const USER_AGENT = `aiven-kafka-oidc-action/${VERSION}`;
