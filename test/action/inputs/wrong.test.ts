import { after, describe, test } from 'node:test';
import { startAiven } from '../../world/aiven.ts';
import { assertRefused, type Inputs, type ModeName, runWith } from './refused.ts';

/** Every input, every way in which it can be wrong: one error that names it, its value and the way out, and no call. */

const aiven = await startAiven();
after(() => aiven.close());

type Row = readonly [name: string, inputs: Inputs, ...lines: string[]];

const boolean = (name: string, value: string): Row => [
  `${name} is ${value}`,
  { [name]: value },
  `${name} “${value}” is not a boolean. Use true or false.`,
];

const LONG = 'x'.repeat(500);
const CUT = `${'x'.repeat(160)}…`;
const HTTP_LINE =
  'is not https, so the token would be readable on its way. Use https. Plain http is accepted only for localhost, 127.0.0.1 and [::1].';

const empty = (name: string, value = ''): Row => [
  `${name} is set, and empty: ${JSON.stringify(value)}`,
  { [name]: value },
  `${name} is set, but its value is empty. Check its expression for a misspelled name (\${{ inputs.dry_run }} is not \${{ inputs.dry-run }}), or give the expression a default: \${{ … || false }}.`,
];

const TOKEN = 'AVNS_k3yT0ken4example';
const BEFORE_IT =
  'aiven-token begins with a word such as Bearer or aivenv1, which this action adds by itself. Store only the token.';
const QUOTED = 'aiven-token is in quotation marks. Store the secret again without them.';
const NO_VALUE =
  'aiven-token is a word that stands for no value. Check the step or the command that the value comes from.';
const ENCODED =
  'aiven-token is encoded in Base64, as in a Kubernetes secret. Store it decoded (base64 --decode).';
const PLACEHOLDER = 'aiven-token is a placeholder, not a token. Pass it as ${{ secrets.NAME }}.';
const AIVEN_TOKENS: Row[] = (
  [
    [`Bearer ${TOKEN}`, BEFORE_IT],
    [`aivenv1 ${TOKEN}`, BEFORE_IT],
    [`Authorization: aivenv1 ${TOKEN}`, BEFORE_IT],
    [`"${TOKEN}"`, QUOTED],
    [`'${TOKEN}'`, QUOTED],
    ['null', NO_VALUE],
    ['***', 'aiven-token is the mask that a log shows in place of a secret. Store the token itself.'],
    [Buffer.from(TOKEN).toString('base64'), ENCODED],
    [Buffer.from(`${TOKEN}\n`).toString('base64'), ENCODED],
    ['$AIVEN_TOKEN', PLACEHOLDER],
    ['${{ secrets.AIVEN_TOKEN }}', PLACEHOLDER],
    [`{"full_token":"${TOKEN}"}`, 'aiven-token is JSON. Store only the token that it contains.'],
    ['a%2Bb%3D%3D', 'aiven-token is URL-encoded. Store the token as Aiven shows it.'],
  ] as const
).map(([token, line]): Row => [`the token ${token}`, { 'aiven-token': token }, line]);

