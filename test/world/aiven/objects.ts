import type { JsonObject } from './kafka-config.ts';

/** An organization or an organizational unit, as AccountGet answers it. */
export interface Account {
  account_id: string;
  account_name: string;
  organization_id: string;
  /** Null on an organization, the organization's account on a unit. */
  parent_account_id: string | null;
  root_account_id: string;
  account_owner_team_id: string;
  create_time: string;
  update_time: string;
  is_account_owner: boolean;
  is_account_member: boolean;
  primary_billing_group_id: string | null;
  tenant_id: string;
  features: JsonObject;
  /** How the token's user comes to see it. */
  access_source:
    | 'descendant_membership'
    | 'organization_membership'
    | 'project_membership'
    | 'team_membership';
}

/** A billing group, as OrganizationBillingGroupGet answers it. */
export interface BillingGroup {
  billing_group_id: string;
  billing_group_name: string;
  /** Null where it pays for projects that belong nowhere. */
  organization_id: string | null;
  billing_address_id: string;
  billing_contact_emails: { email: string }[];
  billing_emails: { email: string }[];
  create_time: string;
  custom_invoice_text: string | null;
  payment_method: JsonObject | null;
  shipping_address_id: string;
  vat_id: string | null;
}

/** One entry of the answer of StaticIPList. */
export interface StaticIp {
  /** Not part of the answer: the API has it in the path alone. */
  project_name: string;
  cloud_name: string;
  ip_address: string;
  service_name: string;
  state: 'assigned' | 'available' | 'created' | 'creating' | 'deleted' | 'deleting';
  static_ip_address_id: string;
  termination_protection: boolean;
}

/** A project, as ProjectGet answers it. */
export interface Project {
  project_name: string;
  /** Null while the project is unassigned. */
  account_id: string | null;
  account_name: string | null;
  organization_id: string | null;
  /** Not part of that answer: the calls under an organization alone tell it. */
  base_port: number | null;
  billing_group_id: string;
  billing_group_name: string;
  billing_address: string;
  billing_currency: string;
  billing_emails: { email: string }[];
  billing_extra_text: string | null;
  card_info: JsonObject | null;
  country: string;
  country_code: string;
  default_cloud: string;
  estimated_balance: string;
  payment_method: string;
  tags: Record<string, string>;
  tech_emails: { email: string }[];
  tenant_id: string;
  vat_id: string;
}

/** `state` of a service. */
export type ServiceState = 'POWEROFF' | 'REBALANCING' | 'REBUILDING' | 'RUNNING';

/** One entry of `node_states`. */
export interface NodeState {
  name: string;
  state: string;
  role: string | null;
  availability_zone: string;
  progress_updates: ProgressUpdate[];
}

/** How far a node is in one phase of what it does. */
export interface ProgressUpdate {
  phase: string;
  completed: boolean;
  min: number | null;
  current: number | null;
  max: number | null;
  unit: string | null;
}

/** `maintenance` of a service: when updates are installed. */
export interface Maintenance {
  /** The day of the week. */
  dow: string;
  enabled: boolean;
  /** `HH:MM:SS`, UTC. */
  time: string;
  updates: JsonObject[];
}

/** One entry of `components`: an address of the service. */
export interface Component {
  component: string;
  host: string;
  port: number;
  route: ComponentRoute;
  usage: ComponentUsage;
  kafka_authentication_method?: 'certificate' | 'sasl';
  kafka_ssl_ca?: 'letsencrypt' | 'project_ca';
  path?: string;
  privatelink_connection_id?: string;
}

/** `route` of a component. */
export type ComponentRoute = 'dynamic' | 'private' | 'privatelink' | 'public';

/** `usage` of a component. */
export type ComponentUsage = 'disaster_recovery' | 'ha_replica' | 'primary' | 'replica';

/** One entry of `acl`: Aiven's own ACLs for Kafka. */
export interface Acl {
  id: string;
  permission: 'admin' | 'read' | 'readwrite' | 'write';
  /** A pattern with `*` and `?`. */
  topic: string;
  /** A pattern with `*` and `?`. */
  username: string;
}

/** A service user, with its secrets. */
export interface ServiceUser {
  username: string;
  type: string;
  password: string;
  access_cert: string;
  access_key: string;
}

