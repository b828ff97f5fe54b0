import type { ProxyEnv } from 'node:http';
import { Failure } from '../failure.ts';

/** The proxy that an environment names. */
export interface ProxySettings {
  /** What Node's agents take as `proxyEnv`. */
  readonly env: ProxyEnv;
  readonly url: URL;
}

/** Traffic to this machine never leaves it, whatever the proxy settings say. */
const LOOPBACK = 'localhost,127.0.0.1,::1,[::1]';

/**
 * Reads `HTTPS_PROXY` and `NO_PROXY`, of which the names in lower case win. `HTTP_PROXY` has no part in it, since nothing
 * leaves this machine but by https.
 * @param version that of Node
 * @returns null when no proxy is set
 * @throws {Failure} for a proxy that is not a URL, whose text may hold a password and is not repeated; and for a Node that
 * would go past the proxy without a word
 */
export function readProxy(env: NodeJS.ProcessEnv, version = process.versions.node): ProxySettings | null {
  const name = env['https_proxy'] ? 'https_proxy' : 'HTTPS_PROXY';
  const text = env[name];
  if (!text) return null;
  const url = URL.parse(text);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw wrongAddress(name);
  if (!knowsProxies(version)) throw tooOld(name, version);
  const passed = [env['no_proxy'] || env['NO_PROXY'], LOOPBACK].filter(Boolean).join(',');
  return { env: { https_proxy: text, no_proxy: passed }, url };
}

/** Node's agents take `proxyEnv` from 24.5 on. */
function knowsProxies(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 5);
}

function wrongAddress(name: string): Failure {
  return new Failure({
    title: 'The address of the proxy is wrong',
    problem: `The environment variable ${name} is not an http or https URL.`,
    remedy: 'Set it to http://HOST:PORT, or to http://USER:PASSWORD@HOST:PORT.',
  });
}

function tooOld(name: string, version: string): Failure {
  return new Failure({
    title: 'Node is too old for a proxy',
    problem: `The environment variable ${name} names a proxy, and the runner’s Node ${version} would go past it: Node uses proxies from 24.5 on.`,
    remedy:
      'Update the runner, or take the variable out of this step’s environment where no proxy is needed.',
  });
}
