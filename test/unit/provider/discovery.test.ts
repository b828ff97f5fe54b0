import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Discovery, discover, type UrlComplaint } from '../../../src/provider/discovery.ts';
import { fetchKeySet } from '../../../src/provider/key-set.ts';
import { type Reply, scripted } from '../../world/scripted-http.ts';

/** What the discovery document of an issuer says against the issuer that brokers are to expect. */

const ISSUER = 'https://idp.example.com';
const JWKS = 'https://idp.example.com/jwks';
const DOCUMENT = { issuer: ISSUER, jwks_uri: JWKS, token_endpoint: 'https://idp.example.com/token' };

async function discovered(
  body: unknown,
  { issuer = ISSUER, given = null as string | null, wrong = null as UrlComplaint | null, status = 200 } = {},
): Promise<Discovery> {
  const world = scripted((): Reply => ({ status, body }));
  return discover(issuer, given, { ...world, stop: new AbortController().signal }, () => wrong);
}

const found = ({ findings }: Discovery) =>
  findings.map(({ problem, remedy }) => `${problem} ${remedy}`).join('\n');
const checked = ({ checks }: Discovery) =>
  checks.map(({ result, detail }) => `${result}: ${detail}`).join('\n');

describe('an issuer', () => {
  test('that calls itself so is fine, with its keys and its token endpoint', async () => {
    const known = await discovered(DOCUMENT);
    assert.deepEqual(known, {
      jwksUrl: JWKS,
      tokenEndpoint: { url: DOCUMENT.token_endpoint, authMethods: null, grantTypes: null },
      checks: [
        {
          subject: 'Issuer',
          result: 'passed',
          detail: `${ISSUER} is exactly what the provider calls itself.`,
        },
      ],
      findings: [],
    });
  });
  for (const published of [`${ISSUER}/`, 'https://IDP.example.com', 'https://other.example.com']) {
    test(`that calls itself ${published} is suspicious`, async () => {
      const known = await discovered({ ...DOCUMENT, issuer: published });
      assert.deepEqual(
        [known.findings[0]?.certainty, known.findings[0]?.input],
        ['suspicious', 'expected-issuer'],
      );
      assert.ok(found(known).includes(`Set expected-issuer to “${published}”`), found(known));
      assert.deepEqual(known.checks, []);
      assert.equal(known.jwksUrl, JWKS, 'a test token may prove it right');
    });
  }
  test('that differs in what is easily overlooked is told how', async () => {
    const problem = async (issuer: string) =>
      (await discovered({ ...DOCUMENT, issuer })).findings[0]?.problem ?? '';
    assert.match(await problem('https://other.example.com'), /“https:\/\/other\.example\.com”\.$/);
    assert.match(await problem(`${ISSUER}/`), /“https:\/\/idp\.example\.com\/”; .+\.$/);
  });
  for (const [published, isFound] of [
    [`${ISSUER}/`, true],
    ['idp', true],
    ['urn:x', false],
    ['https://other.example.com', false],
  ] as const) {
    test(`that calls itself ${published} is ${isFound ? '' : 'not '}found by that name`, async () => {
      const { remedy = '' } = (await discovered({ ...DOCUMENT, issuer: published })).findings[0] ?? {};
      const keys = isFound ? '' : ` and jwks-endpoint-url to “${JWKS}”`;
      assert.ok(remedy.includes(`expected-issuer to “${published}”${keys} if`), remedy);
    });
  }
  test('with a placeholder is told without an example where none can be given', async () => {
    for (const placeholder of ['{tenantid}', '<tenant>', '<>']) {
      const issuer = `https://${placeholder}.example.com`;
      const { remedy = '' } = (await discovered({ ...DOCUMENT, issuer })).findings[0] ?? {};
      assert.ok(remedy.includes(`${placeholder}: `), remedy);
    }
  });
  test('of which the keys would not be found is told with its key set', async () => {
    const elsewhere = { ...DOCUMENT, issuer: 'https://other.example.com' };
    assert.match(
      found(await discovered(elsewhere)),
      / and jwks-endpoint-url to “https:\/\/idp\.example\.com\/jwks” if/,
    );
    assert.ok(!found(await discovered(elsewhere, { given: JWKS })).includes('and jwks-endpoint-url'));
  });
  test('with a placeholder needs a tenant', async () => {
    const published = 'https://login.example.com/{tenantid}/v2.0';
    const common = 'https://login.example.com/common/v2.0';
    const said = found(await discovered({ ...DOCUMENT, issuer: published }, { issuer: common }));
    assert.match(
      said,
      /where \{tenantid\} stands for .* as in “https:\/\/login\.example\.com\/TENANT_ID\/v2\.0”/,
    );
  });
  test('of AD FS names another for access tokens', async () => {
    const known = await discovered({ ...DOCUMENT, access_token_issuer: 'http://fs/trust' });
    assert.equal(known.checks[0]?.subject, 'Issuer');
    assert.match(checked(known), /^warned: .*access_token_issuer “http:\/\/fs\/trust”/);
    const own = await discovered({
      ...DOCUMENT,
      issuer: 'https://other.example.com',
      access_token_issuer: ISSUER,
    });
    assert.match(checked(own), /^passed/);
    assert.deepEqual(own.findings, []);
  });
  test('with keys elsewhere than given is told', async () => {
    const given = 'https://idp.example.com/other';
    assert.match(
      checked(await discovered(DOCUMENT, { given })),
      /warned: The issuer publishes its keys at .*\/jwks, but .*\/other\.$/,
    );
    assert.ok(!checked(await discovered(DOCUMENT, { given: JWKS })).includes('warned'));
  });
});

