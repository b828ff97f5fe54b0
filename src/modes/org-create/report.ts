import type { Account } from '../../aiven/schema.ts';
import { type Report, report } from '../../plan.ts';
import { accountOutputs } from '../accounts.ts';
import { type Creation, kindOfCreation } from './creation.ts';

/** It is there already. */
export function describeExisting(creation: Creation, existing: Account): Report {
  return report({
    title: titleOf(creation),
    resource: resourceOf(creation),
    already: `The ${kindOfCreation(creation)} “${creation.name}” exists (${existing.account_id}).`,
    changes: [],
    outputs: accountOutputs(existing),
    nextSteps: nextStepsFor(existing),
  });
}

/** It is to be created. */
export function describeCreation(creation: Creation, parent: Account | null): Report {
  const resource = resourceOf(creation);
  return report({
    title: titleOf(creation),
    resource,
    already: '',
    changes: [{ resource, path: 'account_name', label: 'Name', before: null, after: creation.name }],
    effects: [
      parent
        ? `Creates an organizational unit in the organization “${parent.account_name}”.`
        : 'Creates an organization. The user of the token becomes its administrator.',
    ],
    // Its account ID, and the ID of a new organization, are Aiven's to give.
    outputs: {
      'organization-name': creation.name,
      ...(parent?.organization_id && { 'organization-id': parent.organization_id }),
    },
  });
}

/**
 * It was created, by this run or another.
 * @param created what this run created; null when the answer to that was lost
 * @param winner the one that is kept
 */
export function describeCreated(
  planned: Report,
  creation: Creation,
  created: Account | null,
  winner: Account,
): Report {
  return {
    ...planned,
    events: [`${titleOf(creation, '“', '”')} ${howItCame(created, winner)}: ${winner.account_id}.`],
    outputs: accountOutputs(winner),
    nextSteps: nextStepsFor(winner),
  };
}

function resourceOf(creation: Creation): string {
  return `${kindOfCreation(creation)} ${creation.name}`;
}

function titleOf(creation: Creation, open = '', close = ''): string {
  const kind = kindOfCreation(creation) === 'organization' ? 'Organization' : 'Unit';
  return `${kind} ${open}${creation.name}${close}`;
}

function howItCame(created: Account | null, winner: Account): string {
  if (created === null) return 'is there, although the answer that confirmed it was lost';
  return created.account_id === winner.account_id ? 'was created' : 'was created by another run';
}

function nextStepsFor({ account_id }: Account): Report['nextSteps'] {
  return [{ text: `Assign projects to it with mode project-assign and parent-id ${account_id}.` }];
}
