import { invalidUserConfig } from './errors.ts';
import { KAFKA_SCHEMA, type Spec } from './kafka-schema.ts';

/** A JSON value. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** A JSON object, such as a `user_config` or a part of it. */
export type JsonObject = { [name: string]: Json };

/** What stands in the place of a secret that an answer does not tell. */
export const REDACTED = '<redacted>';

const WHOLE: Spec = { type: 'object', properties: KAFKA_SCHEMA };

/** Whether a JSON value is an object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Merges the `user_config` of a PUT into a service's (ServiceUpdate): objects deeply, lists and plain values as a
 * whole; `null` clears. A secret sent back as `<redacted>` stays what it is.
 * @throws {ApiError} 400 when the part, or the whole that comes out, is not acceptable
 */
export function mergeKafkaConfig(present: JsonObject, part: JsonObject): JsonObject {
  check(WHOLE, part, '');
  const merged = mergeObjects(present, keepSecrets(part, present) as JsonObject);
  checkTogether(merged);
  return merged;
}

/** A copy with `<redacted>` in the place of each secret. */
export function redactKafkaConfig(config: JsonObject): JsonObject {
  return redact(WHOLE, config) as JsonObject;
}

/** Whether the SASL listener is on. */
export function saslIsOn(config: JsonObject): boolean {
  return at(config, 'kafka_authentication_methods', 'sasl') === true;
}

/** A value by its path, undefined when there is none. */
export function at(config: JsonObject, ...path: readonly string[]): Json | undefined {
  let value: Json | undefined = config;
  for (const name of path) value = isObject(value) ? value[name] : undefined;
  return value;
}

function mergeObjects(present: JsonObject, part: JsonObject): JsonObject {
  const merged = { ...present };
  for (const [name, value] of Object.entries(part)) {
    const before = merged[name];
    if (value === null) delete merged[name];
    else if (isObject(value)) merged[name] = mergeObjects(isObject(before) ? before : {}, value);
    else merged[name] = value;
  }
  return merged;
}

function keepSecrets(part: Json, present: Json | undefined): Json {
  if (part === REDACTED && typeof present === 'string') return present;
  if (Array.isArray(part)) {
    return part.map((item, index) => keepSecrets(item, Array.isArray(present) ? present[index] : undefined));
  }
  if (!isObject(part)) return part;
  return Object.fromEntries(
    Object.entries(part).map(([name, value]) => [
      name,
      keepSecrets(value, isObject(present) ? present[name] : undefined),
    ]),
  );
}

function redact(spec: Spec | undefined, value: Json): Json {
  if (spec?.type === 'array' && Array.isArray(value)) return value.map((item) => redact(spec.items, item));
  if (spec?.type === 'object' && isObject(value)) {
    const entries = Object.entries(value).map(([name, inner]) => [
      name,
      redact(spec.properties[name], inner),
    ]);
    return Object.fromEntries(entries);
  }
  return spec?.type === 'string' && 'secret' in spec ? REDACTED : value;
}

function check(spec: Spec, value: Json, path: string): void {
  if (value === null) return;
  const complaint = complaintAbout(spec, value);
  if (complaint !== null) throw invalidUserConfig(`Invalid input for ${path || 'user_config'}: ${complaint}`);
  if (spec.type === 'array') {
    for (const [index, item] of (value as Json[]).entries()) check(spec.items, item, `${path}.${index}`);
  }
  if (spec.type === 'object') {
    for (const [name, inner] of Object.entries(value as JsonObject)) {
      const property = spec.properties[name];
      if (property) check(property, inner, path === '' ? name : `${path}.${name}`);
    }
  }
}

