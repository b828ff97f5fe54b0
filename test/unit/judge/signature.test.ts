import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { type BrokerKey, takeIn } from '../../../src/judge/broker/broker-keys.ts';
import { chooseKeys, misfit } from '../../../src/judge/broker/key-choice.ts';
import { isVerified, unfitness, unknownCritical } from '../../../src/judge/broker/signature.ts';
import { judgeToken, type Verdict } from '../../../src/judge/broker/token.ts';
import { ALGORITHMS, type Algorithm } from '../../../src/judge/jws/algorithms.ts';
import type { Json, JsonObject } from '../../../src/judge/jws/json.ts';
import type { Jwk } from '../../../src/judge/jws/jwk.ts';
import { signWith, type TestKey } from '../../kafka/keys.ts';

/** Which key a broker takes, whether it is fit, and what is told when the signature is not by it. */

const header = (values: object): JsonObject => new Map(Object.entries(values) as [string, Json][]);
const algorithm = (name: string): Algorithm => {
  const found = ALGORITHMS.get(name);
  assert.ok(found, name);
  return found;
};
const RSA = { kty: 'RSA', e: 'AQAB', n: Buffer.alloc(256, 255).toString('base64url') };
const modulus = (bits: number) => ({
  ...RSA,
  n: Buffer.from(((1n << BigInt(bits)) - 1n).toString(16).padStart(512, '0'), 'hex').toString('base64url'),
});
const secret = (bytes: number) => ({ kty: 'oct', k: Buffer.alloc(bytes, 1).toString('base64url') });

function pair(kid: string, namedCurve = 'P-256'): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
  return { privateKey, secret: null, jwk: { kid, ...publicKey.export({ format: 'jwk' }) } };
}

const ONE = pair('one');
const TWO = pair('two');
const P384 = pair('p384', 'P-384');
const P521 = pair('p521', 'P-521');
const EDWARDS = edwards();
const SECRET: TestKey = {
  privateKey: null,
  secret: Buffer.alloc(64, 1),
  jwk: { kid: 'secret', ...secret(64) },
};

function edwards(): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { privateKey, secret: null, jwk: { kid: 'ed', ...publicKey.export({ format: 'jwk' }) } };
}

function brokerKey(jwk: Jwk): BrokerKey {
  const [key] = takeIn([jwk]).keys;
  assert.ok(key, JSON.stringify(jwk));
  return key;
}

describe('of keys, a broker considers', () => {
  const [a, b, c] = [
    { ...RSA, kid: 'a' },
    { ...RSA, kid: 'b' },
    { ...RSA, kid: 'a', alg: 'RS512' },
  ];
  const [plain, other] = [
    { ...ONE.jwk, kid: 'x' },
    { ...P384.jwk, kid: 'x' },
  ];
  for (const [what, wanted, alg, keys, chosen] of [
    ['the one of its kid', { kid: 'b' }, 'RS256', [a, b], [b]],
    ['none of another kid', { kid: 'z' }, 'RS256', [a, b], []],
    ['all, where there is no kid', {}, 'RS256', [a, b], [a, b]],
    ['all, where the kid is null', { kid: null }, 'RS256', [a, b], [a, b]],
    ['the one of the alg, of two', { kid: 'a' }, 'RS512', [a, c], [a, c]],
    ['none with another alg, of two', { kid: 'a' }, 'RS256', [a, c], [a]],
    ['one with another alg, alone', { kid: 'a' }, 'RS256', [c, b], [c]],
    ['none with another alg, though there are two', { kid: 'a' }, 'RS256', [c, c], []],
    ['the one of the curve, of two', { kid: 'x' }, 'ES256', [other, plain], [plain]],
    ['one of another curve, alone', { kid: 'x' }, 'ES256', [other], [other]],
    [
      'one of another curve, alone with the alg',
      { kid: 'x' },
      'ES256',
      [
        { ...other, alg: 'ES256' },
        { ...plain, alg: 'ES384' },
      ],
      [{ ...other, alg: 'ES256' }],
    ],
    ['none of another curve, though there are two', { kid: 'x' }, 'ES512', [other, plain], []],
  ] as const) {
    test(what, () => {
      const found = chooseKeys(header(wanted), algorithm(alg), takeIn(keys).keys);
      assert.deepEqual(
        found.map(({ jwk }) => jwk),
        chosen,
      );
    });
  }
});

