import assert from 'node:assert/strict';
import type { AivenWorld } from '../../world/aiven.ts';
import type { ActionResult, RunOptions } from '../../world/run-action.ts';
import { runHere } from '../../world/run-here.ts';
import { assertDiscreet, failureOf } from '../outcome.ts';

export type Inputs = Readonly<Record<string, string>>;

/** For each mode, inputs that nothing is wrong with. */
export const SOUND = {
  'org-create': { 'organization-name': 'Example' },
  'project-assign': { 'organization-name': 'Example', project: 'streams' },
  'kafka-oidc': { project: 'streams', 'service-name': 'kafka', 'sub-claim-name': 'azp' },
} as const satisfies Record<string, Inputs>;

export type ModeName = keyof typeof SOUND;

/** Runs a mode with sound inputs but for these. */
export async function runWith(
  aiven: AivenWorld,
  mode: ModeName,
  inputs: Inputs,
  options?: RunOptions,
): Promise<ActionResult> {
  const common = { mode, 'aiven-token': aiven.token, 'api-url': aiven.url };
  const result = await runHere({ ...common, ...SOUND[mode], ...inputs }, options);
  assertDiscreet(result, aiven.token, { debug: options?.debug ?? false });
  return result;
}

/**
 * Holds that a run was refused for these reasons and no other, before any call was made and without outputs.
 * @param lines each a whole line of the error
 */
export function assertRefused(result: ActionResult, aiven: AivenWorld, lines: readonly string[]): void {
  const { title, message } = failureOf(result);
  const expected =
    lines.length === 1 ? [`${lines[0]} Nothing was changed.`] : [...lines, 'Nothing was changed.'];
  assert.deepEqual(message.split('\n'), expected);
  assert.equal(
    title,
    lines.length === 1 ? 'An input is wrong' : `${lines.length} things are wrong with the inputs`,
  );
  assert.match(result.summary, /^### ⛔ Refused: /);
  assert.deepEqual(result.outputs, {});
  assert.deepEqual(aiven.requests, [], 'no call is made');
}