const COMMON: Row[] = [
  [
    'no token',
    { 'aiven-token': '' },
    'aiven-token is not set. Pass it as ${{ secrets.NAME }}. Secrets are empty in workflows that a fork or Dependabot started.',
  ],
  empty('dry-run'),
  empty('dry-run', ' \n'),
  empty('comment'),
  ...AIVEN_TOKENS,
  ...['two words', 'two\nlines', 'schlüssel', 'tab\there', '\u0007bell'].map(
    (token): Row => [
      `the token ${JSON.stringify(token)}`,
      { 'aiven-token': token },
      'aiven-token contains a space, a line break or a character that no Aiven token has. Store the secret again without them.',
    ],
  ),
  ...['api.aiven.io', 'https://', 'nothing at all'].map(
    (url): Row => [
      `api-url ${url}`,
      { 'api-url': url },
      `api-url “${url}” is not a URL. Leave the input out to use Aiven’s own, https://api.aiven.io.`,
    ],
  ),
  ...[
    'http://api.aiven.io',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://10.0.0.1:8080',
    'http://0.0.0.0',
    'ftp://localhost',
    'file:///etc/passwd',
    'javascript:alert(1)',
  ].map((url): Row => [`api-url ${url}`, { 'api-url': url }, `api-url “${url}” ${HTTP_LINE}`]),
  [
    'api-url with a user and a password',
    { 'api-url': 'https://deploy:hunter2@api.aiven.io' },
    'api-url “https://***@api.aiven.io” contains a user name or password. Remove it; the token goes into aiven-token.',
  ],
  [
    'api-url with a query',
    { 'api-url': 'https://api.aiven.io/?key=hunter2' },
    'api-url “https://api.aiven.io/” has a query or a fragment. Give the address without it.',
  ],
  [
    'api-url with a fragment',
    { 'api-url': 'https://api.aiven.io/#top' },
    'api-url “https://api.aiven.io/” has a query or a fragment. Give the address without it.',
  ],
  [
    'api-url with the version of the API',
    { 'api-url': 'https://api.aiven.io/v1/' },
    'api-url “https://api.aiven.io/v1/” ends in /v1, which this action adds by itself. Remove /v1.',
  ],
  ...['yes', '1', 'on', 'tRuE', 'null'].map((value) => boolean('dry-run', value)),
  boolean('comment', 'maybe'),
];

const CONTROL = 'contains a line break or another control character. Give it on one line.';
const PARENT_ID =
  'is neither an account ID (a…) nor an organization ID (org…). Use, for example, the output account-id of mode org-create. A name goes into organization-name.';
const parentIds = (more: Inputs): Row[] =>
  ['Example GmbH', 'org', 'a', 'x123', 'A1b2', '1', 'a123/../..', 'a1, a2'].map(
    (id): Row => [`parent-id ${id}`, { ...more, 'parent-id': id }, `parent-id “${id}” ${PARENT_ID}`],
  );

const ORG_CREATE: Row[] = [
  ...['', '   ', '\n'].map(
    (name): Row => [
      `organization-name ${JSON.stringify(name)}`,
      { 'organization-name': name },
      'organization-name is not set. Give the name that the organization or unit should have.',
    ],
  ),
  [
    'organization-name on two lines',
    { 'organization-name': 'Example\nTwo' },
    `organization-name “Example\\nTwo” ${CONTROL}`,
  ],
  [
    'organization-name with a control character',
    { 'organization-name': 'Exa\u0007mple' },
    `organization-name “Exa\\u0007mple” ${CONTROL}`,
  ],
  [
    'organization-name of 84 characters',
    { 'organization-name': 'x'.repeat(84) },
    `organization-name “${'x'.repeat(84)}” is 84 characters long, but Aiven allows 83. Use a shorter one.`,
  ],
  [
    'organization-name of 500 characters',
    { 'organization-name': LONG },
    `organization-name “${CUT}” is 500 characters long, but Aiven allows 83. Use a shorter one.`,
  ],
  ...parentIds({}),
];

const noName = (input: string, value: string, longest: number) =>
  `${input} “${value}” is not a valid name at Aiven: those have only letters, digits, - and _, and at most ${longest} characters. Give just the name, as the Aiven Console shows it.`;

const noItem = (input: string, value: string) =>
  `${input} “${value}” is a list without items. Name at least one, or leave the input out.`;

const shape = (input: string, value: string, has: string): Row => [
  `${input} ${JSON.stringify(value)}`,
  { 'sub-claim-name': '', [input]: value },
  `${input} “${value.replaceAll('\n', '\\n')}” has ${has} in it. Give just the names, separated by commas or new lines.`,
];
const stray = (input: string, value: string, has: string): Row => [
  `${input} with a letter of another alphabet: ${value}`,
  { [input]: value },
  `${input} “${value}” has ${has}, which only looks like a Latin one; names at Aiven have only Latin letters. Type it again, or copy it from the Aiven Console.`,
];

