import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outOfReach } from '../../../src/provider/reach.ts';

/** Which hosts brokers, which run elsewhere, hardly reach. */

const INNER = [
  'localhost',
  'idp.localhost',
  '127.0.0.1',
  '127.8.8.8',
  '10.0.0.12',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '169.254.1.1',
  '[::1]',
  '[fd00::12]',
  '[fe80::1]',
  '[::ffff:10.0.0.1]',
  'keycloak',
  'keycloak.',
  'keycloak.local.',
  'keycloak.auth.svc',
  'keycloak.auth.svc.cluster.local',
  'KEYCLOAK.LOCAL',
  'idp.corp.internal',
];

const OUTER = [
  'idp.example.com',
  '8.8.8.8',
  '172.32.0.1',
  '11.0.0.1',
  '100.128.0.1',
  '[2606:4700::1]',
  'idp.local.example.com',
  'local.example.com',
  'internal.example.com',
  'svc.example.org',
  'notlocal.dev',
];

for (const host of INNER)
  test(`${host} is hardly reached`, () => assert.ok(outOfReach(new URL(`https://${host}/jwks`))));
for (const host of OUTER)
  test(`${host} is reached`, () => assert.equal(outOfReach(new URL(`https://${host}/jwks`)), null));

test('a loopback name is told as one, with a domain or without', () => {
  const [bare, below, other] = ['localhost', 'idp.localhost', 'keycloak'].map((host) =>
    outOfReach(new URL(`https://${host}/jwks`)),
  );
  assert.equal(bare, below);
  assert.notEqual(bare, other);
});
