import type { Account } from '../../aiven/schema.ts';
import { Refusal } from '../../failure.ts';
import { identify } from '../accounts.ts';
import { listed, looksTheSame, spelled } from '../names.ts';
import { type Creation, kindOfCreation, siblings } from './creation.ts';

/** The parent is a unit itself, which Aiven lets have no units. */
export function unitsDoNotNest(unit: Account): Refusal {
  return new Refusal({
    title: 'parent-id is a unit',
    problem: `parent-id ${unit.account_id} is the organizational unit “${unit.account_name}”; units cannot be nested.`,
    remedy: `Give the ID of its organization instead: ${unit.parent_account_id}.`,
  });
}

/** Several have the name at this level, so there is no telling which is meant. */
export function ambiguous(creation: Creation, found: readonly Account[]): Refusal {
  return new Refusal({
    title: 'The name is ambiguous',
    problem: `${found.length} ${kindOfCreation(creation)}s are called “${creation.name}” (input organization-name): ${found.map(identify).join(', ')}.`,
    remedy:
      'Decide which one is meant, then rename or remove the others in the Aiven Console; this action deletes nothing.',
  });
}

/**
 * Names compare exactly, so what a person takes for the same would be created beside it.
 * @throws {Refusal} when there is one at this level
 */
export function refuseLookalikes(creation: Creation, accounts: readonly Account[]): void {
  const alike = siblings(accounts, creation).filter(({ account_name }) =>
    looksTheSame(account_name, creation.name),
  );
  if (alike.length === 0) return;
  const names = alike.map((account) => `${spelled(account.account_name)}, ${identify(account)}`);
  throw new Refusal({
    title: 'A name that looks the same is taken',
    problem: `The ${kindOfCreation(creation)} ${spelled(creation.name)} (input organization-name) would exist next to ${listed(names)}: the names differ only in case, spaces, quotation marks or letters that look alike.`,
    remedy:
      'If that is the one you mean, write organization-name as it is spelled there. If you want both, create the second one in the Aiven Console; this step then finds it.',
  });
}
