import type { Account } from '../aiven/schema.ts';
import { Refusal } from '../failure.ts';

/** Whether an account is an organization; otherwise it is an organizational unit. */
export function isOrganization({ parent_account_id }: Account): boolean {
  return parent_account_id === null || parent_account_id === undefined;
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
  throw new Refusal({
    title: 'parent-id is unknown',
    problem: `The token sees no organization or unit with the ID ${id} (input parent-id).`,
    remedy: seen(accounts),
  });
}

/**
 * The account for a name that should be there once.
 * @param matches the accounts with that name
 * @param what what it is called in the message
 * @throws {Refusal} when several have it: a person has to decide which one is meant
 */
export function onlyOne(matches: readonly Account[], what: string): Account | undefined {
  if (matches.length <= 1) return matches[0];
  const ids = matches.map(({ account_id, organization_id }) =>
    organization_id ? `${account_id} (${organization_id})` : account_id,
  );
  throw new Refusal({
    title: 'The name is ambiguous',
    problem: `${matches.length} accounts are called ${what}: ${ids.join(', ')}.`,
    remedy:
      'Decide which one is meant, then rename or remove the others in the Aiven Console; this action deletes nothing.',
  });
}

/** The accounts that a token sees, as a way out of a wrong name. */
export function seen(accounts: readonly Account[]): string {
  if (accounts.length === 0) return 'It sees no organization at all: check that its user is a member of one.';
  const names = accounts
    .slice(0, 10)
    .map(({ account_name, account_id }) => `“${account_name}” (${account_id})`);
  const more = accounts.length > names.length ? ` and ${accounts.length - names.length} more` : '';
  return `It sees ${names.join(', ')}${more}.`;
}
