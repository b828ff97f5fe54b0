import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aivenApi } from '../../../src/aiven/api.ts';
import { AivenClient } from '../../../src/aiven/client.ts';
import { NetworkFault } from '../../../src/net/faults.ts';
import { type Reply, scripted } from '../../world/scripted-http.ts';

/** What each call asks for, and what becomes of a write whose answer was lost. */

const LOST = new NetworkFault('lost', 'it was lost');
const SERVICE = { service_name: 's', service_type: 'kafka', state: 'RUNNING', user_config: {} };

function setUp(replies: readonly Reply[] | ((index: number) => Reply)) {
  const world = scripted((_, index) =>
    typeof replies === 'function' ? replies(index) : (replies[index] ?? {}),
  );
  const never = new AbortController().signal;
  const options = {
    ...world,
    apiUrl: new URL('https://api.example.com'),
    token: 'secret',
    stop: never,
    giveUp: never,
  };
  const asked = () =>
    world.requests.map(({ method, url, body }) => [
      `${method} ${url.pathname}${url.search}`,
      ...(body === undefined ? [] : [JSON.parse(body)]),
    ]);
  return { api: aivenApi(new AivenClient(options)), asked, world };
}

describe('a read asks for', () => {
  test('accounts, again after a 404', async () => {
    const accounts = [{ account_id: 'a1', account_name: 'x' }];
    const { api, asked } = setUp([{ status: 404 }, { body: { accounts } }]);
    assert.deepEqual(await api.listAccounts(), accounts);
    assert.deepEqual(asked(), [['GET /v1/account'], ['GET /v1/account']]);
  });
  test('projects', async () => {
    const { api, asked } = setUp([{ body: { projects: [{ project_name: 'p' }] } }]);
    assert.deepEqual(await api.listProjects(), [{ project_name: 'p' }]);
    assert.deepEqual(asked(), [['GET /v1/project']]);
  });
  test('a service, without secrets', async () => {
    const { api, asked } = setUp([{ body: { service: SERVICE } }]);
    assert.equal((await api.getService('p', 's')).service_name, 's');
    assert.deepEqual(asked(), [['GET /v1/project/p/service/s?include_secrets=false']]);
  });
  test('the names of services, without secrets', async () => {
    const { api, asked } = setUp([{ body: { services: [SERVICE] } }]);
    assert.deepEqual(await api.listServiceNames('p'), ['s']);
    assert.deepEqual(asked(), [['GET /v1/project/p/service?include_secrets=false']]);
  });
  test('the certificate of a project', async () => {
    const { api, asked } = setUp([{ body: { certificate: 'PEM' } }]);
    assert.equal(await api.getProjectCa('p'), 'PEM');
    assert.deepEqual(asked(), [['GET /v1/project/p/kms/ca']]);
  });
});

describe('a refusal names the operation, the resource and the permission:', () => {
  for (const [what, call, words] of [
    [
      'AccountList',
      (api) => api.listAccounts(),
      /AccountList for your organizations: .* permission to see the organization/,
    ],
    [
      'AccountCreate',
      (api) => api.createAccount('x', null),
      /AccountCreate for organization x: .* permission to create organizations/,
    ],
    [
      'AccountCreate of a unit',
      (api) => api.createAccount('x', 'a1'),
      /AccountCreate for unit x: .* permission role:organization:admin/,
    ],
    [
      'ProjectList',
      (api) => api.listProjects(),
      /ProjectList for your projects: .* permission project:services:read/,
    ],
    [
      'ProjectUpdate',
      (api) => api.assignProject('p', 'a'),
      /ProjectUpdate for project p: .* permission organization:projects:write/,
    ],
    [
      'OrganizationProjectsUpdate',
      (api) =>
        api.moveProject('p', {
          fromOrganization: 'o',
          toOrganization: 'o',
          accountId: 'a',
          billingGroupId: null,
        }),
      /OrganizationProjectsUpdate for project p: .* permission organization:projects:write/,
    ],
    [
      'OrganizationProjectsUpdate to another organization',
      (api) =>
        api.moveProject('p', {
          fromOrganization: 'o',
          toOrganization: 'q',
          accountId: 'a',
          billingGroupId: 'b',
        }),
      /permission role:organization:admin in both organizations/,
    ],
    [
      'ServiceGet',
      (api) => api.getService('p', 's'),
      /ServiceGet for service p\/s: .* permission project:services:read/,
    ],
    [
      'ServiceList',
      (api) => api.listServiceNames('p'),
      /ServiceList for project p: .* permission project:services:read/,
    ],
    [
      'ServiceUpdate',
      (api) => api.updateService('p', 's', {}, () => true),
      /ServiceUpdate for service p\/s: .* permission service:configuration:write/,
    ],
    [
      'ProjectKmsGetCA',
      (api) => api.getProjectCa('p'),
      /ProjectKmsGetCA for project p: .* permission organization:projects:write/,
    ],
  ] as [string, (api: ReturnType<typeof aivenApi>) => Promise<unknown>, RegExp][]) {
    test(what, async () => assert.rejects(call(setUp([{ status: 403 }]).api), words));
  }
});

