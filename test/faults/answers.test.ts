import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { redacted, withoutSecrets } from '../../src/aiven/secrets.ts';
import { SERVICE_KEY, SERVICE_PASSWORD } from '../world/aiven.ts';
import { assertNoSecret } from './hold.ts';
import { SCENES } from './scenes.ts';
import { walk } from './walk.ts';

/** Whatever the API answers, a run does its work or fails with one error that it foresaw. */

/** Shaped like an answer as far as a name goes, and anything at all within. */
const anyAnswer = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.record({ accounts: fc.jsonValue() }),
  fc.record({ accounts: fc.array(fc.record({ account_id: fc.jsonValue(), account_name: fc.jsonValue() })) }),
  fc.record({ account: fc.record({ account_id: fc.string(), account_name: fc.string() }) }),
  fc.record({ projects: fc.array(fc.record({ project_name: fc.jsonValue(), account_id: fc.jsonValue() })) }),
  fc.record({ project: fc.record({ project_name: fc.string(), account_id: fc.jsonValue() }) }),
  fc.record({
    service: fc.record({
      service_name: fc.string(),
      service_type: fc.constantFrom('kafka', 'pg', ''),
      state: fc.constantFrom('RUNNING', 'REBALANCING', 'POWEROFF', 'x'),
      user_config: fc.dictionary(fc.string(), fc.jsonValue()),
      components: fc.jsonValue({ maxDepth: 2 }),
      node_states: fc.jsonValue({ maxDepth: 2 }),
    }),
  }),
);

for (const scene of SCENES) {
  describe(`any answer, ${scene.name}`, () => {
    for (const call of scene.calls) {
      test(call.operation, async () => {
        const property = fc.asyncProperty(
          anyAnswer,
          fc.constantFrom(200, 400, 403, 404, 503),
          async (body, status) => {
            const aiven = await scene.start();
            try {
              const fault =
                status === 200
                  ? ({ kind: 'shape', body } as const)
                  : ({ kind: 'status', status, body } as const);
              aiven.fault({ ...call.matcher, times: 1 }, fault);
              // What is not a `Failure` is thrown on, and fails the case.
              assertNoSecret((await walk().go(scene.request(aiven))).everything);
            } finally {
              await aiven.close();
            }
          },
        );
        await fc.assert(property, { numRuns: 25 });
      });
    }
  });
}

describe('secrets in an answer', () => {
  const secretName = fc.constantFrom(
    'password',
    'access_key',
    'access_cert',
    'secret_key',
    'api_token',
    'service_uri',
  );
  const secretValue = fc.constantFrom(
    SERVICE_KEY,
    SERVICE_PASSWORD,
    `https://avnadmin:${SERVICE_PASSWORD}@host:1234`,
    { deep: [SERVICE_PASSWORD] },
  );

  test('do not reach a debug line, however deep they are', () => {
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        fc.jsonValue({ maxDepth: 1 }),
        fc.dictionary(fc.string(), tie('node'), { maxKeys: 3 }),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.tuple(secretName, secretValue).map(([name, value]) => ({ [name]: value })),
        fc.constant(`-----BEGIN PRIVATE KEY-----\n${SERVICE_PASSWORD}`),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (value) => assertNoSecret(JSON.stringify(withoutSecrets(value)))),
      { numRuns: 1_000 },
    );
  });

  test('in user_config are replaced, and nothing else is', () => {
    const harmless = fc.dictionary(
      fc.string().filter((name) => !/password|secret|token|private_key|credentials/i.test(name)),
      fc
        .jsonValue({ maxDepth: 2 })
        .filter((value) => !/password|secret|token|private_key|credentials/i.test(JSON.stringify(value))),
      { noNullPrototype: true },
    );
    const property = fc.property(harmless, (config) => {
      assert.deepEqual(redacted(config), config);
      assert.deepEqual(redacted({ ...config, password: SERVICE_PASSWORD }), {
        ...config,
        password: '<redacted>',
      });
    });
    fc.assert(property, { numRuns: 300 });
  });
});
