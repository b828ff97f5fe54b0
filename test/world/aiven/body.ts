import { ApiError, invalidInput } from './errors.ts';
import { isObject, type Json, type JsonObject } from './kafka-config.ts';

/** What a field of a body may be. */
export type Field = 'boolean' | 'integer' | 'list' | 'object' | 'string' | 'string or null';

/** The fields that an operation takes, by name; a `!` at the end of the name makes one required. */
export type Fields = Readonly<Record<string, Field>>;

/**
 * Reads the body of a request that changes something.
 * @throws {ApiError} 415 or 400, as the API refuses it
 */
export function readBody(contentType: string | undefined, text: string, fields: Fields): JsonObject {
  if (contentType?.split(';')[0]?.trim() !== 'application/json') {
    throw new ApiError(415, 'Unsupported Media Type: expected application/json');
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
    if (!fits(field, value))
      throw invalidInput(`${name}: ${JSON.stringify(value)} is not of type '${field}'`);
  }
}

function fits(field: Field, value: Json): boolean {
  switch (field) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value);
    case 'list':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'string':
      return typeof value === 'string';
    case 'string or null':
      return typeof value === 'string' || value === null;
  }
}
