import type { CommonRequest } from '../modes/request.ts';
import { readAivenToken } from './aiven-token.ts';
import type { Inputs } from './inputs.ts';
import { refuseMisplacedToken } from './misplaced.ts';
import { INPUTS } from './table.ts';

/** Reads what every mode uses. */
export function readCommon(inputs: Inputs): CommonRequest {
  // Whether to comment is up to the report, which does so about wrong inputs too (`about.ts`).
  inputs.flag('comment');
  const aivenToken = readAivenToken(inputs);
  refuseMisplacedToken(inputs, aivenToken);
  const apiUrl = readApiUrl(inputs);
  const dryRun = inputs.flag('dry-run');
  return { aivenToken, apiUrl, dryRun, expectNoChanges: readExpectNoChanges(inputs, dryRun) };
}

/** A real run has changed what a drift check is to find by the time it could fail. */
function readExpectNoChanges(inputs: Inputs, dryRun: boolean): boolean {
  const expected = inputs.flag('expect-no-changes');
  if (expected && !dryRun)
    inputs.complain(
      'expect-no-changes is set, but dry-run is not true, so this step would make the very changes that it is supposed to find.',
      'Set dry-run: true as well.',
    );
  return expected;
}

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The address of the API; a path before `/v1` is fine, as behind a gateway. */
function readApiUrl(inputs: Inputs): URL {
  const given = inputs.text('api-url');
  const url = URL.canParse(given) ? new URL(given) : null;
  const wrong = url ? faultOf(url) : NOT_A_URL;
  if (wrong)
    inputs.complain(`api-url ${inputs.quote(given.replace(/[?#].*/s, ''))} ${wrong.is}.`, wrong.remedy);
  return url ?? new URL(INPUTS['api-url'].default);
}

/** What is wrong with an address, to be said after it, and the way out. */
interface Fault {
  readonly is: string;
  readonly remedy: string;
}

const NOT_A_URL: Fault = {
  is: 'is not a URL',
  remedy: `Leave the input out to use Aiven’s own, ${INPUTS['api-url'].default}.`,
};

/** Null when nothing is wrong. */
function faultOf({ protocol, hostname, username, password, pathname, search, hash }: URL): Fault | null {
  if (username !== '' || password !== '')
    return {
      is: 'contains a user name or password',
      remedy: 'Remove it; the token goes into aiven-token.',
    };
  if (protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK_HOSTS.has(hostname)))
    return {
      is: 'is not https, so the token would be readable on its way',
      remedy: 'Use https. Plain http is accepted only for localhost, 127.0.0.1 and [::1].',
    };
  if (search !== '' || hash !== '')
    return { is: 'has a query or a fragment', remedy: 'Give the address without it.' };
  return /\/v1\/*$/.test(pathname)
    ? { is: 'ends in /v1, which this action adds by itself', remedy: 'Remove /v1.' }
    : null;
}
