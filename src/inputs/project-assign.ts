import type { CommonRequest, ProjectAssignRequest } from '../modes/request.ts';
import type { Inputs } from './inputs.ts';
import { checkName, complainOfShape, readAccountId, readAccountName, readBillingGroupId } from './names.ts';

/** Reads what mode `project-assign` uses. */
export function readProjectAssign(inputs: Inputs, common: CommonRequest): ProjectAssignRequest {
  return {
    ...common,
    mode: 'project-assign',
    parent: readParent(inputs),
    projects: readProjects(inputs),
    allowMove: inputs.flag('allow-move'),
    billingGroupId: readBillingGroupId(inputs) || null,
  };
}

function readParent(inputs: Inputs): ProjectAssignRequest['parent'] {
  const id = readAccountId(inputs, 'parent-id');
  const name = readAccountName(inputs, 'organization-name');
  if (id !== '' && name !== '')
    inputs.complain(
      'organization-name and parent-id are both set.',
      'Give only one of them: both say where the projects should belong.',
    );
  if (id === '' && name === '')
    inputs.complain(
      'Neither organization-name nor parent-id is set.',
      'Give one of them to say where the projects should belong. After a dry run of org-create, the output account-id stays empty if the organization does not exist yet.',
    );
  return id === '' ? { name } : { id };
}

function readProjects(inputs: Inputs): readonly string[] | '*' {
  const names = inputs.list('project');
  if (inputs.text('project') === '')
    inputs.complain(
      'project is not set.',
      'Give one or more project names, or * for every unassigned project.',
    );
  const stars = names.includes('*');
  if (stars && names.length > 1)
    inputs.complain(
      `project ${inputs.quote(names.join(', '))} mixes * with names.`,
      'Use either * or names.',
    );
  if (complainOfShape(inputs, 'project', names)) return names;
  for (const name of names) if (name !== '*') checkName(inputs, 'project', name);
  return stars ? '*' : names;
}
