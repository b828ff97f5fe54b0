import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose';
import type { Certificates } from './certificates.ts';

/** What Karapace says to a request. */
export interface KarapaceAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** How it is to be. */
export interface KarapaceOptions {
  readonly certificates: Certificates;
  /**
   * What it says, asked anew at each request, so that a restart can be played.
   * @param token the bearer token, null without one
   */
  readonly answer: (token: string | null, path: string) => KarapaceAnswer | Promise<KarapaceAnswer>;
}

/** Karapace that runs. */
export interface KarapaceWorld {
  readonly port: number;
  /** Every request so far, in order. */
  readonly requests: readonly { readonly path: string; readonly token: string | null }[];
  close(): Promise<void>;
}

/** Starts the front door of Schema Registry, or of the REST proxy, over https on a free local port. */
export async function startKarapace({ certificates, answer }: KarapaceOptions): Promise<KarapaceWorld> {
  const { key, cert } = certificates;
  const requests: { path: string; token: string | null }[] = [];
  const server = createServer({ key, cert }, async ({ url = '', headers }, response) => {
    const token = /^Bearer (.*)$/.exec(headers.authorization ?? '')?.[1] ?? null;
    requests.push({ path: url, token });
    const { status, body = {} } = await answer(token, url);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What `GET /subjects` and `GET /topics` answer, and what Karapace says without the right credentials. */
export const FINE: KarapaceAnswer = { status: 200, body: [] };
export const UNAUTHORIZED: KarapaceAnswer = {
  status: 401,
  body: { error: 'Unauthorized', reason: 'Invalid token/payload' },
};

/**
 * Verifies tokens as Schema Registry does where these settings are on, by jose; how PyJWT differs is for `test/registry`.
 * @param fetch reaches the provider
 */
export function verifierOf(
  { jwksUri, issuer, audience }: { jwksUri: string; issuer: string; audience: string },
  fetchKeys: typeof fetch,
): (token: string | null) => Promise<KarapaceAnswer> {
  const keys = createRemoteJWKSet(new URL(jwksUri), { [customFetch]: fetchKeys });
  return async (token) => {
    if (token === null) return UNAUTHORIZED;
    try {
      await jwtVerify(token, keys, { issuer, audience, algorithms: ['RS256', 'RS384', 'RS512'] });
      return FINE;
    } catch {
      return UNAUTHORIZED;
    }
  };
}
