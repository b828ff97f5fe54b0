import type { Json } from '../plan.ts';
import { quote } from '../quote.ts';

/** A part of an Aiven service's `user_config`. */
export type UserConfig = { readonly [key: string]: Json };

/** A value of a setting; `null` for unset. */
export type Value = string | boolean | null;

/** One setting that this action manages: everything known of it stands in its row. */
export interface Setting {
  /** Its place in `user_config`. */
  readonly path: readonly [string] | readonly [string, string];
  /** What a person calls it. */
  readonly label: string;
  /** The input that sets it, and that `unset` clears it by; null when another input decides. */
  readonly input: SettingInput | null;
  /** What the broker does when it is unset, by Aiven's documentation. */
  readonly unsetMeans: Value;
  /** Whether it is one of the parameters of OpenID Connect, which `unset: all` clears. */
  readonly oidc: boolean;
  /** Kafka's own name, where a broker has this property. */
  readonly kafkaProperty?: string;
  /** The mechanism that it switches. */
  readonly mechanism?: Mechanism;
  /** What Aiven accepts, for texts. */
  readonly limits?: Limits;
  /** Whether the order and the repetition of its comma-separated items are without meaning. */
  readonly isSet?: boolean;
}

/** What Aiven accepts of a text: at most so many characters; an https URL. */
export interface Limits {
  readonly maxLength: number;
  readonly https?: boolean;
}

/** The inputs that set a setting each, and that `unset` takes. */
export type SettingInput =
  | 'jwks-endpoint-url'
  | 'expected-issuer'
  | 'expected-audience'
  | 'sub-claim-name'
  | 'kafka-rest-authorization'
  | 'schema-registry-oidc';

/** The SASL mechanisms that Aiven for Apache Kafka has (RFC 7628, RFC 4616, RFC 5802 and RFC 7677). */
export type Mechanism = 'OAUTHBEARER' | 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

/** All mechanisms, in the order in which they are told. */
export const MECHANISMS: readonly Mechanism[] = ['OAUTHBEARER', 'PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'];

const ROWS = [
  {
    path: ['kafka', 'sasl_oauthbearer_jwks_endpoint_url'],
    label: 'JWKS endpoint URL',
    input: 'jwks-endpoint-url',
    unsetMeans: null,
    oidc: true,
    kafkaProperty: 'sasl.oauthbearer.jwks.endpoint.url',
    limits: { maxLength: 2048, https: true },
  },
  {
    path: ['kafka', 'sasl_oauthbearer_expected_issuer'],
    label: 'Expected issuer',
    input: 'expected-issuer',
    unsetMeans: null,
    oidc: true,
    kafkaProperty: 'sasl.oauthbearer.expected.issuer',
    limits: { maxLength: 128 },
  },
  {
    path: ['kafka', 'sasl_oauthbearer_expected_audience'],
    label: 'Expected audience',
    input: 'expected-audience',
    unsetMeans: null,
    oidc: true,
    kafkaProperty: 'sasl.oauthbearer.expected.audience',
    limits: { maxLength: 128 },
    isSet: true,
  },
  {
    path: ['kafka', 'sasl_oauthbearer_sub_claim_name'],
    label: 'Subject claim',
    input: 'sub-claim-name',
    unsetMeans: 'sub',
    oidc: true,
    kafkaProperty: 'sasl.oauthbearer.sub.claim.name',
    limits: { maxLength: 128 },
  },
  {
    path: ['kafka_authentication_methods', 'sasl'],
    label: 'SASL authentication',
    input: null,
    unsetMeans: false,
    oidc: false,
  },
  {
    path: ['kafka_sasl_mechanisms', 'plain'],
    label: 'Mechanism PLAIN',
    input: null,
    unsetMeans: true,
    oidc: false,
    mechanism: 'PLAIN',
  },
  {
    path: ['kafka_sasl_mechanisms', 'scram_sha_256'],
    label: 'Mechanism SCRAM-SHA-256',
    input: null,
    unsetMeans: true,
    oidc: false,
    mechanism: 'SCRAM-SHA-256',
  },
  {
    path: ['kafka_sasl_mechanisms', 'scram_sha_512'],
    label: 'Mechanism SCRAM-SHA-512',
    input: null,
    unsetMeans: true,
    oidc: false,
    mechanism: 'SCRAM-SHA-512',
  },
  {
    path: ['kafka_rest_authorization'],
    label: 'Kafka REST proxy authorization',
    input: 'kafka-rest-authorization',
    unsetMeans: false,
    oidc: false,
  },
  {
    path: ['schema_registry_config', 'sasl_oauthbearer_authentication_enabled'],
    label: 'OIDC for Schema Registry',
    input: 'schema-registry-oidc',
    unsetMeans: false,
    oidc: true,
  },
] as const satisfies readonly Setting[];

/**
 * The settings: the checks of inputs, the plan, the update, the outputs and the summary all come from these rows.
 * Source: the user configuration of Aiven for Apache Kafka (`service_types.kafka` of Aiven's API schemas).
 */
export const SETTINGS: readonly Setting[] = ROWS;

