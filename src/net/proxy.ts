import { Failure } from '../failure.ts';

/** The proxy that an environment names. */
export interface ProxySettings {
  /** Where it is, with the user name and password that it asks for. */
  readonly url: URL;
  /** The hosts that are reached without it, separated by commas. */
  readonly except: string;
}

/** Traffic to this machine never leaves it, whatever the proxy settings say. */
const LOOPBACK = 'localhost,127.0.0.1,::1';

/**
 * Reads `HTTPS_PROXY` and `NO_PROXY`, of which the names in lower case win. `HTTP_PROXY` has no part in it, since nothing
 * leaves this machine but by https.
 * @returns null when no proxy is set
 * @throws {Failure} for a proxy that is not a URL, whose text may hold a password and is not repeated
 */
export function readProxy(env: NodeJS.ProcessEnv): ProxySettings | null {
  const name = env['https_proxy'] ? 'https_proxy' : 'HTTPS_PROXY';
  const text = env[name];
  if (!text) return null;
  const url = parse(text);
  if (url) return { url, except: [env['no_proxy'] || env['NO_PROXY'], LOOPBACK].filter(Boolean).join(',') };
  throw new Failure({
    title: 'The address of the proxy is wrong',
    problem: `The environment variable ${name} is not an http or https URL.`,
    remedy:
      'Set it to http://HOST:PORT, or to http://USER:PASSWORD@HOST:PORT, where a % in the password is written as %25.',
  });
}

/** Null for what is no address of a proxy, or has a user name or password that cannot be decoded. */
function parse(text: string): URL | null {
  const url = URL.parse(text);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return null;
  return /%(?![\da-f]{2})/i.test(url.username + url.password) ? null : url;
}
