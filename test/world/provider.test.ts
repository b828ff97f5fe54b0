import assert from 'node:assert/strict';
import { request } from 'node:https';
import { after, before, test } from 'node:test';
import { createLocalJWKSet, importJWK, type JSONWebKeySet, jwtVerify } from 'jose';
import { type StaticSite, startStaticSite } from './bad-provider.ts';
import { type ProviderWorld, startProvider } from './provider.ts';

/** The OpenID provider to test against, and its bad relative. */

let provider: ProviderWorld;
let site: StaticSite;

before(async () => {
  provider = await startProvider({ keys: [{ alg: 'ES256', kid: 'first' }, { alg: 'RS256' }] });
  site = await startStaticSite(
    (url) => ({
      '/discovery': { body: { issuer: url } },
      '/moved': { status: 302, headers: { location: url } },
    }),
    provider.certificates,
  );
});
after(() => Promise.all([provider.close(), site.close()]));

async function read(url: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(url, { ca: provider.ca, agent: false }, async (response) => {
      const body = Buffer.concat(await response.toArray()).toString('utf8');
      resolve({ status: response.statusCode ?? 0, body });
    });
    call.once('error', reject).end();
  });
}

async function keySet(): Promise<JSONWebKeySet> {
  return JSON.parse((await read(provider.jwksUri)).body) as JSONWebKeySet;
}

test('publishes what it is and its public keys', async () => {
  const discovery = JSON.parse((await read(`${provider.issuer}/.well-known/openid-configuration`)).body);
  assert.equal(discovery.issuer, provider.issuer);
  assert.equal(discovery.jwks_uri, provider.jwksUri);
  const { keys } = await keySet();
  assert.deepEqual(
    keys.map(({ alg }) => alg),
    ['ES256', 'RS256'],
  );
  assert.ok(keys.every((key) => !('d' in key)));
});

test('issues access tokens that its keys verify', async () => {
  const token = await provider.token({ audience: 'orders and more', scope: 'kafka' });
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(await keySet()), {
    issuer: provider.issuer,
    audience: 'orders and more',
  });
  assert.equal(protectedHeader.kid, 'first');
  assert.equal(payload.sub, 'orders-service');
  assert.equal(payload['scope'], 'kafka');
  assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 300);
});

test('signs what no provider would issue', async () => {
  const token = await provider.sign({ aud: ['a'], sub: 'nobody' }, { kid: 'unknown' });
  const { protectedHeader } = await jwtVerify(token, await importJWK((await keySet()).keys[0] ?? {}));
  assert.deepEqual(protectedHeader, { alg: 'ES256', kid: 'unknown' });
});

test('has a relative that serves anything, trusted by the same authority', async () => {
  assert.deepEqual(JSON.parse((await read(`${site.url}/discovery`)).body), { issuer: site.url });
  assert.equal((await read(`${site.url}/moved`)).status, 302);
  assert.equal((await read(`${site.url}/nothing`)).status, 404);
  assert.equal(site.requests.length, 3);
});
