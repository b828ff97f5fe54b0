import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readAbout } from '../../../src/inputs/about.ts';
import { Inputs } from '../../../src/inputs/inputs.ts';

/** What a report says that a step is about, even where its inputs are wrong. */

const about = (raw: Readonly<Record<string, string>>) => readAbout(new Inputs((name) => raw[name]));

type Row = readonly [raw: Readonly<Record<string, string>>, title: string, ...target: string[]];

const TABLE: readonly Row[] = [
  [{}, '', ''],
  [{ mode: 'nonsense', project: 'p' }, '', 'nonsense'],
  [{ mode: 'org-create', 'organization-name': 'Acme' }, 'Organization Acme', 'org-create', 'Acme', ''],
  [
    { mode: 'org-create', 'organization-name': 'Team', 'parent-id': 'a1' },
    'Unit Team',
    ...['org-create', 'Team', 'a1'],
  ],
  [{ mode: 'org-create' }, '', 'org-create', '', ''],
  [{ mode: 'project-assign', 'organization-name': 'Acme' }, 'Projects of Acme', 'project-assign', 'Acme', ''],
  [{ mode: 'project-assign', 'parent-id': 'a1' }, 'Projects of a1', 'project-assign', '', 'a1'],
  [{ mode: 'project-assign' }, '', 'project-assign', '', ''],
  [{ mode: 'kafka-oidc', project: 'p', 'service-name': 's' }, 'Kafka OIDC for p/s', 'kafka-oidc', 'p', 's'],
  [{ mode: 'kafka-oidc', project: 'p' }, '', 'kafka-oidc', 'p', ''],
  [{ mode: 'kafka-oidc', 'service-name': 's' }, '', 'kafka-oidc', '', 's'],
  [{ mode: 'kafka-oidc', project: 'sesame', 'aiven-token': 'sesame' }, '', 'kafka-oidc', '***', ''],
];

describe('a step is about', () => {
  for (const [raw, title, ...target] of TABLE)
    test(JSON.stringify(raw), () => {
      const { title: told, target: aimed } = about(raw);
      assert.deepEqual([told, aimed], [title, target]);
    });
});

for (const [comment, asked] of [
  ['true', true],
  ['TRUE', true],
  ['false', false],
  ['', false],
  ['yes', false],
] as const)
  test(`a comment is ${asked ? '' : 'not '}asked for by “${comment}”`, () =>
    assert.equal(about({ comment }).comment, asked));

test('the token for the comment comes as it is', () =>
  assert.equal(about({ 'github-token': ' ghs_x ' }).githubToken, 'ghs_x'));