describe('a broker passes over a key that', () => {
  for (const [parameters, wanted, alg, why] of [
    [{}, {}, 'RS256', null],
    [{ use: 'sig', key_ops: ['sign', 'verify'] }, {}, 'RS256', null],
    [{ kid: 'a' }, { kid: 'a' }, 'RS256', null],
    [{ kid: 'A' }, { kid: 'a' }, 'RS256', 'has another kid'],
    [{}, { kid: 'a' }, 'RS256', 'has another kid'],
    [{}, {}, 'ES256', 'is of type RSA'],
    [{ use: 'enc' }, {}, 'RS256', 'has the use “enc”'],
    [{ use: '' }, {}, 'RS256', 'has the use “”'],
    [{ key_ops: [] }, {}, 'RS256', 'has key_ops without “verify”'],
    [{ x5t: 'a' }, { x5t: 'a' }, 'RS256', null],
    [{ x5t: 'a' }, {}, 'RS256', null],
    [{}, { x5t: 'a' }, 'RS256', null],
    [{ x5t: 'b' }, { x5t: 'a' }, 'RS256', 'has another x5t'],
    [{ 'x5t#S256': 'a' }, { 'x5t#S256': 'a' }, 'RS256', null],
    [{ 'x5t#S256': 'a' }, {}, 'RS256', null],
    [{}, { 'x5t#S256': 'a' }, 'RS256', null],
    [{ 'x5t#S256': 'b' }, { 'x5t#S256': 'a' }, 'RS256', 'has another x5t#S256'],
  ] as const) {
    test(`${JSON.stringify(parameters)} for ${JSON.stringify(wanted)} ${alg}: ${why}`, () => {
      const found = misfit(brokerKey({ ...RSA, ...parameters }), header(wanted), algorithm(alg));
      assert.equal(why === null ? found : found?.slice(0, why.length), why);
      if (why === 'has another x5t') assert.equal(found, why);
    });
  }
});

describe('a key is fit for an algorithm', () => {
  for (const [what, key, alg, has, expects] of [
    ['RSA of 2048 bits', modulus(2048), 'RS256'],
    ['RSA of 2047 bits', modulus(2047), 'PS512', '2047 bits', '2048 bits'],
    ['a secret of 256 bits', secret(32), 'HS256'],
    ['a secret of 248 bits', secret(31), 'HS256', '248 bits', '256 bits'],
    ['a secret of 512 bits', secret(64), 'HS512'],
    ['a secret of 504 bits', secret(63), 'HS512', '504 bits', '512 bits'],
    ['P-256', ONE.jwk, 'ES256'],
    ['P-256', ONE.jwk, 'ES384', 'P-256', 'P-384'],
    ['P-384', P384.jwk, 'ES384'],
    ['P-521', P521.jwk, 'ES512'],
    ['P-521', P521.jwk, 'ES256', 'P-521', 'P-256'],
    ['Ed25519', EDWARDS.jwk, 'EdDSA'],
    ['X25519', { ...EDWARDS.jwk, crv: 'X25519' }, 'EdDSA', 'X25519', 'Ed25519 or Ed448'],
  ] as const) {
    test(`${what} for ${alg}: ${has === undefined}`, () => {
      const found = unfitness(brokerKey(key), algorithm(alg));
      assert.equal(found === null, has === undefined);
      assert.ok(found === null || (found.has.includes(has ?? '') && found.expects.includes(expects ?? '')));
    });
  }
});

