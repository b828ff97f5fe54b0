import type { Account } from '../../aiven/schema.ts';
import { findById, findByName } from '../accounts.ts';
import type { Mode } from '../mode.ts';
import { inParallel } from '../pool.ts';
import type { ProjectAssignRequest } from '../request.ts';
import { AT_ONCE, assign } from './assign.ts';
import { type Assignment, chooseProjects } from './choose.ts';
import { count } from './count.ts';
import { failureOf } from './failures.ts';
import { describeOutcome, describePlan } from './report.ts';

/** Where the projects go, and which ones. */
interface Steps {
  readonly parent: Account;
  readonly assignments: readonly Assignment[];
}

/** The log tells about more projects than that in a fold. */
const MAX_LINES = 30;

/** The projects belong to the organization or unit. */
export const projectAssign: Mode<ProjectAssignRequest, Steps> = {
  async plan(request, { aiven, say }) {
    say.info('Reading the organizations and the projects that the token can see.');
    const [accounts, projects] = await Promise.all([aiven.listAccounts(), aiven.listProjects()]);
    const parent = findParent(accounts, request.parent);
    const assignments = chooseProjects(request, { accounts, projects }, parent);
    const report = describePlan(parent, assignments, request.billingGroupId);
    return { steps: { parent, assignments }, report };
  },

  async apply({ steps: { parent, assignments }, report: planned }, { billingGroupId }, context) {
    const due = assignments.filter(({ needed }) => needed);
    if (due.length > 0)
      context.say.info(
        `Assigning ${count(due.length)} to “${parent.account_name}”, at most ${AT_ONCE} at a time.`,
      );
    const work = () => inParallel(AT_ONCE, due, (each) => assign(each, parent, billingGroupId, context));
    const results = due.length > MAX_LINES ? await context.say.group(count(due.length), work) : await work();
    const failed = due.flatMap(({ project }, index) =>
      results[index] ? [{ project, failure: results[index] }] : [],
    );
    const names = new Set(failed.map(({ project }) => project));
    const done = describeOutcome(planned, parent, assignments, names);
    const failure = failureOf(failed, due.length, parent, context.stop);
    if (failure) throw failure.with(done);
    return done;
  },
};

function findParent(accounts: readonly Account[], parent: ProjectAssignRequest['parent']): Account {
  return 'id' in parent ? findById(accounts, parent.id) : findByName(accounts, parent.name);
}
