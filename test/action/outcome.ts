import assert from 'node:assert/strict';
import type { AivenWorld, RecordedRequest } from '../world/aiven.ts';
import { SERVICE_KEY, SERVICE_PASSWORD } from '../world/aiven.ts';
import type { ActionResult } from '../world/run-action.ts';

/** What a run shows on GitHub's page beside its log. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
}

/** The annotations of a run, in order, decoded as the runner decodes them. */
export function annotations({ stdout }: ActionResult): Annotation[] {
  return stdout.split('\n').flatMap((line) => {
    const match = /^::(error|warning|notice)(?: title=([^:]*))?::(.*)$/.exec(line);
    if (!match) return [];
    const [, level, title = '', message = ''] = match;
    return [{ level: level as Annotation['level'], title: decoded(title), message: decoded(message) }];
  });
}

function decoded(text: string): string {
  const characters: Record<string, string> = { '25': '%', '0D': '\r', '0A': '\n', '3A': ':', '2C': ',' };
  return text.replaceAll(/%(25|0D|0A|3A|2C)/g, (_, code: string) => characters[code] ?? '');
}

/** What is said of every provider of these tests: it is on this machine, and has a certificate of a private authority. */
export const ON_THIS_MACHINE =
  /Brokers probably cannot reach the key set: localhost|is trusted here only because of a certificate authority/;

/** The warnings of a run by their titles, but for those that every provider on this machine gets. */
export function warnings(result: ActionResult): string[] {
  return annotations(result).flatMap(({ level, title, message }) =>
    level === 'warning' && !ON_THIS_MACHINE.test(message) ? [title] : [],
  );
}

/** Holds that a run succeeded; says what it printed when it did not. */
export function assertSucceeded(result: ActionResult): void {
  assert.equal(result.code, 0, `${result.stdout}${result.stderr}`);
  assert.deepEqual(
    annotations(result).filter(({ level }) => level === 'error'),
    [],
  );
}

/** Holds that a run failed with exactly one annotation, and returns it. */
export function failureOf(result: ActionResult): Annotation {
  assert.equal(result.code, 1, `${result.stdout}${result.stderr}`);
  const errors = annotations(result).filter(({ level }) => level === 'error');
  const [error] = errors;
  assert.ok(error && errors.length === 1, `one error and no more:\n${result.stdout}`);
  assert.match(result.summary, /^### (❌ Failed|⛔ Refused): /, 'the summary says how it ended');
  return error;
}

/**
 * Holds that nothing secret left a run: the token is in its mask and nowhere else, passwords and keys nowhere, and no
 * stack trace outside of debug mode.
 */
export function assertDiscreet(result: ActionResult, token: string, { debug = false } = {}): void {
  const { stdout, stderr, summary, outputs } = result;
  const log = stdout
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n');
  const places = { log, stderr, summary, outputs: JSON.stringify(outputs) };
  const keyBody = SERVICE_KEY.split('\n')[1] ?? '';
  for (const [place, text] of Object.entries(places)) {
    for (const secret of [token, SERVICE_PASSWORD, keyBody].filter((one) => one.trim() !== '')) {
      assert.ok(!text.includes(secret), `a secret is in the ${place}:\n${text}`);
    }
    if (!debug) assert.doesNotMatch(text, /^\s*at .+(:\d+:\d+|\))$/m, `a stack trace is in the ${place}`);
  }
  assert.equal(stderr, '', 'nothing goes to standard error');
}

/** The bodies of the updates of services that reached Aiven. */
export function updates(aiven: AivenWorld): unknown[] {
  return aiven.writes().map(({ body }) => body);
}

/** `METHOD path` of each request. */
export function calls(requests: readonly RecordedRequest[]): string[] {
  return requests.map(({ method, path }) => `${method} ${path}`);
}
