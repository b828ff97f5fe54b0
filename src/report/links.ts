import type { Link } from '../plan.ts';

/** The commit of a pull request that a comment speaks of. */
export function commitLink({ GITHUB_SERVER_URL, GITHUB_REPOSITORY }: NodeJS.ProcessEnv, sha: string): Link[] {
  return GITHUB_SERVER_URL && GITHUB_REPOSITORY && sha
    ? [
        {
          label: `For commit ${sha.slice(0, 7)}`,
          url: `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/commit/${encodeURIComponent(sha)}`,
        },
      ]
    : [];
}

/** The page of this run. */
export function runLink({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID }: NodeJS.ProcessEnv): Link[] {
  return GITHUB_SERVER_URL && GITHUB_REPOSITORY && GITHUB_RUN_ID
    ? [{ label: 'This run', url: `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}` }]
    : [];
}
