import { inVain } from '../../kafka/refusals.ts';
import { nameOf, offeredMechanisms, settingOf } from '../../kafka/settings.ts';
import type { Context } from '../mode.ts';
import type { KafkaOidcRequest } from '../request.ts';
import type { ServiceStory } from './report.ts';

/** Says what can be foreseen to go wrong although nothing forbids it. */
export function warnOfTraps(
  { values, service, checks }: ServiceStory,
  request: KafkaOidcRequest,
  { say }: Context,
): void {
  for (const { result, subject, detail } of checks) if (result === 'warned') say.warning(subject, detail);
  const oidcOn = offeredMechanisms(values).includes('OAUTHBEARER');
  if (oidcOn && !values['kafka.sasl_oauthbearer_expected_audience'] && request.testTokens.length === 0) {
    say.warning(
      'No audience is expected',
      'A broker without an expected audience refuses every token that carries aud, and nearly every provider sets it; from Kafka 4.4 on it does not even start. Set expected-audience; a test-token shows for sure.',
    );
  }
  if (oidcOn && !values['kafka.sasl_oauthbearer_expected_issuer']) {
    say.warning(
      'No issuer is expected',
      'Brokers will accept tokens from any issuer whose signature fits the key set; from Kafka 4.4 on they do not start without one. Set expected-issuer.',
    );
  }
  if (!oidcOn && request.testTokens.length > 0) {
    say.warning(
      'The test token was not judged',
      'The service accepts no tokens, because OIDC is off. Set expected-issuer or jwks-endpoint-url to turn it on, or leave test-token out.',
    );
  }
  // Refused where something would be sent.
  for (const { title, problem, remedy } of inVain(values, request))
    say.warning(title, `${problem} ${remedy}`);
  for (const { input, needs } of COMPANIONS) {
    if (request.settings[nameOf(settingOf(input))] === true && service.user_config[needs] !== true) {
      say.warning(
        `${settingOf(input).label} has no effect yet`,
        `The service has ${needs} switched off; ${input} takes effect once it is on.`,
      );
    }
  }
}

/** What has to run on the service for an input to mean anything. */
const COMPANIONS = [
  { input: 'schema-registry-oidc', needs: 'schema_registry' },
  { input: 'kafka-rest-authorization', needs: 'kafka_rest' },
] as const;
