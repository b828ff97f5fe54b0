import type { Json } from '../plan.ts';
import type { UserConfig } from './settings.ts';

/** A setting that is not what it was although nobody asked for it. */
export interface Stray {
  /** Its path in `user_config`, joined by dots. */
  readonly path: string;
  /** `lost`: it had a value, which is gone or another now. `appeared`: it had none. */
  readonly what: 'lost' | 'appeared';
  /** The value before and after, where both are of a kind that is no secret; a value of any other is not told. */
  readonly move?: Move;
}

/** A value before and after. */
export interface Move {
  readonly was: Json;
  readonly is: Json;
}

/**
 * The settings beside those in `update` that moved between two readings of a `user_config`. Of most, the paths alone are told:
 * a value may be a secret.
 */
export function strays(before: UserConfig, after: UserConfig, update: UserConfig): Stray[] {
  return compare(before, after, update, []);
}

function compare(
  before: UserConfig,
  after: UserConfig,
  update: UserConfig,
  path: readonly string[],
): Stray[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name): Stray[] => {
    const was = own(before, name);
    const is = own(after, name);
    const asked = Object.hasOwn(update, name) ? update[name] : undefined;
    const here = [...path, name];
    if (asked !== undefined && !isObject(asked)) return [];
    if ((isObject(was) || was === null) && (isObject(is) || is === null)) {
      return compare(was ?? {}, is ?? {}, asked ?? {}, here);
    }
    if (asked !== undefined || equal(was, is)) return [];
    const move = isHarmless(was) && isHarmless(is) ? { move: { was, is } } : {};
    return [{ path: here.join('.'), what: was === null ? 'appeared' : 'lost', ...move }];
  });
}

/** Numbers, switches and versions keep no secret; any other text might. */
function isHarmless(value: Json): boolean {
  return typeof value === 'string'
    ? /^\d+(\.\d+){1,3}$/.test(value)
    : !isObject(value) && !Array.isArray(value);
}

/** Absent and null both mean unset. */
function own(config: UserConfig, name: string): Json {
  return Object.hasOwn(config, name) ? (config[name] ?? null) : null;
}

function isObject(value: Json | undefined): value is UserConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What Aiven shows in place of a secret where an answer keeps secrets out, which the answer to an update does not. */
const REDACTED = '<redacted>';

function equal(one: Json, other: Json): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => equal(item, other[index] ?? null));
  }
  if (isObject(one) && isObject(other)) {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].every((name) => equal(own(one, name), own(other, name)));
  }
  const bothText = typeof one === 'string' && typeof other === 'string';
  return one === other || (bothText && (one === REDACTED || other === REDACTED));
}
