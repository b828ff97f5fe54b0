import * as z from 'zod/mini';
import type { Clock } from '../clock.ts';
import { Failure } from '../failure.ts';
import { NetworkFault } from '../net/faults.ts';
import type { Http, HttpAnswer } from '../net/http.ts';
import { quote } from '../quote.ts';

/** Where a provider issues tokens, as its discovery document says (OpenID Connect Discovery 1.0, section 3). */
export interface TokenEndpoint {
  readonly url: string;
  /** `token_endpoint_auth_methods_supported`; null where the document does not say. */
  readonly authMethods: readonly string[] | null;
  /** `grant_types_supported`; null where the document does not say. */
  readonly grantTypes: readonly string[] | null;
}

/** A client, and what it asks for. */
export interface Client {
  readonly id: string;
  readonly secret: string;
  /** Parameters besides those of the grant, in order. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

/** What asking takes. */
export interface AskingTools {
  readonly http: Http;
  readonly clock: Clock;
  readonly stop: AbortSignal;
}

/** How a client says who it is (RFC 6749, section 2.3.1). */
type AuthMethod = 'client_secret_basic' | 'client_secret_post';

const MAX_BYTES = 512 * 1024;
const TIMEOUT_MS = 20_000;
const PAUSES_MS = [500, 2_000];
const TITLE = 'The provider gave no test token';
const JSON_OF_TOKEN = z.looseObject({ access_token: z.string().check(z.minLength(1)) });
const JSON_OF_ERROR = z.looseObject({
  error: z.string(),
  error_description: z.nullish(z.string()),
});

/**
 * Gets a token by the client credentials grant (RFC 6749, section 4.4). The secret goes to this endpoint and nowhere else:
 * no redirect is followed.
 * @throws {Failure} with the provider's own words, and the input to look at
 */
export async function requestToken(
  endpoint: TokenEndpoint,
  client: Client,
  tools: AskingTools,
): Promise<string> {
  const [first, ...others] = methodsFor(endpoint, client);
  if (first === undefined) throw takesNoSecret(endpoint);
  let answer = await ask(endpoint, client, first, tools);
  for (const method of others) {
    if (!isUnknownClient(answer)) break;
    answer = await ask(endpoint, client, method, tools);
  }
  return readToken(answer, endpoint, client);
}

/**
 * The ways to say who the client is, the likeliest first. A document that does not say takes the default (OpenID Connect
 * Discovery 1.0, section 3); providers that leave it out may mean the other one.
 */
function methodsFor({ authMethods }: TokenEndpoint, { id, secret }: Client): AuthMethod[] {
  const both: AuthMethod[] = ['client_secret_basic', 'client_secret_post'];
  const taken = authMethods === null ? both : both.filter((method) => authMethods.includes(method));
  // Not every provider decodes what stands in a header; in a body all do.
  const isPlain = [id, secret].every((text) => formEncoded(text) === text);
  return isPlain || authMethods === null ? taken : taken.reverse();
}

async function ask(
  { url }: TokenEndpoint,
  { id, secret, parameters }: Client,
  method: AuthMethod,
  { http, clock, stop }: AskingTools,
): Promise<HttpAnswer> {
  const inBody: [string, string][] =
    method === 'client_secret_post'
      ? [
          ['client_id', id],
          ['client_secret', secret],
        ]
      : [];
  const body = new URLSearchParams([
    ['grant_type', 'client_credentials'],
    ...inBody,
    ...parameters.map(([name, value]): [string, string] => [name, value]),
  ]).toString();
  const headers = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    ...(method === 'client_secret_basic' && { authorization: `Basic ${basic(id, secret)}` }),
  };
  for (let attempt = 0; ; attempt++) {
    const pauseMs = PAUSES_MS[attempt];
    try {
      const answer = await http.send({
        method: 'POST',
        url: new URL(url),
        headers,
        body,
        headersMs: TIMEOUT_MS,
        bodyMs: TIMEOUT_MS,
        maxBytes: MAX_BYTES,
        signal: stop,
      });
      const passing = answer.status === 429 || answer.status >= 500;
      if (!passing || pauseMs === undefined) return answer;
    } catch (error) {
      if (!(error instanceof NetworkFault)) throw error;
      const passing = error.kind === 'unreached' || error.kind === 'lost';
      if (!passing || pauseMs === undefined) throw unanswered(url, error);
    }
    await clock.sleep(pauseMs);
  }
}

