import { Failure } from '../failure.ts';
import type { Call, Result, Trouble } from './call.ts';

/** Reads the body of an answer with status 2xx: checks its shape, and keeps of it what the schema names. */
export function readAnswer<Answer>(call: Call<Answer>, body: string): Result<Answer> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return unreadable(call, `the answer is ${describeNonJson(body)} instead of JSON`, true);
  }
  const parsed = call.answer.safeParse(json);
  if (parsed.success) return { answer: parsed.data };
  const field = parsed.error.issues[0]?.path.map(String).join('.') || 'the whole answer';
  return unreadable(
    call,
    `the answer differs from the documentation: ${field} is missing or has another type`,
    false,
  );
}

function unreadable(
  { operation, resource }: Call<unknown>,
  why: string,
  mayPass: boolean,
): { trouble: Trouble } {
  const failure = new Failure({
    title: 'Aiven’s answer cannot be read',
    problem: `${operation} for ${resource}: ${why}.`,
    remedy:
      'Check that api-url is the Aiven API and that no proxy answers in its place, then run the step again.',
  });
  return { trouble: { why, failure, mayPass, mayHaveWorked: true, retryAfterMs: null } };
}

/** Names what came instead of JSON. */
function describeNonJson(body: string): string {
  const start = body.trimStart();
  if (start === '') return 'empty';
  if (start.startsWith('<')) return 'an HTML page';
  return start.startsWith('{') || start.startsWith('[') ? 'cut short' : 'plain text';
}
