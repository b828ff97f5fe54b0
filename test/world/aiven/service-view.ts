import { REDACTED, redactKafkaConfig, saslIsOn } from './kafka-config.ts';
import { type Component, type KafkaService, listener } from './objects.ts';

/** The SASL listeners that services had last: one comes back at the address that it had. */
const KNOWN = new WeakMap<KafkaService, readonly Component[]>();

/** Gives a service its SASL listener at a port, or takes it away, as its `user_config` says. */
export function followSasl(service: KafkaService, port: number): void {
  const { components, user_config } = service;
  const isSasl = (method: string | undefined) => method === 'sasl';
  const others = components.filter((component) => !isSasl(component.kafka_authentication_method));
  const ca = user_config['letsencrypt_sasl'] === true ? 'letsencrypt' : 'project_ca';
  const present = components.filter((component) => isSasl(component.kafka_authentication_method));
  if (present.length > 0) KNOWN.set(service, present);
  const host = service.service_uri_params['host'] ?? 'localhost';
  const wanted = KNOWN.get(service) ?? [listener(host, port, 'sasl', ca)];
  service.components = saslIsOn(user_config)
    ? [...others, ...wanted.map((component) => ({ ...component, kafka_ssl_ca: ca }))]
    : others;
}

/**
 * A service as an answer shows it.
 * @param withSecrets whether passwords and keys are told; `<redacted>` stands in their place otherwise
 */
export function serviceView(service: KafkaService, withSecrets: boolean): Omit<KafkaService, 'project_name'> {
  const { project_name: _inThePath, ...view } = service;
  if (withSecrets) return view;
  const { kafka_access_cert: _cert, kafka_access_key: _key, ...addresses } = view.connection_info;
  return {
    ...view,
    service_uri: redactUri(view.service_uri),
    connection_info: {
      ...Object.fromEntries(
        Object.entries(addresses).map(([name, value]) => [
          name,
          typeof value === 'string' ? redactUri(value) : value,
        ]),
      ),
      kafka_access_cert: REDACTED,
      kafka_access_key: REDACTED,
    },
    users: view.users.map((user) => ({
      ...user,
      password: REDACTED,
      access_cert: REDACTED,
      access_key: REDACTED,
    })),
    user_config: redactKafkaConfig(view.user_config),
  };
}

function redactUri(uri: string): string {
  return uri.replace(/\/\/([^:@/]+):[^@/]+@/, `//$1:${REDACTED}@`);
}