/** RFC 6749, section 2.3.1: each is encoded as in a form (appendix B) before the two are joined. */
function basic(id: string, secret: string): string {
  return Buffer.from(`${formEncoded(id)}:${formEncoded(secret)}`).toString('base64');
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

function isUnknownClient(answer: HttpAnswer): boolean {
  return answer.status === 401 || errorOf(answer)?.error === 'invalid_client';
}

function errorOf({ body }: HttpAnswer): z.infer<typeof JSON_OF_ERROR> | null {
  return JSON_OF_ERROR.safeParse(parsed(body)).data ?? null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readToken(answer: HttpAnswer, { url }: TokenEndpoint, client: Client): string {
  const { status } = answer;
  if (status === 200) {
    const read = JSON_OF_TOKEN.safeParse(parsed(answer.body));
    if (read.success) return read.data.access_token;
  }
  const error = errorOf(answer);
  if (error) throw refused(url, client, error);
  const problem = `The token endpoint ${url} answers ${status} ${describeAnswer(answer)}.`;
  throw new Failure({ title: TITLE, problem, remedy: remedyForStatus(status) });
}

function describeAnswer({ status, headers, body }: HttpAnswer): string {
  const { location } = headers;
  if (status >= 300 && status < 400 && location !== undefined)
    return `and redirects${URL.canParse(location) ? ` to ${new URL(location).host}` : ''}; redirects are not followed with the secret`;
  if (parsed(body) !== undefined) return 'without an access_token that is a string (RFC 6749, section 5.1)';
  const start = body.trimStart();
  if (start === '') return 'with an empty body';
  return start.startsWith('<') ? 'with an HTML page instead of JSON' : 'with text instead of JSON';
}

function remedyForStatus(status: number): string {
  if (status === 429 || status >= 500)
    return 'The provider is overloaded or in trouble: run the step again later.';
  if (status === 401 || status === 403)
    return 'Check test-client-id and test-client-secret, and whether a firewall in front of the provider lets this runner in.';
  return 'Check what the discovery document of expected-issuer names as its token_endpoint.';
}

/** RFC 6749, section 5.2; RFC 8707, section 2; `access_denied` is what Auth0 answers for an audience that the client may not use. */
const REMEDIES: Readonly<Record<string, string>> = {
  invalid_client:
    'Check test-client-id and test-client-secret: is the secret current, and does it belong to that client?',
  unauthorized_client:
    'Allow the client to use the client credentials grant at the provider, with what test-token-parameters asks for.',
  unsupported_grant_type:
    'This provider has no client credentials grant: pass a token as test-token instead.',
  invalid_grant: 'Allow the client to use the client credentials grant at the provider.',
  invalid_scope:
    'Check scope in test-token-parameters: it has to be one that the provider grants this client.',
  invalid_target: 'Check resource or audience in test-token-parameters: the provider does not know it.',
  access_denied:
    'Check audience in test-token-parameters, and authorize the client for that API at the provider.',
  invalid_request:
    'Check test-token-parameters: the provider may require another one, such as scope=… or audience=….',
};

function refused(
  url: string,
  client: Client,
  { error, error_description: description }: z.infer<typeof JSON_OF_ERROR>,
): Failure {
  const words = description ? ` (${quote(withoutSecret(description, client))})` : '';
  return new Failure({
    title: TITLE,
    problem: `The token endpoint ${url} refused the client ${quote(client.id)}: ${quote(withoutSecret(error, client))}${words}.`,
    remedy: REMEDIES[error] ?? 'Check test-client-id, test-client-secret and test-token-parameters.',
  });
}

/** A provider may repeat what it was sent. */
function withoutSecret(text: string, { id, secret }: Client): string {
  return [basic(id, secret), secret, formEncoded(secret)].reduce(
    (told, part) => told.replaceAll(part, '***'),
    text,
  );
}

function takesNoSecret({ url, authMethods }: TokenEndpoint): Failure {
  return new Failure({
    title: TITLE,
    problem: `The token endpoint ${url} does not accept a client secret: the provider lists ${(authMethods ?? []).map(quote).join(', ') || 'no method at all'}.`,
    remedy: 'Get a token in a step before this one, and pass it as test-token.',
  });
}

function unanswered(url: string, fault: NetworkFault): Failure {
  return new Failure({
    title: TITLE,
    problem: `The token endpoint ${url} did not answer: ${fault.message}.`,
    remedy: fault.remedy || 'Run the step again, or pass a token as test-token.',
    cause: fault,
  });
}
