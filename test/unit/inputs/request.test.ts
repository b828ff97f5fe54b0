import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Refusal } from '../../../src/failure.ts';
import { requestOf } from '../../../src/inputs/index.ts';
import { Inputs } from '../../../src/inputs/inputs.ts';
import type { ModeName, Request } from '../../../src/modes/request.ts';

/** What the inputs of each mode amount to, field by field, and where exactly a value begins to be wrong. */

type Raw = Readonly<Record<string, string>>;

const TOKEN = 'AVNS_k3yT0ken4example';
const SOUND: Readonly<Record<ModeName, Raw>> = {
  'org-create': { 'organization-name': 'Acme' },
  'project-assign': { 'organization-name': 'Acme', project: 'streams' },
  'kafka-oidc': { project: 'streams', 'service-name': 'kafka', 'sub-claim-name': 'azp' },
};

function read(mode: ModeName, raw: Raw = {}): Promise<Request> {
  const all: Raw = { mode, 'aiven-token': TOKEN, ...SOUND[mode], ...raw };
  return requestOf(new Inputs((name) => all[name]));
}

/** The complaints about inputs, a line each. */
async function complaints(mode: ModeName, raw: Raw): Promise<string[]> {
  try {
    await read(mode, raw);
    return [];
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error));
    return error.message.split('\n');
  }
}

/** What each complaint is about: the words before what is wrong with it. */
const subject = (line: string) => /^\S+( “[^”]*”)?/.exec(line)?.[0];

describe('without more than it takes, the request is', () => {
  const common = {
    aivenToken: TOKEN,
    apiUrl: new URL('https://api.aiven.io'),
    dryRun: false,
    expectNoChanges: false,
  };

  test('of org-create', async () =>
    assert.deepEqual(await read('org-create'), {
      ...common,
      mode: 'org-create',
      organizationName: 'Acme',
      parentId: null,
    }));
  test('of project-assign', async () =>
    assert.deepEqual(await read('project-assign'), {
      ...common,
      mode: 'project-assign',
      parent: { name: 'Acme' },
      projects: ['streams'],
      allowMove: false,
      billingGroupId: null,
    }));
  test('of kafka-oidc', async () =>
    assert.deepEqual(await read('kafka-oidc'), {
      ...common,
      mode: 'kafka-oidc',
      project: 'streams',
      service: 'kafka',
      settings: { 'kafka.sasl_oauthbearer_sub_claim_name': 'azp' },
      mechanisms: null,
      unset: [],
      findings: [],
      allowLockout: false,
      verifyProvider: true,
      verifyLogin: false,
      rollbackOnFailure: false,
      listenerRoute: 'dynamic',
      wait: true,
      waitTimeoutMs: 900_000,
      testTokens: [],
    }));
});

