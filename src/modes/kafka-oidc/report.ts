import type { Service } from '../../aiven/schema.ts';
import type { ClientFacts } from '../../kafka/clients/facts.ts';
import { whyNoGrant } from '../../kafka/clients/grant.ts';
import { clientProperties } from '../../kafka/clients/java.ts';
import { librdkafkaConfig } from '../../kafka/clients/librdkafka.ts';
import {
  nameOf,
  offeredMechanisms,
  readValues,
  type SettingChange,
  toServiceConfig,
  type Values,
} from '../../kafka/settings.ts';
import {
  type Affected,
  type Attachment,
  type Change,
  type Check,
  type Link,
  type NextStep,
  type Report,
  report,
  type WayBack,
} from '../../plan.ts';
import type { TokenEndpoint } from '../../provider/token-endpoint.ts';
import type { ListenerRoute, TestClient } from '../request.ts';
import { accessSteps } from './access.ts';
import { listenerOf } from './listener.ts';

/** All that the report on a service is made of. */
export interface ServiceStory {
  readonly project: string;
  /** By which way clients come. */
  readonly route: ListenerRoute;
  /** As last read. */
  readonly service: Service;
  readonly changes: readonly SettingChange[];
  /** The values of the settings after this run. */
  readonly values: Values;
  /** Where clients get tokens, when discovery told. */
  readonly tokenEndpoint: TokenEndpoint | null;
  /** What the test token was asked for with; null where it was not got by the client credentials grant. */
  readonly tokenParameters: TestClient['parameters'] | null;
  readonly checks: readonly Check[];
  readonly events: readonly string[];
  readonly affected: Affected;
  readonly wayBack: WayBack | null;
  /** `User:…` of each test token in order; none when there is none. */
  readonly principals: readonly string[];
  /** Whether brokers may still have the previous settings, as far as this run has seen. */
  readonly unconfirmed?: boolean;
}

/** Tells what is, or would be, the state of a service. */
export function describeService(story: ServiceStory): Report {
  const { project, route, service, changes, values, checks, events, affected, wayBack, principals } = story;
  const resource = `service ${project}/${service.service_name}`;
  const listener = listenerOf(service.components, route);
  const bootstrapServers = listener ? `${listener.host}:${listener.port}` : '';
  const oidcOn = offeredMechanisms(values).includes('OAUTHBEARER');
  const clients = oidcOn ? clientConfigurations(story, bootstrapServers) : null;
  return report({
    title: `Kafka OIDC for ${project}/${service.service_name}`,
    resource,
    already: oidcOn
      ? `The settings of ${project}/${service.service_name} are as they should be; it offers ${offeredMechanisms(values).join(', ')}.`
      : `The settings of ${project}/${service.service_name} are as they should be; OIDC is off.`,
    changes: changes.map((change) => describeChange(resource, change)),
    checks,
    affected,
    effects: changes.length === 0 ? [] : effectsOn(service, affected),
    events,
    unconfirmed: story.unconfirmed ?? false,
    wayBack,
    nextSteps: clients ? nextSteps(project, service, principals, clients) : [],
    attachments: clients?.attachments ?? [],
    links: [consoleLink(project, service.service_name), eventLogLink(project)],
    outputs: {
      'service-config': JSON.stringify(toServiceConfig(asStated(story))),
      'service-state': service.state,
      'bootstrap-servers': bootstrapServers,
      'client-properties': clients?.java ?? '',
      'librdkafka-config': clients?.librdkafka ?? '',
      principals: JSON.stringify(principals),
    },
  });
}

function describeChange(resource: string, { setting, before, after }: SettingChange): Change {
  const { label, unsetMeans } = setting;
  const meant = unsetMeans === true ? 'on' : unsetMeans === false ? 'off' : unsetMeans;
  return { resource, path: nameOf(setting), label, before, after, ...(meant && { whenUnset: meant }) };
}

