import type { Service } from '../../aiven/schema.ts';
import { Refusal } from '../../failure.ts';
import { isAtLeast } from '../../judge/broker/kafka-version.ts';
import { registryObstacles } from '../../kafka/karapace.ts';
import { refusals } from '../../kafka/refusals.ts';
import {
  kafkaVersion,
  nameOf,
  readValues,
  SETTINGS,
  settingOf,
  type Values,
  type Wanted,
} from '../../kafka/settings.ts';
import type { KafkaOidcRequest } from '../request.ts';

/** What the inputs amount to, with the discovered URL and what OIDC needs beside it. */
export function wantedOf(
  { settings, mechanisms, unset }: KafkaOidcRequest,
  discoveredJwksUrl: string | null,
): Wanted {
  const cleared = Object.fromEntries(unset.map((input) => [nameOf(settingOf(input)), null]));
  const switches = SETTINGS.filter(({ mechanism }) => mechanism && mechanisms);
  const switched = switches.map((row) => [nameOf(row), mechanisms?.includes(row.mechanism ?? 'OAUTHBEARER')]);
  const setsOidc = Object.keys(settings).some((name) => name.startsWith('kafka.sasl_oauthbearer_'));
  const discovered =
    settings['kafka.sasl_oauthbearer_expected_issuer'] !== undefined && discoveredJwksUrl !== null;
  return {
    ...(discovered && { 'kafka.sasl_oauthbearer_jwks_endpoint_url': discoveredJwksUrl }),
    ...settings,
    ...cleared,
    ...Object.fromEntries(switched),
    // OIDC does nothing without SASL.
    ...(setsOidc && { 'kafka_authentication_methods.sasl': true }),
  };
}

/** @throws {Refusal} for values that Aiven would refuse, or brokers would not do what was asked with */
export function refuseResult(after: Values, { user_config }: Service, request: KafkaOidcRequest): void {
  const needsExpectations = isAtLeast(kafkaVersion(user_config), 4, 4);
  const found = [
    ...refusals(after, request, needsExpectations),
    ...registryObstacles(readValues(user_config), after, user_config),
  ];
  if (found.length === 0) return;
  throw new Refusal({
    title: 'This configuration would be refused',
    problem: found.map(({ problem, remedy }) => `${problem} ${remedy}`).join('\n'),
    remedy: '',
  });
}