const JWT = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.${Buffer.from('{"sub":"a"}').toString('base64url')}.c2ln`;
const OTHER = JWT.replace('c2ln', 'c2lo');
const given = (token: string) => ({ from: 'input', token });
const CLIENT = { 'test-client-id': 'id', 'test-client-secret': 'secret' };
const clientWith = (...parameters: [string, string][]) => [
  { from: 'client credentials', client: { id: 'id', secret: 'secret', parameters } },
];
const NOTHING = { 'sub-claim-name': '' };

const READ: readonly (readonly [mode: ModeName, raw: Raw, field: string, value: unknown])[] = [
  ['org-create', { 'parent-id': 'a1' }, 'parentId', 'a1'],
  ['org-create', { 'parent-id': 'org_-9' }, 'parentId', 'org_-9'],
  ['org-create', { 'organization-name': ' Ácme & Co ' }, 'organizationName', 'Ácme & Co'],
  ['org-create', { 'api-url': 'http://localhost/v1/x' }, 'apiUrl', new URL('http://localhost/v1/x')],
  ['org-create', { 'dry-run': 'true' }, 'dryRun', true],
  ['org-create', { 'dry-run': 'true', 'expect-no-changes': 'true' }, 'expectNoChanges', true],
  ['project-assign', { 'organization-name': '', 'parent-id': 'a1' }, 'parent', { id: 'a1' }],
  ['project-assign', { project: '*' }, 'projects', '*'],
  ['project-assign', { project: '*, *' }, 'projects', '*'],
  ['project-assign', { project: 'b, a\nb' }, 'projects', ['b', 'a']],
  ['project-assign', { project: '["streams", "orders"]' }, 'projects', ['streams', 'orders']],
  ['project-assign', { 'allow-move': 'true' }, 'allowMove', true],
  ['project-assign', { 'billing-group-id': 'b-1_X' }, 'billingGroupId', 'b-1_X'],
  ['project-assign', { 'billing-group-id': 'x'.repeat(36) }, 'billingGroupId', 'x'.repeat(36)],
  ['project-assign', { 'billing-group-id': 'a1234567' }, 'billingGroupId', 'a1234567'],
  ['project-assign', { 'billing-group-id': 'ba12345678' }, 'billingGroupId', 'ba12345678'],
  ['project-assign', { 'billing-group-id': 'a12345678g' }, 'billingGroupId', 'a12345678g'],
  [
    'kafka-oidc',
    { 'expected-audience': 'b, a' },
    'settings',
    {
      'kafka.sasl_oauthbearer_expected_audience': 'b,a',
      'kafka.sasl_oauthbearer_sub_claim_name': 'azp',
    },
  ],
  [
    'kafka-oidc',
    { 'kafka-rest-authorization': 'false', 'schema-registry-oidc': 'true', ...NOTHING },
    'settings',
    {
      kafka_rest_authorization: false,
      'schema_registry_config.sasl_oauthbearer_authentication_enabled': true,
    },
  ],
  ['kafka-oidc', { 'sasl-mechanisms': 'PLAIN' }, 'mechanisms', ['PLAIN']],
  [
    'kafka-oidc',
    { 'sasl-mechanisms': 'SCRAM-SHA-512, OAUTHBEARER' },
    'mechanisms',
    ['OAUTHBEARER', 'SCRAM-SHA-512'],
  ],
  ['kafka-oidc', { unset: 'kafka-rest-authorization' }, 'unset', ['kafka-rest-authorization']],
  [
    'kafka-oidc',
    { ...NOTHING, unset: 'all' },
    'unset',
    ['jwks-endpoint-url', 'expected-issuer', 'expected-audience', 'sub-claim-name', 'schema-registry-oidc'],
  ],
  ['kafka-oidc', { 'allow-lockout': 'true' }, 'allowLockout', true],
  ['kafka-oidc', { 'verify-provider': 'false' }, 'verifyProvider', false],
  ['kafka-oidc', { 'verify-login': 'true', 'rollback-on-failure': 'true' }, 'rollbackOnFailure', true],
  ['kafka-oidc', { 'verify-login': 'true' }, 'verifyLogin', true],
  ...['dynamic', 'public', 'private', 'privatelink'].map(
    (route) => ['kafka-oidc', { 'listener-route': route }, 'listenerRoute', route] as const,
  ),
  ['kafka-oidc', { wait: 'false' }, 'wait', false],
  ...(
    [
      ['.5', 30_000],
      ['.25', 15_000],
      ['5.', 300_000],
      ['12.25', 735_000],
      ['007', 420_000],
      ['1440', 86_400_000],
    ] as const
  ).map(([minutes, ms]) => ['kafka-oidc', { 'wait-timeout-minutes': minutes }, 'waitTimeoutMs', ms] as const),
  ['kafka-oidc', { 'test-token': JWT }, 'testTokens', [given(JWT)]],
  [
    'kafka-oidc',
    { 'test-token': ` ${JWT} \r\n\n ${OTHER}\n${JWT}` },
    'testTokens',
    [given(JWT), given(OTHER)],
  ],
  ['kafka-oidc', CLIENT, 'testTokens', clientWith()],
  [
    'kafka-oidc',
    { ...CLIENT, 'test-token': JWT, 'test-token-parameters': ' a = b=c \r\n\n b=\na=d e' },
    'testTokens',
    [given(JWT), ...clientWith(['a', 'b=c'], ['b', ''], ['a', 'd e'])],
  ],
];

describe('it is read', () => {
  for (const [mode, raw, field, value] of READ)
    test(`${mode}: ${JSON.stringify(raw).slice(0, 120)}`, async () =>
      assert.deepEqual((await read(mode, raw))[field as keyof Request], value));
});

const URL_OF = (length: number) => `https://idp.example.com/${'x'.repeat(length - 24)}`;