/** A setting by its path, joined by a dot: Aiven's own field name. */
export type SettingName = (typeof ROWS)[number]['path'] extends infer Path
  ? Path extends readonly [infer A extends string, infer B extends string]
    ? `${A}.${B}`
    : Path extends readonly [infer A extends string]
      ? A
      : never
  : never;

/** The value of every setting. */
export type Values = Readonly<Record<SettingName, Value>>;

/** The values that are asked for; a setting that is not named is left as it is. */
export type Wanted = Partial<Record<SettingName, Value>>;

/** Aiven's own field name, nested fields joined by a dot. */
export function nameOf({ path }: Pick<Setting, 'path'>): SettingName {
  return path.join('.') as SettingName;
}

/** The settings that an input sets, by the name of the input. */
export function settingOf(input: SettingInput): Setting {
  const setting = SETTINGS.find((row) => row.input === input);
  if (!setting) throw new TypeError(`no setting has the input ${input}`);
  return setting;
}

/** Reads the managed settings out of a `user_config`; what is missing is `null`. */
export function readValues(userConfig: UserConfig): Values {
  return Object.fromEntries(
    SETTINGS.map((setting) => [nameOf(setting), valueAt(userConfig, setting.path)]),
  ) as unknown as Values;
}

/** The version of Kafka that a service is set to, such as `4.1`; null when it does not tell. */
export function kafkaVersion({ kafka_version }: UserConfig): string | null {
  return typeof kafka_version === 'string' ? kafka_version : null;
}

function valueAt(userConfig: UserConfig, path: readonly string[]): Value {
  let at: Json | undefined = userConfig;
  for (const key of path) at = isObject(at) ? at[key] : undefined;
  return typeof at === 'string' || typeof at === 'boolean' ? at : null;
}

function isObject(value: Json | undefined): value is UserConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a broker would behave the same with either value. */
export function sameEffect(setting: Setting, one: Value, other: Value): boolean {
  return effect(setting, one) === effect(setting, other);
}

function effect({ unsetMeans, isSet }: Setting, value: Value): Value {
  const meant = value ?? unsetMeans;
  // A list without items is as good as none (Kafka's `ConfigDef.parseType`).
  return isSet && typeof meant === 'string' ? splitList(meant).sort().join(',') || unsetMeans : meant;
}

/** The items of a comma-separated text as Kafka reads it: trimmed, without empty ones, here also without repetition. */
export function splitList(text: string): string[] {
  return [...new Set(text.split(',').map((item) => item.trim()))].filter((item) => item !== '');
}

/** What a setting is in effect: its value, or what the broker does without one. */
export function effective(values: Values, name: SettingName): Value {
  const setting = SETTINGS.find((row) => nameOf(row) === name);
  return values[name] ?? setting?.unsetMeans ?? null;
}

/** Whether a parameter of OpenID Connect for brokers is asked for, which turns SASL on. */
export function setsOidc(wanted: Wanted): boolean {
  return Object.entries(wanted).some(
    ([name, value]) => name.startsWith('kafka.sasl_oauthbearer_') && value !== null,
  );
}

/** A setting that has to change. */
export interface SettingChange {
  readonly setting: Setting;
  readonly before: Value;
  readonly after: Value;
}

/** The settings whose wanted value differs, in effect, from the present one; in the order of the rows. */
export function differences(present: Values, wanted: Wanted): SettingChange[] {
  return SETTINGS.flatMap((setting) => {
    const name = nameOf(setting);
    const after = wanted[name];
    const before = present[name];
    return after === undefined || sameEffect(setting, before, after) ? [] : [{ setting, before, after }];
  });
}

/** The values after some changes. */
export function withChanges(present: Values, changes: readonly SettingChange[]): Values {
  return { ...present, ...Object.fromEntries(changes.map(({ setting, after }) => [nameOf(setting), after])) };
}

/** The changes that undo some changes. */
export function inverse(changes: readonly SettingChange[]): SettingChange[] {
  return changes.map(({ setting, before, after }) => ({ setting, before: after, after: before }));
}

/** Whether brokers restart for these changes; for those of the REST proxy and of Schema Registry they need not. */
export function restartsBrokers(changes: readonly SettingChange[]): boolean {
  return changes.some(({ setting: { path } }) => BROKER_SETTINGS.has(path[0]));
}

const BROKER_SETTINGS: ReadonlySet<string> = new Set([
  'kafka',
  'kafka_authentication_methods',
  'kafka_sasl_mechanisms',
]);

/** The part of `user_config` that makes the changes, and nothing else. */
export function toUserConfig(changes: readonly SettingChange[]): UserConfig {
  return nest(changes.map(({ setting, after }) => [setting.path, after]));
}

/** All managed settings, nested as in `user_config`: the output `service-config`. */
export function toServiceConfig(values: Values): UserConfig {
  return nest(SETTINGS.map((setting) => [setting.path, values[nameOf(setting)]]));
}

