import assert from 'node:assert/strict';
import { after, describe, type TestContext, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type AivenOptions, listener } from '../../world/aiven.ts';
import { startStaticSite } from '../../world/bad-provider.ts';
import { startBroker } from '../../world/broker.ts';
import { makeCertificates } from '../../world/certificates.ts';
import { FINE, type KarapaceAnswer, startKarapace, UNAUTHORIZED, verifierOf } from '../../world/karapace.ts';
import { startProvider } from '../../world/provider.ts';
import { assertSucceeded, calls, failureOf, updates, warnings } from '../outcome.ts';
import { type UserConfig, withService } from './oidc.ts';

/** Schema Registry and the REST proxy: judged by their own rules before a change, and asked after it. */

const provider = await startProvider();
const elliptic = await startProvider({ keys: [{ alg: 'ES256' }], certificates: provider.certificates });
const mixed = await startProvider({
  keys: [{ alg: 'ES256' }, { alg: 'RS256' }],
  certificates: provider.certificates,
});
setDefaultCACertificates([...getCACertificates('default'), provider.ca]);
after(() => Promise.all([provider.close(), elliptic.close(), mixed.close()]));
const { caFile, certificates, issuer } = provider;

const BROKERS = { 'expected-issuer': issuer, 'expected-audience': 'kafka' };
const ALL = {
  ...BROKERS,
  'schema-registry-oidc': 'true',
  'kafka-rest-authorization': 'true',
  'allow-lockout': 'true',
};
/** Long enough for one try. */
const BRIEF = { 'wait-timeout-minutes': '0.03' };
const DRY = { 'dry-run': 'true' };

type Answers = (token: string | null) => KarapaceAnswer | Promise<KarapaceAnswer>;

interface Doors {
  readonly registry?: Answers;
  readonly rest?: Answers;
  readonly config?: UserConfig;
  readonly projectCa?: string;
  /** The certificates of all of the service; the provider's unless told. */
  readonly own?: typeof certificates;
}

const knows =
  (answer: KarapaceAnswer): Answers =>
  (token) =>
    token === null ? UNAUTHORIZED : answer;

/** A service whose broker, Schema Registry and REST proxy are on this machine. */
async function withDoors(t: TestContext, doors: Doors = {}) {
  const {
    registry: ofRegistry = knows(FINE),
    rest: ofRest = knows(FINE),
    config,
    own = certificates,
  } = doors;
  const broker = await startBroker({
    certificates: own,
    mechanisms: () => ['OAUTHBEARER'],
    accepts: async () => true,
  });
  const registry = await startKarapace({ certificates: own, answer: ofRegistry });
  const rest = await startKarapace({ certificates: own, answer: ofRest });
  t.after(() => Promise.all([broker.close(), registry.close(), rest.close()]));
  const place = { route: 'dynamic', usage: 'primary', host: 'localhost' } as const;
  const options: Partial<AivenOptions> = { saslPort: broker.port, projectCa: doors.projectCa ?? own.ca };
  const world = await withService(t, {
    caFile,
    ...options,
    ...(config && { config }),
    service: {
      service_uri_params: { host: 'localhost' },
      components: [
        listener('localhost', 12_691, 'certificate', 'project_ca'),
        { component: 'schema_registry', port: registry.port, ...place },
        { component: 'kafka_rest', port: rest.port, ...place },
      ],
    },
  });
  return { ...world, broker, registry, rest };
}

test('one workflow for all three: three verdicts before, three logins after', async (t) => {
  const settings = { jwksUri: provider.jwksUri, issuer, audience: 'kafka' };
  const { broker, registry, rest, aiven, config, run } = await withDoors(t, {
    registry: verifierOf(settings, fetch),
  });
  const token = await provider.token();
  const result = await run({
    ...ALL,
    'test-token': token,
    'verify-login': 'true',
    'wait-timeout-minutes': '0.1',
  });
  assertSucceeded(result);
  for (const verdict of [
    /A broker will accept it/,
    /Schema Registry will accept it, by its own rules/,
    /The REST proxy passes it on to the brokers, which will accept it/,
    /1 key that Schema Registry can verify signatures with/,
    /the broker accepted the token/,
    /It answered GET \/subjects with the token, but not without one/,
    /It answered GET \/topics with the token, but not without one/,
  ]) {
    assert.match(result.summary, verdict);
  }
  assert.deepEqual([...new Set(broker.tokens)], [token]);
  assert.deepEqual(registry.requests, [
    { path: '/subjects', token },
    { path: '/subjects', token: null },
  ]);
  assert.deepEqual(
    rest.requests.map(({ path }) => path),
    ['/topics', '/topics'],
  );
  assert.equal(updates(aiven).length, 1);
  assert.deepEqual(config()['schema_registry_config'], { sasl_oauthbearer_authentication_enabled: true });
});

test('a plan has the verdicts and asks nobody', async (t) => {
  const { registry, rest, run } = await withDoors(t);
  const result = await run({ ...ALL, ...DRY, 'test-token': await provider.token(), 'verify-login': 'true' });
  assertSucceeded(result);
  assert.match(result.summary, /Schema Registry will accept it/);
  assert.deepEqual([...registry.requests, ...rest.requests], []);
});