/** An Aiven for Apache Kafka service as ServiceGet answers it, secrets and all, and the project it is in. */
export interface KafkaService {
  /** Not part of the answer: the API has it in the path alone. */
  project_name: string;
  service_name: string;
  service_type: string;
  service_type_description: string;
  state: ServiceState;
  plan: string;
  cloud_name: string;
  node_count: number;
  disk_space_mb: number;
  create_time: string;
  update_time: string;
  termination_protection: boolean;
  group_list: string[];
  project_vpc_id: string | null;
  maintenance: Maintenance;
  features: Record<string, boolean>;
  metadata: JsonObject;
  tags: Record<string, string>;
  backups: JsonObject[];
  databases: string[];
  service_integrations: JsonObject[];
  service_notifications: JsonObject[];
  service_uri: string;
  service_uri_params: Record<string, string>;
  connection_info: Record<string, string | string[]>;
  acl: Acl[];
  tech_emails: { email: string }[];
  users: ServiceUser[];
  components: Component[];
  node_states: NodeState[];
  user_config: JsonObject;
}

const CREATED = '2025-03-03T10:00:00Z';
const NODES = 3;
const HEX = 16;

/** An ID in the manner of Aiven's, such as `a4f0c1d2e3b5` or `org4f0c1d2e3b5`. */
export function newId(prefix: 'a' | 'org' | 'at'): string {
  const digits = Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) =>
    byte.toString(HEX).padStart(2, '0'),
  );
  return prefix + digits.join('').slice(prefix.length - 1);
}

/**
 * An organization; a unit when `parent_account_id` is given, which then needs the parent's `organization_id` as well.
 * @param fields what matters to a test; the rest is made up
 */
export function account(fields: Partial<Account> = {}): Account {
  const account_id = fields.account_id ?? newId('a');
  return {
    account_id,
    account_name: 'Example',
    organization_id: newId('org'),
    parent_account_id: null,
    root_account_id: fields.parent_account_id ?? account_id,
    account_owner_team_id: newId('at'),
    create_time: CREATED,
    update_time: CREATED,
    is_account_owner: true,
    is_account_member: true,
    primary_billing_group_id: null,
    tenant_id: 'aiven',
    features: {},
    access_source: 'organization_membership',
    ...fields,
  };
}

/**
 * A unit of an organization.
 * @param parent the organization
 */
export function unit(parent: Account, fields: Partial<Account> = {}): Account {
  const { account_id, organization_id } = parent;
  return account({ parent_account_id: account_id, root_account_id: account_id, organization_id, ...fields });
}

/**
 * A project; unassigned unless `owner` is given.
 * @param fields what matters to a test; the rest is made up
 * @param owner the organization or unit that it belongs to
 */
export function project(fields: Partial<Project> = {}, owner?: Account): Project {
  return {
    project_name: 'streams',
    account_id: owner?.account_id ?? null,
    account_name: owner?.account_name ?? null,
    organization_id: owner?.organization_id ?? null,
    base_port: null,
    ...DEFAULT_BILLING_GROUP,
    billing_address: '',
    billing_currency: 'EUR',
    billing_emails: [],
    billing_extra_text: null,
    card_info: null,
    country: 'Finland',
    country_code: 'FI',
    default_cloud: 'google-europe-north1',
    estimated_balance: '12.34',
    payment_method: 'no_payment_expected',
    tags: {},
    tech_emails: [],
    tenant_id: 'aiven',
    vat_id: '',
    ...fields,
  };
}

const DEFAULT_BILLING_GROUP = {
  billing_group_id: '8a6b5a3c-4a52-4b7f-9a43-2f7f1f6a7c11',
  billing_group_name: 'Default billing group',
};

/**
 * A billing group.
 * @param fields what matters to a test; the rest is made up
 * @param owner the organization that it belongs to
 */
export function billingGroup(fields: Partial<BillingGroup> = {}, owner?: Account): BillingGroup {
  return {
    ...DEFAULT_BILLING_GROUP,
    organization_id: owner?.organization_id ?? null,
    billing_address_id: 'ad1a2b3c4d5e6',
    billing_contact_emails: [],
    billing_emails: [],
    create_time: CREATED,
    custom_invoice_text: null,
    payment_method: null,
    shipping_address_id: 'ad1a2b3c4d5e6',
    vat_id: null,
    ...fields,
  };
}

/** A static IP address that no service uses. */
export function staticIp(fields: Partial<StaticIp> = {}): StaticIp {
  return {
    project_name: 'streams',
    cloud_name: 'google-europe-north1',
    ip_address: '192.0.2.10',
    service_name: '',
    state: 'created',
    static_ip_address_id: 'ip358375b2765',
    termination_protection: false,
    ...fields,
  };
}

/** The password of every service user, to look for where none must be. */
export const SERVICE_PASSWORD = 'AVNS_w0rldPa55word';
/** The private key of every service user, to look for where none must be. */
export const SERVICE_KEY = '-----BEGIN PRIVATE KEY-----\nc2VydmljZS1rZXk=\n-----END PRIVATE KEY-----\n';

