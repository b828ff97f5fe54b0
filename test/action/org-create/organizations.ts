import type { TestContext } from 'node:test';
import { type Account, type AivenOptions, type AivenWorld, account, unit } from '../../world/aiven.ts';
import type { ActionResult, RunOptions } from '../../world/run-action.ts';
import { runHere } from '../../world/run-here.ts';
import { assertDiscreet } from '../outcome.ts';
import { withAiven } from '../setup.ts';

/** An organization with a unit, and another one beside it. */
export const EXAMPLE = account({
  account_name: 'Example',
  account_id: 'a0example',
  organization_id: 'org0example',
});
export const PAYMENTS = unit(EXAMPLE, { account_name: 'Payments', account_id: 'a0payments' });
export const OTHER = account({ account_name: 'Other', account_id: 'a0other', organization_id: 'org0other' });

export const ACCOUNTS = '/v1/account';

/** The Aiven API, and runs of mode org-create against it. */
export interface OrganizationWorld {
  readonly aiven: AivenWorld;
  /** Runs the action, and holds that nothing secret leaves it. */
  run(inputs: Readonly<Record<string, string>>, options?: RunOptions): Promise<ActionResult>;
  /** The accounts with this name. */
  named(name: string): Account[];
}

export async function withOrganizations(
  t: TestContext,
  options: AivenOptions = {},
): Promise<OrganizationWorld> {
  const accounts = options.accounts ?? [EXAMPLE, PAYMENTS, OTHER];
  const aiven = await withAiven(t, { ...options, accounts: structuredClone(accounts) as Account[] });
  return {
    aiven,
    async run(inputs, runOptions) {
      const common = { mode: 'org-create', 'aiven-token': aiven.token, 'api-url': aiven.url };
      const result = await runHere({ ...common, ...inputs }, runOptions);
      assertDiscreet(result, aiven.token);
      return result;
    },
    named: (name) => [...aiven.accounts.values()].filter(({ account_name }) => account_name === name),
  };
}

/** The outputs that only other modes set. */
export const FOREIGN_OUTPUTS = {
  'service-config': '',
  'service-state': '',
  'bootstrap-servers': '',
  'client-properties': '',
  'librdkafka-config': '',
  principals: '',
};