const PROJECT_ASSIGN: Row[] = [
  ...(
    [
      ['"streams", "orders"', 'quotation marks'],
      ['- "streams" "orders"', 'quotation marks'],
      ['["streams" "orders"]', 'quotation marks'],
      ['[streams, orders', 'brackets'],
      ['streams; orders', 'a character that does not separate items'],
      ['streams # main\norders # other', 'a comment (#)'],
    ] as const
  ).map(([value, has]): Row => {
    const [name, , line] = shape('project', value, has);
    return [name, { project: value }, line as string];
  }),
  stray('project', 'str\u0435ams', 'the Cyrillic letter “\u0435” (U+0435) as character 4'),
  stray('project', '\u0391rders', 'the Greek letter “\u0391” (U+0391) as character 1'),
  empty('allow-move'),
  ...parentIds({ 'organization-name': '' }),
  [
    'neither organization-name nor parent-id',
    { 'organization-name': '' },
    'Neither organization-name nor parent-id is set. Give one of them to say where the projects should belong. After a dry run of org-create, the output account-id stays empty if the organization does not exist yet.',
  ],
  [
    'both organization-name and parent-id',
    { 'parent-id': 'a123' },
    'organization-name and parent-id are both set. Give only one of them: both say where the projects should belong.',
  ],
  ...['', ' ', '\r\n'].map(
    (project): Row => [
      `project ${JSON.stringify(project)}`,
      { project },
      'project is not set. Give one or more project names, or * for every unassigned project.',
    ],
  ),
  ['project is a comma', { project: ' ,\n,' }, noItem('project', ',\\n,')],
  [
    'project holds * beside a name',
    { project: 'streams, *' },
    'project “streams, *” mixes * with names. Use either * or names.',
  ],
  ...['two words', 'sträme', 'a/b', '../x', 'str*', 'a.b', 'p:q'].map(
    (name): Row => [`project ${name}`, { project: `streams, ${name}` }, noName('project', name, 63)],
  ),
  ['project of 64 characters', { project: 'x'.repeat(64) }, noName('project', 'x'.repeat(64), 63)],
  [
    'several names that none can have',
    { project: 'a b, streams\nc d' },
    noName('project', 'a b', 63),
    noName('project', 'c d', 63),
  ],
  boolean('allow-move', 'yes'),
];

const CLEARABLE =
  'jwks-endpoint-url, expected-issuer, expected-audience, sub-claim-name, kafka-rest-authorization, schema-registry-oidc';
const minutes = (value: string): Row => [
  `wait-timeout-minutes ${value}`,
  { 'wait-timeout-minutes': value },
  `wait-timeout-minutes “${value}” is not a number of minutes greater than 0 and up to 1440. Use a number such as 15 or 0.5. To skip the wait, set wait: false.`,
];
const both = (input: string) => `${input} is set, and unset clears it. Choose one of the two.`;

