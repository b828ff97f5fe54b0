import { writeFile } from 'node:fs/promises';
import { createServer, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';
import Provider, { type Adapter, type AdapterPayload, type Configuration } from 'oidc-provider';
import { type Certificates, makeCertificates } from './certificates.ts';
import { makeTempDir } from './temp.ts';

/** A key that the provider signs with and publishes (RFC 7517). */
export interface SigningKey {
  /** `RS256` unless told. */
  readonly alg?: 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'ES256' | 'ES384' | 'ES512';
  /** Made from the key (RFC 7638) unless told. */
  readonly kid?: string;
}

/** How the provider is to be; every field has a default. */
export interface ProviderOptions {
  /** The first one signs. One RS256 key unless told. */
  readonly keys?: readonly SigningKey[];
  /** The names of its clients, which may use the client credentials grant; `orders-service` unless told. */
  readonly clients?: readonly string[];
  /** The scopes that its clients may ask for; `kafka` unless told. */
  readonly scopes?: readonly string[];
  /** Claims that every access token carries besides the registered ones. */
  readonly extraClaims?: Readonly<Record<string, unknown>>;
  /** How long an access token is good for; 300 unless told. */
  readonly tokenSeconds?: number;
  /** Certificates to use; made anew unless told. */
  readonly certificates?: Certificates;
  /** The issuer to be, where a proxy leads to this machine; `https://localhost:PORT` unless told. */
  readonly issuer?: string;
  /** The audience of a token for which a client names no resource; such a token is opaque unless told. */
  readonly defaultAudience?: string;
}

/** One request that the provider received. */
export interface ProviderRequest {
  readonly method: string;
  readonly path: string;
}

/** What an access token is to say. */
export interface TokenRequest {
  /** `aud`; `kafka` unless told. */
  readonly audience?: string;
  /** Space-separated. */
  readonly scope?: string;
  /** One of the provider's clients, the first unless told; `sub` and `client_id` name it. */
  readonly clientId?: string;
}

/** An OpenID provider that runs. */
export interface ProviderWorld {
  /** `https://localhost:PORT`, without a slash at the end, unless told. */
  readonly issuer: string;
  readonly jwksUri: string;
  readonly port: number;
  /** The authority to trust, as PEM. */
  readonly ca: string;
  /** The path of a file with `ca`, for `NODE_EXTRA_CA_CERTS`. */
  readonly caFile: string;
  readonly certificates: Certificates;
  /** Every request so far, in order. */
  readonly requests: readonly ProviderRequest[];
  /** An access token as a client gets it: client credentials (RFC 6749, 4.4) for a resource (RFC 8707), a JWT (RFC 9068). */
  token(request?: TokenRequest): Promise<string>;
  /**
   * Signs any payload with the provider's own key, for tokens that no provider would issue.
   * @param payload taken as it is: nothing is added
   * @param header added to `alg` and `kid`; `undefined` takes one of them out
   */
  sign(payload: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>;
  close(): Promise<void>;
}

/** A resource indicator must be a URI; the audience of a Kafka cluster need not be one. */
const RESOURCE_PREFIX = 'urn:kafka:audience:';
/** The secret of every client. */
export const CLIENT_SECRET = 'client-secret-of-the-test-provider';
const COOKIE_KEY = 'cookie-key-of-the-test-provider';

/**
 * Starts a real OpenID provider (`oidc-provider`, certified by the OpenID Foundation) over https on a free local port.
 * Everything that it would otherwise take from its development defaults is set here, so it has nothing to warn of.
 */
export async function startProvider(options: ProviderOptions = {}): Promise<ProviderWorld> {
  const { clients = ['orders-service'], scopes = ['kafka'], keys = [{}] } = options;
  const certificates = options.certificates ?? (await makeCertificates());
  const jwks = await Promise.all(keys.map(makeKey));
  const [signer] = jwks;
  if (!signer) throw new Error('A provider needs a key.');

  const requests: ProviderRequest[] = [];
  const server = createServer({ key: certificates.key, cert: certificates.cert });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const issuer = options.issuer ?? `https://localhost:${port}`;

  const provider = new Provider(issuer, configuration({ ...options, clients, scopes }, jwks));
  const answer = provider.callback();
  server.on('request', (request, response) => {
    requests.push({ method: request.method ?? '', path: request.url ?? '' });
    answer(request, response);
  });

  const temp = await makeTempDir('provider');
  const caFile = join(temp.path, 'ca.pem');
  await writeFile(caFile, certificates.ca);

  async function token({
    audience = 'kafka',
    scope,
    clientId = clients[0] ?? '',
  }: TokenRequest = {}): Promise<string> {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      resource: RESOURCE_PREFIX + encodeURIComponent(audience),
      ...(scope !== undefined && { scope }),
    });
    const authorization = `Basic ${btoa(`${encodeURIComponent(clientId)}:${CLIENT_SECRET}`)}`;
    return requestToken(port, certificates.ca, authorization, form.toString());
  }

  async function sign(payload: JWTPayload, header: Partial<JWTHeaderParameters> = {}): Promise<string> {
    const key = await importJWK(signer as JWK, signer?.alg);
    const whole = { alg: signer?.alg, kid: signer?.kid, ...header } as JWTHeaderParameters;
    return new SignJWT(payload).setProtectedHeader(whole).sign(key);
  }

  async function close(): Promise<void> {
    await temp.remove();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  return {
    issuer,
    jwksUri: `${issuer}/jwks`,
    port,
    ca: certificates.ca,
    caFile,
    certificates,
    requests,
    token,
    sign,
    close,
  };
}

function configuration(
  {
    clients,
    scopes,
    tokenSeconds = 300,
    extraClaims = {},
    defaultAudience,
  }: ProviderOptions & { clients: readonly string[]; scopes: readonly string[] },
  jwks: readonly JWK[],
): Configuration {
  const alg = (jwks[0]?.alg ?? 'RS256') as 'RS256';
  const scope = scopes.join(' ');
  return {
    adapter: MemoryAdapter,
    jwks: { keys: [...jwks] } as NonNullable<Configuration['jwks']>,
    cookies: { keys: [COOKIE_KEY] },
    scopes: ['openid', ...scopes],
    responseTypes: [],
    ttl: { ClientCredentials: tokenSeconds },
    extraTokenClaims: () => extraClaims,
    clients: clients.map((client_id) => ({
      client_id,
      client_secret: CLIENT_SECRET,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      id_token_signed_response_alg: alg,
      scope,
    })),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () =>
          defaultAudience === undefined ? [] : RESOURCE_PREFIX + encodeURIComponent(defaultAudience),
        getResourceServerInfo: (_context, resource) => ({
          scope,
          audience: decodeURIComponent(resource.slice(RESOURCE_PREFIX.length)),
          accessTokenTTL: tokenSeconds,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg } },
        }),
      },
    },
  };
}

