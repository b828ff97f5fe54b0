import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { account, project } from '../../world/aiven.ts';
import type { ActionResult } from '../../world/run-action.ts';
import { runHere } from '../../world/run-here.ts';
import { annotations, assertSucceeded, failureOf, warnings } from '../outcome.ts';
import { withAiven } from '../setup.ts';

/** Summaries and logs of runs that are about much, or about what somebody else has named. */

const MIB = 1024 * 1024;

/** Assigns projects with these names to an organization with this name. */
async function assign(
  t: Parameters<typeof withAiven>[0],
  {
    organization = 'Example',
    names,
    env = {},
  }: { organization?: string; names: string[]; env?: Record<string, string> },
): Promise<ActionResult> {
  const aiven = await withAiven(t, {
    accounts: [account({ account_name: organization })],
    projects: names.map((project_name) => project({ project_name })),
  });
  return runHere(
    {
      mode: 'project-assign',
      'aiven-token': aiven.token,
      'api-url': aiven.url,
      'organization-name': organization,
      project: '*',
      'dry-run': 'true',
    },
    { env },
  );
}

function numbered(count: number, suffix = ''): string[] {
  return Array.from({ length: count }, (_, index) => `p${String(index).padStart(5, '0')}${suffix}`);
}

function foldsClosed(summary: string): void {
  const count = (pattern: RegExp) => summary.match(pattern)?.length ?? 0;
  assert.equal(count(/<details>/g), count(/<\/details>/g), 'every fold is closed');
  assert.equal(count(/^ *```/gm) % 2, 0, 'every code block is closed');
}

describe('many projects', { concurrency: 2 }, () => {
  test('are folded in the summary and in the log', async (t) => {
    const result = await assign(t, { names: numbered(1_000) });
    assertSucceeded(result);
    assert.match(result.summary, /\*\*1,000 changes\*\* would be made/);
    assert.match(result.summary, /<details><summary>980 more changes<\/summary>/);
    const [open = '', folded = ''] = result.summary.split('<details>');
    assert.match(open, /p00019/);
    assert.doesNotMatch(open, /p00020/);
    assert.match(folded, /p00999/);
    foldsClosed(result.summary);
    assert.match(result.stdout, /::group::1,000 changes\n {2}.*p00000/);
    assert.match(result.stdout, /1,000 to set, 0 to change, 0 to unset/);
    assert.ok(Buffer.byteLength(result.summary) < MIB);
  });

  test('more than a fold should hold are counted', async (t) => {
    const result = await assign(t, { names: numbered(1_500) });
    assert.match(result.summary, /And 480 more changes: the output `changes` has all of them/);
    assert.equal(JSON.parse(result.outputs['changes'] ?? '').length, 1_500);
    foldsClosed(result.summary);
  });

  test('with names of any length stay within the limit, and the end is there', async (t) => {
    const names = numbered(1_500, '<'.repeat(900));
    const result = await assign(t, { organization: '<'.repeat(5_000), names });
    assertSucceeded(result);
    assert.deepEqual(warnings(result), []);
    assert.ok(Buffer.byteLength(result.summary) <= MIB, `${Buffer.byteLength(result.summary)} bytes`);
    for (const part of [/^### 📝 Would change/, /The rest is left out/, /dry-run: false/])
      assert.ok(part.test(result.summary), `${part}`);
    foldsClosed(result.summary);
  });
});

describe('what somebody else has named', { concurrency: 2 }, () => {
  const HOSTILE = [
    '<script>alert(1)</script>',
    '</details></td></table>',
    '| a | b |',
    '`code` **bold** [link](https://example.com)',
    '@octocat #1 octo-org/streams#2',
    '```',
    '::error::not one',
    '##[error]not one either',
    '\u001b[31mred',
    'a\u202Egnirts',
    '# heading',
    '> [!NOTE]',
    '<!-- aiven-kafka-oidc-action -->',
    '%0A::error::nor this',
  ];

  test('does nothing but stand there', async (t) => {
    const result = await assign(t, {
      organization: HOSTILE.join(' ').replaceAll(/\p{Cc}/gu, ''),
      names: HOSTILE,
    });
    assertSucceeded(result);
    assert.deepEqual(annotations(result), []);
    assert.doesNotMatch(result.summary, /<script|<!--|\[link\]\(https|@octocat/);
    const rows = result.summary.split('\n').filter((line) => line.startsWith('| '));
    assert.equal(rows.length, 2 + HOSTILE.length, 'one row each');
    for (const row of rows) assert.equal(row.match(/(?<!\\)\|/g)?.length, 5, `four cells: ${row}`);
    assert.ok(result.summary.split('\n').filter((line) => /^#{1,6} /.test(line)).length === 1, 'one heading');
    assert.doesNotMatch(result.stdout, /^::error|^##\[/m);
    foldsClosed(result.summary);
  });
});

describe('a summary', { concurrency: 2 }, () => {
  test('of one step says what the step is about, so that several can stand below one another', async (t) => {
    const first = await assign(t, { names: ['orders'] });
    const second = await assign(t, { organization: 'Other', names: ['billing'] });
    const page = first.summary + second.summary;
    assert.deepEqual(
      page.split('\n').filter((line) => line.startsWith('### ')),
      [
        '### 📝 Would change (dry run): Projects of Example',
        '### 📝 Would change (dry run): Projects of Other',
      ],
    );
    assert.ok(first.summary.endsWith('</sub>\n'), 'the next one begins on a line of its own');
  });

  test('that cannot be written is a warning', async (t) => {
    const result = await assign(t, {
      names: ['orders'],
      env: { GITHUB_STEP_SUMMARY: '/proc/nowhere/summary' },
    });
    assert.equal(result.code, 0);
    assert.deepEqual(warnings(result), ['No job summary']);
  });

  test('is not missed where there is no place for one', async (t) => {
    const result = await assign(t, { names: ['orders'], env: { GITHUB_STEP_SUMMARY: '' } });
    assertSucceeded(result);
    assert.deepEqual(warnings(result), []);
  });
});

describe('annotations', { concurrency: 2 }, () => {
  test('are none for a dry run and for what is right already', async (t) => {
    const planned = await assign(t, { names: ['orders'] });
    const right = await assign(t, { names: [] });
    assert.deepEqual(annotations(planned), []);
    assert.deepEqual(annotations(right), []);
    assert.match(right.summary, /Already right/);
  });

  test('are one error with a title for a failure', async (t) => {
    const aiven = await withAiven(t);
    const inputs = {
      mode: 'org-create',
      'aiven-token': 'wrong',
      'api-url': aiven.url,
      'organization-name': 'A',
    };
    const result = await runHere(inputs);
    assert.equal(failureOf(result).title, 'Aiven does not accept the token');
    assert.equal(annotations(result).length, 1);
    assert.match(result.summary, /Nothing was changed\./);
  });
});

describe('a failure', { concurrency: 2 }, () => {
  test('of many projects for one reason keeps the reason in the annotation and in the summary', async (t) => {
    const result = await assignAll(t, () => 'Not allowed');
    const { message } = failureOf(result);
    assert.ok(message.length <= 4_096, `${message.length} characters, of which the runner keeps 4,096`);
    for (const text of [message, result.summary]) {
      assert.match(text, /999 of 1000 projects could not be assigned/);
      assert.match(text, /p00001, p00002,.* … .*p00999: .*Aiven answered 403 \(Not allowed\)/);
      assert.match(text, /Fix these, then run the step again/);
    }
    assert.match(
      result.stdout,
      /::group::Not every project was assigned\n.*\n.*p00500.*\n::endgroup::\n::error/,
    );
    assert.equal(result.outputs['changed'], 'true');
  });

  test('for many reasons has its beginning in the annotation, and all of it in the log', async (t) => {
    const result = await assignAll(t, (name) => `Not allowed because of ${name}`);
    const { message } = failureOf(result);
    assert.ok(message.length <= 4_096, `${message.length} characters, of which the runner keeps 4,096`);
    assert.match(message, /p00001: /);
    assert.match(message, /And \d+ more: the log of the step has all of them\./);
    assert.match(message, /Fix these, then run the step again/);
    assert.match(
      result.stdout,
      /::group::Not every project was assigned\n[\s\S]*\np00999: [\s\S]*::endgroup::\n::error/,
    );
    assert.match(result.summary, /And 949 more: the log of the step has all of them/);
  });
});

/** Assigns 1,000 projects, of which all but the first fail. */
async function assignAll(
  t: Parameters<typeof withAiven>[0],
  why: (name: string) => string,
): Promise<ActionResult> {
  const names = numbered(1_000);
  const aiven = await withAiven(t, {
    accounts: [account({ account_name: 'Example' })],
    projects: names.map((project_name) => project({ project_name })),
  });
  for (const name of names.slice(1)) {
    const body = { message: why(name), errors: [] };
    aiven.fault({ method: 'PUT', path: `/v1/project/${name}` }, { kind: 'status', status: 403, body });
  }
  const inputs = { 'aiven-token': aiven.token, 'api-url': aiven.url, 'organization-name': 'Example' };
  return runHere({ mode: 'project-assign', project: '*', ...inputs });
}

describe('colors', { concurrency: 2 }, () => {
  const COLOR = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`);

  test('are in the log', async (t) => {
    assert.match((await assign(t, { names: ['orders'] })).stdout, COLOR);
  });

  test('are not where NO_COLOR is set', async (t) => {
    const result = await assign(t, { names: ['orders'], env: { NO_COLOR: '1' } });
    assert.doesNotMatch(result.stdout, COLOR);
    assert.match(result.stdout, /^ {2}\+ account_id {2}"/m);
  });
});
