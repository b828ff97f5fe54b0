import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { INPUT_ROWS } from '../../../src/inputs/table.ts';
import { account, startAiven } from '../../world/aiven.ts';
import { assertSucceeded } from '../outcome.ts';
import { assertRefused, type ModeName, runWith, SOUND } from './refused.ts';

/** An input of another mode is an error that names it, unless it says what it says by default. */

const aiven = await startAiven();
after(() => aiven.close());

/** Something that is not the default, and nothing wrong with it. */
const OTHER: Record<string, string> = {
  'organization-name': 'Example',
  'parent-id': 'a123',
  'sasl-mechanisms': 'PLAIN',
  unset: 'all',
  'wait-timeout-minutes': '7',
};
const NEVER_QUOTED = 'eyJhbGciOiJub25lIn0.e30.';

describe('each input of another mode', { concurrency: 3 }, () => {
  for (const mode of Object.keys(SOUND) as ModeName[]) {
    for (const [name, { modes, default: standard, secret }] of INPUT_ROWS) {
      if (modes === 'all' || modes.includes(mode)) continue;
      test(`${name} is refused in ${mode}`, async () => {
        const flipped = { true: 'false', false: 'true' }[standard];
        const value = secret ? NEVER_QUOTED : (flipped ?? OTHER[name] ?? 'something');
        const quoted = secret ? '' : ` “${value}”`;
        const result = await runWith(aiven, mode, { [name]: value });
        const where = modes.join(' and ');
        assertRefused(result, aiven, [
          `${name}${quoted} belongs to mode ${where}, not to ${mode}. Remove it from this step.`,
        ]);
      });
    }
  }
});

test('a secret of another mode is masked, and not quoted', async () => {
  const { stdout, summary } = await runWith(aiven, 'org-create', { 'test-token': NEVER_QUOTED });
  const log = stdout.replace(`::add-mask::${NEVER_QUOTED}`, '');
  assert.ok(!log.includes(NEVER_QUOTED) && !summary.includes(NEVER_QUOTED));
  assert.ok(stdout.includes(`::add-mask::${NEVER_QUOTED}`));
});

test('defaults of other modes are fine, however they are spelled', async (t) => {
  const own = await startAiven({ accounts: [account()] });
  t.after(() => own.close());
  const defaults = {
    wait: 'TRUE',
    'verify-provider': ' true ',
    'allow-move': 'False',
    'verify-login': 'FALSE',
  };
  assertSucceeded(
    await runWith(own, 'org-create', { ...defaults, 'wait-timeout-minutes': '15.0', project: ' \n ' }),
  );
});
