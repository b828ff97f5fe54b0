/** What has to be masked for a secret to stay one: the log is masked line by line. */
export function maskable(secret: string): string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  return [...new Set([secret, secret.trim(), ...lines])].filter((part) => part.trim() !== '');
}

/** The user name and password of a URL (RFC 3986, section 3.2.1), in whatever surrounds it. */
const USER_INFO = /(?<=:\/\/)[^\s/?#]*@/g;

/**
 * A text without the secrets in it, for messages: a summary shows what a log would mask.
 * @param secrets the secrets that are known
 */
export function withoutCredentials(text: string, secrets: readonly string[]): string {
  return secrets
    .flatMap(maskable)
    .reduce((told, part) => told.replaceAll(part, '***'), text)
    .replaceAll(USER_INFO, '***@');
}
