import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readAnswer } from '../../../src/aiven/answer.ts';
import type { Call } from '../../../src/aiven/call.ts';
import { accountList, serviceAnswer } from '../../../src/aiven/schema.ts';
import { kafkaService, SERVICE_KEY, SERVICE_PASSWORD } from '../../world/aiven.ts';

function call<Answer>(answer: Call<Answer>['answer']): Call<Answer> {
  return {
    operation: 'ServiceUpdate',
    method: 'PUT',
    path: [],
    resource: 'service a/b',
    permission: 'p',
    answer,
  };
}

describe('an answer', () => {
  test('with the secrets of a service in it keeps none of them', () => {
    const body = JSON.stringify({ service: kafkaService() });
    assert.ok(body.includes(SERVICE_PASSWORD), 'they are in it');
    const result = readAnswer(call(serviceAnswer), body);
    assert.ok('answer' in result);
    const kept = JSON.stringify(result.answer);
    for (const secret of [
      SERVICE_PASSWORD,
      SERVICE_KEY.split('\n')[1] ?? '',
      'password',
      'access_cert',
      'connection_info',
    ])
      assert.ok(!kept.includes(secret), `${secret} in ${kept}`);
    assert.deepEqual(result.answer.service.users, [{ username: 'avnadmin' }], 'names alone');
    assert.equal(result.answer.service.user_config['kafka_version'], '4.1');
  });

  test('with all that is used of a service keeps all of it', () => {
    const service = {
      service_name: 's',
      service_type: 'kafka',
      state: 'RUNNING',
      plan: 'business-4',
      user_config: { kafka_version: '4.1' },
      components: [
        {
          component: 'kafka',
          host: 'h',
          port: 1,
          route: 'dynamic',
          usage: 'primary',
          kafka_authentication_method: 'sasl',
          kafka_ssl_ca: 'project_ca',
        },
      ],
      node_states: [
        { name: 'n', state: 'running', progress_updates: [{ completed: false, min: 0, current: 1, max: 2 }] },
      ],
      users: [{ username: 'u' }],
      acl: [{ permission: 'read', topic: 't', username: 'u' }],
      maintenance: { dow: 'monday', time: '00:00:00' },
    };
    const result = readAnswer(call(serviceAnswer), JSON.stringify({ service }));
    assert.deepEqual('answer' in result && result.answer.service, service);
  });

  test('without lists has empty ones', () => {
    for (const none of [undefined, null]) {
      const service = kafkaService({ components: none as never, node_states: none as never });
      const result = readAnswer(call(serviceAnswer), JSON.stringify({ service }));
      assert.ok('answer' in result);
      assert.deepEqual([result.answer.service.components, result.answer.service.node_states], [[], []]);
    }
  });

  test('with fields that nobody knows is fine', () => {
    const known = { account_id: 'a1', account_name: 'x' };
    const result = readAnswer(
      call(accountList),
      JSON.stringify({ accounts: [{ ...known, new: 1 }], more: {} }),
    );
    assert.deepEqual('answer' in result && result.answer, { accounts: [known] });
  });

  const { service_name: _, ...nameless } = kafkaService();
  for (const [field, body] of Object.entries({
    'service.service_name': { service: nameless },
    'service.state': { service: kafkaService({ state: 1 as never }) },
    service: {},
    'the whole answer': [],
  })) {
    test(`without ${field} names it`, () => {
      const result = readAnswer(call(serviceAnswer), JSON.stringify(body));
      assert.ok('trouble' in result);
      assert.match(
        result.trouble.failure.message,
        new RegExp(`: ${field} is missing or has another type\\.`),
      );
      assert.equal(result.trouble.mayHaveWorked, true);
    });
  }

  for (const [what, body] of [
    ['empty', ' '],
    ['an HTML page', '\n <!DOCTYPE html>'],
    ['cut short', ' {"service": 1,'],
    ['cut short', '\n[1,'],
    ['plain text', 'upstream failed {['],
  ] as const) {
    test(`that is ${what} is told as that: ${JSON.stringify(body)}`, () => {
      const result = readAnswer(call(serviceAnswer), body);
      assert.ok('trouble' in result && result.trouble.mayPass);
      assert.match(result.trouble.why, new RegExp(`^the answer is ${what} instead of JSON$`));
    });
  }
});