function nest(entries: readonly (readonly [Setting['path'], Value])[]): UserConfig {
  const config: Record<string, Json> = {};
  for (const [[outer, inner], value] of entries) {
    config[outer] =
      inner === undefined ? value : { ...(config[outer] as UserConfig | undefined), [inner]: value };
  }
  return config;
}

/** The mechanisms that brokers offer with these values: none while SASL is off. */
export function offeredMechanisms(values: Values): Mechanism[] {
  if (effective(values, 'kafka_authentication_methods.sasl') !== true) return [];
  return enabledMechanisms(values);
}

/** The mechanisms that are enabled for when SASL is on. OAUTHBEARER is as soon as the JWKS endpoint URL is set. */
export function enabledMechanisms(values: Values): Mechanism[] {
  const switched = SETTINGS.flatMap((setting) =>
    setting.mechanism && effective(values, nameOf(setting)) === true ? [setting.mechanism] : [],
  );
  return values['kafka.sasl_oauthbearer_jwks_endpoint_url'] === null
    ? switched
    : ['OAUTHBEARER', ...switched];
}

/** What is wrong with a text. */
export interface Complaint {
  /** A clause, such as `is 140 characters long in all; Aiven allows 128`. */
  readonly problem: string;
  /** The way out of whoever wrote it, as a sentence. */
  readonly remedy: string;
}

/**
 * What is wrong with the text of a setting, by Aiven's limits.
 * @returns null when nothing is
 */
export function complaint({ limits, isSet }: Setting, text: string): Complaint | null {
  if (!limits) return null;
  if (/[\r\n]/.test(text))
    return { problem: 'contains a line break, which Aiven does not allow', remedy: 'Give it on one line.' };
  const length = [...text].length;
  if (length > limits.maxLength) {
    const problem = `is ${length} characters long in total, but Aiven allows ${limits.maxLength}`;
    return { problem, remedy: isSet ? 'Name fewer or shorter ones.' : 'Use a shorter one.' };
  }
  return limits.https ? urlComplaint(text) : null;
}

const TAKE_IT_OUT = 'Remove it.';

/** Complains about a user name or a password in an address; null where there is none, or no address. */
export function credentialsComplaint(text: string): Complaint | null {
  const url = URL.parse(text);
  return url && (url.username !== '' || url.password !== '')
    ? { problem: 'contains a user name or password, which would be published', remedy: TAKE_IT_OUT }
    : null;
}

/**
 * Complains about an address whose host is not there, or lacks a part, as where an expression comes out empty; null where
 * there is none, or no address.
 */
export function hostComplaint(text: string): Complaint | null {
  const host = /^https?:\/\/([^/?#\\]*)/i.exec(text)?.[1];
  // An absolute name ends with a dot (RFC 1034, section 3.1).
  const isWhole =
    host === undefined ||
    !host
      .replace(/:\d*$/, '')
      .replace(/(?<=.)\.$/, '')
      .split('.')
      .includes('');
  return isWhole
    ? null
    : {
        problem: 'is an address whose host is missing or incomplete',
        remedy: 'Add what is missing. Is an expression in it empty?',
      };
}

/** Characters that a URL never has: they have to be encoded (RFC 3986, section 2), which Java does not do by itself. */
const NOT_ASCII = /[^\0-\x7f]/u;

/**
 * Complains about what is not ASCII in a URL: Java, and so a broker, looks a host up and sends a path as they are written.
 * @returns the encoded form in the remedy; null where all is ASCII, or where there is no URL
 */
export function asciiComplaint(text: string): Complaint | null {
  const [found] = NOT_ASCII.exec(text) ?? [];
  if (found === undefined || !URL.canParse(text)) return null;
  const isSeen = /[^\p{Cf}\p{Z}]/u.test(found);
  return {
    problem: `contains ${quote(found)}, which is not ASCII, and brokers use it without converting it`,
    remedy: isSeen ? `Write it as ${new URL(text).href}.` : TAKE_IT_OUT,
  };
}

function urlComplaint(text: string): Complaint | null {
  const hostless = hostComplaint(text);
  if (hostless) return hostless;
  if (!URL.canParse(text))
    return { problem: 'is not a URL', remedy: 'Give the whole URL, such as https://idp.example.com/jwks.' };
  const { protocol } = new URL(text);
  if (protocol !== 'https:') {
    const problem = `is not an https URL (${protocol.slice(0, -1)}), and Aiven accepts no other`;
    return { problem, remedy: 'Use the provider’s https address.' };
  }
  const credentials = credentialsComplaint(text);
  if (credentials) return credentials;
  if (/\s/.test(text)) return { problem: 'contains a space', remedy: 'Remove it, or write it as %20.' };
  const foreign = asciiComplaint(text);
  if (foreign) return foreign;
  // Browsers and Node read these as an address all the same; Java, and so a broker, finds no host in them.
  if (!/^https:\/\/[^/\\][^\\]*$/i.test(text))
    return { problem: 'is not written the way brokers read it', remedy: 'Write it as https://HOST/PATH.' };
  return text.includes('#')
    ? { problem: 'has a fragment (#…), which is never sent', remedy: TAKE_IT_OUT }
    : null;
}
