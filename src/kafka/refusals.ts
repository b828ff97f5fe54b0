import { quote } from '../quote.ts';
import {
  effective,
  enabledMechanisms,
  type Mechanism,
  nameOf,
  offeredMechanisms,
  SETTINGS,
  type SettingInput,
  setsOidc,
  type Values,
  type Wanted,
} from './settings.ts';

/** What a person asked for, as far as it decides whether the result makes sense. */
export interface Asked {
  /** The exact mechanisms, or null when they are to stay. */
  readonly mechanisms: readonly Mechanism[] | null;
  readonly unset: readonly SettingInput[];
}

/** A reason why a configuration must not be applied. */
export interface Obstacle {
  readonly problem: string;
  readonly remedy: string;
}

/**
 * Why Aiven would refuse these values, or brokers would not do what was asked; empty when nothing stands against them.
 * @param needsExpectations whether brokers do not start with OIDC on and no issuer or no audience, as those of Kafka 4.4
 * @param carried what the test token has for each of the two inputs, where it has one
 */
export function refusals(
  after: Values,
  asked: Asked,
  needsExpectations = false,
  carried: Partial<Record<SettingInput, string>> = {},
): Obstacle[] {
  const hasJwks = after['kafka.sasl_oauthbearer_jwks_endpoint_url'] !== null;
  const saslOn = effective(after, 'kafka_authentication_methods.sasl') === true;
  const registryOidc =
    effective(after, 'schema_registry_config.sasl_oauthbearer_authentication_enabled') === true;
  const found: Obstacle[] = [];

  if (asked.mechanisms?.includes('OAUTHBEARER') && !hasJwks) {
    found.push({
      problem:
        'sasl-mechanisms asks for OAUTHBEARER, but the service would have no JWKS endpoint URL, which is what turns OAUTHBEARER on.',
      remedy: 'Set expected-issuer or jwks-endpoint-url, or remove OAUTHBEARER from sasl-mechanisms.',
    });
  }
  if (asked.mechanisms && !asked.mechanisms.includes('OAUTHBEARER') && hasJwks) {
    found.push({
      problem:
        'sasl-mechanisms leaves OAUTHBEARER out, but the JWKS endpoint URL of the service turns OAUTHBEARER on.',
      remedy: 'Add OAUTHBEARER to sasl-mechanisms, or turn OIDC off with unset: all.',
    });
  }
  if (saslOn && enabledMechanisms(after).length === 0) {
    found.push({
      problem:
        'No SASL mechanism would be left, so no client that uses SASL could log in; Aiven refuses that.',
      remedy:
        'Name at least one of PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512 in sasl-mechanisms, or keep OIDC on.',
    });
  }
  if (registryOidc && !hasJwks) {
    found.push({
      problem: 'Schema Registry would be left with OIDC on and no JWKS endpoint URL, which Aiven refuses.',
      remedy: asked.unset.includes('jwks-endpoint-url')
        ? 'Clear schema-registry-oidc as well, or turn all of OIDC off with unset: all.'
        : 'Set expected-issuer or jwks-endpoint-url as well, or leave schema-registry-oidc out.',
    });
  }
  if (needsExpectations && offeredMechanisms(after).includes('OAUTHBEARER')) {
    for (const [name, input] of EXPECTATIONS) {
      if (after[name]) continue;
      found.push({
        problem: `The service would have OIDC on without ${input}, and brokers of its version (Kafka 4.4 or later) do not start like that.`,
        remedy:
          carried[input] === undefined
            ? `Set ${input}.`
            : `Set ${input} to ${quote(carried[input])}, which the test token carries.`,
      });
    }
  }
  return found;
}

/** What was asked for, as far as it decides whether that does anything. */
export interface AskedSettings extends Pick<Asked, 'mechanisms'> {
  readonly settings: Wanted;
}

/** What was asked for and does nothing with these values; empty when all of it does something. */
export function inVain(
  after: Values,
  { settings, mechanisms }: AskedSettings,
): (Obstacle & { title: string })[] {
  const found: (Obstacle & { title: string })[] = [];
  if (setsOidc(settings) && after['kafka.sasl_oauthbearer_jwks_endpoint_url'] === null) {
    found.push({
      title: 'OIDC stays off',
      problem: `${inputsOf(settings).join(' and ')} would have no effect: the service has no JWKS endpoint URL, which is what turns OIDC on.`,
      remedy: 'Set expected-issuer or jwks-endpoint-url as well.',
    });
  }
  if (mechanisms && effective(after, 'kafka_authentication_methods.sasl') !== true) {
    found.push({
      title: 'SASL is off',
      problem:
        'sasl-mechanisms would have no effect: SASL is off on the service, and nothing in this step turns it on.',
      remedy:
        'Set expected-issuer or another OIDC parameter, which turns it on, or leave sasl-mechanisms out.',
    });
  }
  return found;
}

function inputsOf(settings: Wanted): SettingInput[] {
  return SETTINGS.filter(({ path }) => path[0] === 'kafka')
    .filter((setting) => settings[nameOf(setting)] !== undefined)
    .flatMap(({ input }) => input ?? []);
}

const EXPECTATIONS = [
  ['kafka.sasl_oauthbearer_expected_issuer', 'expected-issuer'],
  ['kafka.sasl_oauthbearer_expected_audience', 'expected-audience'],
] as const;
