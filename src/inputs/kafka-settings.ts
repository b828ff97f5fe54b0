import {
  type Complaint,
  complaint,
  credentialsComplaint,
  MECHANISMS,
  type Mechanism,
  nameOf,
  SETTINGS,
  type Setting,
  type SettingInput,
  settingOf,
  type Wanted,
} from '../kafka/settings.ts';
import { DISCOVERY_PATH, discoveryUrl } from '../provider/issuer.ts';
import type { Inputs } from './inputs.ts';
import { SETTING_INPUTS } from './table.ts';

/** Reads the settings that inputs set, and checks them by Aiven's limits. */
export function readSettings(inputs: Inputs): Wanted {
  const wanted: Wanted = {};
  for (const input of SETTING_INPUTS) {
    if (inputs.text(input) === '') continue;
    const setting = settingOf(input);
    wanted[nameOf(setting)] = setting.limits ? readText(inputs, input, setting) : inputs.flag(input);
  }
  return wanted;
}

function readText(inputs: Inputs, input: SettingInput, setting: Setting): string {
  const given = inputs.text(input);
  const value = setting.isSet ? inputs.list(input).join(',') : given;
  const wrong = complaint(setting, value) ?? (input === 'expected-issuer' && issuerComplaint(inputs, value));
  if (wrong) inputs.complain(`${input} ${inputs.quote(given)} ${wrong.problem}. ${wrong.remedy}`);
  return value;
}

/** Brokers take any text for an issuer; only where the JWKS endpoint URL comes from it, it has to be an address. */
function issuerComplaint(inputs: Inputs, issuer: string): Complaint | null {
  const credentials = credentialsComplaint(issuer);
  if (credentials) return credentials;
  if (issuer.endsWith(DISCOVERY_PATH))
    return {
      problem: 'is the address of the discovery document',
      remedy: `Give the issuer in it, which is what stands before ${DISCOVERY_PATH}.`,
    };
  return inputs.text('jwks-endpoint-url') !== '' || discoveryUrl(issuer)
    ? null
    : {
        problem: 'is not an https URL, so the JWKS endpoint URL cannot be discovered from it',
        remedy: 'Check it for a typing mistake; for an issuer without discovery, set jwks-endpoint-url.',
      };
}

/** Reads which settings are to be cleared; `all` stands for those of OpenID Connect. */
export function readUnset(inputs: Inputs): SettingInput[] {
  const names = inputs.list('unset');
  if (names.includes('all')) {
    if (names.length > 1)
      inputs.complain(
        `unset ${inputs.quote(names.join(', '))} holds all beside names. Give either all or names.`,
      );
    return SETTINGS.flatMap(({ input, oidc }) => (oidc && input ? [input] : []));
  }
  return names.flatMap((name): SettingInput[] => {
    const known = SETTING_INPUTS.find((input) => input === name);
    if (known) return [known];
    const hint =
      name === 'sasl-mechanisms' ? ' Name the mechanisms to leave enabled in sasl-mechanisms instead.' : '';
    inputs.complain(
      `unset ${inputs.quote(name)} is not a setting that can be cleared: it takes ${SETTING_INPUTS.join(', ')} or all.${hint}`,
    );
    return [];
  });
}

/** Reads the exact set of mechanisms, or null when they are to stay as they are. */
export function readMechanisms(inputs: Inputs): Mechanism[] | null {
  const names = inputs.list('sasl-mechanisms');
  if (names.length === 0) return null;
  for (const name of names) {
    if (MECHANISMS.includes(name as Mechanism)) continue;
    inputs.complain(
      `sasl-mechanisms ${inputs.quote(name)} is not a mechanism of Aiven for Apache Kafka: it takes ${MECHANISMS.join(', ')}.`,
    );
  }
  return MECHANISMS.filter((mechanism) => names.includes(mechanism));
}

/** Refuses inputs that ask for a value and for none at once. */
export function refuseContradictions(inputs: Inputs, settings: Wanted, unset: readonly SettingInput[]): void {
  const isSet = (input: SettingInput) => settings[nameOf(settingOf(input))] !== undefined;
  const both = unset.filter(isSet);
  for (const input of both)
    inputs.complain(`${input} is set, and unset clears it. Decide for one of the two.`);
  if (unset.includes('jwks-endpoint-url') && isSet('expected-issuer') && both.length === 0) {
    inputs.complain(
      'unset clears jwks-endpoint-url, but expected-issuer is set, from which it would be discovered again. Decide for one of the two.',
    );
  }
}

/** Refuses to judge a token, or to log in with one, where this step sees to it that none is accepted. */
export function refuseTokensInVain(
  inputs: Inputs,
  unset: readonly SettingInput[],
  mechanisms: readonly Mechanism[] | null,
): void {
  const off = unset.includes('jwks-endpoint-url')
    ? 'unset turns OAUTHBEARER off'
    : mechanisms && !mechanisms.includes('OAUTHBEARER') && 'sasl-mechanisms leaves OAUTHBEARER out';
  if (!off) return;
  for (const input of ['test-token', 'test-client-id', 'verify-login'] as const)
    if (!inputs.isDefault(input))
      inputs.complain(`${input} is set, but ${off}, so no token is accepted. Decide for one of the two.`);
}
