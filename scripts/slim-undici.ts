import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** A file of undici that the bundle holds something shorter for. */
interface Part {
  readonly file: string;
  readonly why: string;
  /** What it holds instead: nothing unless told, where nothing that this action does comes by it. */
  readonly code?: string;
}

/** What a run costs is mostly what it loads, so the bundle has of undici HTTP/1.1, with and without a proxy. */
const PARTS: readonly Part[] = [
  {
    file: 'index.js',
    why: 'It loads all that undici can do, of which fetch, caches and mocks are the greater part; a proxy few runs need.',
    code: `
      const connecting = (agent) => {
        require('./lib/dispatcher/dispatcher.js').prototype.connect = require('./lib/api/api-connect.js');
        return agent;
      };
      exports.Agent = require('./lib/dispatcher/agent.js');
      Object.defineProperties(exports, {
        EnvHttpProxyAgent: {
          enumerable: true,
          get: () => connecting(require('./lib/dispatcher/env-http-proxy-agent.js')),
        },
        // For @actions/http-client.
        ProxyAgent: { enumerable: true, get: () => connecting(require('./lib/dispatcher/proxy-agent.js')) },
      });`,
  },
  {
    file: 'lib/dispatcher/client-h2.js',
    why: 'Node’s HTTP/2, which it loads, takes as long to load as what remains of undici; openHttp does not allow HTTP/2.',
  },
  {
    file: 'lib/dispatcher/parser-h1.js',
    why: 'A second parser of HTTP/1.1, on trial, which is there for whoever asks for it.',
    code: 'exports.getMiloEnabled = () => false;',
  },
  {
    file: 'lib/dispatcher/socks5-proxy-agent.js',
    why: 'A proxy is http or https here (readProxy).',
  },
  {
    file: 'lib/web/fetch/body.js',
    why: 'It reads bodies that are streams or forms. Those of openHttp are text.',
  },
  { file: 'lib/web/fetch/formdata.js', why: 'As above.' },
  { file: 'lib/web/webidl/index.js', why: 'As above.' },
  {
    file: 'lib/llhttp/llhttp_simd-wasm.js',
    why: `The parser is there twice, and the plain one is as fast here. This is also the last that undici loads before it
      compiles the parser. V8 would compile it once more in the background after a few answers, and the process would not
      end before that is done, 20 to 25 ms later. How much may be parsed before V8 does so is settled when it compiles the
      parser at first; right after that the budget is V8’s own again, since V8 takes what Node has compiled beforehand under
      its own flags alone. A V8 without this flag passes it over.`,
    code: `
      const { setFlagsFromString } = process.getBuiltinModule('node:v8');
      setFlagsFromString('--wasm-tiering-budget=2000000000');
      queueMicrotask(() => setFlagsFromString('--wasm-tiering-budget=13000000'));
      module.exports = require('./llhttp-wasm.js');`,
  },
];

/** What @actions/github asks for. It needs HTTP/2 and the bodies of fetch as well, in a chunk of its own. */
const FETCH_ALONE: readonly Part[] = [
  {
    file: 'index.js',
    why: 'It loads mocks, caches, sockets and cookies beside fetch.',
    code: `exports.fetch = require('./lib/web/fetch/index.js').fetch;`,
  },
];

/**
 * Puts a copy of undici before the real one, with what this action itself and @actions/http-client ask for.
 * @param real the directory of the installed package
 * @param copy the directory to make
 * @throws {Error} when an update of undici has moved a part that is left out, or it no longer holds what takes its place
 */
export function slimUndici(real: string, copy: string): void {
  copyWith(PARTS, real, copy);
}

/** The same with what @actions/github asks for. */
export function undiciForFetch(real: string, copy: string): void {
  copyWith(FETCH_ALONE, real, copy);
}

function copyWith(parts: readonly Part[], real: string, copy: string): void {
  cpSync(real, copy, { recursive: true });
  for (const { file, code = '' } of parts) {
    if (!existsSync(join(real, file)))
      throw new Error(`undici has no ${file} any more: see scripts/slim-undici.ts.`);
    writeFileSync(join(copy, file), code);
  }
  for (const { file } of parts) {
    const gone = namesIn(copy, file).find((name) => !namesIn(real, file).includes(name));
    if (gone !== undefined)
      throw new Error(`undici’s ${file} has no ${gone} any more: see scripts/slim-undici.ts.`);
  }
}

/** What a file of a package exports by name. */
function namesIn(root: string, file: string): string[] {
  const exported = createRequire(join(root, 'package.json'))(`./${file}`);
  return Buffer.isBuffer(exported) ? [] : Object.keys(exported);
}