describe('critical headers:', () => {
  for (const [crit, told] of [
    [undefined, null],
    [null, null],
    [[], null],
    [['b64'], null],
    [['b64', 'b64'], null],
    [['exp'], 'exp'],
    [['b64', 'exp', 'x'], 'exp'],
    [[5n], 'an item that is not text'],
    ['b64', 'no list'],
    [true, 'no list'],
    [new Map(), 'no list'],
  ] as const) {
    test(`${typeof crit} ${String(crit)}`, () =>
      assert.equal(unknownCritical(header(crit === undefined ? {} : { crit })), told));
  }
});

describe('a signature is verified', () => {
  const input = 'e30.e30';
  const keys = {
    ES256: ONE,
    ES384: P384,
    ES512: P521,
    EdDSA: EDWARDS,
    HS256: SECRET,
    HS384: SECRET,
    HS512: SECRET,
  };
  for (const [alg, key] of Object.entries(keys)) {
    const signature = signWith(key, alg, input);
    const verified = (given: Buffer, over = input) =>
      isVerified(
        { header: null, payload: '', signingInput: Buffer.from(over), signature: given },
        brokerKey(key.jwk),
        algorithm(alg),
      );
    test(alg, () => {
      assert.equal(verified(signature), true);
      assert.equal(verified(signature, 'e30.e31'), false);
      assert.equal(verified(Buffer.alloc(0)), false);
      assert.equal(verified(signature.subarray(1)), false);
      assert.equal(verified(Buffer.concat([signature, Buffer.alloc(1)])), false);
      assert.equal(verified(Buffer.concat([signature, signature])), false);
    });
  }

  test('by keys whose numbers begin with zeros, which they may leave out', () => {
    const beginning = (make: () => TestKey) => {
      for (;;) {
        const key = make();
        const [x] = Buffer.from(String(key.jwk['x']), 'base64url');
        if (x === 0) return key;
      }
    };
    for (const [alg, make] of [
      ['ES256', () => pair('zeros')],
      ['EdDSA', edwards],
    ] as const) {
      const key = beginning(make);
      const x = Buffer.from(String(key.jwk['x']), 'base64url')
        .subarray(alg === 'ES256' ? 1 : 0)
        .toString('base64url');
      const jws = {
        header: null,
        payload: '',
        signingInput: Buffer.from(input),
        signature: signWith(key, alg, input),
      };
      assert.equal(isVerified(jws, brokerKey({ ...key.jwk, x }), algorithm(alg)), true, alg);
    }
  });

  test('not by a point that is not on its curve', () => {
    const key = brokerKey({ ...ONE.jwk, x: 'AQ' });
    const jws = {
      header: null,
      payload: '',
      signingInput: Buffer.from(input),
      signature: signWith(ONE, 'ES256', input),
    };
    assert.equal(isVerified(jws, key, algorithm('ES256')), false);
  });

  test('by a key whose coordinates have zeros before them', () => {
    const x = Buffer.concat([Buffer.alloc(3), Buffer.from(String(ONE.jwk['x']), 'base64url')]).toString(
      'base64url',
    );
    const jws = {
      header: null,
      payload: '',
      signingInput: Buffer.from(input),
      signature: signWith(ONE, 'ES256', input),
    };
    assert.equal(isVerified(jws, brokerKey({ ...ONE.jwk, x }), algorithm('ES256')), true);
  });
});

const NOW = 1_795_000_000;
const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(by: TestKey, headers: object = {}, claims: object = {}): string {
  const alg = by.secret ? 'HS256' : 'ES256';
  const input = `${b64({ alg, kid: by.jwk['kid'], ...headers })}.${b64({ sub: 'alice', iat: NOW, exp: NOW + 600, ...claims })}`;
  return `${input}.${signWith(by, alg, input).toString('base64url')}`;
}

function judge(given: string, keys: readonly Jwk[]): Verdict {
  const expected = { issuer: null, audiences: [], subjectClaim: 'sub', kafkaVersion: '4.1' };
  return judgeToken(given, keys, expected, new Date(NOW * 1000));
}

