import { readFileSync } from 'node:fs';

/** The pull request that a run is about. */
export interface PullRequest {
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
  /** The commit it ends with; empty when the event does not tell. */
  readonly headSha: string;
  /** Whether it comes from a fork, whose runs get a token that can only read. */
  readonly fromFork: boolean;
}

/** The parts of an event's payload that tell of a pull request (GitHub's webhook events and payloads). */
interface Payload {
  readonly pull_request?: PullRequestPayload;
  /** `issue_comment`: a pull request is an issue with a `pull_request` in it. */
  readonly issue?: { readonly number?: number; readonly pull_request?: unknown };
  /** `workflow_run`: the pull requests of the run before, none for a fork. */
  readonly workflow_run?: { readonly pull_requests?: readonly PullRequestPayload[] };
}

interface PullRequestPayload {
  readonly number?: number;
  readonly head?: { readonly sha?: string; readonly repo?: Repository | null };
  readonly base?: { readonly repo?: Repository | null };
}

interface Repository {
  readonly id?: number;
}

/** Finds the pull request in the event that started the run: `pull_request`, `issue_comment`, `workflow_run` and their kin. */
export function pullRequestOf({
  GITHUB_EVENT_PATH,
  GITHUB_REPOSITORY,
}: NodeJS.ProcessEnv): PullRequest | null {
  const [owner, repo] = GITHUB_REPOSITORY?.split('/') ?? [];
  const payload = readPayload(GITHUB_EVENT_PATH ?? '');
  const found = payload.pull_request ?? payload.workflow_run?.pull_requests?.[0];
  const number = found?.number ?? (payload.issue?.pull_request ? payload.issue.number : undefined);
  if (!owner || !repo || typeof number !== 'number') return null;
  const { head, base } = found ?? {};
  // The repository of a fork that was deleted since is null.
  const fromFork = head !== undefined && base !== undefined && head.repo?.id !== base.repo?.id;
  return { owner, repo, number, headSha: head?.sha ?? '', fromFork };
}

function readPayload(path: string): Payload {
  try {
    const payload: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof payload === 'object' && payload !== null ? payload : {};
  } catch {
    return {};
  }
}