const KAFKA_OIDC: Row[] = [
  shape('sasl-mechanisms', '"PLAIN","OAUTHBEARER"', 'quotation marks'),
  shape('sasl-mechanisms', 'PLAIN; OAUTHBEARER', 'a character that does not separate items'),
  shape('unset', "'expected-issuer', 'expected-audience'", 'quotation marks'),
  shape('unset', 'expected-issuer # later', 'a comment (#)'),
  stray('service-name', 'k\u0430fka', 'the Cyrillic letter “\u0430” (U+0430) as character 2'),
  stray('service-name', 'kafka\uff11', 'the full-width letter “\uff11” (U+FF11) as character 6'),
  ...['verify-provider', 'verify-login', 'wait'].map((name) => empty(name)),
  empty('wait', ' '),
  ...['kafka-rest-authorization', 'schema-registry-oidc'].map((name) => empty(name, '\n')),
  ['no project', { project: '' }, 'project is not set. Give the name of the Aiven project of the service.'],
  [
    'no service-name',
    { 'service-name': '' },
    'service-name is not set. Give the name of the Aiven for Apache Kafka service.',
  ],
  ...['project', 'service-name'].map(
    (input): Row => [
      `a list as ${input}`,
      { [input]: 'one, two' },
      `${input} “one, two” is a list, but mode kafka-oidc takes a single one. Use a matrix for several services.`,
    ],
  ),
  ['* as project', { project: '*' }, noName('project', '*', 63)],
  ['service-name with a slash', { 'service-name': 'a/b' }, noName('service-name', 'a/b', 64)],
  [
    'service-name of 65 characters',
    { 'service-name': 'x'.repeat(65) },
    noName('service-name', 'x'.repeat(65), 64),
  ],
  [
    'nothing asked for',
    { 'sub-claim-name': '' },
    `No setting is named, so there is nothing to do. Set at least one of ${CLEARABLE}, sasl-mechanisms, unset.`,
  ],
  [
    'only blanks asked for',
    { 'sub-claim-name': ' ', 'expected-audience': '\n', 'sasl-mechanisms': ' \n', unset: '\r\n' },
    `No setting is named, so there is nothing to do. Set at least one of ${CLEARABLE}, sasl-mechanisms, unset.`,
  ],
  ...['expected-audience', 'sasl-mechanisms', 'unset'].map(
    (input): Row => [`${input} is a comma`, { 'sub-claim-name': '', [input]: ' , ' }, noItem(input, ',')],
  ),
  ...['keys', 'https//x'].map(
    (url): Row => [
      `jwks-endpoint-url ${url}`,
      { 'jwks-endpoint-url': url },
      `jwks-endpoint-url “${url}” is not a URL. Give the whole URL, such as https://idp.example.com/jwks.`,
    ],
  ),
  [
    'jwks-endpoint-url over http',
    { 'jwks-endpoint-url': 'http://idp.example.com/jwks' },
    'jwks-endpoint-url “http://idp.example.com/jwks” is not an https URL (http), and Aiven accepts no other. Use the provider’s https address.',
  ],
  [
    'jwks-endpoint-url with a password',
    { 'jwks-endpoint-url': 'https://me:hunter2@idp.example.com/jwks' },
    'jwks-endpoint-url “https://***@idp.example.com/jwks” contains a user name or password, which would be published. Remove it.',
  ],
  ...['https:idp.example.com/jwks', 'https:/idp.example.com/jwks', 'https:\\\\idp.example.com\\jwks'].map(
    (url): Row => [
      `jwks-endpoint-url ${url}`,
      { 'jwks-endpoint-url': url },
      `jwks-endpoint-url “${url}” is not written the way brokers read it. Write it as https://HOST/PATH.`,
    ],
  ),
  [
    'jwks-endpoint-url with a blank',
    { 'jwks-endpoint-url': 'https://idp.example.com/my keys' },
    'jwks-endpoint-url “https://idp.example.com/my keys” contains a space. Remove it, or write it as %20.',
  ],
  ...['#', '#keys'].map(
    (fragment): Row => [
      `jwks-endpoint-url with the fragment ${fragment}`,
      { 'jwks-endpoint-url': `https://idp.example.com/jwks${fragment}` },
      `jwks-endpoint-url “https://idp.example.com/jwks${fragment}” has a fragment (#…), which is never sent. Remove it.`,
    ],
  ),
  [
    'jwks-endpoint-url of 2049 characters',
    { 'jwks-endpoint-url': `https://idp.example.com/${'x'.repeat(2025)}` },
    `jwks-endpoint-url “https://idp.example.com/${'x'.repeat(136)}…” is 2049 characters long in total, but Aiven allows 2048. Use a shorter one.`,
  ],
  ...['expected-issuer', 'expected-audience', 'sub-claim-name'].map(
    (input): Row => [
      `${input} of 129 characters`,
      { [input]: 'x'.repeat(129) },
      `${input} “${'x'.repeat(129)}” is 129 characters long in total, but Aiven allows 128. ${input === 'expected-audience' ? 'Name fewer or shorter ones.' : 'Use a shorter one.'}`,
    ],
  ),
  [
    'audiences of 129 characters in all',
    { 'expected-audience': `${'x'.repeat(64)}\n${'y'.repeat(64)}` },
    `expected-audience “${'x'.repeat(64)}\\n${'y'.repeat(64)}” is 129 characters long in total, but Aiven allows 128. Name fewer or shorter ones.`,
  ],
  ...['our-idp', 'https//idp', 'http://localhost'].map(
    (issuer): Row => [
      `expected-issuer ${issuer} without jwks-endpoint-url`,
      { 'expected-issuer': issuer },
      `expected-issuer “${issuer}” is not an https URL, so the JWKS endpoint URL cannot be discovered from it. Check it for a typing mistake. For an issuer without discovery, set jwks-endpoint-url.`,
    ],
  ),
  [
    'expected-issuer that is the discovery document',
    { 'expected-issuer': 'https://idp.example.com/.well-known/openid-configuration' },
    'expected-issuer “https://idp.example.com/.well-known/openid-configuration” is the address of the discovery document. Give the issuer that it belongs to: the part before /.well-known/openid-configuration.',
  ],
  ...['', 'https://idp.example.com/jwks'].map(
    (url): Row => [
      `expected-issuer with a user name, ${url ? 'with' : 'without'} jwks-endpoint-url`,
      { 'expected-issuer': 'https://me@idp.example.com', 'jwks-endpoint-url': url },
      'expected-issuer “https://***@idp.example.com” contains a user name or password, which would be published. Remove it.',
    ],
  ),
  ...['expected-issuer', 'sub-claim-name'].map(
    (input): Row => [
      `${input} on two lines`,
      { [input]: 'one\ntwo' },
      `${input} “one\\ntwo” contains a line break, which Aiven does not allow. Give it on one line.`,
    ],
  ),
  ...['GSSAPI', 'plain', 'SCRAM', '*', 'all'].map(
    (name): Row => [
      `sasl-mechanisms ${name}`,
      { 'sasl-mechanisms': `PLAIN, ${name}` },
      `sasl-mechanisms “${name}” is not a mechanism of Aiven for Apache Kafka. Use any of OAUTHBEARER, PLAIN, SCRAM-SHA-256, SCRAM-SHA-512.`,
    ],
  ),
  ...['kafka-rest-authorization', 'schema-registry-oidc', 'verify-provider', 'verify-login', 'wait'].map(
    (name) => boolean(name, 'enabled'),
  ),
  [
    'unset names no setting',
    { unset: 'wait' },
    `unset “wait” is not a setting that can be cleared. Use any of ${CLEARABLE}, or all.`,
  ],
  [
    'unset names sasl-mechanisms',
    { unset: 'sasl-mechanisms' },
    `unset “sasl-mechanisms” is not a setting that can be cleared. Use any of ${CLEARABLE}, or all. To change the mechanisms, name those to leave enabled in sasl-mechanisms.`,
  ],
  [
    'unset has both all and a name',
    { 'sub-claim-name': '', unset: 'all, expected-issuer' },
    'unset “all, expected-issuer” mixes all with names. Use either all or names.',
  ],
  ['an input both set and unset', { unset: 'sub-claim-name' }, both('sub-claim-name')],
  ['an input set beside unset all', { unset: 'all' }, both('sub-claim-name')],
  [
    'unset of the URL beside the issuer that it is discovered from',
    { 'expected-issuer': 'https://idp.example.com', unset: 'jwks-endpoint-url' },
    'unset clears jwks-endpoint-url, but expected-issuer is set, from which it would be discovered again. Choose one of the two.',
  ],
  ...['0', '0.0', '-1', '1441', '1e1', 'ten', '1,5', 'Infinity', '.', '15 min'].map(minutes),
];