/** What is fine to the last, and what is wrong from there on. */
const LIMITS: readonly (readonly [mode: ModeName, input: string, fine: string, wrong: string, more?: Raw])[] =
  [
    ['org-create', 'organization-name', '😀'.repeat(83), '😀'.repeat(84)],
    ['org-create', 'organization-name', 'A\u00a0b', 'A\u2028b'],
    ['org-create', 'organization-name', 'A', 'A\u2029b'],
    ['org-create', 'parent-id', 'a1', 'a'],
    ['org-create', 'parent-id', 'orgx', 'xorg1'],
    ['org-create', 'parent-id', 'a-', 'a-!'],
    ['org-create', 'api-url', 'https://h/v1x', 'https://h/x/v1'],
    ['org-create', 'api-url', 'https://h/v1/x', 'https://h/v1//'],
    ['org-create', 'api-url', 'http://127.0.0.1:1', 'http://127.0.0.2:1'],
    ['org-create', 'api-url', 'http://[::1]:1', 'http://[::2]:1'],
    ['org-create', 'api-url', 'https://h', 'https://me@h'],
    ['org-create', 'api-url', 'https://h', 'https://:pw@h'],
    ['org-create', 'api-url', 'https://h', 'https://h?x'],
    ['project-assign', 'billing-group-id', 'x'.repeat(36), 'x'.repeat(37)],
    ['project-assign', 'billing-group-id', 'a1234567', 'a12345678'],
    ['project-assign', 'billing-group-id', 'org1234567', 'org12345678'],
    ['project-assign', 'billing-group-id', 'b', 'b.'],
    ['project-assign', 'billing-group-id', 'b', '!b'],
    ['project-assign', 'project', 'x'.repeat(63), 'x'.repeat(64)],
    ['project-assign', 'project', 'a_-9', 'a.'],
    ['project-assign', 'project', 'a', '!a'],
    ['project-assign', 'organization-name', 'A', 'A\u0007'.concat('b')],
    ['kafka-oidc', 'project', 'x'.repeat(63), 'x'.repeat(64)],
    ['kafka-oidc', 'service-name', 'x'.repeat(64), 'x'.repeat(65)],
    ['kafka-oidc', 'service-name', 'a', 'a\nb'],
    ['kafka-oidc', 'listener-route', 'public', 'Public'],
    ['kafka-oidc', 'wait-timeout-minutes', '1440', '1440.1'],
    ['kafka-oidc', 'wait-timeout-minutes', '0.01', '0.0'],
    ['kafka-oidc', 'wait-timeout-minutes', '15', 'x15'],
    ['kafka-oidc', 'wait-timeout-minutes', '15', '15x'],
    ['kafka-oidc', 'wait-timeout-minutes', '.5', '.5x'],
    ['kafka-oidc', 'wait-timeout-minutes', '.5', 'x.5'],
    ['kafka-oidc', 'jwks-endpoint-url', URL_OF(2048), URL_OF(2049)],
    ['kafka-oidc', 'expected-audience', 'x'.repeat(128), 'x'.repeat(129)],
    ['kafka-oidc', 'sub-claim-name', 'x'.repeat(128), 'x'.repeat(129)],
    ['kafka-oidc', 'sasl-mechanisms', 'PLAIN', 'PLAIN2'],
    ['kafka-oidc', 'unset', 'expected-issuer', 'expected-issuers'],
    ['kafka-oidc', 'unset', 'expected-issuer', 'kafka'],
  ];

describe('to the last, fine is', () => {
  for (const [mode, input, fine, wrong] of LIMITS) {
    // A name with a line separator in it is two lines to readers of TAP.
    const short = (text: string) =>
      JSON.stringify(text.length > 40 ? `${text.length} characters` : text).replaceAll(
        /[\u2028\u2029]/g,
        (separator) => `\\u${separator.charCodeAt(0).toString(16)}`,
      );
    test(`${input} ${short(fine)}, and not ${short(wrong)}`, async () => {
      assert.deepEqual(await complaints(mode, { [input]: fine }), []);
      const lines = await complaints(mode, { [input]: wrong });
      assert.deepEqual(
        lines.map((line) => line.split(' ')[0]),
        [input],
      );
    });
  }
});

