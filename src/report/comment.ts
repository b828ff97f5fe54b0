import { setTimeout } from 'node:timers/promises';
import type { Comment, Comments } from './comments-api.ts';
import { inertLine } from './inert.ts';
import type { LogNarrator } from './log.ts';
import { firstLine, isNewer, markerOf, type RunNumber, runOf } from './marker.ts';
import { type PullRequest, pullRequestOf } from './pull-request.ts';

/** What the comment is to say, and where. */
export interface CommentWish {
  /** The mode and the names in it: there is one comment for each target. */
  readonly target: readonly string[];
  readonly githubToken: string;
  /** Whether there is nothing to tell unless a comment is there already. */
  readonly empty: boolean;
  /**
   * The comment's text.
   * @param headSha the commit that it speaks of, empty when unknown
   * @param maxBytes how long it may be
   */
  readonly text: (headSha: string, maxBytes: number) => string;
}

/** GitHub's limit for a comment, in characters; a byte is one at most. */
const MAX_BYTES = 65_536;
const PAUSE_MS = 1_000;
/** How long all of it may take. */
const TIMEOUT_MS = 30_000;
const TITLE = 'No comment on the pull request';
const CANCELLED = 'The workflow was cancelled before GitHub answered. The next run tries again.';
const TIMED_OUT = `GitHub took longer than ${TIMEOUT_MS / 1000} s. The next run tries again.`;

/**
 * Keeps one comment on the pull request up to date: finds it by its hidden marker, writes it anew in place, and makes one
 * when there is none. That it did not work is a warning, never a failure.
 * @param giveUp ends it early
 */
export async function keepComment(
  wish: CommentWish,
  say: LogNarrator,
  giveUp: AbortSignal,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const pull = pullRequestOf(env);
  if (!pull) {
    say.warning(
      TITLE,
      `comment: true needs a pull request, but the event ${env['GITHUB_EVENT_NAME'] ?? ''} has none. Add “pull_request:” under “on:” of the workflow, or remove comment from this step.`,
    );
    return;
  }
  if (wish.githubToken === '') {
    say.warning(TITLE, 'github-token is empty. Remove it from this step to use the token of the job.');
    return;
  }
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const signal = AbortSignal.any([giveUp, timeout]);
  try {
    const comment = await withSecondTry(() => write(wish, pull, signal, env), signal);
    if (comment) say.info(`The comment on pull request ${pull.number} is up to date: ${comment.url}`);
  } catch (error) {
    const said = messageOf(error).replaceAll(wish.githubToken, '***');
    const why = giveUp.aborted ? CANCELLED : timeout.aborted ? TIMED_OUT : explain(error, said, pull);
    say.warning(TITLE, why);
  }
}

async function withSecondTry<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isPassing(error) || signal.aborted) throw error;
    await setTimeout(PAUSE_MS, undefined, { signal });
    // Each try looks for the comment first, so that one whose answer was lost is not made twice.
    return work();
  }
}

/** Whether another try may help: GitHub is in trouble, did not answer, or somebody removed the comment meanwhile. */
function isPassing(error: unknown): boolean {
  const status = statusOf(error);
  return status === null || status >= 500 || status === 404;
}

/** @returns null when there is nothing to tell */
async function write(
  wish: CommentWish,
  pull: PullRequest,
  signal: AbortSignal,
  env: NodeJS.ProcessEnv,
): Promise<Comment | null> {
  const marker = markerOf(wish.target);
  const run = { id: Number(env['GITHUB_RUN_ID'] ?? 0), attempt: Number(env['GITHUB_RUN_ATTEMPT'] ?? 1) };
  const start = `${firstLine(marker, run)}\n`;
  const body = start + wish.text(pull.headSha, MAX_BYTES - Buffer.byteLength(start));
  // Octokit is half as large as all the rest; and it may fail over its environment when it is loaded.
  const { openComments } = await import('./comments-api.ts');
  const comments = openComments(wish.githubToken, pull, signal);
  const found = await findOwn(comments, marker);
  if (found.length === 0 && wish.empty) return null;
  if (found.length === 0) {
    const created = await comments.create(body);
    // Another run may have made one at the same moment: both of them look again, and keep the same one.
    const present = await findOwn(comments, marker);
    return keepFirst(comments, present.length > 0 ? present : [created], { marker, run, body });
  }
  return keepFirst(comments, found, { marker, run, body });
}

interface Own {
  readonly marker: string;
  readonly run: RunNumber;
  readonly body: string;
}

/** Leaves the oldest of one's own comments alone, with the newest run's words in it. */
async function keepFirst(
  comments: Comments,
  [first, ...surplus]: readonly Comment[],
  { marker, run, body }: Own,
): Promise<Comment | null> {
  if (!first) return null;
  const newest = [first, ...surplus].find((comment) => isNewer(runOf(marker, comment.body) ?? run, run));
  const wanted = newest?.body ?? body;
  const kept = first.body === wanted ? first : await comments.update(first.id, wanted);
  for (const { id } of surplus) await comments.remove(id).catch(unlessGone);
  return kept;
}

function unlessGone(error: unknown): void {
  if (statusOf(error) !== 404) throw error;
}

/** One's own comments with the marker; somebody else's with the same words is left alone. */
async function findOwn(comments: Comments, marker: string): Promise<Comment[]> {
  const marked = (await comments.list()).filter(({ body }) => runOf(marker, body) !== null);
  if (marked.length === 0) return [];
  const login = await comments.viewer();
  // The GraphQL API leaves the end of an app's login out in places.
  return marked.filter(({ author }) => author === login || author === `${login}[bot]`);
}

function messageOf(error: unknown): string {
  return inertLine(error instanceof Error ? error.message : String(error));
}

function explain(error: unknown, message: string, { fromFork }: PullRequest): string {
  const status = statusOf(error);
  const answer = status === null ? message : `GitHub answered ${status} (${message})`;
  if (/rate limit/i.test(message)) return `${answer}. The next run tries again.`;
  if (status === 401) return `${answer}. Check github-token, or leave it out to use the token of the job.`;
  if (status !== 403 && status !== 404) return `${answer}. The next run tries again.`;
  return fromFork
    ? `${answer}. The token of a pull request from a fork can only read. Set “comment: \${{ !github.event.pull_request.head.repo.fork }}” in this step.`
    : `${answer}. Add “pull-requests: write” under “permissions:” of the job.`;
}

function statusOf(error: unknown): number | null {
  const status = (error as { status?: unknown } | null)?.status;
  // Octokit gives what never got an answer the status 500, and a cause.
  const unanswered = error instanceof Error && error.cause !== undefined;
  return typeof status === 'number' && !unanswered ? status : null;
}
