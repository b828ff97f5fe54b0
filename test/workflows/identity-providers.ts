import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose';
import type { Certificates } from '../world/certificates.ts';

/** What a provider is asked for a token with. */
interface TokenCall {
  readonly authorization: string;
  readonly query: URLSearchParams;
  /** The fields of a form, or of JSON. */
  readonly body: Readonly<Record<string, string>>;
}

/** Where a provider hands out tokens, and how it names the token in its answer. */
interface TokenEndpoint {
  /** Without the query. */
  readonly url: string;
  readonly field: string;
  /** How it takes the secret of a client, where it is an endpoint for client credentials: what its discovery document says. */
  readonly authMethods?: readonly ('client_secret_basic' | 'client_secret_post')[];
  /** What the token claims; null for a call that the provider would refuse. */
  readonly grant: (call: TokenCall) => JWTPayload | null;
}

/** A provider by its own documentation: its issuer, where its keys are, how a client gets a token. */
interface ProviderFacts {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly tokens?: TokenEndpoint;
}

export const SECRET = 'secret-of-the-client';
const CLIENT = 'orders-service';
/** The token that a job asks GitHub for ID tokens with. */
export const GITHUB_REQUEST_TOKEN = 'request-token-of-the-job';
export const GITHUB_REQUEST_URL = 'https://run.actions.githubusercontent.com/idtoken/3/job?api-version=2.0';

/** What a kubeconfig lets kubectl in with. */
export const KUBERNETES_TOKEN = 'token-of-the-kubeconfig';

const TENANT = '8f1c2d3e-4b5a-4c6d-9e8f-0a1b2c3d4e5f';
const ENTRA_API = '11111111-2222-4333-8444-555555555555';
const clientCredentials = ({ body }: TokenCall) => body['grant_type'] === 'client_credentials';
const basic = (call: TokenCall) => call.authorization === `Basic ${btoa(`${CLIENT}:${SECRET}`)}`;
const posted = ({ body }: TokenCall) => body['client_id'] === CLIENT && body['client_secret'] === SECRET;
const BOTH = ['client_secret_basic', 'client_secret_post'] as const;
/** A client that said who it is in one of the ways that both are fine, and asked for what it may have. */
const isClient = (call: TokenCall) => clientCredentials(call) && (basic(call) || posted(call));
const ZITADEL_PROJECT = '284920394857345678';

