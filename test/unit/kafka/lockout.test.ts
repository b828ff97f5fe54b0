import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Affected, affectedBy, type Offered } from '../../../src/kafka/lockout.ts';
import { readValues, type UserConfig, type Values } from '../../../src/kafka/settings.ts';

/** Who is locked out by a change, and who gets in: each rule by itself, and all of them beside a model of their own. */

const ALL: Offered = { schemaRegistry: true, restProxy: true };
const URL_ONE = 'https://one.example.com/jwks';
const URL_TWO = 'https://two.example.com/jwks';

interface Config {
  readonly sasl?: boolean;
  readonly jwks?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly subject?: string;
  readonly off?: readonly ('plain' | 'scram_sha_256' | 'scram_sha_512')[];
  readonly rest?: boolean;
  readonly registry?: boolean;
}

function values({ sasl = true, jwks, issuer, audience, subject, off = [], rest, registry }: Config): Values {
  return readValues({
    kafka: {
      ...(jwks && { sasl_oauthbearer_jwks_endpoint_url: jwks }),
      ...(issuer !== undefined && { sasl_oauthbearer_expected_issuer: issuer }),
      ...(audience !== undefined && { sasl_oauthbearer_expected_audience: audience }),
      ...(subject && { sasl_oauthbearer_sub_claim_name: subject }),
    },
    kafka_authentication_methods: { sasl },
    kafka_sasl_mechanisms: Object.fromEntries(off.map((name) => [name, false])),
    ...(rest !== undefined && { kafka_rest_authorization: rest }),
    ...(registry !== undefined && {
      schema_registry_config: { sasl_oauthbearer_authentication_enabled: registry },
    }),
  } as UserConfig);
}

const OIDC: Config = { jwks: URL_ONE, issuer: 'i1', audience: 'a1' };

interface Row {
  readonly name: string;
  readonly before: Config;
  readonly after: Config;
  readonly offered?: Offered;
  readonly lockedOut?: readonly string[];
  readonly opens?: readonly string[];
}

