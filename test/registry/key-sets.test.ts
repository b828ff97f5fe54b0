import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { judgeKeySet } from '../../src/judge/schema-registry/key-set.ts';
import { judgeToken } from '../../src/judge/schema-registry/token.ts';
import { jwkOf, KEY_SETS, set } from '../kafka/key-sets.ts';
import { type StaticPages, startStaticSite } from '../world/bad-provider.ts';
import { startProvider } from '../world/provider.ts';
import { type Answer, askPyJwt, installPyJwt } from './ask.ts';

/** Key sets, as PyJWT takes them in when Karapace asks it, and as our judge of Schema Registry does. */

/** A key set beside those that Kafka judges. */
interface Row {
  readonly name: string;
  readonly pages: (good: object, url: string) => StaticPages;
}

const key = (parameters: object) => (good: object) => set(parameters, good);
const other = (parameters: object) => (good: object) => set({ ...good, kid: 'other', ...parameters }, good);
const EC = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' })) as Record<string, string>;
const ED = jwkOf(generateKeyPairSync('ed25519')) as Record<string, string>;
const ED448 = jwkOf(generateKeyPairSync('ed448'));
const zeros = (bytes: number) => Buffer.alloc(bytes).toString('base64url');

const OWN: readonly Row[] = [
  { name: 'an EC key alone, under the right kid', pages: (good) => set({ ...EC, ...kidOf(good) }) },
  { name: 'an EC key first, under the right kid', pages: (good) => set({ ...EC, ...kidOf(good) }, good) },
  { name: 'an Ed25519 key alone, under the right kid', pages: (good) => set({ ...ED, ...kidOf(good) }) },
  { name: 'a key without a kid', pages: (good) => set({ ...good, kid: undefined }) },
  { name: 'a key whose kid is a number', pages: (good) => set({ ...good, kid: 1 }) },
  { name: 'a key marked with use null', pages: (good) => set({ ...good, use: null }) },
  { name: 'a key of another alg', pages: (good) => set({ ...good, alg: 'PS512' }) },
  { name: 'a key of an EC alg', pages: (good) => set({ ...good, alg: 'ES256' }) },
  { name: 'a key of an alg for encryption', pages: (good) => set({ ...good, alg: 'RSA-OAEP' }) },
  { name: 'an empty alg', pages: (good) => set({ ...good, alg: '' }) },
  { name: 'an alg that is an empty list', pages: (good) => set({ ...good, alg: [] }) },
  { name: 'a useless key: alg none', pages: other({ alg: 'none' }) },
  { name: 'a useless key: alg a list', pages: other({ alg: ['RS256'] }) },
  { name: 'a useless key: alg an object', pages: other({ alg: { a: 1 } }) },
  { name: 'a useless key: alg true', pages: other({ alg: true }) },
  { name: 'a useless key: kty missing', pages: other({ kty: undefined }) },
  { name: 'a useless key: kty a list', pages: other({ kty: ['RSA'] }) },
  { name: 'a useless key: n missing', pages: other({ n: undefined }) },
  { name: 'a useless key: n null', pages: other({ n: null }) },
  { name: 'a useless key: n that is not base64', pages: other({ n: 'A' }) },
  { name: 'a useless key: n of other characters', pages: other({ n: 'AQAB~é' }) },
  { name: 'a useless key: e even', pages: other({ e: 'AQAA' }) },
  { name: 'a useless key: e is 1', pages: other({ e: 'AQ' }) },
  { name: 'a useless key: n smaller than e', pages: other({ n: 'Aw' }) },
  { name: 'a useless key: n even', pages: other({ n: 'AQAA', e: 'Aw' }) },
  { name: 'a useless key: d null', pages: other({ d: null }) },
  { name: 'a useless key: d empty', pages: other({ d: '' }) },
  { name: 'a useless key: oth empty', pages: other({ oth: [] }) },
  { name: 'a useless key: oct without k', pages: key({ kty: 'oct', kid: 'secret' }) },
  { name: 'a useless key: oct with k', pages: key({ kty: 'oct', kid: 'secret', k: 'AQAB' }) },
  { name: 'a useless key: EC, not on its curve', pages: key({ ...EC, x: zeros(32) }) },
  { name: 'a useless key: EC, too short', pages: key({ ...EC, x: zeros(31) }) },
  { name: 'a useless key: EC, y missing', pages: key({ ...EC, y: undefined }) },
  { name: 'a useless key: EC, y a number', pages: key({ ...EC, y: 1 }) },
  { name: 'a useless key: EC of an unknown curve', pages: key({ ...EC, crv: 'P-999' }) },
  { name: 'a useless key: EC of no curve', pages: key({ ...EC, crv: undefined }) },
  { name: 'a useless key: Ed25519, too short', pages: key({ ...ED, x: zeros(31) }) },
  { name: 'a useless key: Ed25519, x a number', pages: key({ ...ED, x: 1 }) },
  { name: 'a useless key: Ed25519 without x', pages: key({ ...ED, x: undefined }) },
  { name: 'a useless key: Ed448', pages: key(ED448) },
  { name: 'a useless key: Ed448 with alg', pages: key({ ...ED448, alg: 'EdDSA' }) },
  { name: 'a number among the keys', pages: (good) => set(1, good) },
  { name: 'a list among the keys', pages: (good) => set([], good) },
];