describe('a good token', () => {
  test('is accepted with blanks before it, for the principal that it names', () => {
    const { principal, refusals } = judge(`  ${token(ONE)}`, [ONE.jwk]);
    assert.deepEqual(refusals, []);
    assert.equal(principal, 'User:alice');
  });

  test('is noted for what its claims are near to', () => {
    const { accepted, notes } = judge(token(ONE, {}, { nbf: NOW + 30 }), [ONE.jwk]);
    assert.equal(accepted, true);
    assert.equal(notes.length, 1);
  });
});

describe('a good signature', () => {
  const nameless = { ...ONE.jwk, kid: undefined };
  for (const [what, given, keys, note] of [
    ['by the one key', token(ONE), [ONE.jwk, TWO.jwk], null],
    ['by the first of several', token(ONE, { kid: undefined }), [nameless, TWO.jwk], /Several keys fit/],
    ['by a secret', token(SECRET), [SECRET.jwk], /a secret that is published/],
  ] as const) {
    test(`${what} is accepted, and what is worth knowing is said`, () => {
      const { accepted, signature, notes } = judge(given, keys);
      assert.equal(accepted, true);
      assert.equal(signature, 'verified');
      assert.equal(notes.length, note === null ? 0 : 1);
      if (note) assert.match(notes[0] ?? '', note);
    });
  }
});