const ROWS: readonly Row[] = [
  { name: 'the same again', before: OIDC, after: OIDC },
  {
    name: 'an audience more',
    before: OIDC,
    after: { ...OIDC, audience: 'a2, a1' },
    opens: ['Clients whose tokens are only for audience “a2”: that audience is expected now.'],
  },
  {
    name: 'OIDC beside what is there',
    before: {},
    after: OIDC,
    opens: [
      'Clients that log in to brokers with tokens from issuer “i1” for audience “a1”: OIDC is turned on.',
    ],
  },
  {
    name: 'OIDC where SASL was off opens the other mechanisms too',
    before: { sasl: false },
    after: OIDC,
    opens: [
      'Clients that log in with a password over PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512: SASL is turned on.',
      'Clients that log in to brokers with tokens from issuer “i1” for audience “a1”: OIDC is turned on.',
    ],
  },
  { name: 'a setting while SASL is off', before: { ...OIDC, sasl: false }, after: { sasl: false } },
  {
    name: 'mechanisms off',
    before: OIDC,
    after: { ...OIDC, off: ['plain', 'scram_sha_256'] },
    lockedOut: [
      'Clients that log in with a password over PLAIN or SCRAM-SHA-256: brokers no longer offer that.',
    ],
  },
  {
    name: 'a mechanism on',
    before: { ...OIDC, off: ['plain'] },
    after: OIDC,
    opens: ['Clients that log in with a password over PLAIN: brokers offer that now.'],
  },
  {
    name: 'SASL off',
    before: { ...OIDC, off: ['plain', 'scram_sha_256'] },
    after: { ...OIDC, off: ['plain', 'scram_sha_256'], sasl: false },
    lockedOut: [
      'Clients that log in with a password over SCRAM-SHA-512: SASL is turned off.',
      'Clients that log in to brokers with tokens from issuer “i1” for audience “a1”: SASL is turned off.',
    ],
  },
  {
    name: 'OIDC off',
    before: { ...OIDC, registry: true },
    after: {},
    lockedOut: [
      'Clients that log in to brokers with tokens from issuer “i1” for audience “a1”: OIDC is turned off.',
      'Clients of Schema Registry with tokens from issuer “i1” for audience “a1”: OIDC is turned off for it.',
    ],
  },
  {
    name: 'OIDC off for a Schema Registry that does not run',
    before: { ...OIDC, registry: true },
    after: OIDC,
    offered: { schemaRegistry: false, restProxy: false },
  },
  {
    name: 'OIDC on for Schema Registry, which takes passwords all the same',
    before: OIDC,
    after: { ...OIDC, registry: true },
    opens: [
      'Clients of Schema Registry with tokens from issuer “i1” for audience “a1”: OIDC is turned on for it.',
    ],
  },
  {
    name: 'another key set',
    before: OIDC,
    after: { ...OIDC, jwks: URL_TWO },
    lockedOut: [
      `Clients whose tokens are signed with the keys at ${URL_ONE}: signatures are verified with the keys at ${URL_TWO} instead.`,
    ],
    opens: [
      `Clients whose tokens are signed with the keys at ${URL_TWO}: signatures are verified with these keys now.`,
    ],
  },
  {
    name: 'another issuer',
    before: OIDC,
    after: { ...OIDC, issuer: 'i2' },
    lockedOut: ['Clients with tokens from issuer “i1”: issuer “i2” is expected now.'],
    opens: ['Clients with tokens from issuer “i2”: that issuer is expected now.'],
  },
  {
    name: 'an issuer where none was expected',
    before: { ...OIDC, issuer: '' },
    after: OIDC,
    lockedOut: ['Clients with tokens from any other issuer, or without one: issuer “i1” is expected now.'],
  },
  {
    name: 'no issuer any more',
    before: OIDC,
    after: { jwks: URL_ONE, audience: 'a1' },
    opens: ['Clients with tokens from any other issuer, or without one: an issuer is no longer expected.'],
  },
  {
    name: 'one audience less, and one more',
    before: { ...OIDC, audience: 'a1,a2,a3' },
    after: { ...OIDC, audience: 'a2,a4' },
    lockedOut: [
      'Clients whose tokens are only for audience “a1” or “a3”: audience “a2” or “a4” is expected now.',
    ],
    opens: ['Clients whose tokens are only for audience “a4”: that audience is expected now.'],
  },
  {
    name: 'an audience where none was expected',
    before: { jwks: URL_ONE, issuer: 'i1' },
    after: OIDC,
    lockedOut: ['Clients whose tokens have no audience: audience “a1” is expected now.'],
    opens: ['Clients whose tokens are only for audience “a1”: that audience is expected now.'],
  },
  {
    name: 'no audience any more',
    before: OIDC,
    after: { jwks: URL_ONE, issuer: 'i1' },
    lockedOut: [
      'Clients whose tokens are only for audience “a1”: without an expected audience, every token that has one is refused.',
    ],
    opens: ['Clients whose tokens have no audience: an audience is no longer expected.'],
  },
  {
    name: 'another subject claim',
    before: OIDC,
    after: { ...OIDC, subject: 'azp' },
    lockedOut: [
      'Principals that are named by the claim “sub”: the claim “azp” names them now, so ACLs and service users of their present names no longer fit, and tokens without that claim are refused.',
    ],
    opens: ['Principals that are named by the claim “azp”: that claim names the principal now.'],
  },
  { name: 'the subject claim written out', before: OIDC, after: { ...OIDC, subject: 'sub' } },
  {
    name: 'an issuer that Schema Registry alone judges by',
    before: { ...OIDC, registry: true, sasl: false },
    after: { ...OIDC, registry: true, sasl: false, issuer: 'i2' },
    lockedOut: ['Clients with tokens from issuer “i1”: issuer “i2” is expected now.'],
    opens: ['Clients with tokens from issuer “i2”: that issuer is expected now.'],
  },
  {
    name: 'authorization of the REST proxy on',
    before: {},
    after: { rest: true },
    lockedOut: [
      'Clients of the Kafka REST proxy without credentials that brokers accept: kafka_rest_authorization asks for credentials.',
    ],
  },
  {
    name: 'authorization of the REST proxy off',
    before: { rest: true },
    after: { rest: false },
    opens: [
      'Clients of the Kafka REST proxy without credentials that brokers accept: kafka_rest_authorization no longer asks for any.',
    ],
  },
  {
    name: 'authorization of a REST proxy that does not run',
    before: {},
    after: { rest: true },
    offered: { schemaRegistry: true, restProxy: false },
  },
];

