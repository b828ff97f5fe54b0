import type { Service } from '../../aiven/schema.ts';
import { Refusal } from '../../failure.ts';
import { isAtLeast } from '../../judge/broker/kafka-version.ts';
import { claimsOf } from '../../judge/jws/jws.ts';
import { registryObstacles } from '../../kafka/karapace.ts';
import { inVain, type Obstacle, refusals } from '../../kafka/refusals.ts';
import {
  kafkaVersion,
  nameOf,
  readValues,
  SETTINGS,
  type SettingChange,
  type SettingInput,
  setsOidc,
  settingOf,
  type Values,
  type Wanted,
} from '../../kafka/settings.ts';
import type { KafkaOidcRequest } from '../request.ts';

/** What the inputs ask for. */
export type Requested = Pick<KafkaOidcRequest, 'settings' | 'mechanisms' | 'unset'>;

/** What the inputs amount to, with the discovered URL and what OIDC needs beside it. */
export function wantedOf(
  { settings, mechanisms, unset }: Requested,
  discoveredJwksUrl: string | null,
): Wanted {
  const cleared = Object.fromEntries(unset.map((input) => [nameOf(settingOf(input)), null]));
  const switches = SETTINGS.filter(({ mechanism }) => mechanism && mechanisms);
  const switched = switches.map((row) => [nameOf(row), mechanisms?.includes(row.mechanism ?? 'OAUTHBEARER')]);
  const discovered =
    settings['kafka.sasl_oauthbearer_expected_issuer'] !== undefined && discoveredJwksUrl !== null;
  return {
    ...(discovered && { 'kafka.sasl_oauthbearer_jwks_endpoint_url': discoveredJwksUrl }),
    ...settings,
    ...cleared,
    ...Object.fromEntries(switched),
    // OIDC does nothing without SASL.
    ...(setsOidc(settings) && { 'kafka_authentication_methods.sasl': true }),
  };
}

/** Whether the brokers of a service do not start with OIDC on and no issuer or no audience. */
export function needsExpectations({ user_config }: Service): boolean {
  return isAtLeast(kafkaVersion(user_config), 4, 4);
}

/**
 * @param changes what would be sent; what does nothing is no reason to refuse where nothing is
 * @throws {Refusal} for values that Aiven would refuse, or brokers would not do what was asked with
 */
export function refuseResult(
  after: Values,
  changes: readonly SettingChange[],
  service: Service,
  request: KafkaOidcRequest,
): void {
  const { user_config } = service;
  refuse('This configuration would be refused', [
    ...refusals(after, request, needsExpectations(service), carriedBy(request)),
    ...registryObstacles(readValues(user_config), after, user_config),
  ]);
  if (changes.length > 0) refuse('This would do nothing but restart the brokers', inVain(after, request));
}

function refuse(title: string, found: readonly Obstacle[]): void {
  if (found.length === 0) return;
  throw new Refusal({
    title,
    problem: found.map(({ problem, remedy }) => `${problem} ${remedy}`).join('\n'),
    remedy: '',
  });
}

/** What the test token has for the issuer and for the audience, where that is one text each. */
function carriedBy({ testTokens }: KafkaOidcRequest): Partial<Record<SettingInput, string>> {
  const given = testTokens.find((source) => source.from === 'input');
  const claims = given && claimsOf(given.token);
  const [iss, aud] = [claims?.get('iss'), claims?.get('aud')];
  const only = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud;
  return {
    ...(typeof iss === 'string' && { 'expected-issuer': iss }),
    ...(typeof only === 'string' && { 'expected-audience': only }),
  };
}
