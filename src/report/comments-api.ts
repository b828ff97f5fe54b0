import { getOctokit } from '@actions/github';
import { USER_AGENT } from '../version.ts';
import type { PullRequest } from './pull-request.ts';

/** A comment on a pull request, as far as finding one's own needs it. */
export interface Comment {
  readonly id: number;
  readonly author: string;
  readonly body: string;
  readonly url: string;
}

/** The comments on one pull request. A method throws what GitHub answers, with its `status`. */
export interface Comments {
  /** All of them, from every page, the oldest first. */
  list(): Promise<Comment[]>;
  create(body: string): Promise<Comment>;
  update(id: number, body: string): Promise<Comment>;
  remove(id: number): Promise<void>;
  /** The login that the token writes as. */
  viewer(): Promise<string>;
}

const PAGE_SIZE = 100;
/** Who comments with the token of a job. */
const JOB_TOKEN_LOGIN = 'github-actions[bot]';

/**
 * Opens the comments at `GITHUB_API_URL`, through the proxy that the environment names.
 * @param signal ends every request
 */
export function openComments(
  token: string,
  { owner, repo, number }: PullRequest,
  signal: AbortSignal,
): Comments {
  const octokit = getOctokit(token, { userAgent: USER_AGENT, log: SILENT });
  // Added to each request and not given above, where it would replace the way through the proxy.
  octokit.hook.before('request', (options) => {
    options.request = { ...options.request, signal, log: SILENT };
  });
  const { issues } = octokit.rest;
  return {
    async list() {
      const found = await octokit.paginate(issues.listComments, {
        owner,
        repo,
        issue_number: number,
        per_page: PAGE_SIZE,
      });
      return found.map(read).sort((one, other) => one.id - other.id);
    },
    create: async (body) =>
      read((await issues.createComment({ owner, repo, issue_number: number, body })).data),
    update: async (id, body) =>
      read((await issues.updateComment({ owner, repo, comment_id: id, body })).data),
    remove: async (id) => void (await issues.deleteComment({ owner, repo, comment_id: id })),
    async viewer() {
      try {
        // The REST API tells users who they are, but no installation, and the token of a job is one of those.
        const { viewer } = await octokit.graphql<{ viewer: { login: string } }>('{ viewer { login } }');
        return viewer.login;
      } catch (error) {
        // Trouble tells nothing of who it is; Octokit gives what never got an answer the status 500, too.
        const { status, message } = error as { status?: number; message?: string };
        if ((status ?? 0) >= 429 || /rate limit/i.test(message ?? '')) throw error;
        return JOB_TOKEN_LOGIN;
      }
    },
  };
}

const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {}

function read(comment: {
  id: number;
  html_url: string;
  body?: string | null | undefined;
  user: { login: string } | null;
}): Comment {
  const { id, body, user, html_url } = comment;
  return { id, body: body ?? '', author: user?.login ?? '', url: html_url };
}
