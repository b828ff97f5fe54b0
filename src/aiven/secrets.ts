const SECRET_NAME = /password|secret|token|access_key|access_cert|private|credential|_uri$|connection_info/i;
/** Names that look like secrets and hold none. */
const HARMLESS_NAME = /^sasl_oauthbearer_|_url$/i;

/**
 * A copy of a JSON value for debug mode, with the values of secret-looking fields taken out.
 * @param value any JSON value
 */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const secret =
        SECRET_NAME.test(name) && !HARMLESS_NAME.test(name) && typeof inner !== 'boolean' && inner !== null;
      return [name, secret ? '(hidden)' : withoutSecrets(inner)];
    }),
  );
}
