import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startAiven } from '../../world/aiven.ts';
import { runHere } from '../../world/run-here.ts';
import { failureOf } from '../outcome.ts';
import { assertRefused, runWith } from './refused.ts';

/** All that is wrong is told at once. */

const aiven = await startAiven();
after(() => aiven.close());

const MODES = 'Use one of org-create, project-assign, kafka-oidc.';

test('everything that is wrong, in one error', async () => {
  const result = await runWith(aiven, 'kafka-oidc', {
    'dry-run': 'perhaps',
    'allow-move': 'true',
    'parent-id': 'a123',
    'expected-issuer': 'x'.repeat(129),
    'sasl-mechanisms': 'GSSAPI, NTLM',
    unset: 'expected-issuer, nonsense',
    project: 'two words',
    'service-name': '',
    wait: 'no',
    'wait-timeout-minutes': '0',
  });
  const { title, message } = failureOf(result);
  assert.equal(title, '12 things are wrong with the inputs');
  const lines = message.split('\n');
  assert.equal(lines.pop(), 'Nothing was changed.');
  const named = lines.map((line) => line.split(' ')[0]);
  assert.deepEqual(named.sort(), [
    'allow-move',
    'dry-run',
    'expected-issuer',
    'expected-issuer',
    'parent-id',
    'project',
    'sasl-mechanisms',
    'sasl-mechanisms',
    'service-name',
    'unset',
    'wait',
    'wait-timeout-minutes',
  ]);
  for (const name of new Set(named))
    assert.ok(result.summary.includes(`> - \`${name}`), `${name} is in the summary`);
  assert.deepEqual(aiven.requests, []);
});

test('no inputs at all', async () => {
  const { title, message } = failureOf(await runHere({}));
  assert.equal(title, '2 things are wrong with the inputs');
  assert.match(message, /^aiven-token is not set\./);
  assert.ok(message.includes(`\nmode is not set. ${MODES}`));
});

test('an unknown mode, with what else can be judged without one', async () => {
  for (const mode of ['Org-Create', 'org_create', 'all', 'kafka-oidc,org-create']) {
    const common = { 'aiven-token': aiven.token, 'api-url': aiven.url, 'dry-run': 'ja' };
    assertRefused(await runHere({ ...common, mode }), aiven, [
      'dry-run “ja” is not a boolean. Use true or false.',
      `mode “${mode}” is not a mode. ${MODES}`,
    ]);
  }
});
