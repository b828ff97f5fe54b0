import type { Obstacle } from './refusals.ts';
import { effective, offeredMechanisms, type UserConfig, type Values } from './settings.ts';

/** What Aiven for Apache Kafka runs by Karapace beside its brokers, by its name in `components[]`. */
export type KarapacePart = 'schema_registry' | 'kafka_rest';

/** Whether Schema Registry takes tokens with these values. */
export function registryTakesTokens(values: Values): boolean {
  const isOn = effective(values, 'schema_registry_config.sasl_oauthbearer_authentication_enabled') === true;
  return isOn && values['kafka.sasl_oauthbearer_jwks_endpoint_url'] !== null;
}

/** Whether the REST proxy hands tokens on to brokers that take them (`karapace.kafka_rest_apis.authentication`). */
export function restProxyTakesTokens(values: Values): boolean {
  const asksForCredentials = effective(values, 'kafka_rest_authorization') === true;
  return asksForCredentials && offeredMechanisms(values).includes('OAUTHBEARER');
}

/** Whether Schema Registry asks for a role in a token beside the token itself; this action leaves that as it is. */
export function registryAsksForRoles({ schema_registry_config: config }: UserConfig): boolean {
  return isObject(config) && config['sasl_oauthbearer_authorization_enabled'] === true;
}

function isObject(value: unknown): value is UserConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first version of Karapace that starts with OIDC on and no issuer or no audience. */
const LENIENT = [6, 2, 4];

/** Whether Schema Registry is known to start with OIDC on and no issuer or no audience: its version is pinned, and does. */
export function registryStartsWithoutExpectations({ karapace_version: version }: UserConfig): boolean {
  if (typeof version !== 'string' || !/^\d+(\.\d+)*$/.test(version)) return false;
  const numbers = version.split('.').map(Number);
  const differing = LENIENT.findIndex((least, place) => (numbers[place] ?? 0) !== least);
  return differing < 0 || (numbers[differing] ?? 0) > (LENIENT[differing] ?? 0);
}

const EXPECTATIONS = [
  ['kafka.sasl_oauthbearer_expected_issuer', 'expected-issuer', 'issuer'],
  ['kafka.sasl_oauthbearer_expected_audience', 'expected-audience', 'audience'],
] as const;

/**
 * Why Schema Registry would not start with these values, or Aiven would refuse them; empty when nothing stands against them,
 * and for what is so already.
 */
export function registryObstacles(before: Values, after: Values, config: UserConfig): Obstacle[] {
  if (!registryTakesTokens(after) || registryStartsWithoutExpectations(config)) return [];
  return EXPECTATIONS.flatMap(([name, input, what]) => {
    const isSoAlready = registryTakesTokens(before) && !before[name];
    if (after[name] || isSoAlready) return [];
    return [
      {
        problem: `Schema Registry would be left with OIDC on and no expected ${what}, and Karapace before 6.2.4 does not start like that.`,
        remedy: `Set ${input}, leave schema-registry-oidc out, or pin karapace_version to 6.2.4.`,
      },
    ];
  });
}