const base64url = (text: string) => Buffer.from(text).toString('base64url');
const HEADER = base64url('{"alg":"RS256"}');
const CLAIMS = base64url('{"sub":"orders"}');
const JWT_WANTED = 'Brokers verify tokens themselves, so they accept only a signed JWT:';
const THREE_PARTS = 'the brokers expect 3 parts joined by dots: header, payload, signature.';
const OBJECT = 'the brokers expect a JSON object in base64url.';
const UNCHANGED = `${JWT_WANTED} pass the whole token as test-token, unchanged.`;

/** Never quoted, and told without a call, beside what else is wrong. */
const TEST_TOKENS: Row[] = [
  [
    'an opaque test-token, beside another wrong input',
    { 'test-token': 'ya29a0AfH6SMBx1vT9aGZ', wait: 'no' },
    'wait “no” is not a boolean. Use true or false.',
    `test-token has one part, as an opaque token has; ${THREE_PARTS} ${JWT_WANTED} use an access token in JWT format, or an ID token, as test-token.`,
  ],
  [
    'an encrypted test-token',
    { 'test-token': `${HEADER}.a.b.c.d` },
    `test-token has 5 parts, as an encrypted token (JWE) has; ${THREE_PARTS} ${JWT_WANTED} have the provider sign its tokens without encrypting them.`,
  ],
  [
    'a test-token without a signature',
    { 'test-token': `${HEADER}.${CLAIMS}.` },
    'test-token (signature) has an empty signature, so it is unsigned; the brokers expect a signature by a key of the key set. Anyone could have created it: have the provider sign its tokens, and pass all three parts of one as test-token.',
  ],
  [
    'a test-token with what stands before it in a header of HTTP',
    { 'test-token': `Bearer ${HEADER}.${CLAIMS}.c2ln` },
    'test-token has a prefix as in an Authorization header, such as Bearer; the brokers expect only a signed JWT. Leave Bearer out: pass only the token as test-token.',
  ],
  [
    'a test-token of other parts than JSON objects',
    { 'test-token': 'idp.example.com' },
    `test-token (header) has something other than a JSON object; ${OBJECT} ${UNCHANGED}`,
    `test-token (payload) has something other than a JSON object; ${OBJECT} ${UNCHANGED}`,
  ],
];

