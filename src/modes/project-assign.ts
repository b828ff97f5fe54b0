import type { Account, Project } from '../aiven/schema.ts';
import type { Context } from '../context.ts';
import { Cancellation, CancelledWrite, Failure } from '../failure.ts';
import { type Change, type Plan, type Report, report } from '../plan.ts';
import { accountOutputs, findById, findByName, kindOf } from './accounts.ts';
import type { Mode } from './mode.ts';
import { inParallel } from './pool.ts';
import { type Assignment, chooseProjects } from './project/choose.ts';
import type { ProjectAssignRequest } from './request.ts';

/** Where the projects go, and which ones. */
interface Steps {
  readonly parent: Account;
  readonly assignments: readonly Assignment[];
}

const AT_ONCE = 8;
/** The log tells about more projects than that in a fold. */
const MAX_LINES = 30;

/** The projects belong to the organization or unit. */
export const projectAssign: Mode<ProjectAssignRequest, Steps> = {
  async plan(request, { aiven, say }) {
    say.info('Reading the organizations and the projects that the token can see.');
    const [accounts, projects] = await Promise.all([aiven.listAccounts(), aiven.listProjects()]);
    const parent = findParent(accounts, request.parent);
    return plan(parent, chooseProjects(request, projects, parent));
  },

  async apply({ steps, report: planned }, _request, context) {
    const { parent, assignments } = steps;
    const due = assignments.filter(({ needed }) => needed);
    if (due.length > 0)
      context.say.info(
        `Assigning ${count(due.length)} to “${parent.account_name}”, at most ${AT_ONCE} at a time.`,
      );
    const work = () => inParallel(AT_ONCE, due, (each) => assign(each, parent, context));
    const results = due.length > MAX_LINES ? await context.say.group(count(due.length), work) : await work();
    const failed = due.flatMap(({ project }, index) =>
      results[index] ? [{ project, failure: results[index] }] : [],
    );
    const done = outcome(planned, steps, new Set(failed.map(({ project }) => project)));
    const [first] = failed;
    if (!first) return done;
    const failure = due.length === 1 ? first.failure : notAll(failed, due.length, parent);
    const cancelled = context.stop.aborted && !(failure instanceof Cancellation);
    throw (cancelled ? asCancelled(failure, context.stop.reason) : failure).with(done);
  },
};

function findParent(accounts: readonly Account[], parent: ProjectAssignRequest['parent']): Account {
  return 'id' in parent ? findById(accounts, parent.id) : findByName(accounts, parent.name);
}

function plan(parent: Account, assignments: readonly Assignment[]): Plan<Steps> {
  const due = assignments.filter(({ needed }) => needed);
  const moves = due.filter(({ from }) => from.account_id);
  return {
    steps: { parent, assignments },
    report: report({
      title: `Projects of ${parent.account_name}`,
      resource: `${kindOf(parent)} ${parent.account_name}`,
      already:
        assignments.length === 0
          ? 'No unassigned project is left that the token can see.'
          : `${count(assignments.length)} ${assignments.length === 1 ? 'belongs' : 'belong'} to “${parent.account_name}” (${parent.account_id}).`,
      changes: due.map((each) => changeOf(each, parent)),
      effects: [
        ...(due.length > 0
          ? [`The administrators of “${parent.account_name}” get access. Services keep running.`]
          : []),
        ...(moves.length > 0
          ? [
              `${count(moves.length)} ${moves.length === 1 ? 'leaves its' : 'leave their'} present organization or unit, whose members may lose access.`,
            ]
          : []),
      ],
      outputs: outputsOf(parent, assignments, new Set()),
    }),
  };
}

function changeOf({ project, from }: Assignment, parent: Account): Change {
  return {
    resource: `project ${project}`,
    path: 'account_id',
    label: 'Organization or unit',
    before: from.account_id ?? null,
    after: parent.account_id,
    names: { ...(from.account_name && { before: from.account_name }), after: parent.account_name },
  };
}

/** @returns null when it worked, otherwise why not */
async function assign(
  { project }: Assignment,
  parent: Account,
  { aiven, say, stop }: Context,
): Promise<Failure | null> {
  const failure = stop.aborted ? stop.reason : await tryToAssign(project, parent, aiven);
  say.info(`Project ${project}: ${failure ? 'not assigned' : 'assigned'}.`);
  return failure;
}

async function tryToAssign(
  project: string,
  { account_id }: Account,
  aiven: Context['aiven'],
): Promise<Failure | null> {
  try {
    const answer = await aiven.assignProject(project, account_id);
    return answer.account_id === account_id ? null : isElsewhere(project, answer);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function isElsewhere(project: string, { account_id }: Project): Failure {
  return new Failure({
    title: 'Aiven did not assign the project',
    problem: `ProjectUpdate for project ${project} was answered without an error, but the project is in ${account_id ?? 'no organization'}.`,
    remedy: 'Look at it in the Aiven Console, then run the step again.',
  });
}

function outcome(planned: Report, { parent, assignments }: Steps, failed: ReadonlySet<string>): Report {
  const changes = planned.changes.filter(({ resource }) => !failed.has(resource.slice('project '.length)));
  return {
    ...planned,
    changes,
    events: changes.length > 0 ? [`${count(changes.length)} assigned to “${parent.account_name}”.`] : [],
    outputs: outputsOf(parent, assignments, failed),
  };
}

function outputsOf(
  parent: Account,
  assignments: readonly Assignment[],
  failed: ReadonlySet<string>,
): Report['outputs'] {
  return {
    ...accountOutputs(parent),
    projects: JSON.stringify(
      assignments.map(({ project, from, needed }) => ({
        project,
        account_id: failed.has(project) ? (from.account_id ?? null) : parent.account_id,
        changed: needed && !failed.has(project),
      })),
    ),
  };
}

interface Failed {
  readonly project: string;
  readonly failure: Failure;
}

function notAll(failed: readonly Failed[], due: number, parent: Account): Failure {
  return new Failure({
    title: 'Not every project was assigned',
    problem: `${failed.length} of ${count(due)} could not be assigned to “${parent.account_name}”:\n${reasons(failed).join('\n')}`,
    remedy: 'Fix these, then run the step again: it does only what is left.',
  });
}

/** A line for each reason, with every project that it holds for: one missing permission is one line, not hundreds. */
function reasons(failed: readonly Failed[]): string[] {
  const same = Map.groupBy(failed, ({ project, failure }) =>
    whyNot(failure).replaceAll(`project ${project}`, 'the project'),
  );
  return [...same].map(([why, [first, ...others]]) =>
    first && others.length === 0
      ? `${first.project}: ${whyNot(first.failure)}`
      : `${[first, ...others].map((each) => each?.project).join(', ')}: ${why}`,
  );
}

/** What a cancellation tells is told once, for all of them. */
function whyNot(failure: Failure): string {
  if (failure instanceof CancelledWrite)
    return 'Under way when the workflow was cancelled: whether it took effect is not known.';
  return failure instanceof Cancellation ? 'Not assigned when the workflow was cancelled.' : failure.message;
}

/** Says the same as a cancellation, which already tells what was done and what was not. */
function asCancelled({ problem }: Failure, reason: Failure): CancelledWrite {
  const { title, remedy } = reason;
  return new CancelledWrite({ title, problem: `${reason.problem} ${problem}`, remedy });
}

function count(projects: number): string {
  return projects === 1 ? '1 project' : `${projects} projects`;
}
