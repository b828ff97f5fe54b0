import type { Account } from '../aiven/schema.ts';
import { strayLetter } from '../alphabet.ts';
import { Refusal } from '../failure.ts';
import type { Outputs } from '../plan.ts';
import { closestNames } from './names.ts';

/** Whether an account is an organization; otherwise it is an organizational unit. */
export function isOrganization({ parent_account_id }: Account): boolean {
  return parent_account_id === null || parent_account_id === undefined;
}

/** `organization` or `unit`. */
export function kindOf(account: Account): 'organization' | 'unit' {
  return isOrganization(account) ? 'organization' : 'unit';
}

/**
 * Finds an organization or unit by account ID (`a…`), or an organization by organization ID (`org…`).
 * @throws {Refusal} when the token sees none
 */
export function findById(accounts: readonly Account[], id: string): Account {
  const found = accounts.find(
    (account) => account.account_id === id || (account.organization_id === id && isOrganization(account)),
  );
  if (found) return found;
  const named = accounts.filter(({ account_name }) => account_name === id);
  throw new Refusal({
    title: 'parent-id is unknown',
    problem: `The token sees no organization or unit with the ID ${id} (input parent-id).`,
    remedy:
      named.length > 0 ? `That is a name. The ID is ${named.map(identify).join(' or ')}.` : seen(accounts),
  });
}

/**
 * Finds an organization or unit by its exact name.
 * @throws {Refusal} when the token sees none or several
 */
export function findByName(accounts: readonly Account[], name: string): Account {
  const [found, ...others] = accounts.filter(({ account_name }) => account_name === name);
  if (found && others.length === 0) return found;
  if (found) {
    throw new Refusal({
      title: 'organization-name is ambiguous',
      problem: `The token sees ${others.length + 1} accounts called “${name}” (input organization-name): ${[found, ...others].map(identify).join(', ')}.`,
      remedy: 'Name the one you mean by its account ID: set parent-id instead of organization-name.',
    });
  }
  const stray = strayLetter(name);
  const near = closestNames(name, [...new Set(accounts.map(({ account_name }) => account_name))]);
  throw new Refusal({
    title: 'organization-name is unknown',
    problem: `The token sees no organization or unit called exactly “${name}” (input organization-name)${stray ? `; that name has ${stray}` : ''}.`,
    remedy: near.length > 0 ? `Did you mean ${near.map((one) => `“${one}”`).join(' or ')}?` : seen(accounts),
  });
}

/** `a4f0c1d2e3b5 (organization org4f0c1d2e3b5)`, `a4f0c1d2e3b6 (unit of a4f0c1d2e3b5)`. */
export function identify(account: Account): string {
  const { account_id, organization_id, parent_account_id } = account;
  const what = isOrganization(account)
    ? ['organization', organization_id].filter(Boolean).join(' ')
    : `unit of ${parent_account_id}`;
  return `${account_id} (${what})`;
}

/** The outputs that name an organization or unit. */
export function accountOutputs({ account_id, account_name, organization_id }: Account): Outputs {
  return {
    'account-id': account_id,
    'organization-id': organization_id ?? '',
    'organization-name': account_name,
  };
}

/** How many accounts a message lists. */
const MAX_LISTED = 10;

/** The accounts that a token sees, as a way out of a wrong name. */
function seen(accounts: readonly Account[]): string {
  if (accounts.length === 0)
    return 'The token sees no organization at all: check that its user is a member of one.';
  const names = accounts
    .slice(0, MAX_LISTED)
    .map(({ account_name, account_id }) => `“${account_name}” (${account_id})`);
  const more = accounts.length > names.length ? ` and ${accounts.length - names.length} more` : '';
  return `The token sees ${names.join(', ')}${more}.`;
}
