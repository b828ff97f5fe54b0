import { at, type JsonObject, REDACTED, redactKafkaConfig, saslIsOn } from './kafka-config.ts';
import { type Component, type KafkaService, listener } from './objects.ts';

/** The SASL listeners that services had last: one comes back at the address that it had. */
const KNOWN = new WeakMap<KafkaService, readonly Component[]>();

/** The routes on which a service can be open beside `dynamic`: `public_access` and so on in its `user_config`. */
const FURTHER_ROUTES = ['public', 'private', 'privatelink'] as const;

/**
 * Gives a service its SASL listeners, or takes them away, as its `user_config` says.
 * @param port of route `dynamic`; those of further routes come after it
 */
export function followSasl(service: KafkaService, port: number): void {
  const { components, user_config } = service;
  const isSasl = (method: string | undefined) => method === 'sasl';
  const others = components.filter((component) => !isSasl(component.kafka_authentication_method));
  const present = components.filter((component) => isSasl(component.kafka_authentication_method));
  if (present.length > 0) KNOWN.set(service, present);
  const known = KNOWN.get(service) ?? [];
  const missing = saslListeners(service, port).filter(
    ({ route }) => known.length === 0 || (route !== 'dynamic' && !known.some((one) => one.route === route)),
  );
  service.components = saslIsOn(user_config)
    ? [...others, ...[...known, ...missing].map((one) => ({ ...one, kafka_ssl_ca: caOf(user_config, one) }))]
    : others;
}

function saslListeners({ service_uri_params, user_config }: KafkaService, port: number): Component[] {
  const host = service_uri_params['host'] ?? 'localhost';
  const open = FURTHER_ROUTES.filter((route) => at(user_config, `${route}_access`, 'kafka') === true);
  return [
    listener(host, port, 'sasl', 'project_ca'),
    ...open.map((route, index) =>
      listener(`${route}-${host}`, port + 1 + index, 'sasl', 'project_ca', { route }),
    ),
  ];
}

function caOf(config: JsonObject, { route }: Component): 'letsencrypt' | 'project_ca' {
  const setting = route === 'privatelink' ? 'letsencrypt_sasl_privatelink' : 'letsencrypt_sasl';
  return config[setting] === true ? 'letsencrypt' : 'project_ca';
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