/** Where no token is accepted, none can be judged and none can log in. */
const inVain = (inputs: Inputs, off: string): Row => [
  `a token where ${off}`,
  { 'sub-claim-name': '', 'test-token': `${HEADER}.${CLAIMS}.c2ln`, 'verify-login': 'true', ...inputs },
  `test-token is set, but ${off}, so no token is accepted. Choose one of the two.`,
  `verify-login is set, but ${off}, so no token is accepted. Choose one of the two.`,
];
const IN_VAIN: Row[] = [
  inVain({ unset: 'all' }, 'unset turns OAUTHBEARER off'),
  inVain({ unset: 'jwks-endpoint-url' }, 'unset turns OAUTHBEARER off'),
  inVain({ 'sasl-mechanisms': 'PLAIN' }, 'sasl-mechanisms leaves OAUTHBEARER out'),
];

const TABLES: Record<ModeName, Row[]> = {
  'org-create': [...COMMON, ...ORG_CREATE],
  'project-assign': [...COMMON.slice(0, 2), ...PROJECT_ASSIGN],
  'kafka-oidc': [...COMMON.slice(0, 2), ...KAFKA_OIDC, ...TEST_TOKENS, ...IN_VAIN],
};

for (const [mode, rows] of Object.entries(TABLES) as [ModeName, Row[]][]) {
  describe(`${mode} refuses`, { concurrency: 3 }, () => {
    for (const [name, inputs, ...lines] of rows) {
      test(name, async () => assertRefused(await runWith(aiven, mode, inputs), aiven, lines));
    }
  });
}
