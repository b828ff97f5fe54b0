import type { Finding } from '../finding.ts';
import {
  type Complaint,
  complaint,
  credentialsComplaint,
  hostComplaint,
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
import { complainOfShape } from './names.ts';
import { slipIn } from './slips.ts';
import { suspicionOf } from './suspicions.ts';
import { SETTING_INPUTS } from './table.ts';

/** The settings that inputs set, and what looks wrong in them. */
export interface ReadSettings {
  readonly settings: Wanted;
  readonly findings: readonly Finding[];
}

/** Reads the settings that inputs set, and checks them by Aiven's limits. */
export function readSettings(inputs: Inputs): ReadSettings {
  const settings: Wanted = {};
  const findings: Finding[] = [];
  for (const input of SETTING_INPUTS) {
    const setting = settingOf(input);
    const isText = setting.limits !== undefined;
    if (inputs.text(input) === '' && (isText || !inputs.isEmptyBoolean(input))) continue;
    const value = isText ? readText(inputs, input, setting) : inputs.flag(input);
    settings[nameOf(setting)] = value;
    if (typeof value === 'string') findings.push(...check(inputs, input, value));
  }
  return { settings, findings };
}

function readText(inputs: Inputs, input: SettingInput, { isSet }: Setting): string {
  return isSet ? inputs.list(input).join(',') : inputs.text(input);
}

/** Complains about what cannot be; returns what a test token may still prove right. One cause is told once. */
function check(inputs: Inputs, input: SettingInput, value: string): Finding[] {
  const wrong =
    complaint(settingOf(input), value) ??
    (input === 'expected-issuer' ? issuerComplaint(inputs, value) : null);
  const suspicion = suspicionOf(inputs, input, value);
  if (suspicion && !wrong && !isToBeFilledIn(inputs, input, value)) return [suspicion];
  if (suspicion) inputs.complain(suspicion.problem, suspicion.remedy);
  else if (wrong)
    inputs.complain(`${input} ${inputs.quote(inputs.text(input))} ${wrong.problem}.`, wrong.remedy);
  return [];
}

/** Nobody is asked by an address that is not filled in, unless there is a token to prove that it is one. */
function isToBeFilledIn(inputs: Inputs, input: SettingInput, value: string): boolean {
  const isAddress = input === 'jwks-endpoint-url' || input === 'expected-issuer';
  return isAddress && !mayBeProven(inputs) && slipIn(input, [value])?.isUnfilled === true;
}

function mayBeProven(inputs: Inputs): boolean {
  return inputs.text('test-token') !== '' || inputs.text('test-client-id') !== '';
}

/** Brokers take any text for an issuer; only where the JWKS endpoint URL comes from it, it has to be an address. */
function issuerComplaint(inputs: Inputs, issuer: string): Complaint | null {
  const faulty = credentialsComplaint(issuer) ?? hostComplaint(issuer);
  if (faulty) return faulty;
  if (issuer.endsWith(DISCOVERY_PATH))
    return {
      problem: 'is the address of the discovery document',
      remedy: `Give the issuer that it belongs to: the part before ${DISCOVERY_PATH}.`,
    };
  return inputs.text('jwks-endpoint-url') !== '' || discoveryUrl(issuer)
    ? null
    : {
        problem: 'is not an https URL, so the JWKS endpoint URL cannot be discovered from it',
        remedy: 'Check it for a typing mistake. For an issuer without discovery, set jwks-endpoint-url.',
      };
}

/** Reads which settings are to be cleared; `all` stands for those of OpenID Connect. */
export function readUnset(inputs: Inputs): SettingInput[] {
  const names = inputs.list('unset');
  if (names.includes('all')) {
    if (names.length > 1)
      inputs.complain(
        `unset ${inputs.quote(names.join(', '))} mixes all with names.`,
        'Use either all or names.',
      );
    return SETTINGS.flatMap(({ input, oidc }) => (oidc && input ? [input] : []));
  }
  if (complainOfShape(inputs, 'unset', names)) return [];
  return names.flatMap((name): SettingInput[] => {
    const known = SETTING_INPUTS.find((input) => input === name);
    if (known) return [known];
    const hint =
      name === 'sasl-mechanisms'
        ? ' To change the mechanisms, name those to leave enabled in sasl-mechanisms.'
        : '';
    inputs.complain(
      `unset ${inputs.quote(name)} is not a setting that can be cleared.`,
      `Use any of ${SETTING_INPUTS.join(', ')}, or all.${hint}`,
    );
    return [];
  });
}

/** Reads the exact set of mechanisms, or null when they are to stay as they are. */
export function readMechanisms(inputs: Inputs): Mechanism[] | null {
  const names = inputs.list('sasl-mechanisms');
  if (names.length === 0) return null;
  if (complainOfShape(inputs, 'sasl-mechanisms', names)) return null;
  for (const name of names) {
    if (MECHANISMS.includes(name as Mechanism)) continue;
    inputs.complain(
      `sasl-mechanisms ${inputs.quote(name)} is not a mechanism of Aiven for Apache Kafka.`,
      `Use any of ${MECHANISMS.join(', ')}.`,
    );
  }
  return MECHANISMS.filter((mechanism) => names.includes(mechanism));
}

/** Refuses inputs that ask for a value and for none at once. */
export function refuseContradictions(inputs: Inputs, settings: Wanted, unset: readonly SettingInput[]): void {
  const isSet = (input: SettingInput) => settings[nameOf(settingOf(input))] !== undefined;
  const both = unset.filter(isSet);
  for (const input of both)
    inputs.complain(`${input} is set, and unset clears it.`, 'Choose one of the two.');
  if (unset.includes('jwks-endpoint-url') && isSet('expected-issuer') && both.length === 0) {
    inputs.complain(
      'unset clears jwks-endpoint-url, but expected-issuer is set, from which it would be discovered again.',
      'Choose one of the two.',
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
      inputs.complain(`${input} is set, but ${off}, so no token is accepted.`, 'Choose one of the two.');
}