/** Each complaint by its input and the value that it quotes. */
const REFUSED: readonly (readonly [mode: ModeName, raw: Raw, ...subjects: (string | RegExp)[]])[] = [
  ['org-create', { 'expect-no-changes': 'true' }, 'expect-no-changes'],
  ['org-create', { 'expect-no-changes': 'x', 'dry-run': 'true' }, 'expect-no-changes “x”'],
  ['org-create', { 'expect-no-changes': '' }, 'expect-no-changes'],
  ['org-create', { 'allow-move': '' }, 'allow-move “”'],
  ['org-create', { 'allow-move': 'true', wait: 'false' }, 'allow-move “true”', 'wait “false”'],
  ['org-create', { project: 'true' }, 'project “true”'],
  ['org-create', { 'aiven-token': '' }, 'aiven-token'],
  ['org-create', { 'organization-name': '', 'api-url': 'x' }, 'api-url “x”', 'organization-name'],
  ['org-create', { 'api-url': 'https://h/v1#x?y' }, 'api-url “https://h/v1”'],
  ['org-create', { 'parent-id': 'a 1' }, 'parent-id “a 1”'],
  ['project-assign', { 'parent-id': 'a1' }, 'organization-name'],
  ['project-assign', { 'organization-name': '' }, 'Neither'],
  ['project-assign', { project: '*, a' }, 'project “*, a”'],
  ['project-assign', { project: '*, a b' }, 'project “*, a b”', 'project “a b”'],
  ['project-assign', { project: '*; a' }, 'project “*; a”'],
  ['project-assign', { project: 'a|b' }, 'project “a|b”'],
  ['project-assign', { project: '{a}' }, 'project “{a}”'],
  ['project-assign', { project: '‘a’' }, 'project “‘a’”'],
  ['project-assign', { project: 'a b, c # d' }, 'project “a b, c # d”'],
  ['project-assign', { project: '#' }, 'project “#”'],
  ['project-assign', { project: 'a#b, c d' }, 'project “a#b”', 'project “c d”'],
  ['project-assign', { project: 'fine, "a\nb"' }, 'project “fine, "a\\nb"”'],
  ['kafka-oidc', { project: '' }, 'project'],
  ['kafka-oidc', { project: 'a,b' }, 'project “a,b”'],
  ['kafka-oidc', { 'service-name': 'a\nb' }, 'service-name “a\\nb”'],
  ['kafka-oidc', { 'service-name': 'a b' }, 'service-name “a b”'],
  ['kafka-oidc', NOTHING, 'No'],
  ['kafka-oidc', { ...NOTHING, unset: 'nothing' }, 'unset “nothing”'],
  ['kafka-oidc', { unset: 'all, expected-issuer', ...NOTHING }, 'unset “all, expected-issuer”'],
  ['kafka-oidc', { unset: 'expected-issuer; all' }, 'unset “expected-issuer; all”'],
  ['kafka-oidc', { unset: 'wait, x' }, 'unset “wait”', 'unset “x”'],
  ['kafka-oidc', { 'sasl-mechanisms': 'X, PLAIN, Y' }, 'sasl-mechanisms “X”', 'sasl-mechanisms “Y”'],
  ['kafka-oidc', { 'sasl-mechanisms': '"X"|PLAIN' }, 'sasl-mechanisms “"X"|PLAIN”'],
  ['kafka-oidc', { unset: 'all' }, 'sub-claim-name'],
  [
    'kafka-oidc',
    { unset: 'sub-claim-name, jwks-endpoint-url', 'expected-issuer': 'https://idp.example.com' },
    'sub-claim-name',
  ],
  ['kafka-oidc', { unset: 'jwks-endpoint-url', 'expected-issuer': 'https://idp.example.com' }, 'unset'],
  ['kafka-oidc', { 'rollback-on-failure': 'true' }, 'rollback-on-failure'],
  [
    'kafka-oidc',
    { 'rollback-on-failure': 'true', 'verify-login': 'true', wait: 'false' },
    'rollback-on-failure',
  ],
  [
    'kafka-oidc',
    { 'rollback-on-failure': 'true', wait: 'false' },
    'rollback-on-failure',
    'rollback-on-failure',
  ],
  ['kafka-oidc', { 'listener-route': 'all' }, 'listener-route “all”'],
  ['kafka-oidc', { 'schema-registry-oidc': ' ' }, 'schema-registry-oidc'],
  ['kafka-oidc', { 'test-client-id': 'id' }, 'test-client-id'],
  ['kafka-oidc', { 'test-client-secret': 'secret' }, 'test-client-secret'],
  ['kafka-oidc', { 'test-token-parameters': 'a=b' }, 'test-token-parameters'],
  ['kafka-oidc', { ...CLIENT, 'test-token-parameters': 'a' }, 'test-token-parameters “a”'],
  ['kafka-oidc', { ...CLIENT, 'test-token-parameters': '=a' }, 'test-token-parameters “=a”'],
  ['kafka-oidc', { ...CLIENT, 'test-token-parameters': 'a b=c' }, 'test-token-parameters “a b=c”'],
  ...['grant_type', 'client_id', 'client_secret', 'client_assertion', 'client_assertion_type'].map(
    (name) =>
      ['kafka-oidc', { ...CLIENT, 'test-token-parameters': `${name}=x` }, 'test-token-parameters'] as const,
  ),
  ['kafka-oidc', { 'test-token': `${JWT}\nx` }, 'test-token,'],
  ['kafka-oidc', { 'test-token': '{\n"error": 1\n}' }, 'test-token'],
  ['kafka-oidc', { 'test-token': '<html>\n<body>' }, 'test-token'],
  ['kafka-oidc', { 'test-token': '[\n1]' }, 'test-token'],
  ['kafka-oidc', { 'test-token': 'github-actions' }, 'test-token:'],
  ['kafka-oidc', { 'test-token': JWT, unset: 'jwks-endpoint-url' }, 'test-token'],
  ['kafka-oidc', { ...CLIENT, 'sasl-mechanisms': 'PLAIN' }, 'test-client-id'],
  ['kafka-oidc', { 'verify-login': 'true', 'sasl-mechanisms': 'PLAIN' }, 'verify-login'],
];

