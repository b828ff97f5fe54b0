import type { Account } from '../../aiven/schema.ts';
import { Refusal } from '../../failure.ts';
import type { Narrator } from '../../say.ts';
import { identify } from '../accounts.ts';
import { looksTheSame } from '../names.ts';
import { type Creation, kindOfCreation, siblings } from './creation.ts';

/** The parent is a unit itself, which Aiven lets have no units. */
export function unitsDoNotNest(unit: Account): Refusal {
  return new Refusal({
    title: 'parent-id is a unit',
    problem: `parent-id ${unit.account_id} is the organizational unit “${unit.account_name}”; units do not nest.`,
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

/** Names compare exactly, so what a person takes for the same is created beside it, but not without a word. */
export function warnOfLookalike(creation: Creation, accounts: readonly Account[], say: Narrator): void {
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
