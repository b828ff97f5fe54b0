import type { Component, Service } from '../../aiven/schema.ts';
import { clientProperties } from '../../kafka/clients/java.ts';
import {
  nameOf,
  offeredMechanisms,
  type SettingChange,
  toServiceConfig,
  type Values,
} from '../../kafka/settings.ts';
import { type Change, type Check, type Link, type NextStep, type Report, report } from '../../plan.ts';

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
  /** `User:…` of each test token in order; none when there is none. */
  readonly principals: readonly string[];
}

/** Tells what is, or would be, the state of a service. */
export function describeService(story: ServiceStory): Report {
  const { project, service, changes, values, tokenEndpoint, checks, events, principals } = story;
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
    changes: changes.map((change) => describeChange(resource, change)),
    checks,
    effects: changes.length === 0 ? [] : effectsOn(service),
    events,
    nextSteps: oidcOn ? nextSteps(project, service.service_name, principals, bootstrapServers) : [],
    attachments:
      properties === ''
        ? []
        : [{ title: 'client.properties for a Java client', language: 'properties', content: properties }],
    links: [consoleLink(project, service.service_name)],
    outputs: {
      'service-config': JSON.stringify(toServiceConfig(values)),
      'service-state': service.state,
      'bootstrap-servers': bootstrapServers,
      'client-properties': properties,
      principals: JSON.stringify(principals),
    },
  });
}

function describeChange(resource: string, { setting, before, after }: SettingChange): Change {
  const { label, unsetMeans } = setting;
  const meant = unsetMeans === true ? 'on' : unsetMeans === false ? 'off' : unsetMeans;
  return { resource, path: nameOf(setting), label, before, after, ...(meant && { whenUnset: meant }) };
}

function effectsOn({ state }: Service): string[] {
  return state === 'POWEROFF'
    ? ['The service is powered off: the settings take effect when it is powered on.']
    : [
        'A rolling restart: the brokers restart one by one, and clients reconnect by themselves. Best in a maintenance window.',
      ];
}

function nextSteps(
  project: string,
  service: string,
  principals: readonly string[],
  bootstrapServers: string,
): NextStep[] {
  const names = [...new Set(principals)].map((principal) => principal.slice('User:'.length));
  const whom =
    names.length === 0
      ? 'Give the client access to its topics (PRINCIPAL is the value of the subject claim in its token)'
      : `Give ${names.join(', ')} access to ${names.length === 1 ? 'its' : 'their'} topics`;
  return [
    {
      text: `${whom}. With Aiven’s ACLs it needs a service user of that very name; Kafka-native ACLs need none:`,
      code: (names.length === 0 ? ['PRINCIPAL'] : names)
        .map((name) => accessCommands(project, service, name))
        .join('\n'),
    },
    {
      text: `Give the client the bootstrap servers${bootstrapServers && ` ${bootstrapServers}`} and the client.properties below; they are the outputs bootstrap-servers and client-properties.`,
    },
  ];
}

function accessCommands(project: string, service: string, name: string): string {
  const where = `--project ${shellWord(project)}`;
  return [
    '# either: Aiven’s ACLs',
    `avn service user-create ${where} --username ${shellWord(name)} ${shellWord(service)}`,
    `avn service acl-add ${where} --username ${shellWord(name)} \\`,
    `  --permission readwrite --topic 'TOPIC' ${shellWord(service)}`,
    '# or: a Kafka-native ACL',
    `avn service kafka-acl-add ${where} --principal ${shellWord(`User:${name}`)} \\`,
    `  --topic 'TOPIC' --operation Read ${shellWord(service)}`,
  ].join('\n');
}

/** A text as one word of a shell command, whatever it contains. */
function shellWord(text: string): string {
  return /^[A-Za-z0-9_.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The listener that clients with SASL use from outside (ServiceGet: route `dynamic`, usage `primary`). */
export function saslListener(components: readonly Component[]): Listener | undefined {
  return components.find(
    (each): each is Listener =>
      each.component === 'kafka' &&
      each.kafka_authentication_method === 'sasl' &&
      each.route === 'dynamic' &&
      each.usage === 'primary' &&
      typeof each.host === 'string' &&
      typeof each.port === 'number',
  );
}

type Listener = Component & { readonly host: string; readonly port: number };

/** Where a person looks at a service. */
export function consoleLink(project: string, service: string): Link {
  const path = `project/${encodeURIComponent(project)}/services/${encodeURIComponent(service)}/overview`;
  return { label: 'The service in the Aiven Console', url: `https://console.aiven.io/${path}` };
}
