import type { TestContext } from 'node:test';
import { type AivenOptions, type AivenWorld, billingGroup, project } from '../../world/aiven.ts';
import type { ActionResult, RunOptions } from '../../world/run-action.ts';
import { runHere } from '../../world/run-here.ts';
import { EXAMPLE, FOREIGN_OUTPUTS, OTHER, PAYMENTS } from '../org-create/organizations.ts';
import { assertDiscreet } from '../outcome.ts';
import { withAiven } from '../setup.ts';

export { EXAMPLE, FOREIGN_OUTPUTS, OTHER, PAYMENTS };

/** `PUT` of one project, as the contract words it. */
export const BODY = { account_id: 'a0example', add_account_owners_admin_access: true };
/** A billing group of the organization Example. */
export const BILLING_GROUP = '588a8e63-fda7-4ff7-9bff-577debfee604';
export const READS = ['GET /v1/account', 'GET /v1/project'];

/** The Aiven API with a project of each kind, and runs of mode project-assign against it. */
export interface ProjectWorld {
  readonly aiven: AivenWorld;
  /** Runs the action, and holds that nothing secret leaves it. */
  run(inputs: Readonly<Record<string, string>>, options?: RunOptions): Promise<ActionResult>;
  /** Where a project is. */
  owner(name: string): string | null | undefined;
}

/** Unassigned: `zebra`, `alpha`. In the organization Example: `streams`. In its unit: `billing`. Elsewhere: `orders`. */
export async function withProjects(t: TestContext, options: AivenOptions = {}): Promise<ProjectWorld> {
  const aiven = await withAiven(t, {
    accounts: structuredClone([EXAMPLE, PAYMENTS, OTHER]),
    projects: [
      project({ project_name: 'zebra' }),
      project({ project_name: 'streams' }, EXAMPLE),
      project({ project_name: 'billing' }, PAYMENTS),
      project({ project_name: 'orders' }, OTHER),
      project({ project_name: 'alpha' }),
    ],
    billingGroups: [billingGroup({ billing_group_id: BILLING_GROUP }, EXAMPLE)],
    ...options,
  });
  return {
    aiven,
    async run(inputs, runOptions) {
      const common = { mode: 'project-assign', 'aiven-token': aiven.token, 'api-url': aiven.url };
      const result = await runHere({ ...common, ...inputs }, runOptions);
      assertDiscreet(result, aiven.token);
      return result;
    },
    owner: (name) => aiven.projects.get(name)?.account_id,
  };
}

/** The output `projects` as a table: `PROJECT ACCOUNT CHANGED`. */
export function projectsOf({ outputs }: ActionResult): string[] {
  const rows: { project: string; account_id: string | null; changed: boolean }[] = JSON.parse(
    outputs['projects'] ?? '',
  );
  return rows.map(({ project: name, account_id, changed }) => `${name} ${account_id} ${changed}`);
}
