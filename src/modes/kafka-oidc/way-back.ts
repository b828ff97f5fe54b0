import type { Service } from '../../aiven/schema.ts';
import { registryObstacles } from '../../kafka/karapace.ts';
import { affectedBy } from '../../kafka/lockout.ts';
import { refusals } from '../../kafka/refusals.ts';
import {
  complaint,
  credentialsComplaint,
  differences,
  enabledMechanisms,
  inverse,
  nameOf,
  SETTINGS,
  type Setting,
  type SettingChange,
  type Value,
  type Values,
  withChanges,
} from '../../kafka/settings.ts';
import type { NextStep, WayBack } from '../../plan.ts';
import type { KafkaOidcRequest } from '../request.ts';
import { offeredBy } from './service.ts';
import { shellWord } from './shell.ts';
import { needsExpectations, type Requested, wantedOf } from './wanted.ts';

const JWKS_URL = 'kafka.sasl_oauthbearer_jwks_endpoint_url';
const ISSUER = 'kafka.sasl_oauthbearer_expected_issuer';
const AIVEN = 'https://api.aiven.io';

/**
 * What puts the settings back that a run changes: a step with the inputs that do, and a command for what no input puts
 * back, such as SASL, which nothing turns off.
 * @param before the values before the change
 * @returns null when nothing changes
 */
export function wayBack(
  before: Values,
  changes: readonly SettingChange[],
  service: Service,
  request: KafkaOidcRequest,
): WayBack | null {
  if (changes.length === 0) return null;
  const now = withChanges(before, changes);
  const asked = requestFor(before, changes);
  const result = withChanges(now, differences(now, wantedOf(asked, null)));
  const obstacles = [
    ...refusals(result, asked, needsExpectations(service)),
    ...registryObstacles(now, result, service.user_config),
  ];
  const isRefused = obstacles.length > 0;
  const inputs = inputsOf(asked);
  const undo = inverse(changes);
  // One command for everything where no step gets by, or where it would have nothing to say.
  if (isRefused || Object.keys(inputs).length === 0)
    return { inputs: null, rest: command(undo, request, `No input restores ${labels(undo)}. Run this`) };
  const rest = differences(result, before);
  const locksOut = affectedBy(now, result, offeredBy(service)).lockedOut.length > 0;
  return {
    inputs: {
      mode: request.mode,
      ...(request.apiUrl.href !== `${AIVEN}/` && { 'api-url': request.apiUrl.href }),
      project: request.project,
      'service-name': request.service,
      ...inputs,
      ...(locksOut && { 'allow-lockout': 'true' }),
      ...(!request.verifyProvider && { 'verify-provider': 'false' }),
    },
    rest:
      rest.length === 0
        ? null
        : command(rest, request, `No input restores ${labels(rest)}. Run this afterwards`),
  };
}

/** What to ask for so that the settings become what they were. */
function requestFor(before: Values, changes: readonly SettingChange[]): Requested {
  const texts = changes.filter(({ setting, before: value }) => isExpressible(setting, value, before));
  const settings = Object.fromEntries(texts.map(({ setting, before: value }) => [nameOf(setting), value]));
  // With the issuer alone the URL would be discovered.
  const url = ISSUER in settings ? { [JWKS_URL]: before[JWKS_URL] } : {};
  const cleared = changes.filter(({ before: value }) => value === null);
  const switched = changes.some(({ setting }) => setting.mechanism !== undefined);
  const mechanisms = enabledMechanisms(before);
  return {
    settings: { ...url, ...settings },
    mechanisms: switched && mechanisms.length > 0 ? mechanisms : null,
    unset: cleared.flatMap(({ setting }) => setting.input ?? []),
  };
}

/** What no input takes for a slip: other texts go into the command. */
const PLAIN = /^(?!(?:null|undefined|none|nil)$)[\w.:/@+~%=&?-]+(?:,[\w.:/@+~%=&?-]+)*$/i;
const PLAIN_CLAIM = /^(sub|azp|appid|client_id|cid|oid|email|preferred_username|name|repository)$/;

/** Whether an input can give a setting this value. */
function isExpressible(setting: Setting, value: Value, before: Values): boolean {
  if (setting.input === null || value === null) return false;
  if (typeof value === 'boolean') return true;
  // What does nothing without the URL is refused, and an issuer would bring the URL back.
  const isDead = before[JWKS_URL] === null;
  const isPlain = PLAIN.test(value) && (setting.input !== 'sub-claim-name' || PLAIN_CLAIM.test(value));
  return !isDead && isPlain && complaint(setting, value) === null && credentialsComplaint(value) === null;
}

function inputsOf({ settings, mechanisms, unset }: Requested): Record<string, string> {
  const given = SETTINGS.filter((setting) => settings[nameOf(setting)] !== undefined);
  return {
    ...Object.fromEntries(given.map((setting) => [setting.input ?? '', String(settings[nameOf(setting)])])),
    ...(mechanisms && { 'sasl-mechanisms': mechanisms.join(', ') }),
    ...(unset.length > 0 && { unset: unset.join(', ') }),
  };
}

function labels(changes: readonly SettingChange[]): string {
  return changes.map(({ setting }) => setting.label).join(', ');
}

function command(
  changes: readonly SettingChange[],
  { project, service }: KafkaOidcRequest,
  text: string,
): NextStep {
  const parts = changes.map(({ setting, after }) => {
    const name = nameOf(setting);
    // `avn` clears texts alone: what unset means stands for a switch that was never set.
    if (after === null && setting.limits) return `--remove-option ${name}`;
    return `-c ${shellWord(`${name}=${after ?? setting.unsetMeans}`)}`;
  });
  return {
    text: `${text}:`,
    code: ['avn service update', `--project ${shellWord(project)}`, ...parts, shellWord(service)].join(' '),
  };
}
