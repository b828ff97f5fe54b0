import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OUTPUTS } from '../../src/report/outputs.ts';
import { type Account, account, kafkaService, project, startAiven } from '../world/aiven.ts';
import { type ActionResult, runAction } from '../world/run-action.ts';
import { HOSTILE } from './arbitraries.ts';
import { assertDiscreet } from './bundle.ts';
import { TOKEN } from './scenes.ts';

/** The bundle meets an API that says hostile things: they are shown, and nothing comes of them. */

/** The commands of the runner that this action uses. */
const OWN_COMMAND = /^::(add-mask|debug|error|warning|notice|group|endgroup)( title=[^:]*)?::/;

/** `ESC [ NUMBER m`. */
const COLOR = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

function assertInert(result: ActionResult): void {
  assertDiscreet(result);
  for (const line of result.stdout.split('\n')) {
    if (line.trimStart().startsWith('::')) assert.match(line, OWN_COMMAND);
    assert.ok(!line.includes('##['), line);
    // Colors are this action's own.
    assert.doesNotMatch(line.replaceAll(COLOR, ''), /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
  }
  for (const name of Object.keys(result.outputs))
    assert.ok(['changed', 'changes', ...OUTPUTS].includes(name as never), name);
  assert.doesNotMatch(result.summary, /<(script|img|h1)\b/);
}

describe('a hostile API', { concurrency: 4 }, () => {
  for (const status of [400, 401, 500, 302]) {
    test(`repeats the token, status ${status}`, async (t) => {
      const aiven = await startAiven({ token: TOKEN });
      t.after(() => aiven.close());
      const body = {
        message: `The token ${TOKEN} is wrong`,
        errors: [{ message: TOKEN, error_code: TOKEN }],
      };
      const headers = { location: `https://evil.example/?token=${encodeURIComponent(TOKEN)}&${TOKEN}` };
      aiven.fault({ times: 1 }, { kind: 'status', status, body, headers });
      const inputs = { mode: 'org-create', 'organization-name': 'x' };
      assertInert(
        await runAction({ 'aiven-token': TOKEN, 'api-url': aiven.url, ...inputs }, { debug: true }),
      );
    });
  }

  for (const text of HOSTILE) {
    test(`refuses with ${JSON.stringify(text)}`, async (t) => {
      const aiven = await startAiven({ token: TOKEN });
      t.after(() => aiven.close());
      const body = { message: text, errors: [{ message: text, error_code: text, more_info: text }] };
      aiven.fault({}, { kind: 'status', status: 403, body, headers: { sunset: 'x', deprecation: '@1' } });
      const inputs = { mode: 'org-create', 'organization-name': 'x' };
      assertInert(
        await runAction({ 'aiven-token': TOKEN, 'api-url': aiven.url, ...inputs }, { debug: true }),
      );
    });

    test(`names things ${JSON.stringify(text)}`, async (t) => {
      const parent: Account = account({ account_id: 'a1', account_name: text, organization_id: text });
      const aiven = await startAiven({
        token: TOKEN,
        accounts: [parent],
        projects: [project({ project_name: 'streams' }), project({ project_name: text })],
        services: [kafkaService({ state: text as never })],
      });
      t.after(() => aiven.close());
      const modes = [
        { mode: 'project-assign', 'parent-id': 'a1', project: '*' },
        {
          mode: 'kafka-oidc',
          project: 'streams',
          'service-name': 'kafka',
          'jwks-endpoint-url': 'https://idp.example.com/jwks',
          'sub-claim-name': 'azp',
          'verify-provider': 'false',
          'wait-timeout-minutes': '0.01',
        },
      ];
      for (const inputs of modes) {
        assertInert(
          await runAction({ 'aiven-token': TOKEN, 'api-url': aiven.url, ...inputs }, { debug: true }),
        );
      }
    });
  }
});
