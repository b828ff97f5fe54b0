import type { TestContext } from 'node:test';
import { type AivenWorld, account, project } from '../../world/aiven.ts';
import { type GitHubOptions, type GitHubWorld, pullRequestEvent, startGitHub } from '../../world/github.ts';
import { type ActionResult, type RunOptions, runAction } from '../../world/run-action.ts';
import { assertDiscreet } from '../outcome.ts';
import { withAiven } from '../setup.ts';

/** A pull request whose workflow plans to assign every unassigned project, in the quickest mode there is. */
export interface CommentWorld {
  readonly github: GitHubWorld;
  readonly aiven: AivenWorld;
  /** Runs the action with `comment: true` in a dry run, and holds that no token leaves it. */
  run(inputs?: Readonly<Record<string, string>>, options?: RunOptions): Promise<ActionResult>;
  /** Has one more unassigned project, which the next plan shows. */
  appear(name: string): void;
  /** The text of the only comment that carries a marker. */
  comment(): string;
}

export async function withPullRequest(t: TestContext, options: GitHubOptions = {}): Promise<CommentWorld> {
  const github = await startGitHub(options);
  t.after(() => github.close());
  const aiven = await withAiven(t, {
    accounts: [account({ account_name: 'Example', account_id: 'a1b2c3d4e5f6' })],
    projects: [project({ project_name: 'orders' })],
  });
  return {
    github,
    aiven,
    async run(inputs = {}, { env, ...more } = {}) {
      const result = await runAction(
        {
          mode: 'project-assign',
          'aiven-token': aiven.token,
          'api-url': aiven.url,
          'organization-name': 'Example',
          project: '*',
          'dry-run': 'true',
          comment: 'true',
          'github-token': github.token,
          ...inputs,
        },
        { event: pullRequestEvent(), env: { GITHUB_API_URL: github.url, ...env }, ...more },
      );
      assertDiscreet(result, aiven.token);
      assertDiscreet(result, github.token);
      return result;
    },
    appear: (name) => void aiven.projects.set(name, project({ project_name: name })),
    comment() {
      const marked = github.comments.filter(({ body }) => body.startsWith('<!-- aiven-kafka-oidc-action '));
      const [only] = marked;
      if (!only || marked.length > 1) throw new Error(`${marked.length} comments carry a marker`);
      return only.body;
    },
  };
}
