import type { Account } from '../../aiven/schema.ts';
import { Failure } from '../../failure.ts';
import type { Report } from '../../plan.ts';
import { accountOutputs } from '../accounts.ts';
import type { Context } from '../mode.ts';
import { type Creation, kindOfCreation, matching } from './creation.ts';

/**
 * After a creation, how long to wait before looking who else created the same: `create_time` counts in seconds, so all that
 * are equally old must be there by then, or runs could disagree on the smallest ID among them.
 */
const EQUALLY_OLD_MS = 1_200;

/**
 * Creates it, without ever repeating blindly.
 * @returns what was created; null when the answer was lost, and looking found it
 */
export async function createOnce(creation: Creation, { aiven, say, stop }: Context): Promise<Account | null> {
  if (stop.aborted) throw stop.reason;
  say.info(`Creating the ${kindOfCreation(creation)} “${creation.name}”.`);
  const created = await aiven.createAccount(creation.name, creation.parentAccountId);
  if (created) confirmCreated(creation, created);
  return created;
}

function confirmCreated(creation: Creation, created: Account): void {
  if (matching([created], creation).length === 1) return;
  const { account_name, account_id, parent_account_id } = created;
  const what = parent_account_id ? `a unit of ${parent_account_id}` : 'an organization';
  throw new Failure({
    title: 'Aiven created something else',
    problem: `AccountCreate was asked for the ${kindOfCreation(creation)} “${creation.name}” and answered with ${what}, “${account_name}” (${account_id}).`,
    remedy: 'Look at it in the Aiven Console before running the step again.',
  });
}

/**
 * The account to go on with: looks again, since when several runs created the same name at once, all of them agree on the
 * oldest one, and among equally old ones on the smallest ID. The run whose creation lost says so.
 * @param created what this run created, null when it found what it looked for
 * @throws {Failure} when it cannot look, or nothing is there
 */
export async function settleRace(
  creation: Creation,
  created: Account | null,
  planned: Report,
  { aiven, clock, say }: Context,
): Promise<Account> {
  const kind = kindOfCreation(creation);
  const candidates = await look().catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    const event = created
      ? `The ${kind} “${creation.name}” was created: ${created.account_id}. Whether another run created the same one at the same time was not checked.`
      : `The ${kind} “${creation.name}” is there, although the answer that confirmed it was lost.`;
    const outputs = created ? accountOutputs(created) : planned.outputs;
    throw error.with({ ...planned, outputs, events: [event] });
  });
  const [winner, ...surplus] = candidates.sort(olderFirst);
  if (!winner) {
    throw new Failure({
      title: 'The creation cannot be confirmed',
      problem: `The ${kind} “${creation.name}” was there and is gone again.`,
      remedy: 'Look at the organizations in the Aiven Console, then run the step again.',
    });
  }
  // When the answer was lost, nobody knows whose creation is whose.
  const mine = surplus.filter(({ account_id }) => created === null || account_id === created.account_id);
  if (mine.length > 0) {
    const ids = mine.map(({ account_id }) => account_id).join(', ');
    say.warning(
      'Created more than once',
      `Several runs created “${creation.name}” at the same time. All of them use ${winner.account_id}; surplus: ${ids}. Remove the surplus in the Aiven Console: the next run stops while the name is ambiguous.`,
    );
  }
  return winner;

  async function look(): Promise<Account[]> {
    await clock.sleep(EQUALLY_OLD_MS);
    const found = matching(await aiven.listAccounts(), creation);
    const listed = found.some(({ account_id }) => account_id === created?.account_id);
    return created && !listed ? [...found, created] : found;
  }
}

function olderFirst(one: Account, other: Account): number {
  const age = Date.parse(one.create_time ?? '') - Date.parse(other.create_time ?? '');
  if (age !== 0 && !Number.isNaN(age)) return age;
  return one.account_id < other.account_id ? -1 : 1;
}