describe('who is concerned by', () => {
  for (const { name, before, after, offered = ALL, lockedOut = [], opens = [] } of ROWS) {
    test(name, () => {
      const affected = affectedBy(values(before), values(after), offered);
      assert.deepEqual(sentences(affected), { lockedOut, opens });
    });
  }
});

function sentences({ lockedOut, opens }: Affected) {
  const told = (groups: Affected['opens']) => groups.map(({ who, why }) => `${who}: ${why}.`);
  return { lockedOut: told(lockedOut), opens: told(opens) };
}

/** A client, and how a sentence that concerns it reads. */
interface Client {
  readonly at: 'brokers' | 'Schema Registry' | 'REST proxy';
  readonly how: 'certificate' | 'nothing' | 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | Token;
}

interface Token {
  readonly signedAt: string;
  readonly issuer: string | null;
  readonly audiences: readonly string[];
  /** The claim whose value its ACLs name. */
  readonly knownBy: string;
}

const ISSUERS = ['i1', 'i2'];
const AUDIENCES = ['a1', 'a2', 'a3'];
const CLAIMS = ['sub', 'azp'];
const URLS = [URL_ONE, URL_TWO];

const TOKENS: Token[] = URLS.flatMap((signedAt) =>
  [null, ...ISSUERS, 'i3'].flatMap((issuer) =>
    subsets(AUDIENCES).flatMap((audiences) =>
      CLAIMS.map((knownBy) => ({ signedAt, issuer, audiences, knownBy })),
    ),
  ),
);

