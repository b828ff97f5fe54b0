import { LostAnswer } from '../aiven/api.ts';
import type { Account } from '../aiven/schema.ts';
import type { Context } from '../context.ts';
import { Failure, Refusal } from '../failure.ts';
import { type Change, type Outputs, type Plan, type Report, report } from '../plan.ts';
import { findById, isOrganization, onlyOne } from './accounts.ts';
import type { Mode } from './mode.ts';
import type { OrgCreateRequest } from './request.ts';

/** What is to be created; null when it is there. */
interface Creation {
  readonly name: string;
  readonly parentAccountId: string | null;
}
type Steps = Creation | null;

/** The organization, or the unit, exists once. */
export const orgCreate: Mode<OrgCreateRequest, Steps> = {
  async plan(request, { aiven, say }) {
    say.info('Reading the organizations that the token can see.');
    const accounts = await aiven.listAccounts();
    const parent = request.parentId === null ? null : findById(accounts, request.parentId);
    if (parent && !isOrganization(parent)) throw unitsDoNotNest(parent);
    const creation: Creation = {
      name: request.organizationName,
      parentAccountId: parent?.account_id ?? null,
    };
    const existing = onlyOne(matching(accounts, creation), `“${creation.name}”`);
    return existing ? foundPlan(creation, existing) : creationPlan(creation, parent);
  },

  async apply(plan, _request, context) {
    if (plan.steps === null) return plan.report;
    const created = await createOnce(plan.steps, context);
    const winner = await settleRace(plan.steps, created, plan.report, context);
    const lost = created !== null && winner.account_id !== created.account_id;
    return {
      ...plan.report,
      events: [
        `${capital(kindOf(plan.steps))} “${winner.account_name}” ${created && !lost ? 'was created' : 'was created by another run'}: ${winner.account_id}.`,
      ],
      outputs: outputsOf(winner),
      nextSteps: nextStepsFor(winner),
      links: [],
    };
  },
};

/** An organization's siblings are the organizations; a unit's are the units of its parent. Names compare exactly. */
function matching(accounts: readonly Account[], { name, parentAccountId }: Creation): Account[] {
  return accounts.filter(
    (account) => account.account_name === name && (account.parent_account_id ?? null) === parentAccountId,
  );
}

function unitsDoNotNest(unit: Account): Refusal {
  return new Refusal({
    title: 'parent-id is a unit',
    problem: `parent-id ${unit.account_id} is the organizational unit “${unit.account_name}”; units do not nest.`,
    remedy: `Give the ID of its organization instead: ${unit.parent_account_id}.`,
  });
}

function kindOf({ parentAccountId }: Creation): 'organization' | 'unit' {
  return parentAccountId === null ? 'organization' : 'unit';
}

function foundPlan(creation: Creation, existing: Account): Plan<Steps> {
  const resource = `${kindOf(creation)} ${creation.name}`;
  return {
    steps: null,
    report: report({
      title: `${capital(kindOf(creation))} ${creation.name}`,
      resource,
      already: `The ${kindOf(creation)} “${creation.name}” exists (${existing.account_id}).`,
      changes: [],
      outputs: outputsOf(existing),
      nextSteps: nextStepsFor(existing),
    }),
  };
}

function creationPlan(creation: Creation, parent: Account | null): Plan<Steps> {
  const kind = kindOf(creation);
  const resource = `${kind} ${creation.name}`;
  const change: Change = {
    resource,
    path: 'account_name',
    label: 'Name',
    before: null,
    after: creation.name,
  };
  const organizationId = parent?.organization_id;
  return {
    steps: creation,
    report: report({
      title: `${capital(kind)} ${creation.name}`,
      resource,
      already: '',
      changes: [change],
      effects: [
        parent
          ? `Creates an organizational unit in the organization “${parent.account_name}”.`
          : 'Creates an organization. The user of the token becomes its administrator.',
      ],
      outputs: {
        'organization-name': creation.name,
        ...(organizationId && { 'organization-id': organizationId }),
      },
    }),
  };
}

/**
 * Creates it without ever repeating blindly: after a lost answer it looks first whether it is there.
 * @returns what was created, or null when looking found it
 */
async function createOnce(creation: Creation, context: Context): Promise<Account | null> {
  const { aiven, say, clock, stop } = context;
  const startedAt = clock.now();
  for (let attempt = 1; ; attempt++) {
    if (stop.aborted) throw stop.reason;
    say.info(`Creating the ${kindOf(creation)} “${creation.name}”.`);
    try {
      const created = await aiven.createAccount(creation.name, creation.parentAccountId);
      confirmCreated(creation, created);
      return created;
    } catch (error) {
      if (!(error instanceof LostAnswer)) throw error;
      await aiven.pauseAfterLoss(error, attempt, startedAt);
      say.info('Looking whether it was created all the same.');
      if (matching(await aiven.listAccounts(), creation).length > 0) return null;
    }
  }
}

function confirmCreated(creation: Creation, { account_name, account_id }: Account): void {
  if (account_name === creation.name) return;
  throw new Failure({
    title: 'Aiven created something else',
    problem: `AccountCreate was asked for “${creation.name}” and answered “${account_name}” (${account_id}).`,
    remedy: 'Look at it in the Aiven Console before running the step again.',
  });
}

/**
 * Looks again: when several runs created the same name at once, all of them agree on the oldest one, and among equally
 * old ones on the smallest ID.
 */
async function settleRace(
  creation: Creation,
  created: Account | null,
  planned: Report,
  { aiven, say }: Context,
): Promise<Account> {
  const found = await aiven.listAccounts().catch((error: unknown) => {
    throw created && error instanceof Failure
      ? error.with({ ...planned, outputs: outputsOf(created), events: [`Created ${created.account_id}.`] })
      : error;
  });
  const candidates = matching(found, creation);
  if (created && !candidates.some(({ account_id }) => account_id === created.account_id))
    candidates.push(created);
  const [winner, ...surplus] = candidates.sort(olderFirst);
  if (!winner) {
    throw new Failure({
      title: 'The creation cannot be confirmed',
      problem: `The ${kindOf(creation)} “${creation.name}” was seen and is gone again.`,
      remedy: 'Look at the organizations in the Aiven Console, then run the step again.',
    });
  }
  if (surplus.length > 0) {
    const ids = surplus.map(({ account_id }) => account_id).join(', ');
    say.warning(
      'Created more than once',
      `Several runs created “${creation.name}” at the same time. All of them use ${winner.account_id}; surplus: ${ids}. Remove the surplus in the Aiven Console: the next run stops while the name is ambiguous.`,
    );
  }
  return winner;
}

function olderFirst(one: Account, other: Account): number {
  const age = Date.parse(one.create_time ?? '') - Date.parse(other.create_time ?? '');
  if (age !== 0 && !Number.isNaN(age)) return age;
  return one.account_id < other.account_id ? -1 : 1;
}

function outputsOf({ account_id, account_name, organization_id }: Account): Outputs {
  return {
    'account-id': account_id,
    'organization-id': organization_id ?? '',
    'organization-name': account_name,
  };
}

function nextStepsFor({ account_id }: Account) {
  return [{ text: `Assign projects to it with mode project-assign and parent-id ${account_id}.` }];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
