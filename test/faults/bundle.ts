import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Annotation, annotations } from '../action/outcome.ts';
import type { AivenWorld, RecordedRequest } from '../world/aiven.ts';
import { type ActionResult, type RunOptions, startAction } from '../world/run-action.ts';
import { assertNoSecret } from './hold.ts';
import { type Scene, TOKEN } from './scenes.ts';

/** Starts the bundle as the runner would, for a scene. */
export function start(scene: Scene, aiven: AivenWorld, options: RunOptions = {}) {
  return startAction({ 'aiven-token': TOKEN, 'api-url': aiven.url, ...scene.inputs }, options);
}

/** Runs the bundle to its end, and holds that no secret left it. */
export async function runToEnd(
  scene: Scene,
  aiven: AivenWorld,
  options: RunOptions = {},
): Promise<ActionResult> {
  const action = await start(scene, aiven, options);
  const result = await action.done;
  assertDiscreet(result);
  return result;
}

/** Holds that no secret is in anything that a run left; the mask that hides the token has to name it. */
export function assertDiscreet({ stdout, stderr, outputs, summary }: ActionResult): void {
  const log = stdout.replaceAll(/^::add-mask::.*$/gm, '');
  assertNoSecret([log, stderr, summary, JSON.stringify(outputs)].join('\n'));
  assert.equal(stderr, '', 'nothing goes to standard error');
}

/** The one error of a run that failed. */
export function theError(result: ActionResult): Annotation {
  assert.equal(result.code, 1, `${result.stdout}${result.stderr}`);
  const errors = annotations(result).filter(({ level }) => level === 'error');
  const [error] = errors;
  assert.ok(error && errors.length === 1, `one error and no more:\n${result.stdout}`);
  return error;
}

/** Holds that a run did what it was asked to. */
export function assertDone(result: ActionResult): void {
  assert.equal(result.code, 0, `${result.stdout}${result.stderr}`);
}

const POLL_MS = 10;

/** Resolves once a request has come in that a call's matcher means. */
export async function arrival(
  aiven: AivenWorld,
  { method, path, skip = 0 }: { readonly method: string; readonly path: string; readonly skip?: number },
): Promise<void> {
  const matches = (request: RecordedRequest) => request.method === method && request.path === path;
  while (aiven.requests.filter(matches).length <= skip) await sleep(POLL_MS);
}