function effectsOn({ state, maintenance }: Service, { lockedOut }: Affected): string[] {
  if (state === 'POWEROFF')
    return ['The service is powered off: the settings take effect when it is powered on.'];
  const clients = lockedOut.length === 0 ? ', and clients reconnect by themselves' : '';
  return [
    `A rolling restart: the brokers restart one by one${clients}. Best done in ${maintenanceWindow(maintenance)}.`,
  ];
}

/** What clients need, in the forms of the two families of them. */
interface ClientConfigurations {
  readonly java: string;
  readonly librdkafka: string;
  readonly attachments: readonly Attachment[];
  readonly bootstrapServers: string;
  /** Why clients cannot get tokens by themselves, as a clause; null when they can. */
  readonly noGrant: string | null;
}

function clientConfigurations(story: ServiceStory, bootstrapServers: string): ClientConfigurations {
  const { route, service, values, tokenEndpoint, tokenParameters } = story;
  const issuer = values['kafka.sasl_oauthbearer_expected_issuer'];
  const noGrant = whyNoGrant({
    issuer: typeof issuer === 'string' ? issuer : null,
    grantTypes: tokenEndpoint?.grantTypes ?? null,
    parameters: tokenParameters?.map(([name]) => name) ?? null,
  });
  const facts: ClientFacts = {
    bootstrapServers,
    tokenEndpoint: tokenEndpoint?.url ?? null,
    scope: tokenParameters?.find(([name]) => name === 'scope')?.[1] ?? null,
    projectCa: listenerOf(service.components, route)?.kafka_ssl_ca !== 'letsencrypt',
    grants: noGrant === null,
  };
  const [java, librdkafka] = [clientProperties(facts), librdkafkaConfig(facts)];
  const attachments = [
    { title: 'client.properties for a Java client', language: 'properties', content: java },
    { title: 'Configuration for a client on librdkafka', language: 'properties', content: librdkafka },
  ];
  return { java, librdkafka, attachments, bootstrapServers, noGrant };
}

/** When Aiven itself would restart a service, in words. */
function maintenanceWindow(maintenance: Service['maintenance']): string {
  const { dow, time } = maintenance ?? {};
  if (!dow || dow === 'never' || !time) return 'a maintenance window';
  const day = `${dow.slice(0, 1).toUpperCase()}${dow.slice(1)}`;
  return `the service’s maintenance window, ${day} from ${time.replace(/^(\d\d:\d\d):00$/, '$1')} UTC`;
}

/** The values as `user_config` has them: SASL that nobody set is told as unset, although it may be on. */
function asStated({ service, changes, values }: ServiceStory): Values {
  const isUnset = readValues(service.user_config)[SASL] === null;
  const isChanged = changes.some(({ setting }) => nameOf(setting) === SASL);
  return isUnset && !isChanged ? { ...values, [SASL]: null } : values;
}

const SASL = 'kafka_authentication_methods.sasl';

function nextSteps(
  project: string,
  service: Service,
  principals: readonly string[],
  { bootstrapServers, noGrant }: ClientConfigurations,
): NextStep[] {
  return [
    ...accessSteps(project, service, principals),
    {
      text: `Give the client the bootstrap servers${bootstrapServers && ` ${bootstrapServers}`} and the configuration below. They are also in the outputs bootstrap-servers, client-properties (Java) and librdkafka-config (Python, Go, .NET, Node, kcat).`,
    },
    ...(noGrant === null
      ? []
      : [
          {
            text: `Supply the client with tokens: it cannot get them by itself, because ${noGrant}. A Java client reads them from a file, as in client-properties; a client on librdkafka sets them in the OAUTHBEARER token refresh callback of its library.`,
          },
        ]),
  ];
}

/** Where a person looks at a service. */
export function consoleLink(project: string, service: string): Link {
  const path = `project/${encodeURIComponent(project)}/services/${encodeURIComponent(service)}/overview`;
  return { label: 'The service in the Aiven Console', url: `https://console.aiven.io/${path}` };
}

/** Where a person sees who changed what in a project. */
function eventLogLink(project: string): Link {
  const url = `https://console.aiven.io/project/${encodeURIComponent(project)}/event-log`;
  return { label: 'The project’s event log', url };
}