describe('refused beforehand, with nothing changed:', { concurrency: 3 }, () => {
  test('Schema Registry without an issuer', async (t) => {
    const { aiven, run } = await withDoors(t);
    const failure = failureOf(
      await run({
        'jwks-endpoint-url': provider.jwksUri,
        'expected-audience': 'kafka',
        'schema-registry-oidc': 'true',
      }),
    );
    assert.match(failure.message, /OIDC on and no expected issuer.*Set expected-issuer/s);
    assert.deepEqual(updates(aiven), []);
  });

  test('Schema Registry without an audience', async (t) => {
    const { run } = await withDoors(t);
    const failure = failureOf(await run({ 'expected-issuer': issuer, 'schema-registry-oidc': 'true' }));
    assert.match(failure.message, /OIDC on and no expected audience/);
    assert.doesNotMatch(failure.message, /no expected issuer/);
  });

  test('an audience that is cleared while Schema Registry needs it', async (t) => {
    const { run } = await withDoors(t);
    assertSucceeded(await run(ALL));
    const failure = failureOf(await run({ unset: 'expected-audience' }));
    assert.match(failure.message, /OIDC on and no expected audience/);
  });

  test('a key set in which Schema Registry can use no key, though brokers can', async (t) => {
    const { aiven, run } = await withDoors(t);
    const asked = { ...BROKERS, 'expected-issuer': elliptic.issuer };
    const failure = failureOf(await run({ ...asked, 'schema-registry-oidc': 'true' }));
    assert.match(failure.message, /Schema Registry cannot use any key of .*only with RSA keys/);
    assert.deepEqual(updates(aiven), []);
    assertSucceeded(await run(asked));
  });

  test('a key set that one broken key makes unreadable for Schema Registry, though brokers pass it over', async (t) => {
    const { keys } = (await (await fetch(provider.jwksUri)).json()) as { keys: object[] };
    for (const broken of [null, { kty: 'EC', kid: 'broken', crv: 'P-256', x: 1, y: 2 }]) {
      const site = await startStaticSite(
        () => ({ '/jwks': { body: { keys: [...keys, broken] } } }),
        certificates,
      );
      t.after(() => site.close());
      const { run } = await withDoors(t);
      const asked = { 'jwks-endpoint-url': `${site.url}/jwks`, 'expected-audience': 'kafka', ...DRY };
      assertSucceeded(await run({ ...asked, 'test-token': await provider.token() }));
      const failure = failureOf(
        await run({ ...asked, 'schema-registry-oidc': 'true', 'expected-issuer': site.url }),
      );
      assert.match(failure.message, /Schema Registry cannot read the key set of/);
    }
  });

  test('a token that is fine for brokers alone', async (t) => {
    const { aiven, run } = await withDoors(t);
    const token = await mixed.token();
    const asked = { ...BROKERS, 'expected-issuer': mixed.issuer, 'test-token': token };
    const failure = failureOf(await run({ ...asked, 'schema-registry-oidc': 'true' }));
    assert.equal(failure.title, 'Schema Registry would refuse the test token');
    assert.match(failure.message, /^Brokers would accept it\.$/m);
    assert.match(
      failure.message,
      /alg: the token has “ES256”; Schema Registry expects only RS256, RS384 or RS512/,
    );
    assert.match(failure.message, /kid: .* whose key is of type EC/);
    assert.deepEqual(updates(aiven), []);
    assertSucceeded(await run(asked));
  });

  test('a token that is fine for Schema Registry alone', async (t) => {
    const { run } = await withDoors(t);
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: 'kafka', sub: 'orders', iat: now, exp: now + 600, names: ['orders'] };
    const failure = failureOf(
      await run({ ...ALL, 'sub-claim-name': 'names', 'test-token': await provider.sign(claims) }),
    );
    assert.match(failure.message, /names: the token has the list “orders”; the brokers expect a string/);
    assert.match(failure.message, /^Schema Registry would accept it\.$/m);
  });

  test('a token that neither takes, with the reasons of each', async (t) => {
    const { run } = await withDoors(t);
    const result = await run({ ...ALL, 'test-token': await provider.token({ audience: 'orders' }) });
    const failure = failureOf(result);
    assert.match(failure.message, /aud: the token has “orders”; the brokers expect “kafka”/);
    assert.match(failure.message, /aud: the token has “orders”; Schema Registry expects “kafka”/);
    assert.match(result.summary, /passes it on to the brokers, which would refuse it/);
  });

  test('a token within the leeway of brokers, of which Schema Registry gives none', async (t) => {
    const { run } = await withDoors(t);
    const now = Math.floor(Date.now() / 1000);
    const token = await provider.sign({
      iss: issuer,
      aud: 'kafka',
      sub: 'orders',
      iat: now - 600,
      exp: now - 10,
    });
    const failure = failureOf(await run({ ...ALL, 'test-token': token }));
    assert.match(failure.message, /^Brokers would accept it\.$/m);
    assert.match(failure.message, /exp: .* Schema Registry expects a time in the future/);
  });
});

