import type * as z from 'zod/mini';
import type { Failure } from '../failure.ts';

/** One call of the Aiven API. */
export interface Call<Answer> {
  /** The name of the operation in Aiven's API documentation, such as `ServiceUpdate`. */
  readonly operation: string;
  readonly method: 'GET' | 'PATCH' | 'POST' | 'PUT';
  /** The segments of the path, not encoded. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** What the answer must look like. */
  readonly answer: z.ZodMiniType<Answer>;
  /** What the call is about, for messages: `service acme/orders`. */
  readonly resource: string;
  /** The permission that a token needs for it, by Aiven's name. */
  readonly permission: string;
  /** Whether a 404 can be a passing fault of this call. */
  readonly retryNotFound?: boolean;
  /** For a call to which Aiven documents no successor: how a person does without it, as a sentence. */
  readonly withoutIt?: string;
}

/** What came of sending a call once. */
export type Result<Answer> = { readonly answer: Answer } | { readonly trouble: Trouble };

/** Why a call got no answer that is of use. */
export interface Trouble {
  /** Why, as a clause. */
  readonly why: string;
  /** What to throw when nothing helps. */
  readonly failure: Failure;
  /** Whether it may pass when the call is made again. */
  readonly mayPass: boolean;
  /** Set where it says nothing of the API as a whole, so that other calls are worth making. */
  readonly ofThisCallAlone?: true;
  /** Whether the call may have had its effect all the same. */
  readonly mayHaveWorked: boolean;
  /** How long the API asks to wait, in milliseconds, or null. */
  readonly retryAfterMs: number | null;
}
