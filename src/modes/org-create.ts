import type { Account } from '../aiven/schema.ts';
import type { Narrator } from '../context.ts';
import { Conflict, Refusal } from '../failure.ts';
import { type Plan, type Report, report } from '../plan.ts';
import { accountOutputs, findById, identify, isOrganization } from './accounts.ts';
import type { Mode } from './mode.ts';
import { looksTheSame } from './names.ts';
import { type Creation, kindOfCreation, matching, siblings } from './org/creation.ts';
import { createOnce, settleRace } from './org/once.ts';
import type { OrgCreateRequest } from './request.ts';

/** What is to be created; null when it is there. */
type Steps = Creation | null;

/** The organization, or the unit, exists once. */
export const orgCreate: Mode<OrgCreateRequest, Steps> = {
  async plan({ organizationName, parentId }, { aiven, say }) {
    say.info('Reading the organizations that the token can see.');
    const accounts = await aiven.listAccounts();
    const parent = parentId === null ? null : findById(accounts, parentId);
    if (parent && !isOrganization(parent)) throw unitsDoNotNest(parent);
    const creation: Creation = { name: organizationName, parentAccountId: parent?.account_id ?? null };
    const [existing, ...others] = matching(accounts, creation);
    if (existing && others.length > 0) throw ambiguous(creation, [existing, ...others]);
    if (existing) return foundPlan(creation, existing);
    warnOfLookalike(creation, accounts, say);
    return creationPlan(creation, parent);
  },

  async apply({ steps: creation, report: planned }, request, context) {
    if (creation === null) return planned;
    const created = await createOnce(creation, context).catch(orConflict);
    if (created instanceof Conflict) {
      // Where another run was quicker, what it created is what this one was to create.
      const now = await orgCreate.plan(request, context);
      if (now.steps !== null) throw created;
      context.say.info(`Another run has created the ${kindOfCreation(creation)} meanwhile.`);
      return now.report;
    }
    const winner = await settleRace(creation, created, planned, context);
    return {
      ...planned,
      events: [`${titleOf(creation, '“', '”')} ${howItCame(created, winner)}: ${winner.account_id}.`],
      outputs: accountOutputs(winner),
      nextSteps: nextStepsFor(winner),
    };
  },
};

function orConflict(error: unknown): Conflict {
  if (error instanceof Conflict) return error;
  throw error;
}

function unitsDoNotNest(unit: Account): Refusal {
  return new Refusal({
    title: 'parent-id is a unit',
    problem: `parent-id ${unit.account_id} is the organizational unit “${unit.account_name}”; units do not nest.`,
    remedy: `Give the ID of its organization instead: ${unit.parent_account_id}.`,
  });
}

function ambiguous(creation: Creation, found: readonly Account[]): Refusal {
  return new Refusal({
    title: 'The name is ambiguous',
    problem: `${found.length} ${kindOfCreation(creation)}s are called “${creation.name}” (input organization-name): ${found.map(identify).join(', ')}.`,
    remedy:
      'Decide which one is meant, then rename or remove the others in the Aiven Console; this action deletes nothing.',
  });
}

/** Names compare exactly, so what a person takes for the same is created beside it, but not without a word. */
function warnOfLookalike(creation: Creation, accounts: readonly Account[], say: Narrator): void {
  const alike = siblings(accounts, creation).filter(({ account_name }) =>
    looksTheSame(account_name, creation.name),
  );
  if (alike.length === 0) return;
  const names = alike.map((account) => `“${account.account_name}”, ${identify(account)}`);
  say.warning(
    'A name that looks the same is taken',
    `There is ${names.join(' and ')}, but none called exactly “${creation.name}”. If that is the one you mean, write organization-name as it is spelt there.`,
  );
}

function foundPlan(creation: Creation, existing: Account): Plan<Steps> {
  return {
    steps: null,
    report: report({
      title: titleOf(creation),
      resource: resourceOf(creation),
      already: `The ${kindOfCreation(creation)} “${creation.name}” exists (${existing.account_id}).`,
      changes: [],
      outputs: accountOutputs(existing),
      nextSteps: nextStepsFor(existing),
    }),
  };
}

function creationPlan(creation: Creation, parent: Account | null): Plan<Steps> {
  const resource = resourceOf(creation);
  return {
    steps: creation,
    report: report({
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
    }),
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
  if (created === null) return 'is there, although the answer that it was created got lost';
  return created.account_id === winner.account_id ? 'was created' : 'was created by another run';
}

function nextStepsFor({ account_id }: Account): Report['nextSteps'] {
  return [{ text: `Assign projects to it with mode project-assign and parent-id ${account_id}.` }];
}