test('a version that starts without an issuer and an audience is let be', async (t) => {
  const { run } = await withDoors(t, { config: { karapace_version: '6.2.4' } });
  const result = await run({ ...DRY, 'jwks-endpoint-url': provider.jwksUri, 'schema-registry-oidc': 'true' });
  assertSucceeded(result);
});

test('what stands against a Schema Registry that this run does not ask for is a warning', async (t) => {
  const { run } = await withDoors(t);
  assertSucceeded(await run({ ...ALL, 'expected-issuer': mixed.issuer }));
  const result = await run({ 'expected-audience': 'kafka,orders', 'test-token': await mixed.token() });
  assertSucceeded(result);
  assert.ok(warnings(result).includes('Test token at Schema Registry'));
  assert.match(result.stdout, /only RS256, RS384 or RS512, unlike brokers/);
});

test('roles that Schema Registry asks for are named, and left as they are', async (t) => {
  const roles = { sasl_oauthbearer_authorization_enabled: true };
  const { config, run } = await withDoors(t, { config: { schema_registry_config: roles } });
  const result = await run(ALL);
  assertSucceeded(result);
  assert.ok(warnings(result).includes('Schema Registry asks for roles'));
  assert.deepEqual(config()['schema_registry_config'], {
    ...roles,
    sasl_oauthbearer_authentication_enabled: true,
  });
});

describe('asked after the change:', { concurrency: 3 }, () => {
  const asked = async () => ({ ...ALL, 'test-token': await provider.token(), 'verify-login': 'true' });

  test('what is not ready is asked again', async (t) => {
    const states = [{ status: 503 }, UNAUTHORIZED, FINE];
    const { run } = await withDoors(t, {
      registry: (token) => (token === null ? UNAUTHORIZED : (states.shift() ?? FINE)),
    });
    assertSucceeded(await run({ ...(await asked()), 'wait-timeout-minutes': '2' }));
    assert.deepEqual(states, []);
  });

  test('a refusal fails the step and says who refused', async (t) => {
    const { run } = await withDoors(t, { registry: () => UNAUTHORIZED });
    const failure = failureOf(await run({ ...(await asked()), ...BRIEF }));
    assert.match(
      failure.message,
      /Asking Schema Registry of service streams\/kafka at localhost:\d+: it refused the token \(401, “Invalid token\/payload”\)/,
    );
    assert.match(failure.message, /raise wait-timeout-minutes/);
  });

  test('a token that brokers refuse behind the REST proxy', async (t) => {
    const { run } = await withDoors(t, { rest: knows({ status: 403, body: { message: 'Forbidden' } }) });
    const failure = failureOf(await run({ ...(await asked()), ...BRIEF }));
    assert.match(
      failure.message,
      /the brokers refused the token, or it does not reach them \(403, “Forbidden”\)/,
    );
  });

  test('a role that is missing is told apart, and not tried again', async (t) => {
    const { registry, run } = await withDoors(t, {
      registry: knows({ status: 403, body: { error: 'Authorization error', reason: 'Forbidden' } }),
      config: { schema_registry_config: { sasl_oauthbearer_authorization_enabled: true } },
    });
    const failure = failureOf(await run({ ...(await asked()), 'wait-timeout-minutes': '2' }));
    assert.match(
      failure.message,
      /accepted the token but asks for a role.*sasl_oauthbearer_roles_claim_path/s,
    );
    assert.equal(registry.requests.length, 1);
  });

  test('no route is told apart', async (t) => {
    const { registry, run } = await withDoors(t);
    await registry.close();
    const failure = failureOf(await run({ ...(await asked()), ...BRIEF }));
    assert.match(failure.message, /Schema Registry could not be reached: .*ip_filter/s);
  });

  test('the CA of the project is trusted where Node’s own do not do', async (t) => {
    const { aiven, run } = await withDoors(t, { own: await makeCertificates() });
    const result = await run(await asked());
    assertSucceeded(result);
    assert.match(result.summary, /It answered GET \/subjects with the token/);
    assert.ok(calls(aiven.requests).includes('GET /v1/project/streams/kms/ca'));
  });

  test('a certificate that nobody vouches for is told apart, and gets no token', async (t) => {
    const { registry, run } = await withDoors(t, { own: await makeCertificates(), projectCa: provider.ca });
    const failure = failureOf(await run({ ...(await asked()), ...BRIEF }));
    assert.match(failure.message, /no connection with TLS to Schema Registry/);
    assert.deepEqual(registry.requests, []);
  });

  test('who answers everyone shows nothing of a token', async (t) => {
    const { run } = await withDoors(t, { rest: () => FINE });
    const result = await run(await asked());
    assertSucceeded(result);
    assert.ok(warnings(result).includes('the REST proxy is open to everyone'));
  });

  test('without a token nobody is asked, and that is said', async (t) => {
    const { registry, rest, run } = await withDoors(t);
    const result = await run({ ...ALL, 'verify-login': 'true' });
    assertSucceeded(result);
    assert.match(result.summary, /there is no test token to log in with/);
    assert.deepEqual([...registry.requests, ...rest.requests], []);
  });
});
