import type { Json } from '../plan.ts';
import type { UserConfig } from './settings.ts';

/** A setting that is not what it was although nobody asked for it. */
export interface Stray {
  /** Its path in `user_config`, joined by dots. */
  readonly path: string;
  /** `lost`: it had a value, which is gone or another now. `appeared`: it had none. */
  readonly what: 'lost' | 'appeared';
}

/**
 * The settings beside those in `update` that moved between two readings of a `user_config`. Paths alone are told:
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
    if (isObject(was) || isObject(is)) {
      if (asked !== undefined && !isObject(asked)) return [];
      if ((isObject(was) || was === null) && (isObject(is) || is === null)) {
        return compare(was ?? {}, is ?? {}, asked ?? {}, here);
      }
    }
    if (asked !== undefined || equal(was, is)) return [];
    return [{ path: here.join('.'), what: was === null ? 'appeared' : 'lost' }];
  });
}

/** Absent and null both mean unset. */
function own(config: UserConfig, name: string): Json {
  return Object.hasOwn(config, name) ? (config[name] ?? null) : null;
}

function isObject(value: Json | undefined): value is UserConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function equal(one: Json, other: Json): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`);
  return `{${fields.join()}}`;
}