function kidOf(good: object): object {
  return { kid: (good as { kid: string }).kid };
}

const ROWS: readonly Row[] = [...KEY_SETS, ...OWN];
const provider = await startProvider();
setDefaultCACertificates([...getCACertificates('default'), provider.ca]);
const good: object = await fetch(provider.jwksUri)
  .then((answer) => answer.json() as Promise<{ keys: object[] }>)
  .then(({ keys }) => ({ ...keys[0] }));
const sites = await Promise.all(
  ROWS.map(({ pages }) => startStaticSite((url) => pages(good, url), provider.certificates)),
);
after(() => Promise.all([...sites.map((site) => site.close()), provider.close()]));

/** The keys as they are published; null where no key set can be read. Fetched without the limits that brokers have. */
async function keysAt(url: string): Promise<readonly unknown[] | null> {
  try {
    const answer = await fetch(url);
    const { keys } = (await answer.json()) as { keys?: unknown };
    return answer.ok && Array.isArray(keys) ? keys : null;
  } catch {
    return null;
  }
}

describe('PyJWT, asked as Karapace asks it, and our judge agree on key sets', () => {
  let token: string;
  let answers: Map<string, Answer>;
  let agreed = 0;
  before(async () => {
    await installPyJwt();
    token = await provider.token();
    const settings = { issuer: provider.issuer, audience: 'kafka', subject: 'sub', token };
    answers = await askPyJwt(
      () => ROWS.map(({ name }, index) => ({ ...settings, id: name, jwksUrl: `${sites[index]?.url}/jwks` })),
      provider.caFile,
    );
  });
  after(() =>
    console.log(
      `PyJWT, asked as Karapace asks it, and our judge agree on ${agreed} of ${ROWS.length} key sets.`,
    ),
  );

  for (const [index, { name }] of ROWS.entries()) {
    test(name, async () => {
      const answer = answers.get(name);
      assert.ok(answer, 'PyJWT said nothing');
      const url = `${sites[index]?.url}/jwks`;
      const keys = (await keysAt(url)) ?? [];
      const expected = {
        issuer: provider.issuer,
        audiences: ['kafka'],
        subjectClaim: 'sub',
        startsWithoutExpectations: false,
      };
      const verdict = judgeToken(token, keys, expected, new Date(answer.at));
      assert.equal(
        verdict.accepted,
        answer.accepted,
        `PyJWT: ${answer.reason}; ours: ${JSON.stringify(verdict)}`,
      );
      const { usable, objection } = judgeKeySet(url, keys);
      assert.equal(usable > 0, objection === null);
      if (answer.accepted) assert.equal(objection, null);
      agreed++;
    });
  }
});
