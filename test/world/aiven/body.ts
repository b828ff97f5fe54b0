import { invalidInput } from './errors.ts';
import { isObject, type Json, type JsonObject } from './kafka-config.ts';

/** What a field of a body may be. */
export type Field =
  | 'boolean'
  /** A list of `{"email"}`. */
  | 'emails'
  | 'integer'
  /** `{"dow", "time"}`, either of them. */
  | 'maintenance window'
  | 'object'
  | 'port'
  | 'string'
  | 'string or null'
  | 'tags'
  /** As `tags`; `null` takes one away. */
  | 'tag changes';

/** The fields that an operation takes, by name; a `!` at the end of the name makes one required. */
export type Fields = Readonly<Record<string, Field>>;

/**
 * Reads the body of a request that changes something.
 * @throws {ApiError} 400, as the API refuses it
 */
export function readBody(contentType: string | undefined, text: string, fields: Fields): JsonObject {
  if (contentType?.split(';')[0]?.trim() !== 'application/json') {
    throw invalidInput('request body must be sent as application/json');
  }
  const body = parse(text);
  if (!isObject(body)) throw invalidInput('request body must be a JSON object');
  checkFields(body, fields);
  return body;
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidInput('request body is not valid JSON');
  }
}

function checkFields(body: JsonObject, fields: Fields): void {
  const required = Object.keys(fields).flatMap((name) => (name.endsWith('!') ? [name.slice(0, -1)] : []));
  const missing = required.find((name) => body[name] === undefined);
  if (missing !== undefined) throw invalidInput(`'${missing}' is a required property`);
  for (const [name, value] of Object.entries(body)) {
    const field = fields[name] ?? fields[`${name}!`];
    if (!field) throw invalidInput(`Additional properties are not allowed ('${name}' was unexpected)`);
    if (!FITS[field](value))
      throw invalidInput(`${name}: ${JSON.stringify(value)} is not of type '${field}'`);
  }
}

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;
/** Of `base_port`, by OrganizationProjectsUpdate. */
const PORTS = { min: 10_000, max: 30_000 };

const isText = (value: Json | undefined) => typeof value === 'string';

const FITS: Readonly<Record<Field, (value: Json) => boolean>> = {
  boolean: (value) => typeof value === 'boolean',
  emails: (value) => Array.isArray(value) && value.every((item) => isObject(item) && isText(item['email'])),
  integer: Number.isInteger,
  'maintenance window': (value) =>
    isObject(value) &&
    Object.entries(value).every(([name, part]) =>
      name === 'dow' ? DAYS.includes(String(part)) : name === 'time' && TIME.test(String(part)),
    ),
  object: isObject,
  port: (value) => Number.isInteger(value) && Number(value) >= PORTS.min && Number(value) <= PORTS.max,
  string: isText,
  'string or null': (value) => value === null || isText(value),
  tags: (value) => isObject(value) && Object.values(value).every(isText),
  'tag changes': (value) =>
    isObject(value) && Object.values(value).every((tag) => tag === null || isText(tag)),
};
