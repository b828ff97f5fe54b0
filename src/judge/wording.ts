import { MAX_TOLD, quote } from '../quote.ts';
import type { Json } from './jws/json.ts';

const MOST_ITEMS = 6;

/** Several texts, quoted; the first few when they are many. */
export function quoteAll(texts: readonly string[]): string {
  const shown = texts.slice(0, MOST_ITEMS).map(quote).join(', ');
  return texts.length > MOST_ITEMS ? `${shown} and ${texts.length - MOST_ITEMS} more` : shown;
}

/** A claim's value, in words that fit after “has”. */
export function describe(value: Json | undefined): string {
  if (value === undefined || value === null) return 'none';
  if (typeof value === 'string') return value === '' ? 'an empty string' : quote(value);
  if (typeof value === 'bigint' || typeof value === 'number')
    return `the number ${String(value).slice(0, MAX_TOLD)}`;
  if (typeof value === 'boolean') return String(value);
  if (!isList(value)) return 'an object';
  if (value.length === 0) return 'an empty list';
  return value.every((item) => typeof item === 'string')
    ? `the list ${quoteAll(value)}`
    : 'a list with items that are not strings';
}

/** Whether it is a JSON array. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
