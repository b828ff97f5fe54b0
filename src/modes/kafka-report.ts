import type { Component, Service } from '../aiven/schema.ts';
import { clientProperties } from '../kafka/client-properties.ts';
import {
  nameOf,
  offeredMechanisms,
  type SettingChange,
  toServiceConfig,
  type Values,
} from '../kafka/settings.ts';
import { type Check, type NextStep, type Report, report } from '../plan.ts';

/** All that the report on a service is made of. */
export interface ServiceStory {
  readonly project: string;
  /** As last read. */
  readonly service: Service;
  readonly changes: readonly SettingChange[];
  /** The values of the settings after this run. */
  readonly values: Values;
  readonly tokenEndpoint: string | null;
  readonly checks: readonly Check[];
  readonly events: readonly string[];
}

/** Tells what is, or would be, the state of a service. */
export function describeService(story: ServiceStory): Report {
  const { project, service, changes, values, tokenEndpoint, checks, events } = story;
  const resource = `service ${project}/${service.service_name}`;
  const listener = saslListener(service.components);
  const bootstrapServers = listener ? `${listener.host}:${listener.port}` : '';
  const oidcOn = offeredMechanisms(values).includes('OAUTHBEARER');
  const properties = oidcOn
    ? clientProperties({
        bootstrapServers,
        tokenEndpoint,
        projectCa: listener?.kafka_ssl_ca !== 'letsencrypt',
      })
    : '';
  return report({
    title: `Kafka OIDC for ${project}/${service.service_name}`,
    resource,
    already: oidcOn
      ? `The settings of ${project}/${service.service_name} are as they should be; it offers ${offeredMechanisms(values).join(', ')}.`
      : `The settings of ${project}/${service.service_name} are as they should be; OIDC is off.`,
    changes: changes.map(({ setting, before, after }) => ({
      resource,
      path: nameOf(setting),
      label: setting.label,
      before,
      after,
    })),
    checks,
    effects: changes.length === 0 ? [] : effectsOn(service),
    events,
    nextSteps: oidcOn ? NEXT_STEPS : [],
    attachments:
      properties === ''
        ? []
        : [{ title: 'client.properties for a Java client', language: 'properties', content: properties }],
    links: [{ label: 'The service in the Aiven Console', url: consoleUrl(project, service.service_name) }],
    outputs: {
      'service-config': JSON.stringify(toServiceConfig(values)),
      'service-state': service.state,
      'bootstrap-servers': bootstrapServers,
      'client-properties': properties,
    },
  });
}

function effectsOn({ state }: Service): string[] {
  return state === 'POWEROFF'
    ? ['The service is powered off: the settings take effect when it is powered on.']
    : [
        'The brokers restart one by one (a rolling restart); clients reconnect by themselves. A maintenance window is the best time.',
      ];
}

const NEXT_STEPS: readonly NextStep[] = [
  {
    text: 'Allow the client to do something. The principal is the value of the subject claim in its token. With Aiven’s ACLs, create a service user of that very name and give it an ACL:',
    code: 'avn service user-create --project PROJECT --username PRINCIPAL SERVICE\navn service acl-add --project PROJECT --username PRINCIPAL --permission readwrite --topic TOPIC SERVICE',
  },
  {
    text: 'Give the client the bootstrap servers and the client properties below (outputs bootstrap-servers and client-properties).',
  },
];

/** The listener that clients with SASL use from outside (ServiceGet: route `dynamic`, usage `primary`). */
export function saslListener(components: readonly Component[]): Component | undefined {
  return components.find(
    ({ component, kafka_authentication_method, route, usage }) =>
      component === 'kafka' &&
      kafka_authentication_method === 'sasl' &&
      route === 'dynamic' &&
      usage === 'primary',
  );
}

function consoleUrl(project: string, service: string): string {
  return `https://console.aiven.io/project/${encodeURIComponent(project)}/services/${encodeURIComponent(service)}/overview`;
}
