import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ProxyRequest, ProxySetup } from './proxy-server.ts';

export type { ProxyRequest, ProxySetup } from './proxy-server.ts';

/** A proxy that runs as a process of its own. */
export interface ProxyWorld {
  /** For `HTTPS_PROXY`, with its credentials when it asks for some. */
  readonly url: string;
  readonly port: number;
  /** Every request so far, in order. */
  readonly requests: readonly ProxyRequest[];
  /** Stops it, and whatever goes through it. */
  close(): Promise<void>;
}

/** Starts a forward proxy, see `proxy-server.ts`. */
export async function startProxy(setup: ProxySetup): Promise<ProxyWorld> {
  const program = fileURLToPath(new URL('proxy-server.ts', import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(setup)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Not the test runner's own variables, which would have it report as a test.
    env: { PATH: process.env['PATH'] },
  });
  const ended = once(child, 'close');
  const requests: ProxyRequest[] = [];
  const lines = createInterface({ input: child.stdout });
  const [first] = (await once(lines, 'line')) as [string];
  lines.on('line', (line) => requests.push(JSON.parse(line)));
  const port = Number(first);
  const credentials = setup.credentials?.split(':').map(encodeURIComponent).join(':');
  const origin = setup.tls ? `localhost:${port}` : `127.0.0.1:${port}`;
  return {
    url: `http${setup.tls ? 's' : ''}://${credentials === undefined ? '' : `${credentials}@`}${origin}`,
    port,
    requests,
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
