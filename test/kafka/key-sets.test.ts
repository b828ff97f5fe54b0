import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { realClock } from '../../src/clock.ts';
import { inspectProvider, type ProviderFindings } from '../../src/modes/kafka-oidc/inspect.ts';
import { openHttp } from '../../src/net/http.ts';
import { startStaticSite } from '../world/bad-provider.ts';
import { startProvider } from '../world/provider.ts';
import { type Answer, askKafka } from './judge.ts';
import { jwkOf, KEY_SETS, set } from './key-sets.ts';
import { KAFKA_VERSIONS } from './versions.ts';

/** Key sets, as Kafka's own validator takes them in when a broker starts, and as our check of the provider sees them. */

const provider = await startProvider();
const OTHER = { kid: 'other', ...jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' })) };
const trusted = getCACertificates('default');
setDefaultCACertificates([...trusted, provider.ca]);
const good: object = await fetch(provider.jwksUri)
  .then((answer) => answer.json() as Promise<{ keys: object[] }>)
  .then(({ keys }) => ({ ...keys[0] }));
const sites = await Promise.all(
  KEY_SETS.map(({ pages }) => startStaticSite((url) => pages(good, url), provider.certificates)),
);
const http = openHttp();
after(async () => {
  await Promise.all([...sites.map((site) => site.close()), provider.close(), http.close()]);
});

/** What our check of the provider says of each. */
async function ours(): Promise<ProviderFindings[]> {
  const stop = new AbortController().signal;
  const tools = { http, clock: { ...realClock(stop), sleep: async () => {} }, stop };
  return Promise.all(
    sites.map(({ url }) => inspectProvider({ issuer: null, jwksUrl: `${url}/jwks`, verify: true }, tools)),
  );
}
const findings = await ours();

for (const version of KAFKA_VERSIONS) {
  describe(`Kafka ${version} and our check of the provider agree`, async () => {
    let answers: Map<string, Answer>;
    let agreed = 0;
    before(async () => {
      const token = await provider.token();
      const settings = { expectedIssuer: provider.issuer, expectedAudience: 'kafka', subClaimName: null };
      const questions = KEY_SETS.map(({ name }, index) => ({
        id: name,
        token,
        settings: { ...settings, jwksEndpointUrl: `${sites[index]?.url}/jwks` },
      }));
      answers = await askKafka(version, () => questions, provider.caFile);
    });
    after(() =>
      console.log(
        `Kafka ${version} and our check of the provider agree on ${agreed} of ${KEY_SETS.length} key sets.`,
      ),
    );

    for (const [index, row] of KEY_SETS.entries()) {
      test(row.name, () => {
        const answer = answers.get(row.name);
        assert.ok(answer, 'Kafka said nothing');
        const failedToStart = answer.reason.includes('at Judge$Broker.<init>');
        assert.equal(!failedToStart, row.starts, answer.reason);
        assert.equal(answer.accepted, row.works, answer.reason);
        const problems = findings[index]?.findings ?? [];
        assert.equal(problems.length === 0, row.works, JSON.stringify(problems));
        agreed++;
      });
    }
  });
}

test('a private key in a key set does not trouble Kafka; it troubles us', async (t) => {
  const leaked = {
    kid: 'leaked',
    ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  };
  const site = await startStaticSite(() => set(good, leaked, OTHER), provider.certificates);
  t.after(() => site.close());
  const stop = new AbortController().signal;
  const question = { issuer: null, jwksUrl: `${site.url}/jwks`, verify: true };
  const { findings } = await inspectProvider(question, { http, clock: realClock(stop), stop });
  assert.match(findings[0]?.problem ?? '', /^ALARM: .* private key \(“leaked”\)/);
});
