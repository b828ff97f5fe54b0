import { ADMIN, type Call, findAccount, findBillingGroup, findOrganization, needs, now } from './call.ts';
import { ApiError, invalidInput, notFound } from './errors.ts';
import { type Account, account, unit } from './objects.ts';
import type { State } from './state.ts';

/** UserInfo: who the token belongs to. */
export function userInfo({ projects }: State): unknown {
  return {
    user: {
      auth: ['token'],
      create_time: '2025-01-01T00:00:00Z',
      project_membership: Object.fromEntries([...projects.keys()].map((name) => [name, 'admin'])),
      projects: [...projects.keys()],
      real_name: 'Deploy bot',
      state: 'active',
      token_validity_begin: null,
      user: 'deploy-bot@example.com',
      user_id: 'u3f1c0d2e4b5a',
    },
  };
}

/** AccountList: organizations and units alike. */
export function listAccounts(state: State): unknown {
  if (state.listFlakes > 0) {
    state.listFlakes--;
    throw notFound('Account');
  }
  const { accounts, unlisted } = state;
  const listed = [...accounts.values()].filter(({ account_id }) => (unlisted.get(account_id) ?? 0) === 0);
  for (const [id, reads] of unlisted) unlisted.set(id, Math.max(0, reads - 1));
  return { accounts: listed };
}

/** AccountCreate. A name that is taken already is no obstacle: Aiven does not keep names unique. */
export function createAccount(state: State, { body }: Call): unknown {
  const { account_name, parent_account_id = null } = body as {
    account_name: string;
    parent_account_id?: string | null;
  };
  if (account_name.trim() === '' || account_name.length > 83) {
    throw invalidInput(`account_name: ${JSON.stringify(account_name)} does not have 1 to 83 characters`);
  }
  const times = { create_time: now(), update_time: now() };
  const created =
    parent_account_id === null
      ? account({ account_name, ...times })
      : unit(parentFor(state, parent_account_id), { account_name, ...times });
  state.accounts.set(created.account_id, created);
  state.unlisted.set(created.account_id, state.listLag);
  return { account: created };
}

function parentFor(state: State, accountId: string): Account {
  const parent = findAccount(state, accountId);
  if (parent.parent_account_id !== null) {
    throw new ApiError(400, 'Organizational units cannot be nested', 'parent_account_too_deep');
  }
  needs(state, [ADMIN]);
  return parent;
}

/** AccountGet. */
export function getAccount(state: State, { params }: Call): unknown {
  return { account: findAccount(state, params['account_id'] ?? '') };
}

/** UserOrganizationsList. */
export function listOrganizations({ accounts }: State): unknown {
  const roots = [...accounts.values()].filter(({ parent_account_id }) => parent_account_id === null);
  return { organizations: roots.map(organization) };
}

/** OrganizationGet. The answer is flat: there is no `organization` around it. */
export function getOrganization(state: State, { params }: Call): unknown {
  return organization(findOrganization(state, params['organization_id'] ?? ''));
}

function organization({
  account_id,
  account_name,
  organization_id,
  create_time,
  update_time,
}: Account): unknown {
  return {
    account_id,
    create_time,
    default_governance_user_group_id: null,
    organization_id,
    organization_name: account_name,
    tier: 'business',
    update_time,
  };
}

/** OrganizationBillingGroupList. */
export function listBillingGroups(state: State, { params }: Call): unknown {
  const { organization_id } = findOrganization(state, params['organization_id'] ?? '');
  const groups = [...state.billingGroups.values()];
  return { billing_groups: groups.filter((group) => group.organization_id === organization_id) };
}

/** OrganizationBillingGroupGet; flat. */
export function getBillingGroup(state: State, { params }: Call): unknown {
  const { organization_id } = findOrganization(state, params['organization_id'] ?? '');
  const group = findBillingGroup(state, params['billing_group_id'] ?? '');
  if (group.organization_id !== organization_id) throw notFound('Billing group');
  return group;
}