/** What is wrong with a value itself, in the words of the validator that Aiven uses; null when nothing is. */
function complaintAbout(spec: Spec, value: Exclude<Json, null>): string | null {
  const shown = JSON.stringify(value);
  const wrongType = `${shown} is not of type '${spec.type}'`;
  switch (spec.type) {
    case 'boolean':
      return typeof value === 'boolean' ? null : wrongType;
    case 'integer':
      if (!Number.isInteger(value)) return wrongType;
      if ('choices' in spec)
        return spec.choices.includes(Number(value)) ? null : `${shown} is not one of ${spec.choices}`;
      if (Number(value) < spec.min) return `${shown} is less than the minimum of ${spec.min}`;
      return Number(value) > spec.max ? `${shown} is greater than the maximum of ${spec.max}` : null;
    case 'string':
      if (typeof value !== 'string') return wrongType;
      if ('choices' in spec)
        return spec.choices.includes(value) ? null : `${shown} is not one of ${spec.choices}`;
      if ([...value].length > spec.max) return `${shown} is too long`;
      return spec.pattern && !spec.pattern.test(value)
        ? `${shown} does not match '${spec.pattern.source}'`
        : null;
    case 'array':
      if (!Array.isArray(value)) return wrongType;
      return value.length > spec.max ? `${shown} is too long` : null;
    case 'object': {
      if (!isObject(value)) return wrongType;
      const stranger = Object.keys(value).find((name) => !Object.hasOwn(spec.properties, name));
      return stranger === undefined
        ? null
        : `Additional properties are not allowed ('${stranger}' was unexpected)`;
    }
  }
}

/** The rules that span several settings. */
function checkTogether(config: JsonObject): void {
  const jwksUrl = at(config, 'kafka', 'sasl_oauthbearer_jwks_endpoint_url');
  if (typeof jwksUrl === 'string' && (!URL.canParse(jwksUrl) || new URL(jwksUrl).protocol !== 'https:')) {
    throw invalidUserConfig('kafka.sasl_oauthbearer_jwks_endpoint_url must be a valid HTTPS URL');
  }
  const mechanisms = ['plain', 'scram_sha_256', 'scram_sha_512'];
  const noneIsOn = mechanisms.every((name) => at(config, 'kafka_sasl_mechanisms', name) === false);
  if (saslIsOn(config) && noneIsOn && jwksUrl === undefined) {
    throw invalidUserConfig(
      'At least one SASL mechanism must be enabled when SASL authentication is enabled',
    );
  }
  if (at(config, 'schema_registry_config', 'sasl_oauthbearer_authentication_enabled') === true) {
    checkSchemaRegistry(config);
  }
}

const OLDEST_KARAPACE_FOR_OIDC = [6, 2, 1];
/** The first version of Karapace that starts with OIDC and without an issuer or an audience. */
const LENIENT_KARAPACE = '6.2.4';

/** Of what Karapace does not start without, nothing may be missing. */
function checkSchemaRegistry(config: JsonObject): void {
  const version = at(config, 'karapace_version');
  if (typeof version === 'string' && isOlder(version.split('.').map(Number), OLDEST_KARAPACE_FOR_OIDC)) {
    throw needsForRegistry(`Karapace ${OLDEST_KARAPACE_FOR_OIDC.join('.')} or later`);
  }
  const needed = [
    'sasl_oauthbearer_jwks_endpoint_url',
    ...(version === LENIENT_KARAPACE
      ? []
      : ['sasl_oauthbearer_expected_issuer', 'sasl_oauthbearer_expected_audience']),
  ];
  const missing = needed.find((name) => (at(config, 'kafka', name) ?? '') === '');
  if (missing !== undefined) throw needsForRegistry(`kafka.${missing}`);
}

const needsForRegistry = (what: string) =>
  invalidUserConfig(`schema_registry_config.sasl_oauthbearer_authentication_enabled requires ${what}`);

function isOlder(version: readonly number[], than: readonly number[]): boolean {
  const place = than.findIndex((part, index) => part !== version[index]);
  return place !== -1 && (version[place] ?? 0) < (than[place] ?? 0);
}