/** By the name of its workflow in `examples/providers`. */
export const PROVIDERS = {
  auth0: {
    issuer: 'https://example.eu.auth0.com/',
    jwksUri: 'https://example.eu.auth0.com/.well-known/jwks.json',
    tokens: {
      url: 'https://example.eu.auth0.com/oauth/token',
      field: 'access_token',
      authMethods: BOTH,
      grant: (call) =>
        isClient(call) && call.body['audience']
          ? { aud: call.body['audience'], sub: `${CLIENT}@clients`, azp: CLIENT, gty: 'client-credentials' }
          : null,
    },
  },
  okta: {
    issuer: 'https://example.okta.com/oauth2/default',
    jwksUri: 'https://example.okta.com/oauth2/default/v1/keys',
    tokens: {
      url: 'https://example.okta.com/oauth2/default/v1/token',
      field: 'access_token',
      authMethods: BOTH,
      // A custom authorization server needs a scope of its own; it has no default one.
      grant: (call) =>
        isClient(call) && call.body['scope'] === 'kafka'
          ? { aud: 'api://default', sub: CLIENT, cid: CLIENT, scp: ['kafka'], ver: 1 }
          : null,
    },
  },
  'entra-id': {
    issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    jwksUri: `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`,
    tokens: {
      url: `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`,
      field: 'access_token',
      // Entra ID takes the other one as well, and does not say so.
      authMethods: ['client_secret_post'],
      grant: (call) =>
        isClient(call) && call.body['scope'] === `api://${ENTRA_API}/.default`
          ? { aud: ENTRA_API, sub: '0a1b2c3d', azp: CLIENT, tid: TENANT, ver: '2.0' }
          : null,
    },
  },
  google: {
    issuer: 'https://accounts.google.com',
    jwksUri: 'https://www.googleapis.com/oauth2/v3/certs',
    tokens: {
      url: 'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/kafka@example.iam.gserviceaccount.com:generateIdToken',
      field: 'token',
      grant: ({ authorization, body }) =>
        authorization.startsWith('Bearer ey') && body['audience']
          ? {
              aud: body['audience'],
              azp: '104029',
              sub: '104029',
              email: 'kafka@example.iam.gserviceaccount.com',
            }
          : null,
    },
  },
  keycloak: {
    issuer: 'https://keycloak.example.com/realms/example',
    jwksUri: 'https://keycloak.example.com/realms/example/protocol/openid-connect/certs',
    tokens: {
      url: 'https://keycloak.example.com/realms/example/protocol/openid-connect/token',
      field: 'access_token',
      authMethods: BOTH,
      grant: (call) =>
        isClient(call)
          ? {
              aud: ['kafka', 'account'],
              sub: crypto.randomUUID(),
              azp: CLIENT,
              scope: 'profile email',
              typ: 'Bearer',
            }
          : null,
    },
  },
  'github-actions': {
    issuer: 'https://token.actions.githubusercontent.com',
    jwksUri: 'https://token.actions.githubusercontent.com/.well-known/jwks',
    tokens: {
      url: GITHUB_REQUEST_URL.split('?')[0] ?? '',
      field: 'value',
      grant: ({ authorization, query }) =>
        authorization.toLowerCase() === `bearer ${GITHUB_REQUEST_TOKEN}` && query.get('api-version') === '2.0'
          ? {
              aud: query.get('audience') ?? 'https://github.com/octo-org',
              sub: 'repo:octo-org/streams:ref:refs/heads/main',
              repository: 'octo-org/streams',
              repository_id: '650312345',
            }
          : null,
    },
  },
  cognito: {
    issuer: 'https://cognito-idp.eu-north-1.amazonaws.com/eu-north-1_aBcDeFgHi',
    jwksUri: 'https://cognito-idp.eu-north-1.amazonaws.com/eu-north-1_aBcDeFgHi/.well-known/jwks.json',
    tokens: {
      url: 'https://example.auth.eu-north-1.amazoncognito.com/oauth2/token',
      field: 'access_token',
      authMethods: BOTH,
      // No audience, in no access token.
      grant: (call) =>
        isClient(call) && call.body['scope'] === 'kafka/login'
          ? { sub: CLIENT, client_id: CLIENT, token_use: 'access', scope: 'kafka/login', version: 2 }
          : null,
    },
  },
  zitadel: {
    issuer: 'https://example.eu1.zitadel.cloud',
    jwksUri: 'https://example.eu1.zitadel.cloud/oauth/v2/keys',
    tokens: {
      url: 'https://example.eu1.zitadel.cloud/oauth/v2/token',
      field: 'access_token',
      authMethods: BOTH,
      grant: (call) =>
        isClient(call) &&
        call.body['scope'] === `openid urn:zitadel:iam:org:project:id:${ZITADEL_PROJECT}:aud`
          ? { aud: [ZITADEL_PROJECT], sub: '284920394857300001' }
          : null,
    },
  },
  kubernetes: {
    issuer: 'https://oidc.eks.eu-north-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF',
    jwksUri: 'https://oidc.eks.eu-north-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF/keys',
    tokens: {
      // As kubectl asks for it; its stand-in asks the same.
      url: 'https://kubernetes.example.com/api/v1/namespaces/streams/serviceaccounts/orders/token',
      field: 'token',
      grant: ({ authorization, body }) =>
        authorization === `Bearer ${KUBERNETES_TOKEN}` && body['audience']
          ? { aud: [body['audience']], sub: 'system:serviceaccount:streams:orders' }
          : null,
    },
  },
  gitlab: {
    issuer: 'https://gitlab.com',
    jwksUri: 'https://gitlab.com/oauth/discovery/keys',
  },
  'aws-iam': {
    issuer: 'https://5d2f0c7a-1b3e-4f6a-8c9d-0e1f2a3b4c5d.tokens.sts.global.api.aws',
    jwksUri: 'https://5d2f0c7a-1b3e-4f6a-8c9d-0e1f2a3b4c5d.tokens.sts.global.api.aws/.well-known/jwks.json',
    tokens: {
      url: 'https://sts.eu-north-1.amazonaws.com/',
      field: 'WebIdentityToken',
      grant: ({ authorization, body }) =>
        authorization.startsWith('Bearer ey') && body['Action'] === 'GetWebIdentityToken' && body['Audience']
          ? { aud: body['Audience'], sub: 'arn:aws:iam::123456789012:role/kafka' }
          : null,
    },
  },
} as const satisfies Record<string, ProviderFacts>;

const ALL: readonly ProviderFacts[] = Object.values(PROVIDERS);

/** The names that lead to the providers. */
export const PROVIDER_HOSTS: readonly string[] = [
  ...new Set(
    ALL.flatMap(({ issuer, jwksUri, tokens }) => [issuer, jwksUri, ...(tokens ? [tokens.url] : [])]).map(
      (url) => new URL(url).hostname,
    ),
  ),
];

/** The providers, all behind one port, told apart by name. */
export interface IdentityProviders {
  readonly port: number;
  readonly keys: JSONWebKeySet;
  close(): Promise<void>;
}

