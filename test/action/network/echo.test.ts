import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runAction } from '../../world/run-action.ts';
import { assertDiscreet, failureOf } from '../outcome.ts';
import { withAiven } from '../setup.ts';

/** Whoever answers in Aiven's place may repeat the token, in a spelling of its own. */

const TOKEN = 'ab/cd+ef"gh==';

test('an error that repeats a password or a key is told without it', async (t) => {
  const aiven = await withAiven(t);
  const message =
    'Invalid: kafka://avnadmin:hunter2@h:1, AVNS_hunter2, -----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY----- end';
  aiven.fault({}, { kind: 'status', status: 403, body: { message, errors: [{ message: 'AVNS_hunter2' }] } });
  const result = await runAction({
    mode: 'org-create',
    'aiven-token': aiven.token,
    'api-url': aiven.url,
    'organization-name': 'Example',
  });
  assert.match(
    failureOf(result).message,
    /403 \(Invalid: kafka:\/\/\*\*\*@h:1, \*\*\*, \*\*\* end; \*\*\*\)/,
  );
  assert.doesNotMatch(result.stdout + result.summary, /hunter2/);
});

for (const [how, message] of [
  ['as it is', `Bad token ${TOKEN}`],
  ['encoded for an address', `GET /?token=${encodeURIComponent(TOKEN)} is not allowed`],
  ['at the end of what is told', `${'x'.repeat(393)} ${TOKEN}`],
] as const) {
  test(`an error that repeats the token ${how} is told without it`, async (t) => {
    const aiven = await withAiven(t, { token: TOKEN });
    aiven.fault({}, { kind: 'status', status: 401, body: { message } });
    const result = await runAction({
      mode: 'org-create',
      'aiven-token': TOKEN,
      'api-url': aiven.url,
      'organization-name': 'Example',
    });
    assert.match(failureOf(result).message, /Aiven answered 401/);
    assertDiscreet(result, TOKEN);
    for (const text of [result.stdout.replace(/^::add-mask::.*$/gm, ''), result.summary])
      assert.doesNotMatch(text, /ab(\/|%2F)|xab/i);
  });
}
