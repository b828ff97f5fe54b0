import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Service } from '../../../../src/aiven/schema.ts';
import { accessSteps } from '../../../../src/modes/kafka-oidc/access.ts';
import { serviceWith } from './situations.ts';

/** What is said of the access of a principal, by what Aiven tells of service users and ACLs. */

const steps = (more: Partial<Service>, ...principals: string[]) =>
  accessSteps('acme', serviceWith({}, more), principals);
const acl = (...usernames: string[]) =>
  usernames.map((username) => ({ permission: 'read', topic: 'logs.*', username }));
const users = [{ username: 'app' }, { username: 'other' }];

test('each principal has a step of its own, once', () => {
  const told = steps({}, 'User:app', 'User:web', 'User:app');
  assert.deepEqual(
    told.map(({ text }) => /^Give (\S+) access/.exec(text)?.[1]),
    ['app', 'web'],
  );
  assert.match(told[0]?.code ?? '', /--principal 'User:app'/);
});

test('the commands are lines of a shell, each of them whole', () => {
  const lines = (more: Partial<Service>) => steps(more, 'User:app')[0]?.code?.split('\n') ?? [];
  const [created, present] = [lines({ users: [] }), lines({ users, acl: [] })];
  assert.deepEqual(present, [created[0], ...created.slice(2)]);
  for (const line of present) assert.match(line, /^(# |avn | {2}--)/);
});

test('without a principal there is one step, for whoever it will be', () => {
  const [step, ...others] = steps({});
  assert.deepEqual(others, []);
  assert.match(step?.code ?? '', /--username PRINCIPAL[\s\S]*--principal 'User:PRINCIPAL'/);
  assert.match(step?.code ?? '', /service user-create/);
});

describe('the service user', () => {
  for (const [what, more, isCreated] of [
    ['that is there is not created', { users, acl: [] }, false],
    ['of another name does not count', { users: [{ username: 'App' }], acl: [] }, true],
    ['of which nothing is told is created', {}, true],
    ['is created where there is none at all', { users: [], acl: acl('*') }, true],
  ] as const)
    test(what, () =>
      assert.equal(/user-create/.test(steps(more as Partial<Service>, 'User:app')[0]?.code ?? ''), isCreated),
    );
});

describe('of access is told', () => {
  const told = (more: Partial<Service>) => steps(more, 'User:app')[0]?.text ?? '';
  const NOTHING = /not do anything/;

  test('which ACLs let the principal in, and no others', () => {
    const rows = [...acl('app', 'a*', 'ap?'), { permission: 'write', topic: 'secret', username: 'other' }];
    const text = told({ users, acl: rows });
    assert.match(text, /read on logs\.\*, read on logs\.\*, read on logs\.\*\. /);
    assert.doesNotMatch(text, /secret|and \d+ more/);
  });
  test('ten of them, and how many more', () => {
    assert.doesNotMatch(told({ users, acl: acl(...Array(10).fill('app')) }), /more\./);
    assert.match(
      told({ users, acl: acl(...Array(12).fill('app')) }),
      / it: (read on logs\.\*, ){9}read on logs\.\*, and 2 more\./,
    );
  });
  test('that none does', () => assert.match(told({ users, acl: acl('other') }), NOTHING));
  test('that none does without a service user, whatever they say', () =>
    assert.match(told({ users: [], acl: acl('*') }), NOTHING));
  test('that they were not looked at', () => {
    const text = told({ users });
    assert.match(text, /not checked:$/);
    assert.doesNotMatch(text, NOTHING);
  });
  test('nothing where Aiven tells nothing', () => {
    assert.doesNotMatch(told({ acl: acl('app') }), NOTHING);
    assert.equal(told({}), told({ acl: acl('app') }));
    assert.notEqual(told({}), told({ users }));
  });
});