describe('a signature is refused', () => {
  const nameless = { ...ONE.jwk, kid: undefined };
  const secrets = [SECRET.jwk];
  const entra = { iss: 'https://login.microsoftonline.com/T/v2.0' };
  for (const [what, given, keys, told, remedy, not] of [
    ['without alg', token(ONE, { alg: undefined }), [ONE.jwk], 'alg: none', 'RS256', 'unsigned'],
    ['with alg as a number', token(ONE, { alg: 5 }), [ONE.jwk], 'alg: the number 5', 'RS256', 'unsigned'],
    ['with an unknown alg', token(ONE, { alg: 'ES256K' }), [ONE.jwk], 'alg: “ES256K”', 'RS256', 'unsigned'],
    ['with alg none', token(ONE, { alg: 'none' }), [ONE.jwk], 'alg: “none”', 'unsigned', 'key set'],
    [
      'by HMAC, without a secret in the key set',
      token(SECRET),
      [ONE.jwk],
      'alg: “HS256”',
      'RS256',
      'unsigned',
    ],
    ['by HMAC of another kid', token(SECRET, { kid: 'x' }), secrets, 'kid: “x”', 'replaced', 'unsigned'],
    [
      'by a short secret',
      token(SECRET, { alg: 'HS256' }),
      [{ ...secret(31), kid: 'secret' }],
      'alg: a secret of 248 bits',
      'algorithm other than HS256: the key “secret”',
      'unsigned',
    ],
    [
      'by a key on another curve',
      token(ONE, { kid: 'p384' }),
      [P384.jwk],
      'alg: a key on the curve P-384',
      'the key “p384”',
      'kid of its own',
    ],
    [
      'by a key on another curve, without a kid',
      token(ONE, { kid: undefined }),
      [{ ...P384.jwk, kid: undefined }],
      'alg: a key on the curve P-384',
      'the EC key without a kid',
      'kid of its own',
    ],
    [
      'by another key',
      token(ONE, { kid: 'two' }),
      [TWO.jwk],
      'signature: a signature that was not made with that key',
      'jwks-endpoint-url belongs',
      'nonce',
    ],
    [
      'by another key, with a nonce',
      token(ONE, { kid: 'two', nonce: 'x' }),
      [TWO.jwk],
      'signature: a signature that was not made with that key, and a nonce',
      'Microsoft Graph',
      'belongs',
    ],
    [
      'by another key, with a nonce that is no text',
      token(ONE, { kid: 'two', nonce: 5 }),
      [TWO.jwk],
      'signature: a signature that was not made with that key',
      'belongs',
      'Graph',
    ],
    [
      'by the second key without a kid',
      token(ONE, { kid: undefined }),
      [TWO.jwk, ONE.jwk],
      'signature: ',
      'It was made with the key “one” of the same key set',
      'kid of its own',
    ],
    [
      'by the second key, which has no kid',
      token(ONE, { kid: undefined }),
      [TWO.jwk, nameless],
      'signature: ',
      'It was made with the EC key without a kid',
      'kid of its own',
    ],
    [
      'by the second key, the kid null',
      token(ONE, { kid: null }),
      [TWO.jwk, ONE.jwk],
      'signature: ',
      'put a kid into its tokens',
      'kid of its own',
    ],
    [
      'by the second key of a kid',
      token(ONE),
      [{ ...TWO.jwk, kid: 'one' }, ONE.jwk],
      'signature: ',
      'each of its keys at jwks-endpoint-url a kid of its own',
      'into its tokens',
    ],
    [
      'by none of several keys',
      token(ONE, { kid: undefined }),
      [TWO.jwk, { ...TWO.jwk, kid: 'x' }],
      'signature: ',
      'belongs',
      'It was made with',
    ],
    ['by a key that is gone', token(ONE), [TWO.jwk], 'kid: “one”', 'replaced', 'nonce'],
    [
      'by a key that is gone, with a nonce',
      token(ONE, { nonce: 'x' }),
      [TWO.jwk],
      'kid: “one”, and a nonce',
      'Microsoft Graph',
      'replaced',
    ],
    [
      'by a key that is gone, of an app',
      token(ONE, {}, entra),
      [TWO.jwk],
      'kid: “one”',
      '/T/discovery/v2.0/keys?appid=CLIENT_ID',
      'replaced',
    ],
    [
      'by a key of no kid that is gone',
      token(ONE, { kid: undefined }),
      [EDWARDS.jwk],
      'alg: “ES256” and no kid',
      'have it sign with a key that it publishes',
      'replaced',
    ],
    [
      'by a key of no kid, where there are none',
      token(ONE, { kid: undefined }),
      [],
      'alg: “ES256” and no kid',
      'have it sign',
      'replaced',
    ],
    [
      'by a key of no kid, where one of another type has none',
      token(ONE, { kid: undefined }),
      [RSA],
      'alg: “ES256” and no kid',
      'have it sign',
      'as one for',
    ],
    [
      'by a key for encryption',
      token(ONE),
      [{ ...ONE.jwk, use: 'enc' }],
      'kid: “one”, whose key has the use “enc”',
      'as one for its signatures',
      'replaced',
    ],
    [
      'by a key of another type',
      token(ONE),
      [{ ...RSA, kid: 'one' }],
      'kid: “one”, whose key is of type RSA',
      'as one for its signatures',
      'replaced',
    ],
    [
      'by two keys of other algs',
      token(ONE),
      [
        { ...ONE.jwk, alg: 'x' },
        { ...ONE.jwk, alg: 'y' },
      ],
      'kid: “one”, whose key has another alg or curve',
      'as one for',
      'replaced',
    ],
    [
      'by two keys, one of them for encryption',
      token(ONE),
      [
        { ...ONE.jwk, alg: 'x' },
        { ...ONE.jwk, alg: 'y' },
        { ...ONE.jwk, use: 'enc' },
      ],
      'kid: “one”, whose key has the use',
      'as one for',
      'replaced',
    ],
    [
      'by a key that is skipped',
      token(ONE),
      [TWO.jwk, { ...ONE.jwk, x: 5 }],
      'kid: “one”, whose key is in the key set, but brokers skip it: its x is not a string',
      'publish the complete key',
      'replaced',
    ],
    [
      'by a key of no kid that is skipped',
      token(ONE, { kid: undefined }),
      [
        { ...RSA, n: 5 },
        { ...ONE.jwk, y: 5 },
      ],
      'alg: “ES256” and no kid, whose key is in the key set, but brokers skip it: its y',
      'complete',
      'replaced',
    ],
    [
      'by a key of no kid, another type skipped',
      token(ONE, { kid: undefined }),
      [{ ...RSA, n: 5 }],
      'alg: “ES256” and no kid',
      'have it sign',
      'complete',
    ],
    [
      'by a key that is skipped for its kid',
      token(ONE, { kid: '7' }),
      [{ ...ONE.jwk, kid: 7 }],
      'kid: “7”, whose key is in the key set, but brokers skip it: its kid',
      'complete',
      'replaced',
    ],
    [
      'by a key of another kid that is skipped',
      token(ONE, { kid: 'true' }),
      [{ ...ONE.jwk, kid: true }],
      'kid: “true”',
      'replaced',
      'complete',
    ],
  ] as const) {
    test(what, () => {
      const { refusals, signature, notes } = judge(given, keys as readonly Jwk[]);
      assert.equal(signature, 'refused');
      assert.deepEqual(notes, []);
      assert.equal(refusals.length, 1, JSON.stringify(refusals));
      const [objection] = refusals;
      const said = `${objection?.claim}: ${objection?.has}`;
      assert.ok(said.startsWith(told), said);
      if (!told.includes('nonce')) assert.ok(!said.includes('nonce'), said);
      assert.ok(objection?.remedy.includes(remedy), objection?.remedy);
      assert.ok(!objection?.remedy.includes(not), objection?.remedy);
    });
  }

  test('with headers that are no texts, each by its name', () => {
    const { refusals } = judge(token(ONE, { x5t: 5, 'x5t#S256': [], crit: ['exp'] }), [ONE.jwk]);
    assert.deepEqual(
      refusals.map(({ claim, has }) => `${claim}: ${has}`),
      ['x5t: the number 5', 'x5t#S256: an empty list', 'crit: “exp”'],
    );
    assert.match(refusals[1]?.remedy ?? '', /put x5t#S256 into the header/);
  });

  test('with a kid that is no text, which no key has', () => {
    const { refusals } = judge(token(ONE, { kid: 5 }), [ONE.jwk]);
    assert.deepEqual(
      refusals.map(({ claim, has }) => `${claim}: ${has}`),
      ['kid: the number 5', 'kid: the number 5'],
    );
  });

  test('headers that are null are none', () =>
    assert.equal(
      judge(token(ONE, { x5t: null, 'x5t#S256': null, crit: null, cty: null }), [ONE.jwk]).accepted,
      true,
    ));

  test('in words that begin with what to do', () => {
    const remedy = (alg: string) => judge(token(ONE, { alg }), [ONE.jwk]).refusals[0]?.remedy ?? '';
    assert.match(remedy('x'), /^Have the provider sign/);
    assert.match(remedy('none'), /^It is unsigned/);
  });

  test('by a secret, though other keys stand beside it, or not', () => {
    for (const keys of [[SECRET.jwk], [ONE.jwk, SECRET.jwk]])
      assert.equal(judge(token(SECRET), keys).accepted, true);
  });

  test('no advice names an algorithm of secrets', () => {
    const [objection] = judge(token(ONE, { alg: 'x' }), [ONE.jwk]).refusals;
    const { expects = '' } = objection ?? {};
    assert.equal(expects.match(/[A-Z][A-Za-z]?S?\w*\d{3}|EdDSA/g)?.length, 10);
    assert.ok(!expects.includes('HS'), expects);
  });
});

describe('what is in the key set is told:', () => {
  const names = ['a', 'b'].map((kid) => ({ ...RSA, kid }));
  for (const [what, keys, told] of [
    ['nothing', [], 'which has no key that a broker can read'],
    ['names', names, 'which has the kid “a”, “b”'],
    ['keys without a name', [RSA, RSA, { ...TWO.jwk, kid: null }, { ...SECRET.jwk, kid: null }], null],
    ['one without a name', [RSA], 'which has 1 of type RSA without a kid'],
    [
      'some of each',
      [...names, RSA, { ...EDWARDS.jwk, kid: null }],
      'which has the kid “a”, “b” and 2 of type RSA and OKP without a kid',
    ],
  ] as const) {
    test(what, () => {
      const [objection] = judge(token(ONE, { kid: 'gone' }), keys).refusals;
      const wanted = told ?? 'which has 4 of type RSA and EC and oct without a kid';
      assert.ok(objection?.expects.endsWith(wanted), objection?.expects);
    });
  }
});
