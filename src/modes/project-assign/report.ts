import type { Account } from '../../aiven/schema.ts';
import { type Change, type Report, report } from '../../plan.ts';
import { accountOutputs, kindOf } from '../accounts.ts';
import { type Assignment, changesOrganizations } from './choose.ts';
import { count } from './count.ts';

/**
 * What is to be assigned.
 * @param billingGroupId who pays for the projects that change organizations
 */
export function describePlan(
  parent: Account,
  assignments: readonly Assignment[],
  billingGroupId: string | null,
): Report {
  const due = assignments.filter(({ needed }) => needed);
  return report({
    title: `Projects of ${parent.account_name}`,
    resource: `${kindOf(parent)} ${parent.account_name}`,
    already: alreadyThere(parent, assignments.length),
    changes: due.map((each) => changeOf(each, parent)),
    effects: effectsOf(due, parent, billingGroupId),
    outputs: outputsOf(parent, assignments, new Set()),
  });
}

/**
 * What was assigned.
 * @param failed the names of the projects that were to be and were not
 */
export function describeOutcome(
  planned: Report,
  parent: Account,
  assignments: readonly Assignment[],
  failed: ReadonlySet<string>,
): Report {
  const changes = planned.changes.filter(({ resource }) => !failed.has(resource.slice('project '.length)));
  return {
    ...planned,
    changes,
    events: changes.length > 0 ? [`${count(changes.length)} assigned to “${parent.account_name}”.`] : [],
    outputs: outputsOf(parent, assignments, failed),
  };
}

function alreadyThere({ account_name, account_id }: Account, projects: number): string {
  if (projects === 0) return 'No unassigned project is left that the token can see.';
  return `${count(projects)} ${projects === 1 ? 'belongs' : 'belong'} to “${account_name}” (${account_id}).`;
}

function effectsOf(
  due: readonly Assignment[],
  { account_name }: Account,
  billingGroupId: string | null,
): string[] {
  const moves = due.filter(({ from }) => from.account_id).length;
  const leaving = due.filter(changesOrganizations).length;
  return [
    ...(due.length > 0 ? [`The administrators of “${account_name}” get access. Services keep running.`] : []),
    ...(moves > 0
      ? [
          `${count(moves)} ${moves === 1 ? 'leaves its' : 'leave their'} current organization or unit, whose members may lose access.`,
        ]
      : []),
    ...(leaving > 0
      ? [
          `${count(leaving)} ${leaving === 1 ? 'changes' : 'change'} organizations; billing group ${billingGroupId} pays from then on.`,
        ]
      : []),
  ];
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