describe('creating', () => {
  const account = { account_id: 'a1', account_name: 'x' };

  test('an organization', async () => {
    const { api, asked } = setUp([{ body: { account } }]);
    assert.deepEqual(await api.createAccount('x', null), account);
    assert.deepEqual(asked(), [['POST /v1/account', { account_name: 'x' }]]);
  });
  test('a unit', async () => {
    const { api, asked } = setUp([{ body: { account } }]);
    await api.createAccount('x', 'a0');
    assert.deepEqual(asked(), [['POST /v1/account', { account_name: 'x', parent_account_id: 'a0' }]]);
  });
  test('is not repeated when it is there after its answer was lost', async () => {
    const { api, asked } = setUp([LOST, { body: { accounts: [account] } }]);
    assert.equal(await api.createAccount('x', null), null);
    assert.equal(asked().length, 2);
  });
  for (const [what, other, parent] of [
    ['another name', { ...account, account_name: 'y' }, null],
    ['another parent', { ...account, parent_account_id: 'a9' }, null],
    ['no parent', account, 'a0'],
  ] as const) {
    test(`is repeated when what is there has ${what}`, async () => {
      const { api, asked } = setUp((index) =>
        index === 0 ? LOST : index < 5 ? { body: { accounts: [other] } } : { body: { account } },
      );
      assert.deepEqual(await api.createAccount('x', parent), account);
      assert.equal(asked().filter(([line]) => line === 'POST /v1/account').length, 2);
    });
  }
});

describe('assigning a project', () => {
  const at = (account_id: string | null): Reply => ({ body: { project: { project_name: 'p', account_id } } });

  test('says where it is then', async () => {
    const { api, asked } = setUp([at('a1')]);
    assert.equal(await api.assignProject('p', 'a1'), 'a1');
    assert.deepEqual(asked(), [
      ['PUT /v1/project/p', { account_id: 'a1', add_account_owners_admin_access: true }],
    ]);
    assert.equal(await setUp([at(null)]).api.assignProject('p', 'a1'), null);
  });
  test('looks at the project when the answer was lost', async () => {
    const { api, asked } = setUp([LOST, at('a1')]);
    assert.equal(await api.assignProject('p', 'a1'), 'a1');
    assert.deepEqual(asked()[1], ['GET /v1/project/p']);
  });
  test('is repeated when the project is elsewhere', async () => {
    const { api, asked } = setUp([LOST, at('a2'), at('a1')]);
    assert.equal(await api.assignProject('p', 'a1'), 'a1');
    assert.equal(asked().length, 3);
  });
});

describe('moving a project', () => {
  const MOVE = { fromOrganization: 'o1', toOrganization: 'o1', accountId: 'a1', billingGroupId: 'b' };
  const at = (parent_id: string, account_id: string | null = null): Reply => ({
    body: { parent_id, account_id },
  });

  test('within an organization names no payer', async () => {
    const { api, asked } = setUp([at('a0', 'a1')]);
    assert.equal(await api.moveProject('p', MOVE), 'a1');
    assert.deepEqual(asked(), [['PATCH /v1/organization/o1/project/p', { parent_id: 'a1' }]]);
  });
  test('to another one names it, and who pays', async () => {
    const { api, asked } = setUp([at('a1')]);
    assert.equal(await api.moveProject('p', { ...MOVE, toOrganization: 'o2' }), 'a1');
    assert.deepEqual(asked()[0]?.[1], { parent_id: 'a1', organization_id: 'o2', billing_group_id: 'b' });
  });
  test('looks in the organization that it moves to when the answer was lost', async () => {
    const { api, asked } = setUp([LOST, at('a1')]);
    assert.equal(await api.moveProject('p', { ...MOVE, toOrganization: 'o2' }), 'a1');
    assert.deepEqual(asked()[1], ['GET /v1/organization/o2/project/p']);
  });
  for (const [what, reply] of [
    ['it is not there', { status: 404 }],
    ['it is elsewhere', at('a2')],
  ] as const) {
    test(`is repeated when ${what}`, async () => {
      const { api, asked } = setUp([LOST, reply, at('a1')]);
      assert.equal(await api.moveProject('p', MOVE), 'a1');
      assert.equal(asked().length, 3);
    });
  }
  test('has taken place where another run was quicker', async () => {
    const { api, asked } = setUp([{ status: 404 }, at('a1')]);
    assert.equal(await api.moveProject('p', { ...MOVE, toOrganization: 'o2' }), 'a1');
    assert.equal(asked().length, 2);
  });
  test('of a project that is nowhere fails as unknown, or as what looking for it came to', async () => {
    for (const reply of [{ status: 404 }, at('a2')])
      await assert.rejects(
        setUp([{ status: 404 }, reply]).api.moveProject('p', MOVE),
        /OrganizationProjectsUpdate/,
      );
    await assert.rejects(
      setUp([{ status: 404 }, { status: 403 }]).api.moveProject('p', MOVE),
      /OrganizationProjectsGet for project p: .*project:services:read/,
    );
  });
  test('fails when it cannot look', async () =>
    assert.rejects(
      setUp([LOST, { status: 401 }]).api.moveProject('p', MOVE),
      /is unknown, because checking failed/,
    ));
});

describe('updating a service', () => {
  test('sends a part of its user_config', async () => {
    const { api, asked } = setUp([{ body: { service: SERVICE } }]);
    await api.updateService('p', 's', { kafka: { x: null } }, () => false);
    assert.deepEqual(asked(), [['PUT /v1/project/p/service/s', { user_config: { kafka: { x: null } } }]]);
  });
  for (const isDone of [true, false]) {
    test(`whose answer was lost is ${isDone ? 'not repeated when it is done' : 'repeated when it is not'}`, async () => {
      const { api, asked } = setUp((index) => (index === 0 ? LOST : { body: { service: SERVICE } }));
      assert.equal((await api.updateService('p', 's', {}, () => isDone)).service_name, 's');
      assert.equal(asked().length, isDone ? 2 : 3);
    });
  }
});
