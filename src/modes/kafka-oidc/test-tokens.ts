import { Failure } from '../../failure.ts';
import type { TokenEndpoint } from '../../provider/token-endpoint.ts';
import type { Context } from '../mode.ts';
import type { TestClient, TokenSource } from '../request.ts';

/** What is known of the provider by the time that tokens are asked for. */
export interface Issuing {
  /** The issuer that brokers are to expect, if any. */
  readonly issuer: string | null;
  /** The audiences that brokers are to expect, the first of which a token is asked for. */
  readonly audiences: readonly string[];
  /** Where the provider issues tokens, if discovery has told. */
  readonly endpoint: TokenEndpoint | null;
}

/** A test token, and where it comes from. */
export interface TestToken {
  readonly token: string;
  readonly from: TokenSource['from'];
}

/**
 * Gets the test tokens, in order; each is masked before anything is said of it.
 * @throws {Failure} when one cannot be had
 */
export async function getTestTokens(
  sources: readonly TokenSource[],
  issuing: Issuing,
  context: Context,
): Promise<TestToken[]> {
  const tokens: TestToken[] = [];
  for (const source of sources) {
    const token = await getToken(source, issuing, context);
    context.runner.mask(token);
    if (!tokens.some((other) => other.token === token)) tokens.push({ token, from: source.from });
  }
  return tokens;
}

async function getToken(source: TokenSource, issuing: Issuing, context: Context): Promise<string> {
  switch (source.from) {
    case 'input':
      return source.token;
    case 'job': {
      const [audience = null] = issuing.audiences;
      context.say.info(
        `Asking GitHub for the ID token of this job${audience === null ? '' : ` for ${audience}`}.`,
      );
      return context.runner.idToken(audience);
    }
    case 'client credentials':
      return getClientToken(source.client, issuing, context);
  }
}

async function getClientToken(client: TestClient, issuing: Issuing, context: Context): Promise<string> {
  const endpoint = issuing.endpoint ?? (await discoverEndpoint(issuing, context));
  // Loaded here, since few runs need it.
  const { requestToken } = await import('../../provider/token-endpoint.ts');
  context.say.info(`Getting a test token for the client ${client.id} from ${endpoint.url}.`);
  return requestToken(endpoint, client, context);
}

/** Where the provider was not checked, its token endpoint still has to be found. */
async function discoverEndpoint({ issuer }: Issuing, context: Context): Promise<TokenEndpoint> {
  const { discover } = await import('../../provider/discovery.ts');
  const discovery = issuer === null ? null : await discover(issuer, '', context, () => null);
  if (discovery?.tokenEndpoint) return discovery.tokenEndpoint;
  const why =
    issuer === null
      ? 'no issuer is expected whose discovery document could name one'
      : `the issuer ${issuer} publishes no discovery document that names one as an https URL`;
  throw new Failure({
    title: 'No token endpoint is known',
    problem: `test-client-id gets its token at the provider’s token endpoint, but ${why}.`,
    remedy:
      'Set expected-issuer to an issuer with discovery, or get the token in a step before this one and give it as test-token.',
  });
}
