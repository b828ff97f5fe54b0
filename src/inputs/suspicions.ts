import type { Finding } from '../finding.ts';
import { splitList } from '../kafka/settings.ts';
import type { Inputs } from './inputs.ts';
import { SLIPS_IN, slipIn } from './slips.ts';

/** A setting whose value is text. */
type TextInput = keyof typeof SLIPS_IN;

/**
 * What looks wrong in the value of a setting: the plainest sign alone, since one slip shows in several ways.
 * @param value as brokers would get it
 * @returns null when nothing does
 */
export function suspicionOf(inputs: Inputs, input: string, value: string): Finding | null {
  if (!isTextInput(input)) return null;
  const slip = slipIn(input, input === 'expected-audience' ? splitList(value) : [value]);
  const told = `${input} ${inputs.quote(inputs.text(input))}`;
  const suspicious = { certainty: 'suspicious', input } as const;
  if (slip) {
    const problem = `${told} has ${slip.has} in it, which brokers would take as part of the value.`;
    return { ...suspicious, problem, remedy: slip.remedy };
  }
  const unfit = input === 'sub-claim-name' ? unfitClaim(value) : null;
  return unfit === null ? null : { ...suspicious, problem: `${told} ${unfit}`, remedy: NAME_A_TEXT };
}

function isTextInput(input: string): input is TextInput {
  return input in SLIPS_IN;
}

const NAME_A_TEXT =
  'Name a top-level claim of the token whose value is a single string, such as sub, azp or client_id.';

/** Claims that are no text, as a rule: RFC 7519, section 4.1; OpenID Connect Core 1.0, section 5.1; what providers add. */
const KINDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...[
        'aud',
        'amr',
        'scp',
        'groups',
        'group',
        'roles',
        'wids',
        'permissions',
        'authorities',
        'entitlements',
      ],
      ...['scopes', 'realm_roles', 'client_roles', 'allowed-origins', 'cognito:groups', 'cognito:roles'],
    ].map((claim) => [claim, 'a list']),
  ),
  ...Object.fromEntries(
    ['realm_access', 'resource_access', 'address', 'cnf', 'act', 'kubernetes.io', 'claims'].map((claim) => [
      claim,
      'an object',
    ]),
  ),
  ...Object.fromEntries(['exp', 'iat', 'nbf', 'auth_time', 'updated_at'].map((claim) => [claim, 'a time'])),
};

/** Names joined by dots or slashes, or a beginning or a place in a list as JSONPath and JSON Pointer have them. */
const PATH = /^[\w-]+(?:\.[\w-]+)+$|^[\w-]+(?:\/[\w-]+)+$|^[$./]|\[|\]/;

/** Why a claim cannot become the name of a principal, to be said after it; null when it looks as if it could. */
function unfitClaim(claim: string): string | null {
  const kind = Object.hasOwn(KINDS, claim) ? KINDS[claim] : undefined;
  if (kind !== undefined)
    return `is ${kind} in most tokens, and brokers need a claim whose value is a single string.`;
  return PATH.test(claim)
    ? 'is written as a path, but brokers look for a single claim with exactly that name.'
    : null;
}
