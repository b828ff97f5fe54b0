import type { Component } from '../../aiven/schema.ts';
import type { ListenerRoute } from '../request.ts';

/** Where brokers listen for clients. */
export type ClientListener = Component & { readonly host: string; readonly port: number };

/**
 * The listener of a route that clients use with SASL, or with certificates (ServiceGet: `components[]`, usage `primary`).
 * @returns undefined while Aiven lists none
 */
export function listenerOf(
  components: readonly Component[],
  route: ListenerRoute,
  method: 'sasl' | 'certificate' = 'sasl',
): ClientListener | undefined {
  return listeners(components, method).find((each) => each.route === route);
}

/** The routes by which clients with SASL can come. */
export function saslRoutes(components: readonly Component[]): string[] {
  return listeners(components, 'sasl').flatMap(({ route }) => route ?? []);
}

function listeners(components: readonly Component[], method: string): ClientListener[] {
  return components.filter(
    (each): each is ClientListener =>
      each.component === 'kafka' &&
      each.kafka_authentication_method === method &&
      each.usage === 'primary' &&
      typeof each.host === 'string' &&
      typeof each.port === 'number',
  );
}