/**
 * An Aiven for Apache Kafka service of three nodes that runs, with certificate authentication alone. One that is
 * powered off has no nodes.
 * @param fields what matters to a test; the rest is made up. `user_config` replaces the made-up one as a whole
 */
export function kafkaService(fields: Partial<KafkaService> = {}): KafkaService {
  const { service_name = 'kafka', project_name = 'streams' } = fields;
  const host = `${service_name}-${project_name}.a.aivencloud.com`;
  const secretUri = (port: number) => `https://avnadmin:${SERVICE_PASSWORD}@${host}:${port}`;
  return {
    project_name,
    service_name,
    service_type: 'kafka',
    service_type_description: 'Kafka - High-Throughput Distributed Messaging System',
    state: 'RUNNING',
    plan: 'business-4',
    cloud_name: 'google-europe-north1',
    node_count: NODES,
    disk_space_mb: 614_400,
    create_time: CREATED,
    update_time: CREATED,
    termination_protection: false,
    group_list: ['default'],
    project_vpc_id: null,
    maintenance: { dow: 'sunday', enabled: true, time: '10:00:00', updates: [] },
    features: { karapace: true, karapace_rest: true, letsencrypt: true, topic_management: true },
    metadata: { kafka_version: '4.1' },
    tags: {},
    backups: [],
    databases: [],
    service_integrations: [],
    service_notifications: [],
    service_uri: `${host}:12691`,
    service_uri_params: { host, port: '12691', ssl: 'required' },
    connection_info: {
      kafka: [`${host}:12691`],
      kafka_access_cert: '-----BEGIN CERTIFICATE-----\nc2VydmljZS1jZXJ0\n-----END CERTIFICATE-----\n',
      kafka_access_key: SERVICE_KEY,
      kafka_rest_uri: secretUri(12_694),
      schema_registry_uri: secretUri(12_695),
    },
    acl: [{ id: 'default', permission: 'admin', topic: '*', username: 'avnadmin' }],
    tech_emails: [],
    users: [
      {
        username: 'avnadmin',
        type: 'primary',
        password: SERVICE_PASSWORD,
        access_cert: '-----BEGIN CERTIFICATE-----\nc2VydmljZS1jZXJ0\n-----END CERTIFICATE-----\n',
        access_key: SERVICE_KEY,
      },
    ],
    components: [
      listener(host, 12_691, 'certificate', 'project_ca'),
      endpoint('kafka_rest', host, 12_694),
      endpoint('schema_registry', host, 12_695),
      listener(`public-${host}`, 12_696, 'certificate', 'project_ca', { route: 'public' }),
    ],
    node_states: fields.state === 'POWEROFF' ? [] : runningNodes(service_name, NODES),
    user_config: {
      ip_filter: ['0.0.0.0/0', '::/0'],
      kafka: { auto_create_topics_enable: false, log_retention_hours: 72 },
      kafka_authentication_methods: { certificate: true, sasl: false },
      kafka_connect: false,
      kafka_connect_secret_providers: [
        {
          name: 'aws',
          aws: {
            auth_method: 'credentials',
            region: 'eu-north-1',
            access_key: 'AKIA',
            secret_key: SERVICE_PASSWORD,
          },
        },
      ],
      kafka_rest: true,
      kafka_version: '4.1',
      schema_registry: true,
      tiered_storage: { enabled: false },
    },
    ...fields,
  };
}

/**
 * An address of a service.
 * @param component its name, such as `schema_registry`
 * @param way where it differs from the usual: route `dynamic`, usage `primary`
 */
export function endpoint(
  component: string,
  host: string,
  port: number,
  way: Partial<Component> = {},
): Component {
  return { component, host, port, route: 'dynamic', usage: 'primary', ...way };
}

/**
 * A Kafka listener.
 * @param way where it differs from the usual: route `dynamic`, usage `primary`
 */
export function listener(
  host: string,
  port: number,
  method: 'certificate' | 'sasl',
  ca: 'letsencrypt' | 'project_ca',
  way: Partial<Component> = {},
): Component {
  return {
    ...endpoint('kafka', host, port, way),
    kafka_authentication_method: method,
    kafka_ssl_ca: ca,
  };
}

/** The nodes of a service that runs, one per zone. */
export function runningNodes(serviceName: string, count: number): NodeState[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `${serviceName}-${index + 1}`,
    state: 'running',
    role: null,
    availability_zone: `europe-north1-${'abc'[index % 3]}`,
    progress_updates: [],
  }));
}