/** Starts the providers: discovery documents, keys and token endpoints where the real ones have them. */
export async function startIdentityProviders({ key, cert }: Certificates): Promise<IdentityProviders> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' }] };

  async function answer(url: URL, call: TokenCall): Promise<[status: number, body: unknown]> {
    const address = `${url.origin}${url.pathname}`;
    for (const { issuer, jwksUri, tokens } of ALL) {
      if (address === `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
        return [200, discoveryDocument({ issuer, jwksUri, ...(tokens && { tokens }) })];
      if (address === jwksUri) return [200, keys];
      if (address !== tokens?.url) continue;
      const claims = tokens.grant(call);
      return claims
        ? [200, { [tokens.field]: await sign(issuer, claims) }]
        : [400, { error: 'invalid_request', error_description: 'What was asked for is not to be had' }];
    }
    return [404, { error: 'not_found' }];
  }

  function sign(issuer: string, claims: JWTPayload): Promise<string> {
    return new SignJWT({ iss: issuer, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'key-1', typ: 'JWT' })
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
  }

  const server = createServer({ key, cert }, async (request, response) => {
    const url = new URL(request.url ?? '/', `https://${request.headers.host}`);
    const [status, body] = await answer(url, {
      authorization: request.headers.authorization ?? '',
      query: url.searchParams,
      body: fields(request.headers['content-type'], await text(request)),
    });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    keys,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function discoveryDocument({ issuer, jwksUri, tokens }: ProviderFacts): object {
  return {
    issuer,
    jwks_uri: jwksUri,
    id_token_signing_alg_values_supported: ['RS256'],
    ...(tokens?.authMethods && {
      token_endpoint: tokens.url,
      token_endpoint_auth_methods_supported: tokens.authMethods,
    }),
  };
}

function fields(type: string | undefined, body: string): Record<string, string> {
  return type === 'application/json' ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
}

/** The variables and secrets that the workflow of a provider names, as a user would set them. */
export const SETTINGS: Readonly<
  Record<keyof typeof PROVIDERS, { vars?: Record<string, string>; secrets?: Record<string, string> }>
> = {
  auth0: {
    vars: {
      AUTH0_DOMAIN: 'example.eu.auth0.com',
      AUTH0_AUDIENCE: 'https://kafka.example.com',
      AUTH0_CLIENT_ID: CLIENT,
    },
    secrets: { AUTH0_CLIENT_SECRET: SECRET },
  },
  okta: {
    vars: {
      OKTA_ISSUER: PROVIDERS.okta.issuer,
      OKTA_SCOPE: 'kafka',
      OKTA_AUDIENCE: 'api://default',
      OKTA_CLIENT_ID: CLIENT,
    },
    secrets: { OKTA_CLIENT_SECRET: SECRET },
  },
  'entra-id': {
    vars: { ENTRA_TENANT_ID: TENANT, ENTRA_API_CLIENT_ID: ENTRA_API, ENTRA_CLIENT_ID: CLIENT },
    secrets: { ENTRA_CLIENT_SECRET: SECRET },
  },
  google: {
    vars: {
      GOOGLE_WORKLOAD_IDENTITY_PROVIDER:
        'projects/1234567890/locations/global/workloadIdentityPools/github/providers/streams',
      GOOGLE_SERVICE_ACCOUNT: 'kafka@example.iam.gserviceaccount.com',
    },
  },
  keycloak: {
    vars: { KEYCLOAK_ISSUER: PROVIDERS.keycloak.issuer, KEYCLOAK_CLIENT_ID: CLIENT },
    secrets: { KEYCLOAK_CLIENT_SECRET: SECRET },
  },
  'github-actions': {},
  cognito: {
    vars: {
      COGNITO_ISSUER: PROVIDERS.cognito.issuer,
      COGNITO_CLIENT_ID: CLIENT,
      COGNITO_SCOPE: 'kafka/login',
    },
    secrets: { COGNITO_CLIENT_SECRET: SECRET },
  },
  zitadel: {
    vars: {
      ZITADEL_ISSUER: PROVIDERS.zitadel.issuer,
      ZITADEL_PROJECT_ID: ZITADEL_PROJECT,
      ZITADEL_CLIENT_ID: CLIENT,
    },
    secrets: { ZITADEL_CLIENT_SECRET: SECRET },
  },
  kubernetes: {
    vars: { KUBERNETES_ISSUER: PROVIDERS.kubernetes.issuer },
    secrets: {
      KUBE_CONFIG: `server: https://kubernetes.example.com\ntoken: ${KUBERNETES_TOKEN}`,
    },
  },
  gitlab: {},
  'aws-iam': {
    vars: {
      AWS_REGION: 'eu-north-1',
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/kafka',
      AWS_TOKEN_ISSUER: PROVIDERS['aws-iam'].issuer,
    },
  },
};
