import type { ProxyEnv } from 'node:http';
import { Failure } from '../failure.ts';

/** The proxies that an environment names. */
export interface ProxySettings {
  /** What Node's agents take as `proxyEnv` (from Node 24.5 on); null when no proxy is set. */
  readonly env: ProxyEnv | null;
  /** The proxies themselves. */
  readonly urls: readonly URL[];
}

/** Traffic to this machine never leaves it, whatever the proxy settings say. */
const LOOPBACK = 'localhost,127.0.0.1,::1,[::1]';

/**
 * Reads `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, of which the names in lower case win.
 * @throws {Failure} for a proxy that is not a URL; its text may hold a password, so it is not repeated
 */
export function readProxies(env: NodeJS.ProcessEnv): ProxySettings {
  const urls = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].flatMap((name) =>
    env[name] ? proxyUrl(name, env[name]) : [],
  );
  if (urls.length === 0) return { env: null, urls };
  const { http_proxy, HTTP_PROXY, https_proxy, HTTPS_PROXY, no_proxy, NO_PROXY } = env;
  const passed = [no_proxy || NO_PROXY, LOOPBACK].filter(Boolean).join(',');
  return { env: { http_proxy, HTTP_PROXY, https_proxy, HTTPS_PROXY, no_proxy: passed }, urls };
}

function proxyUrl(name: string, text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new Failure({
    title: 'The address of the proxy is wrong',
    problem: `The environment variable ${name} is not an http or https URL.`,
    remedy: 'Set it to http://HOST:PORT, or to http://USER:PASSWORD@HOST:PORT.',
  });
}
