import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Request } from '../../src/modes/request.ts';
import type { AivenWorld } from '../world/aiven.ts';
import {
  type StaticDocument,
  type StaticHandler,
  type StaticSite,
  startStaticSite,
} from '../world/bad-provider.ts';
import { type Certificates, makeCertificates } from '../world/certificates.ts';
import { assertNoSecret } from './hold.ts';
import { SCENES, type Scene } from './scenes.ts';
import { walk } from './walk.ts';

/**
 * Every document of an identity provider, and its token endpoint, met by every fault, once and for good: brokers that cannot
 * fetch their keys do not start, so that a provider in doubt leaves the service as it is.
 */

const DEADLINE_MS = 90_000;

interface ProviderFault {
  readonly passes: boolean;
  /** Whether it says nothing of what brokers see; what passes says nothing either. */
  readonly unseen?: true;
  readonly answer: StaticDocument | ((response: ServerResponse, url: string) => void);
}

const FAULTS: Readonly<Record<string, ProviderFault>> = {
  reset: { passes: true, answer: (response) => void response.socket?.destroy() },
  hang: { passes: true, answer: { delayMs: Infinity } },
  'cut body': {
    passes: true,
    answer(response) {
      response.writeHead(200, { 'content-length': 1_000 });
      response.write('{"keys": [', () => response.destroy());
    },
  },
  'slow drip': {
    passes: true,
    answer(response) {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(timer));
    },
  },
  'status 429': { passes: true, answer: { status: 429 } },
  'status 500': { passes: true, answer: { status: 500, body: '<html>' } },
  'status 503': { passes: true, answer: { status: 503 } },
  'status 401': { passes: false, unseen: true, answer: { status: 401 } },
  'status 403': { passes: false, unseen: true, answer: { status: 403 } },
  'status 404': { passes: false, answer: { status: 404 } },
  HTML: { passes: false, answer: { body: '<!DOCTYPE html><html></html>' } },
  empty: { passes: false, answer: { body: '' } },
  'wrong shape: {}': { passes: false, answer: { body: {} } },
  'wrong shape: a list': { passes: false, answer: { body: [] } },
  'wrong shape: null': { passes: false, answer: { body: 'null' } },
  '2 MB': { passes: false, answer: { body: `{"x":"${'x'.repeat(2_000_000)}"}` } },
  'redirect to http': {
    passes: false,
    answer: { status: 302, headers: { location: 'http://127.0.0.1:9/' } },
  },
  'redirect to a file': {
    passes: false,
    answer: { status: 302, headers: { location: 'file:///etc/passwd' } },
  },
  'redirect to itself': {
    passes: true,
    answer: (response, url) => void response.writeHead(302, { location: url }).end(),
  },
  'redirect to nowhere': { passes: false, answer: { status: 302 } },
};

let certificates: Certificates;
let key: JWK;
let signer: CryptoKey;
const trusted = getCACertificates('default');

before(async () => {
  certificates = await makeCertificates();
  setDefaultCACertificates([...trusted, certificates.ca]);
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  signer = privateKey;
  key = { ...(await exportJWK(publicKey)), kid: 'a', use: 'sig' };
});
after(() => setDefaultCACertificates(trusted));

const TOKEN_ENDPOINT = '/token';
const SECRET = 'secret-of-the-test-client';

for (const document of ['/.well-known/openid-configuration', '/jwks', TOKEN_ENDPOINT]) {
  describe(`the identity provider, ${document}`, { concurrency: 6 }, () => {
    for (const [name, fault] of Object.entries(FAULTS)) {
      test(`${name}, once`, () => holds(document, fault, 1));
      test(`${name}, for good`, () => holds(document, fault, Number.POSITIVE_INFINITY));
    }
  });
}

async function holds(document: string, fault: ProviderFault, times: number): Promise<void> {
  const scene = SCENES.find((each): each is Scene => each.name === 'kafka-oidc');
  assert.ok(scene);
  const [aiven, site] = await Promise.all([scene.start(), startProvider(document, fault, times)]);
  try {
    const walking = walk();
    const startedAt = walking.clock.now();
    const { failure, everything, endedAt } = await walking.go(requestFor(scene, aiven, site));
    assertNoSecret(everything);
    if (times === 1 && passesAt(document, fault)) {
      assert.equal(failure, null, failure?.message);
      assert.equal(aiven.writes().length, 1);
      return;
    }
    assert.ok(failure, 'the step refuses');
    assert.ok(!everything.includes(SECRET), 'the secret of the client is nowhere');
    const isUnseen = fault.unseen || (fault.passes && fault !== FAULTS['redirect to itself']);
    const title = isUnseen ? 'cannot be reached from here' : 'would lock clients out';
    const isToken = document === TOKEN_ENDPOINT;
    assert.equal(
      failure.title,
      isToken ? 'The provider gave no test token' : `The identity provider ${title}`,
    );
    assert.match(failure.message, isToken ? /The token endpoint / : /expected-issuer|jwks-endpoint-url/);
    assert.ok(endedAt - startedAt <= DEADLINE_MS, `${endedAt - startedAt} ms`);
    assert.deepEqual(aiven.writes(), [], 'the service was not touched');
  } finally {
    await Promise.all([aiven.close(), site.close()]);
  }
}

/** The token endpoint's redirects are not followed, and a client that it does not know is known in another way. */
function passesAt(document: string, fault: ProviderFault): boolean {
  if (document !== TOKEN_ENDPOINT) return fault.passes;
  return fault === FAULTS['status 401'] || (fault.passes && fault !== FAULTS['redirect to itself']);
}

/** A provider that is sound but for one document. */
function startProvider(document: string, { answer }: ProviderFault, times: number): Promise<StaticSite> {
  return startStaticSite((url) => {
    const sound: Record<string, StaticDocument | StaticHandler> = {
      '/.well-known/openid-configuration': {
        body: { issuer: url, jwks_uri: `${url}/jwks`, token_endpoint: `${url}${TOKEN_ENDPOINT}` },
      },
      '/jwks': { body: { keys: [key] } },
      [TOKEN_ENDPOINT]: async (_request, response) =>
        serve({ body: { access_token: await token(url) } }, response),
    };
    let left = times;
    return {
      ...sound,
      [document]: (request, response) => {
        if (left-- > 0) {
          if (typeof answer === 'function') answer(response, `${url}${document}`);
          else serve(answer, response);
          return;
        }
        const page = sound[document] ?? {};
        if (typeof page === 'function') page(request, response);
        else serve(page, response);
      },
    };
  }, certificates);
}

function token(issuer: string): Promise<string> {
  const claims = { iss: issuer, aud: 'kafka', sub: 'orders' };
  const jwt = new SignJWT(claims).setIssuedAt().setExpirationTime('5 min');
  return jwt.setProtectedHeader({ alg: 'ES256', kid: 'a' }).sign(signer);
}

function serve(
  { status = 200, headers = {}, body = '', delayMs = 0 }: StaticDocument,
  response: ServerResponse,
) {
  if (delayMs === Infinity) return;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function requestFor(scene: Scene, aiven: AivenWorld, { url }: StaticSite): Request {
  const request = scene.request(aiven);
  assert.equal(request.mode, 'kafka-oidc');
  const settings = {
    'kafka.sasl_oauthbearer_expected_issuer': url,
    'kafka.sasl_oauthbearer_expected_audience': 'kafka',
  };
  const client = { id: 'orders', secret: SECRET, parameters: [] };
  const testTokens = [{ from: 'client credentials', client }] as const;
  return { ...request, settings, verifyProvider: true, testTokens };
}
