import { LostAnswer } from '../../aiven/api.ts';
import type { Account } from '../../aiven/schema.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../failure.ts';
import type { Report } from '../../plan.ts';
import { accountOutputs } from '../accounts.ts';
import { type Creation, kindOfCreation, matching } from './creation.ts';

/**
 * Creates it without ever repeating blindly: after a lost answer it looks first whether it is there.
 * @returns what was created, or null when looking found it
 */
export async function createOnce(creation: Creation, context: Context): Promise<Account | null> {
  const { aiven, say, clock, stop } = context;
  const startedAt = clock.now();
  for (let attempt = 1; ; attempt++) {
    if (stop.aborted) throw stop.reason;
    say.info(`Creating the ${kindOfCreation(creation)} “${creation.name}”.`);
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
 * The account to go on with: looks again, since when several runs created the same name at once, all of them agree on the oldest one, and among equally
 * old ones on the smallest ID. Says which ones are surplus.
 * @param created what this run created, null when it found what it looked for
 * @throws {Failure} when it cannot look, or nothing is there
 */
export async function settleRace(
  creation: Creation,
  created: Account | null,
  planned: Report,
  { aiven, say }: Context,
): Promise<Account> {
  const found = await aiven.listAccounts().catch((error: unknown) => {
    if (!created || !(error instanceof Failure)) throw error;
    const events = [`Created ${created.account_id}.`];
    throw error.with({ ...planned, outputs: accountOutputs(created), events });
  });
  const candidates = matching(found, creation);
  if (created && !candidates.some(({ account_id }) => account_id === created.account_id))
    candidates.push(created);
  const [winner, ...surplus] = candidates.sort(olderFirst);
  if (!winner) {
    throw new Failure({
      title: 'The creation cannot be confirmed',
      problem: `The ${kindOfCreation(creation)} “${creation.name}” was seen and is gone again.`,
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
