import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, type TestContext, test } from 'node:test';
import { account, type KafkaService, kafkaService, project, startAiven } from '../../world/aiven.ts';
import { assertSucceeded } from '../outcome.ts';
import { type Inputs, type ModeName, runWith } from './refused.ts';

/** What looks odd and is fine all the same. */

const LONG_PROJECT = 'p'.repeat(63);
const LONG_SERVICE = 's'.repeat(64);
const example = account({ account_name: 'Example' });
const aiven = await startAiven({
  accounts: [example, account({ account_name: 'é'.repeat(83) })],
  projects: ['streams', LONG_PROJECT, '_odd-', '0'].map((project_name) => project({ project_name }, example)),
  services: [asAsked({}), asAsked({ project_name: LONG_PROJECT, service_name: LONG_SERVICE })],
});
after(() => aiven.close());

/** A service that has what sound inputs ask for. */
function asAsked(fields: Partial<KafkaService>): KafkaService {
  const kafka = { sasl_oauthbearer_sub_claim_name: 'azp' };
  return kafkaService({ ...fields, user_config: { kafka, kafka_authentication_methods: { sasl: true } } });
}

/** Passes on what comes in under a path, as a gateway does; on an address of this machine. */
async function gateway(t: TestContext, path: string, host: string): Promise<string> {
  const server = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (!incoming.url?.startsWith(`${path}/v1/`)) return void outgoing.writeHead(404).end();
    const url = new URL(incoming.url.slice(path.length), aiven.url);
    const { method = 'GET', headers } = incoming;
    incoming.pipe(
      request(url, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      }),
    );
  });
  server.listen(0, host);
  await once(server, 'listening');
  t.after(() => server.close());
  t.after(() => server.closeAllConnections());
  return `:${(server.address() as AddressInfo).port}${path}`;
}

describe('api-url takes', { concurrency: 3 }, () => {
  const { port } = new URL(aiven.url);
  for (const url of [
    `${aiven.url}/`,
    `${aiven.url}//`,
    ` ${aiven.url}\n`,
    `http://localhost:${port}`,
    `HTTP://LocalHost:${port}/`,
  ]) {
    test(JSON.stringify(url.replace(port, 'PORT')), async () => {
      assertSucceeded(await runWith(aiven, 'org-create', { 'api-url': url }));
    });
  }

  for (const slash of ['', '/']) {
    test(`a path, as behind a gateway, ending in “${slash}”`, async (t) => {
      const address = await gateway(t, '/gateway/aiven', '127.0.0.1');
      assertSucceeded(
        await runWith(aiven, 'org-create', { 'api-url': `http://127.0.0.1${address}${slash}` }),
      );
    });
  }

  test('the loopback of IPv6', async (t) => {
    const address = await gateway(t, '', '::1').catch(() => null);
    if (address === null) return t.skip('this machine has no IPv6');
    assertSucceeded(await runWith(aiven, 'org-create', { 'api-url': `http://[::1]${address}` }));
  });
});

const FINE: [what: string, mode: ModeName, inputs: Inputs][] = [
  ['blanks around the token', 'org-create', { 'aiven-token': ` ${aiven.token}\n` }],
  ['blanks around the mode', 'org-create', { mode: '\torg-create ' }],
  [
    'a name of 83 characters, which have two bytes each',
    'org-create',
    { 'organization-name': 'é'.repeat(83) },
  ],
  ['names of the longest kind', 'kafka-oidc', { project: LONG_PROJECT, 'service-name': LONG_SERVICE }],
  ['odd names of projects', 'project-assign', { project: '_odd-, 0' }],
  ...['.5', '0.5', '5.', '15.0', '0.001', '1440', '007'].map((minutes): [string, ModeName, Inputs] => [
    `wait-timeout-minutes ${minutes}`,
    'kafka-oidc',
    { 'wait-timeout-minutes': minutes },
  ]),
  [
    'mechanisms in any order, with repetition',
    'kafka-oidc',
    { 'sasl-mechanisms': 'SCRAM-SHA-512\nPLAIN,SCRAM-SHA-256, PLAIN' },
  ],
  [
    'an audience with odd characters',
    'kafka-oidc',
    {
      'expected-audience': 'api://a-b/.default, ü',
      'jwks-endpoint-url': 'https://idp.example.com/jwks',
      'verify-provider': 'false',
    },
  ],
  [
    'an issuer of any kind, where the keys need no discovery',
    'kafka-oidc',
    {
      'expected-issuer': 'our idp',
      'jwks-endpoint-url': 'https://idp.example.com/jwks',
      'verify-provider': 'false',
    },
  ],
  ['settings to clear, beside one to set', 'kafka-oidc', { unset: 'expected-issuer,expected-audience' }],
  ['comment outside of a pull request', 'org-create', { comment: 'true', 'github-token': 'ghs_x' }],
];

describe('fine is', { concurrency: 3 }, () => {
  for (const [what, mode, inputs] of FINE) {
    test(what, async () => {
      assertSucceeded(await runWith(aiven, mode, { 'dry-run': 'TRUE', ...inputs }));
    });
  }

  test('every spelling of a boolean', async () => {
    for (const spelling of ['true', 'True', 'TRUE']) {
      const { stdout } = await runWith(aiven, 'org-create', {
        'organization-name': 'New',
        'dry-run': ` ${spelling} `,
      });
      assert.match(stdout, /Nothing was changed \(dry-run: true\)/);
    }
    assert.deepEqual(aiven.writes(), []);
  });
});
