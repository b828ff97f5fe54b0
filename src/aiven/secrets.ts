/** What Aiven shows in place of a secret where an answer keeps secrets out. */
const REDACTED = '<redacted>';

/** The names of the settings that Aiven's API schemas call secure, and their like. */
const SECURE_NAME = /(^|_)(password|secrets?|token|secret_key|private_key|credentials)$/i;

/**
 * A copy of a `user_config` with `<redacted>` in the place of each secret, as `include_secrets=false` has it, for the answers
 * that do not know that parameter; and with no password in an address, which that parameter leaves in.
 */
export function redacted(value: unknown): unknown {
  return mapped(value, (name, inner) => {
    if (SECURE_NAME.test(name) && (typeof inner === 'string' || isPlainObject(inner))) return REDACTED;
    return typeof inner === 'string' ? inner.replaceAll(PASSWORD_IN_ADDRESS, '://***@') : undefined;
  });
}

const PASSWORD_IN_ADDRESS = /:\/\/[^/\s:@]*:[^/\s@]+@/g;
/** A PEM block, a JSON Web Token, one of Aiven's passwords, a header with one of its tokens. */
const SECRET_VALUE =
  /-----BEGIN[\s\S]*?(-----END[^-]*-----|$)|\beyJ[\w-]{8,}\.[\w.-]+|\bAVNS_[\w-]*|\baivenv1\b(\s+\S+)?/g;

/** A text without what looks like a secret by itself. */
export function withoutSecretValues(text: string): string {
  return text.replaceAll(PASSWORD_IN_ADDRESS, '://***@').replaceAll(SECRET_VALUE, '***');
}

const SECRET_NAME = /password|secret|token|access_key|access_cert|private|credential|_uri$|connection_info/i;
/** Names that look like secrets and hold none. */
const HARMLESS_NAME = /^sasl_oauthbearer_|_url$/i;
const HIDDEN = '(hidden)';

/**
 * A copy of a JSON value for debug mode, with what looks like a secret taken out, by its name or by itself.
 * @param value any JSON value
 */
export function withoutSecrets(value: unknown): unknown {
  if (looksSecret(value)) return HIDDEN;
  return mapped(value, (name, inner) => {
    if (looksSecret(inner)) return HIDDEN;
    const named = SECRET_NAME.test(name) && !HARMLESS_NAME.test(name);
    return named && typeof inner !== 'boolean' && inner !== null ? HIDDEN : undefined;
  });
}

function looksSecret(value: unknown): boolean {
  return typeof value === 'string' && withoutSecretValues(value) !== value;
}

/** A copy of a JSON value in which some fields have another value; `undefined` keeps a field and looks into it. */
function mapped(value: unknown, replace: (name: string, inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => replace('', item) ?? mapped(item, replace));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, replace(name, inner) ?? mapped(inner, replace)]),
  );
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