const CLIENTS: Client[] = [
  ...(['certificate', 'PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).map(
    (how): Client => ({ at: 'brokers', how }),
  ),
  { at: 'REST proxy', how: 'nothing' },
  ...(['brokers', 'Schema Registry', 'REST proxy'] as const).flatMap((at) =>
    TOKENS.map((how): Client => ({ at, how })),
  ),
];

function subsets(items: readonly string[]): string[][] {
  const [first, ...rest] = items;
  return first === undefined ? [[]] : subsets(rest).flatMap((set) => [set, [first, ...set]]);
}

/** Whether a client gets in: the whole of it in a few lines, from the settings as a person gives them. */
function getsIn({ at, how }: Client, config: Config, offered: Offered): boolean {
  const { sasl = true, jwks, off = [], rest, registry } = config;
  if (how === 'certificate') return true;
  const restIsOpen = offered.restProxy && rest !== true;
  if (at === 'REST proxy' && (restIsOpen || how === 'nothing' || !offered.restProxy)) return restIsOpen;
  if (at === 'Schema Registry' && !(offered.schemaRegistry && registry)) return false;
  if (at !== 'Schema Registry' && !sasl) return false;
  if (typeof how === 'string') return !off.some((name) => name.toUpperCase().replaceAll('_', '-') === how);
  return jwks === how.signedAt && accepts(how, config);
}

function accepts({ issuer, audiences, knownBy }: Token, config: Config): boolean {
  if (config.issuer && config.issuer !== issuer) return false;
  if ((config.subject ?? 'sub') !== knownBy) return false;
  const expected = config.audience?.split(',').filter(Boolean) ?? [];
  if (expected.length === 0) return audiences.length === 0;
  return audiences.some((audience) => expected.includes(audience));
}

const anyAudience = fc.subarray(AUDIENCES).map((items) => items.join(','));
const anyConfig: fc.Arbitrary<Config> = fc.record(
  {
    sasl: fc.boolean(),
    jwks: fc.constantFrom(...URLS),
    issuer: fc.constantFrom('', ...ISSUERS),
    audience: anyAudience,
    subject: fc.constantFrom(...CLAIMS),
    off: fc.subarray(['plain', 'scram_sha_256', 'scram_sha_512'] as const),
    rest: fc.boolean(),
    registry: fc.boolean(),
  },
  { requiredKeys: ['sasl'] },
);
const anyOffered = fc.record({ schemaRegistry: fc.boolean(), restProxy: fc.boolean() });

/** Whether a sentence can be about a client. */
function concerns(sentence: string, { at, how }: Client): boolean {
  if (how === 'nothing') return /REST proxy/.test(sentence);
  if (typeof how === 'string') return new RegExp(`password over .*${how}`).test(sentence);
  if (/REST proxy/.test(sentence)) return at === 'REST proxy';
  if (/log in to brokers/.test(sentence)) return at !== 'Schema Registry';
  if (/Schema Registry/.test(sentence)) return at === 'Schema Registry';
  if (/signed with/.test(sentence)) return sentence.includes(how.signedAt);
  if (/any other issuer/.test(sentence)) return true;
  if (/tokens from issuer/.test(sentence)) return sentence.includes(`from issuer “${how.issuer}”`);
  if (/no audience:/.test(sentence)) return how.audiences.length === 0;
  if (/for audience/.test(sentence))
    return how.audiences.some((audience) => (sentence.split(':')[0] ?? '').includes(`“${audience}”`));
  return sentence.includes(`named by the claim “${how.knownBy}”`);
}

describe('by a model of who gets in', () => {
  const compare = (before: Config, after: Config, offered: Offered) => {
    const told = sentences(affectedBy(values(before), values(after), offered));
    const was = CLIENTS.map((client) => getsIn(client, before, offered));
    const is = CLIENTS.map((client) => getsIn(client, after, offered));
    const out = CLIENTS.filter((_, index) => was[index] && !is[index]);
    const fresh = CLIENTS.filter((_, index) => !was[index] && is[index]);
    return { ...told, out, fresh };
  };

  test('nobody loses a way in whom no sentence names', () => {
    fc.assert(
      fc.property(anyConfig, anyConfig, anyOffered, (before, after, offered) => {
        const { lockedOut, out } = compare(before, after, offered);
        for (const client of out)
          assert.ok(
            lockedOut.some((sentence) => concerns(sentence, client)),
            JSON.stringify({ client, lockedOut }),
          );
      }),
      { numRuns: 2_000 },
    );
  });

  test('nobody gains one whom no sentence names', () => {
    fc.assert(
      fc.property(anyConfig, anyConfig, anyOffered, (before, after, offered) => {
        const { opens, fresh } = compare(before, after, offered);
        for (const client of fresh)
          assert.ok(
            opens.some((sentence) => concerns(sentence, client)),
            JSON.stringify({ client, opens }),
          );
      }),
      { numRuns: 2_000 },
    );
  });

  test('no sentence is about nobody', () => {
    fc.assert(
      fc.property(anyConfig, anyConfig, anyOffered, (before, after, offered) => {
        const { lockedOut, opens, out, fresh } = compare(before, after, offered);
        for (const sentence of lockedOut)
          assert.ok(
            out.some((client) => concerns(sentence, client)),
            sentence,
          );
        for (const sentence of opens)
          assert.ok(
            fresh.some((client) => concerns(sentence, client)),
            sentence,
          );
      }),
      { numRuns: 2_000 },
    );
  });
});
