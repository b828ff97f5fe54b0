import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Request } from '../../src/modes/request.ts';
import type { AivenWorld } from '../world/aiven.ts';
import { type StaticDocument, type StaticSite, startStaticSite } from '../world/bad-provider.ts';
import { type Certificates, makeCertificates } from '../world/certificates.ts';
import { assertNoSecret } from './hold.ts';
import { SCENES, type Scene } from './scenes.ts';
import { walk } from './walk.ts';

/**
 * Every document of an identity provider, met by every fault, once and for good: brokers that cannot fetch their keys do not
 * start, so that a provider in doubt leaves the service as it is.
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
const trusted = getCACertificates('default');

before(async () => {
  certificates = await makeCertificates();
  setDefaultCACertificates([...trusted, certificates.ca]);
  const { publicKey } = await generateKeyPair('ES256');
  key = { ...(await exportJWK(publicKey)), kid: 'a', use: 'sig' };
});
after(() => setDefaultCACertificates(trusted));

for (const document of ['/.well-known/openid-configuration', '/jwks']) {
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
    if (times === 1 && fault.passes) {
      assert.equal(failure, null, failure?.message);
      assert.equal(aiven.writes().length, 1);
      return;
    }
    assert.ok(failure, 'the step refuses');
    const isUnseen = fault.unseen || (fault.passes && fault !== FAULTS['redirect to itself']);
    const title = isUnseen ? 'cannot be reached from here' : 'would lock clients out';
    assert.equal(failure.title, `The identity provider ${title}`);
    assert.match(failure.message, /expected-issuer|jwks-endpoint-url/);
    assert.ok(endedAt - startedAt <= DEADLINE_MS, `${endedAt - startedAt} ms`);
    assert.deepEqual(aiven.writes(), [], 'the service was not touched');
  } finally {
    await Promise.all([aiven.close(), site.close()]);
  }
}

/** A provider that is sound but for one document. */
function startProvider(document: string, { answer }: ProviderFault, times: number): Promise<StaticSite> {
  return startStaticSite((url) => {
    const sound: Record<string, StaticDocument> = {
      '/.well-known/openid-configuration': { body: { issuer: url, jwks_uri: `${url}/jwks` } },
      '/jwks': { body: { keys: [key] } },
    };
    let left = times;
    return {
      ...sound,
      [document]: (_request, response) => {
        const page = left-- > 0 ? answer : (sound[document] ?? {});
        if (typeof page === 'function') page(response, `${url}${document}`);
        else serve(page, response);
      },
    };
  }, certificates);
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
  return { ...request, settings, verifyProvider: true };
}
