import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { startProvider } from '../../world/provider.ts';
import { ROOT } from '../../world/run-action.ts';
import { ENDINGS, readable, steady } from './endings.ts';

/**
 * The job summaries and the logs of all endings as files for a person to read; `npm run snapshots` renews them.
 * The pictures in `docs/` are made of these summaries; `npm run pictures` renews those.
 */

const FOLDER = join(ROOT, 'test/action/report');
const AS_IT_IS = { serializers: [String] };

const provider = await startProvider();
after(() => provider.close());

describe('the summary and the log of', { concurrency: 3 }, () => {
  for (const { name, run } of ENDINGS) {
    test(name, async (t) => {
      const result = await run(t, provider);
      assert.equal(result.code === 0, !/failed|refused/.test(name));
      assert.equal(result.stderr, '');
      if (name.includes('refused')) assert.deepEqual(result.outputs, {}, 'nothing was done');
      const summary = steady(result.summary, provider);
      const log = steady(readable(result), provider);
      t.assert.fileSnapshot(summary, join(FOLDER, 'summaries', `${name}.md`), AS_IT_IS);
      t.assert.fileSnapshot(log, join(FOLDER, 'logs', `${name}.txt`), AS_IT_IS);
    });
  }
});
