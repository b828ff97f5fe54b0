import { ANSWER_ROWS } from './field/answers.ts';
import { KEY_SET_ROWS } from './field/key-sets.ts';
import { PROVIDER_ROWS } from './field/providers.ts';
import type { FieldRow } from './field/row.ts';

/** What was met in the field: providers by name, key sets, and how they are answered. */
export const FIELD: readonly FieldRow[] = [...PROVIDER_ROWS, ...KEY_SET_ROWS, ...ANSWER_ROWS];
