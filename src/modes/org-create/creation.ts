import type { Account } from '../../aiven/schema.ts';

/** An organization, or a unit of a parent, by its name. */
export interface Creation {
  readonly name: string;
  /** Null for an organization. */
  readonly parentAccountId: string | null;
}

/** `organization` or `unit`. */
export function kindOfCreation({ parentAccountId }: Creation): 'organization' | 'unit' {
  return parentAccountId === null ? 'organization' : 'unit';
}

/** The accounts at the level of a creation: organizations are siblings, and so are the units of one parent. */
export function siblings(accounts: readonly Account[], { parentAccountId }: Creation): Account[] {
  return accounts.filter(({ parent_account_id }) => (parent_account_id ?? null) === parentAccountId);
}

/** The accounts that are what a creation asks for. Names compare exactly. */
export function matching(accounts: readonly Account[], creation: Creation): Account[] {
  return siblings(accounts, creation).filter(({ account_name }) => account_name === creation.name);
}
