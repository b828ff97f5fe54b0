/**
 * What a JSON value from outside must look like before anything believes it. It is all that this action needs of a schema
 * library, in the part of a millisecond that a run has for it: also where a list has 10,000 items.
 */
import type { Json } from './plan.ts';

/**
 * Reads a JSON value.
 * @returns the value, with of an object what its shape names and nothing else; {@link MISFIT} when it is of another shape
 */
export type Shape<Value> = (json: unknown, where: Path) => Value | typeof MISFIT;

/** The value that a shape reads. */
export type Shaped<Of> = Of extends Shape<infer Value> ? Value : never;

/** Where in a value it does not fit, from the outside in. */
type Path = (string | number)[];

const MISFIT: unique symbol = Symbol('of another shape');

/** What came of reading a value: the value, or where it does not fit, such as `projects.3.project_name`. */
export type Fitted<Value> =
  | { readonly fits: true; readonly value: Value }
  | { readonly fits: false; readonly where: string };

/** @param json a value as `JSON.parse` makes them */
export function fit<Value>(shape: Shape<Value>, json: unknown): Fitted<Value> {
  const where: Path = [];
  const value = shape(json, where);
  return value === MISFIT ? { fits: false, where: where.join('.') } : { fits: true, value };
}

export const text: Shape<string> = (json) => (typeof json === 'string' ? json : MISFIT);

export const boolean: Shape<boolean> = (json) => (typeof json === 'boolean' ? json : MISFIT);

/** A number that is one: JSON can write some that a double cannot hold. */
export const number: Shape<number> = (json) =>
  typeof json === 'number' && Number.isFinite(json) ? json : MISFIT;

/** Any object, as it is. */
export const anyObject: Shape<{ [name: string]: Json }> = (json) =>
  isObject(json) ? (json as { [name: string]: Json }) : MISFIT;

/** What may be absent. */
export function optional<Value>(shape: Shape<Value>): Shape<Value | undefined> {
  return (json, where) => (json === undefined ? undefined : shape(json, where));
}

/** What may be absent or null. */
export function nullish<Value>(shape: Shape<Value>): Shape<Value | null | undefined> {
  return (json, where) => (json === undefined || json === null ? json : shape(json, where));
}

/** A list of such items. */
export function list<Item>(item: Shape<Item>): Shape<Item[]> {
  return (json, where) => {
    if (!Array.isArray(json)) return MISFIT;
    const items: Item[] = [];
    for (let index = 0; index < json.length; index++) {
      const value = item(json[index], where);
      if (value === MISFIT) return misfitAt(index, where);
      items.push(value);
    }
    return items;
  };
}

/** An object with these fields; it may have others, which are dropped. */
export function object<Fields extends Readonly<Record<string, Shape<unknown>>>>(
  fields: Fields,
): Shape<ObjectOf<Fields>> {
  const shapes = Object.entries(fields);
  return (json, where) => {
    if (!isObject(json)) return MISFIT;
    const object: Record<string, unknown> = {};
    for (const [name, shape] of shapes) {
      const value = shape(json[name], where);
      if (value === MISFIT) return misfitAt(name, where);
      if (value !== undefined) object[name] = value;
    }
    return object as ObjectOf<Fields>;
  };
}

/** What a shape reads, made into something else. */
export function mapped<From, To>(shape: Shape<From>, map: (value: From) => To): Shape<To> {
  return (json, where) => {
    const value = shape(json, where);
    return value === MISFIT ? MISFIT : map(value);
  };
}

/** The fields of an object; one that may be absent need not be there. */
type ObjectOf<Fields> = {
  [Name in keyof Fields as undefined extends Shaped<Fields[Name]> ? never : Name]: Shaped<Fields[Name]>;
} & {
  [Name in keyof Fields as undefined extends Shaped<Fields[Name]> ? Name : never]?: Shaped<Fields[Name]>;
};

function misfitAt(step: string | number, where: Path): typeof MISFIT {
  where.unshift(step);
  return MISFIT;
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
