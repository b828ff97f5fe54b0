import { Conflict } from '../../failure.ts';
import { findById, isOrganization } from '../accounts.ts';
import type { Mode } from '../mode.ts';
import type { OrgCreateRequest } from '../request.ts';
import { type Creation, kindOfCreation, matching } from './creation.ts';
import { createOnce, settleRace } from './once.ts';
import { ambiguous, refuseLookalikes, unitsDoNotNest } from './refusals.ts';
import { describeCreated, describeCreation, describeExisting } from './report.ts';

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
    if (existing) return { steps: null, report: describeExisting(creation, existing) };
    refuseLookalikes(creation, accounts);
    return { steps: creation, report: describeCreation(creation, parent) };
  },

  async apply({ steps: creation, report: planned }, request, context) {
    if (creation === null) return planned;
    const created = await createOnce(creation, context).catch(orConflict);
    if (created instanceof Conflict) {
      // Where another run was quicker, what it created is what this one was to create.
      const now = await orgCreate.plan(request, context);
      if (now.steps !== null) throw created;
      context.say.info(`Another run has created the ${kindOfCreation(creation)} in the meantime.`);
      return now.report;
    }
    const winner = await settleRace(creation, created, planned, context);
    return describeCreated(planned, creation, created, winner);
  },
};

function orConflict(error: unknown): Conflict {
  if (error instanceof Conflict) return error;
  throw error;
}
