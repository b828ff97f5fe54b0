import { at, type JsonObject, REDACTED, redactKafkaConfig, saslIsOn } from './kafka-config.ts';
import { type Component, type KafkaService, listener } from './objects.ts';

/** The SASL listeners that tests gave services: one comes back at the address that it had. */
const GIVEN = new WeakMap<KafkaService, readonly Component[]>();

/**
 * Gives a service its SASL listeners, or takes them away, as its `user_config` says.
 * @param port of route `dynamic`; further routes have the ports after it
 */
export function followSasl(service: KafkaService, port: number): void {
  const { components, user_config } = service;
  const isSasl = ({ kafka_authentication_method: method }: Component) => method === 'sasl';
  const usual = usualListeners(service, port);
  const isUsual = (one: Component) => usual.some(({ host, port }) => host === one.host && port === one.port);
  const present = components.filter((one) => isSasl(one) && !isUsual(one));
  if (present.length > 0) GIVEN.set(service, present);
  const given = GIVEN.get(service) ?? [];
  const added = usual.filter(({ route }) =>
    route === 'dynamic' ? given.length === 0 : isOpen(user_config, route) && !hasRoute(given, route),
  );
  const listeners = saslIsOn(user_config) ? [...given, ...added] : [];
  service.components = [
    ...components.filter((one) => !isSasl(one)),
    ...listeners.map((one) => ({ ...one, kafka_ssl_ca: caOf(user_config, one) })),
  ];
}

/** One on each route. */
function usualListeners({ service_uri_params }: KafkaService, port: number): Component[] {
  const host = service_uri_params['host'] ?? 'localhost';
  const further = (['public', 'private', 'privatelink'] as const).map((route, index) =>
    listener(`${route}-${host}`, port + 1 + index, 'sasl', 'project_ca', { route }),
  );
  return [listener(host, port, 'sasl', 'project_ca'), ...further];
}

/** Whether Kafka can be reached on a route beside `dynamic`. */
const isOpen = (config: JsonObject, route: string) => at(config, `${route}_access`, 'kafka') === true;

const hasRoute = (components: readonly Component[], route: string) =>
  components.some((one) => one.route === route);

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
