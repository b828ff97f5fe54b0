import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Request } from '../../src/modes/request.ts';
import { type Fault, startAiven } from '../world/aiven.ts';
import { assertOnce } from './hold.ts';
import { TOKEN } from './scenes.ts';
import { walk } from './walk.ts';

/** A list that shows a new organization late, and one that is not found at first. */

const LOST: Readonly<Record<string, Fault>> = {
  reset: { kind: 'reset', after: 'work' },
  hang: { kind: 'hang', after: 'work' },
  'cut body': { kind: 'cut' },
  'status 504': { kind: 'status', status: 504, after: 'work' },
};

function request(url: string): Request {
  const common = { aivenToken: TOKEN, apiUrl: new URL(url), dryRun: false, expectNoChanges: false };
  return { ...common, mode: 'org-create', organizationName: 'Streaming', parentId: null };
}

describe('a list that lags behind', { concurrency: 4 }, () => {
  for (const [name, fault] of Object.entries(LOST)) {
    test(`after a creation whose answer was lost: ${name}`, async (t) => {
      const aiven = await startAiven({ token: TOKEN, listLag: 3 });
      t.after(() => aiven.close());
      aiven.fault({ method: 'POST', times: 1 }, fault);
      const { failure } = await walk().go(request(aiven.url));
      assert.equal(failure, null, failure?.message);
      assert.equal(aiven.accounts.size, 1);
      assertOnce(aiven);
    });
  }

  test('after a creation that was answered', async (t) => {
    const aiven = await startAiven({ token: TOKEN, listLag: 5 });
    t.after(() => aiven.close());
    const { failure, report } = await walk().go(request(aiven.url));
    assert.equal(failure, null, failure?.message);
    assert.equal(report?.outputs['account-id'], [...aiven.accounts.keys()][0]);
  });
});

describe('the list that is not found at random', () => {
  for (const flakes of [1, 3, 8]) {
    test(`${flakes} times`, async (t) => {
      const aiven = await startAiven({ token: TOKEN, listFlakes: flakes });
      t.after(() => aiven.close());
      const { failure, lines } = await walk().go(request(aiven.url));
      assert.equal(failure, null, failure?.message);
      assert.equal(
        lines.filter((line) => line.includes('Trying again in')).length,
        flakes,
        'a line for each',
      );
    });
  }
});