async function makeKey({ alg = 'RS256', kid }: SigningKey): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: kid ?? crypto.randomUUID() };
}

/** Node's `fetch` cannot be told of an authority for one call; `node:https` can. */
function requestToken(port: number, ca: string, authorization: string, form: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
    const url = `https://localhost:${port}/token`;
    const request = httpsRequest(
      url,
      { method: 'POST', ca, headers, agent: false, family: 4 },
      async (response) => {
        const body = Buffer.concat(await response.toArray()).toString('utf8');
        const { access_token } = JSON.parse(body) as { access_token?: string };
        if (access_token === undefined) reject(new Error(`The provider issued no token: ${body}`));
        else resolve(access_token);
      },
    );
    request.once('error', reject);
    request.end(form);
  });
}

/** Keeps what the provider stores for as long as the process lives: little, since its tokens are JWTs. */
class MemoryAdapter implements Adapter {
  static readonly #stored = new Map<string, AdapterPayload>();
  readonly #model: string;

  constructor(model: string) {
    this.#model = model;
  }

  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    MemoryAdapter.#stored.set(`${this.#model}:${id}`, payload);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return MemoryAdapter.#stored.get(`${this.#model}:${id}`);
  }

  async findByUserCode(): Promise<undefined> {}

  async findByUid(): Promise<undefined> {}

  async consume(): Promise<undefined> {}

  async destroy(id: string): Promise<void> {
    MemoryAdapter.#stored.delete(`${this.#model}:${id}`);
  }

  async revokeByGrantId(): Promise<undefined> {}
}