describe('without a discovery document', () => {
  for (const [what, body, why] of [
    ['nothing', ' ', 'is nothing instead of JSON'],
    ['HTML', ' <html>', 'is an HTML page instead of JSON'],
    ['text', 'no', 'is text instead of JSON'],
    ['no keys', { issuer: ISSUER }, 'has no issuer or no jwks_uri'],
  ] as const) {
    test(`(${what}) the keys cannot be discovered, which given ones need not be`, async () => {
      const known = await discovered(body);
      assert.equal(known.findings[0]?.certainty, 'certain');
      assert.ok(found(known).includes(`${why}.`), found(known));
      assert.match(found(known), /for an issuer without discovery, set jwks-endpoint-url/);
      assert.equal(known.findings[0]?.input, 'expected-issuer');
      const fine = await discovered(body, { given: JWKS });
      assert.equal(fine.checks[0]?.subject, 'Issuer');
      assert.deepEqual(fine.findings, []);
      assert.ok(checked(fine).includes(why), checked(fine));
    });
  }
  test('since it answers 404', async () => {
    assert.match(
      found(await discovered('', { status: 404 })),
      /could not be fetched from .*openid-configuration: it answers 404\./,
    );
    assert.match(
      checked(await discovered('', { status: 404, given: JWKS })),
      /^warned: .*\(it answers 404\)/,
    );
  });
  test('the way out is that of what went wrong, or another address', async () => {
    const remedy = async (reply: Reply) => {
      const world = scripted(() => reply);
      const known = await discover(
        ISSUER,
        null,
        { ...world, stop: new AbortController().signal },
        () => null,
      );
      return known.findings[0]?.remedy ?? '';
    };
    assert.match(await remedy({ status: 404 }), /set jwks-endpoint-url/);
    const redirected = await remedy({ status: 302, headers: { location: 'http://idp.example.com/' } });
    assert.notEqual(redirected, '');
    assert.doesNotMatch(redirected, /jwks-endpoint-url/);
  });
  test('since the issuer is no https URL', async () =>
    assert.match(checked(await discovered(DOCUMENT, { issuer: 'accounts' })), /it is not an https URL/));
});

test('a discovered URL that cannot be a setting is told; a given one is not looked at', async () => {
  const wrong = { problem: 'is too long', remedy: 'Shorten it.' };
  assert.match(
    found(await discovered(DOCUMENT, { wrong })),
    /The jwks_uri in .* is too long\. .* or set jwks-endpoint-url\. Shorten it\./,
  );
  assert.equal((await discovered(DOCUMENT, { wrong })).findings[0]?.certainty, 'certain');
  assert.deepEqual((await discovered(DOCUMENT, { wrong, given: JWKS })).findings, []);
});

test('a document that is packed is read, which brokers never do', async () =>
  assert.equal((await discovered(gzipSync(JSON.stringify(DOCUMENT)))).jwksUrl, JWKS));

describe('a token endpoint', () => {
  for (const token_endpoint of [
    undefined,
    null,
    'http://idp.example.com/',
    'https://me@idp.example.com/',
    'https://:pw@idp.example.com/',
    'no',
  ]) {
    test(`is none where it is ${token_endpoint}`, async () =>
      assert.equal((await discovered({ ...DOCUMENT, token_endpoint })).tokenEndpoint, null));
  }
  test('says what it takes', async () => {
    const more = { token_endpoint_auth_methods_supported: ['a'], grant_types_supported: ['b'] };
    assert.deepEqual((await discovered({ ...DOCUMENT, ...more })).tokenEndpoint, {
      url: DOCUMENT.token_endpoint,
      authMethods: ['a'],
      grantTypes: ['b'],
    });
  });
});

describe('a key set', () => {
  const fetched = (url: string, status = 200) =>
    fetchKeySet(url, { ...scripted(() => ({ status, body: '{}' })), stop: new AbortController().signal });

  test('is handed on as it came', async () => {
    const one = await fetched(JWKS);
    assert.equal(one.got === 'key set' && one.text, '{}');
  });
  for (const url of ['http://idp.example.com/jwks', 'jwks', `${JWKS} x`])
    test(`at ${url} is not on https`, async () => {
      const one = await fetched(url);
      assert.ok(one.got === 'finding');
      assert.equal(one.finding.certainty, 'certain');
      assert.match(one.finding.problem, /is not an https URL/);
    });
  test('is asked for as brokers do, which do not follow 308', async () => {
    const world = scripted(() => ({ status: 308, headers: { location: '/other' } }));
    assert.equal((await fetchKeySet(JWKS, { ...world, stop: new AbortController().signal })).got, 'finding');
    assert.equal(world.requests.length, 1);
  });
  test('that is packed is not for brokers', async () => {
    const world = scripted(() => ({ body: gzipSync('{}') }));
    assert.equal((await fetchKeySet(JWKS, { ...world, stop: new AbortController().signal })).got, 'finding');
  });
  test('that is not there keeps brokers from starting', async () => {
    const one = await fetched(JWKS, 404);
    assert.ok(one.got === 'finding');
    assert.equal(one.finding.input, 'jwks-endpoint-url');
    assert.match(
      one.finding.problem,
      /it answers 404\. A broker that cannot fetch its keys does not start\./,
    );
  });
});
