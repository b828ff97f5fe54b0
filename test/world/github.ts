import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A comment on an issue or a pull request, as GitHub answers it. */
export interface IssueComment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string } | null;
  readonly html_url: string;
}

export interface GitHubOptions {
  /** Who the token writes as; the token of a job unless told. */
  readonly login?: string;
  /** Who the GraphQL API says that is; the same unless told. Null refuses to say. */
  readonly viewer?: string | null;
  /** Whether the token may write comments; `true` unless told. */
  readonly mayWrite?: boolean;
  /** Called before each request is carried out, such as to let another run get in between. */
  readonly before?: (request: string, github: GitHubWorld) => void;
  /** Serves https with this key and certificate. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Serves under the paths of GitHub Enterprise Server, `/api/v3` and `/api/graphql`. */
  readonly enterprise?: boolean;
}

type Failure = number | { readonly status: number; readonly message: string };

/** GitHub's REST API as far as comments go, and one question of its GraphQL API, in memory, over real HTTP. */
export interface GitHubWorld {
  /** `http://127.0.0.1:PORT`: what `GITHUB_API_URL` is to be. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** The comments on pull request 7, the only one there is, the oldest first. */
  readonly comments: IssueComment[];
  /** `METHOD path?query` of every request so far. */
  readonly requests: string[];
  /** Adds a comment, as a person or another run would. */
  add(body: string, login?: string): IssueComment;
  /** Answers the next requests with these, one each; 0 tears the connection down. */
  failNext(...failures: Failure[]): void;
  close(): Promise<void>;
}

/** What `GITHUB_REPOSITORY` is in the tests' environment. */
const REPOSITORY = 'octo-org/streams';
const PULL_REQUEST = 7;
const MAX_CHARACTERS = 65_536;
const JOB_LOGIN = 'github-actions[bot]';

/** The event of a pull request, as GitHub gives it to a run. */
export function pullRequestEvent({ fork = false } = {}) {
  const base = { sha: '1'.repeat(40), repo: { id: 1, full_name: REPOSITORY } };
  const head = {
    sha: 'abcdef0'.padEnd(40, '1'),
    repo: { id: fork ? 2 : 1, full_name: fork ? 'octocat/streams' : REPOSITORY },
  };
  return {
    name: 'pull_request' as const,
    payload: { action: 'opened', number: PULL_REQUEST, pull_request: { number: PULL_REQUEST, head, base } },
  };
}

/** Starts the API on a free local port. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubWorld> {
  const { login = JOB_LOGIN, mayWrite = true, tls, enterprise = false } = options;
  const scheme = tls ? 'https' : 'http';
  const token = 'github-test-token';
  const comments: IssueComment[] = [];
  const requests: string[] = [];
  const failures: Failure[] = [];
  let lastId = 2_000_000_000;

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  };
  const server = tls ? createHttpsServer(tls, listener) : createServer(listener);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `${scheme}://${request.headers.host}`);
    const name = `${request.method} ${url.pathname}${url.search}`;
    requests.push(name);
    const body = await readJson(request);
    options.before?.(name, world);
    const answer = respond(`${request.method}`, url, request.headers.authorization, body);
    if (answer === null) response.destroy();
    else send(response, answer);
  }

  function respond(
    method: string,
    url: URL,
    authorization: string | undefined,
    body: Record<string, unknown>,
  ): Answer | null {
    const failure = failures.shift();
    if (failure === 0) return null;
    if (typeof failure === 'number') return refusal(failure, 'Something is wrong');
    if (failure) return refusal(failure.status, failure.message);
    const [kind, given] = authorization?.split(' ') ?? [];
    if (!/^(token|bearer)$/i.test(kind ?? '') || given !== token) return refusal(401, 'Bad credentials');
    const path = enterprise ? url.pathname.replace(/^\/api(\/v3)?(?=\/)/, '') : url.pathname;
    if (enterprise && path === url.pathname) return refusal(404, 'Not Found');
    if (method === 'POST' && path === '/graphql') {
      const { viewer = login } = options;
      const errors = [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }];
      const body = viewer === null ? { data: null, errors } : { data: { viewer: { login: viewer } } };
      return { status: 200, body };
    }
    const all = `/repos/${REPOSITORY}/issues/${PULL_REQUEST}/comments`;
    if (method === 'GET' && path === all) return page(url);
    const [, id] = new RegExp(`^/repos/${REPOSITORY}/issues/comments/(\\d+)$`).exec(path) ?? [];
    const known = method === 'POST' ? path === all : id !== undefined;
    return known ? write(method, Number(id), String(body['body'] ?? '')) : refusal(404, 'Not Found');
  }

  function write(method: string, id: number, text: string): Answer {
    if (!mayWrite) return refusal(403, 'Resource not accessible by integration');
    if (method !== 'DELETE' && [...text].length > MAX_CHARACTERS)
      return refusal(422, 'Validation Failed: body is too long (maximum is 65536 characters)');
    if (method === 'POST') return { status: 201, body: world.add(text, login) };
    const comment = comments.find((each) => each.id === id);
    if (!comment) return refusal(404, 'Not Found');
    if (method === 'DELETE') {
      comments.splice(comments.indexOf(comment), 1);
      return { status: 204 };
    }
    comment.body = text;
    return { status: 200, body: comment };
  }

  /** One page, with the link to the next one (GitHub, "Using pagination in the REST API"). */
  function page(url: URL): Answer {
    const size = Math.min(100, Number(url.searchParams.get('per_page') ?? 30));
    const number = Number(url.searchParams.get('page') ?? 1);
    const next = new URL(url);
    next.searchParams.set('page', String(number + 1));
    const more = comments.length > number * size;
    return {
      status: 200,
      headers: more ? { link: `<${next.href}>; rel="next"` } : {},
      body: comments.slice((number - 1) * size, number * size),
    };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const world: GitHubWorld = {
    url: `${scheme}://127.0.0.1:${port}${enterprise ? '/api/v3' : ''}`,
    port,
    token,
    comments,
    requests,
    add(body, author = login) {
      const id = ++lastId;
      const html_url = `https://github.com/${REPOSITORY}/pull/${PULL_REQUEST}#issuecomment-${id}`;
      const comment = { id, body, user: { login: author }, html_url };
      comments.push(comment);
      return comment;
    },
    failNext(...more) {
      failures.push(...more);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return world;
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text === '' ? {} : JSON.parse(text);
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** None where it is undefined. */
  readonly body?: unknown;
}

function refusal(status: number, message: string): Answer {
  return { status, body: { message, documentation_url: 'https://docs.github.com/rest' } };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(body === undefined ? '' : JSON.stringify(body));
}