describe('it is refused', () => {
  for (const [mode, raw, ...subjects] of REFUSED)
    test(`${mode}: ${JSON.stringify(raw)}`, async () =>
      assert.deepEqual((await complaints(mode, raw)).map(subject), subjects));
});

test('one of several test tokens is named by its line', async () => {
  const [line, ...others] = await complaints('kafka-oidc', { 'test-token': `${JWT}\n{x}` });
  assert.match(line ?? '', /^test-token, line 2, /);
  assert.deepEqual(others, []);
});

test('a mechanism with OAUTHBEARER beside it leaves tokens their use', async () =>
  assert.deepEqual(
    await complaints('kafka-oidc', { 'test-token': JWT, 'sasl-mechanisms': 'PLAIN, OAUTHBEARER' }),
    [],
  ));

test('tokens of the job are asked for where the runner gives them', async (t) => {
  const names = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  t.after(() => names.map((name) => Reflect.deleteProperty(process.env, name)));
  const raw = { 'test-token': `github-actions\n${JWT}` };
  for (const name of names) {
    assert.deepEqual((await complaints('kafka-oidc', raw)).map(subject), ['test-token:'], `no ${name}`);
    process.env[name] = 'x';
  }
  const request = await read('kafka-oidc', raw);
  assert.deepEqual('testTokens' in request && request.testTokens, [{ from: 'job' }, given(JWT)]);
});

describe('an address that is still to be filled in', () => {
  const URL_TO_FILL = { 'jwks-endpoint-url': 'https://idp.example.com/%REALM%/jwks' };
  const certainties = async (raw: Raw) => {
    const request = await read('kafka-oidc', raw);
    return 'findings' in request && request.findings.map(({ certainty, input }) => `${certainty} ${input}`);
  };

  test('is refused, since nobody is asked by it', async () =>
    assert.deepEqual((await complaints('kafka-oidc', URL_TO_FILL)).map(subject), [
      'jwks-endpoint-url “https://idp.example.com/%REALM%/jwks”',
    ]));
  test('is only suspicious beside a test token, however that is got', async () => {
    for (const token of [{ 'test-token': JWT }, CLIENT])
      assert.deepEqual(await certainties({ ...URL_TO_FILL, ...token }), ['suspicious jwks-endpoint-url']);
  });
  test('is not one that only looks odd', async () =>
    assert.deepEqual(await certainties({ 'jwks-endpoint-url': 'https://idp.example.com/*' }), [
      'suspicious jwks-endpoint-url',
    ]));
});

