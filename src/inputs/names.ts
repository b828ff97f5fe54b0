import { strayLetter } from '../alphabet.ts';
import type { Inputs } from './inputs.ts';

/** AccountCreate, as Aiven's Terraform provider generates it from the API's schema: `account_name`, 83 at most. */
const LONGEST_ORGANIZATION_NAME = 83;
/** As in Aiven's Kubernetes operator, whose schemas come from the API's: `project` and `serviceName`. */
const LONGEST_NAME = { project: 63, 'service-name': 64 } as const;

/** Reads the name of an organization or unit that is to exist. */
export function readNewName(inputs: Inputs, name: 'organization-name'): string {
  const given = readAccountName(inputs, name);
  const length = [...given].length;
  if (given === '')
    inputs.complain(`${name} is not set.`, 'Give the name that the organization or unit should have.');
  if (length > LONGEST_ORGANIZATION_NAME)
    inputs.complain(
      `${name} ${inputs.quote(given)} is ${length} characters long, but Aiven allows ${LONGEST_ORGANIZATION_NAME}.`,
      'Use a shorter one.',
    );
  return given;
}

/** Reads the name of an organization or unit; empty where there is none. */
export function readAccountName(inputs: Inputs, name: 'organization-name'): string {
  const given = inputs.text(name);
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(given))
    inputs.complain(
      `${name} ${inputs.quote(given)} contains a line break or another control character.`,
      'Give it on one line.',
    );
  return given;
}

/** Reads the ID of an organization or unit; empty where there is none. */
export function readAccountId(inputs: Inputs, name: 'parent-id'): string {
  const given = inputs.text(name);
  if (given !== '' && !/^(a|org)[A-Za-z0-9_-]+$/.test(given))
    inputs.complain(
      `${name} ${inputs.quote(given)} is neither an account ID (a…) nor an organization ID (org…).`,
      'Use, for example, the output account-id of mode org-create. A name goes into organization-name.',
    );
  return given;
}

/**
 * Complains, once for the whole list, about the way in which it is written.
 * @returns whether there was something to complain about, which explains what is wrong with the items
 */
export function complainOfShape(
  inputs: Inputs,
  input: 'project' | 'unset' | 'sasl-mechanisms',
  items: readonly string[],
): boolean {
  const shape = SHAPES.find(({ at }) => items.some((item) => at.test(item)));
  if (shape) inputs.complain(`${input} ${inputs.quote(inputs.text(input))} has ${shape.has} in it.`, LIST);
  return shape !== undefined;
}

const LIST = 'Give just the names, separated by commas or new lines.';

/** What no name has that a list takes. */
const SHAPES = [
  { at: /["'`\u00ab\u00bb\u2018-\u201f]/, has: 'quotation marks' },
  { at: /[[\]{}]/, has: 'brackets' },
  { at: /(?:^|\s)#/, has: 'a comment (#)' },
  { at: /;|\|/, has: 'a character that does not separate items' },
];

const NAME = /^[A-Za-z0-9_-]+$/;

/** BillingGroupGet, as Aiven's Terraform provider generates it: `billing_group_id`, a UUID, 36 characters at most. */
const LONGEST_BILLING_GROUP_ID = 36;

/** Reads the ID of a billing group; empty where there is none. */
export function readBillingGroupId(inputs: Inputs): string {
  const name = 'billing-group-id';
  const given = inputs.text(name);
  if (given === '') return given;
  if (/^(a|org)[0-9a-f]{8,}$/.test(given)) {
    inputs.complain(
      `${name} ${inputs.quote(given)} is the ID of an organization or unit.`,
      'Give the ID of a billing group, such as 588a8e63-fda7-4ff7-9bff-577debfee604. The organization or unit that the project should belong to goes into parent-id.',
    );
  } else if (!/^[A-Za-z0-9_-]+$/.test(given) || given.length > LONGEST_BILLING_GROUP_ID) {
    inputs.complain(
      `${name} ${inputs.quote(given)} is not the ID of a billing group, such as 588a8e63-fda7-4ff7-9bff-577debfee604.`,
      'Copy the ID from the billing group in the Aiven Console, under Billing. A name is not accepted.',
    );
  }
  return given;
}

/** Complains about what cannot be the name of a project or service. */
export function checkName(inputs: Inputs, input: keyof typeof LONGEST_NAME, given: string): void {
  const longest = LONGEST_NAME[input];
  if (NAME.test(given) && given.length <= longest) return;
  const stray = strayLetter(given);
  if (stray) {
    inputs.complain(
      `${input} ${inputs.quote(given)} has ${stray}; names at Aiven have only Latin letters.`,
      'Type it again, or copy it from the Aiven Console.',
    );
    return;
  }
  inputs.complain(
    `${input} ${inputs.quote(given)} is not a valid name at Aiven: those have only letters, digits, - and _, and at most ${longest} characters.`,
    'Give just the name, as the Aiven Console shows it.',
  );
}