describe('the Aiven token', () => {
  const complaintOf = async (token: string) => (await complaints('org-create', { 'aiven-token': token }))[0];
  const text = 'abcdefghijklmnopqr';
  const inBase64 = (bytes: string) => Buffer.from(bytes, 'latin1').toString('base64');

  const WRONG: Readonly<Record<string, readonly string[]>> = {
    'has a word before it': [
      ...['Bearer x', 'bearer\tx', 'aivenv1 x', 'Basic x', 'token x', 'Authorization: Bearer x'],
      ...['authorization:bearer x', 'AUTHORIZATION:   aivenv1 x'],
    ],
    'is in quotation marks': ['"x', 'x"', "'x", "x'", '`x', 'x`', '\u2018x', 'x\u2019', '\u201cx', 'x\u201d'],
    'is a word for nothing': ['null', 'NULL', 'undefined', 'none', 'None'],
    'is masked': ['*', '***'],
    'is a placeholder': ['${x}', '${{ x }}', '$(cat x)', '$TOKEN', '%TOKEN%', '<token>'],
    'is JSON': ['{"a":1}', '["a"]', '{', '['],
    'is encoded for a URL': ['a%2Bb', 'a%2bb', 'a%2Fb', 'a%2fb', 'a%3D', 'a%3d'],
    'has what none has': ['a b', 'a\tb', 'é', 'a\u0080', 'a\u007f', '\u0001a'],
    'is encoded in base64': [
      inBase64(text.slice(0, 16)),
      inBase64(text.slice(0, 17)),
      inBase64(text),
      inBase64(`${text}+/_.=-\n`),
    ],
  };
  for (const [what, tokens] of Object.entries(WRONG)) {
    test(`that ${what} is told in one way, and no other is`, async () => {
      const told = new Set(await Promise.all(tokens.map(complaintOf)));
      assert.equal(told.size, 1, [...told].join('\n'));
      const strangers = Object.entries(WRONG).flatMap(([other, [token = '']]) =>
        other === what ? [] : [token],
      );
      for (const stranger of strangers) assert.ok(!told.has(await complaintOf(stranger)), stranger);
    });
  }

  for (const token of [
    ...[TOKEN, 'bearer', 'xBearer', 'nullable', 'xnull', 'a*', '*a', 'a"b', 'a$b', 'a%TOKEN%', '%TOKEN%a'],
    ...['a<b', 'a{b', 'a[b', '%2', '%2a', '$', '$!', '%%', '!', '~', 'x_token', 'a(b'],
    inBase64(text.slice(0, 15)),
    `.${inBase64(text)}`,
    `${inBase64(text)}.`,
    inBase64(`\u0001${text}`),
    inBase64(`${text}\u0001`),
    inBase64(`${text}\n\n`),
    inBase64('\u0001\u0002\u0003\u0004\u0005\u0006'.repeat(4)),
  ])
    test(`may be ${token}`, async () => assert.equal(await complaintOf(token), undefined));

  test('is refused in every other input, from 16 characters on', async () => {
    const long = 'x'.repeat(16);
    const raw = { 'organization-name': `my ${long}!`, 'github-token': long, 'parent-id': `a${long}` };
    assert.deepEqual((await complaints('org-create', { ...raw, 'aiven-token': long })).map(subject), [
      'organization-name',
      'parent-id',
      'github-token',
    ]);
    const short = 'x'.repeat(15);
    assert.deepEqual(
      await complaints('org-create', { 'aiven-token': short, 'organization-name': `my ${short}` }),
      [],
    );
  });
});

test('one complaint and several are told apart by the title', async () => {
  const titleOf = (raw: Raw) => read('org-create', raw).catch((error: Refusal) => error.title);
  const one = await titleOf({ wait: 'false' });
  assert.doesNotMatch(String(one), /\d/);
  assert.match(String(await titleOf({ wait: 'false', 'allow-move': 'true' })), /^2 /);
});

for (const [mode, words] of [
  ['', /^mode is not set\. .*org-create, project-assign, kafka-oidc/],
  ['Kafka-oidc', /^mode “Kafka-oidc” is not a mode\. .*org-create, project-assign, kafka-oidc/],
] as const)
  test(`there is no mode “${mode}”`, async () =>
    assert.match((await complaints(mode as ModeName, {}))[0] ?? '', words));
