import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { realClock } from '../../src/clock.ts';
import { judgeToken } from '../../src/judge/broker/token.ts';
import { inspectProvider, type ProviderFindings } from '../../src/modes/kafka-oidc/inspect.ts';
import { weigh } from '../../src/modes/kafka-oidc/weigh.ts';
import { openHttp } from '../../src/net/http.ts';
import { makeCertificates } from '../world/certificates.ts';
import { makeTempDir } from '../world/temp.ts';
import { makeFieldKeys, mintFieldToken } from './field/keys.ts';
import type { FieldRow, Outcome, Place } from './field/row.ts';
import { startFieldSite } from './field/site.ts';
import { FIELD } from './field.ts';
import { type Answer, askKafka } from './judge.ts';
import { KAFKA_VERSIONS, type KafkaVersion } from './versions.ts';

/** What was met in the field, as the action judges it before a change and as a broker does that starts with it. */

const certificates = await makeCertificates();
const site = await startFieldSite(certificates);
const temp = await makeTempDir('field');
const caFile = join(temp.path, 'ca.pem');
await writeFile(caFile, certificates.ca);
const keys = await makeFieldKeys();
setDefaultCACertificates([...getCACertificates('default'), certificates.ca]);
const http = openHttp();
after(() => Promise.all([site.close(), temp.remove(), http.close()]));

/** Sets up the provider of a row for one who asks, since some answer differently the second time. */
function place(row: FieldRow, index: number, asker: string): Place {
  const { issuerPath = '', jwksPath = '/jwks', document } = row;
  const base = `${site.address(row.server ?? 'trusted')}/${asker}/${index}`;
  const world: Place = {
    base,
    issuer: `${base}${issuerPath}`,
    jwksUrl: `${base}${jwksPath}`,
    keys: keys.published,
  };
  const pathOf = (url: string) => url.slice(new URL(url).origin.length);
  site.pages.set(pathOf(world.jwksUrl), row.keySet(world));
  for (const [path, page] of Object.entries(row.more?.(world) ?? {}))
    site.pages.set(`${pathOf(base)}${path}`, page);
  if (document !== undefined) {
    const own = typeof document === 'function' ? {} : document;
    const usual = JSON.stringify({ issuer: world.issuer, jwks_uri: world.jwksUrl, ...own });
    const discovery = `${world.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    site.pages.set(pathOf(discovery), typeof document === 'function' ? document(usual) : { body: usual });
  }
  return world;
}

/** What the action's look at a provider came to, and the token that goes with it. */
interface Ours {
  readonly world: Place;
  readonly token: string;
  readonly provider: ProviderFindings;
}

async function look(row: FieldRow, index: number): Promise<Ours> {
  const world = place(row, index, 'action');
  const stop = new AbortController().signal;
  const jwksUrl = row.document === undefined ? world.jwksUrl : null;
  const question = { issuer: world.issuer, jwksUrl, verify: true };
  const provider = await inspectProvider(question, { http, clock: realClock(stop), stop });
  return { world, token: mintFieldToken(row, world, keys), provider };
}

type Opinion = 'works' | 'refused' | 'unseen' | 'proven';

/** The action's last word: its judgment of the token, and the findings weighed by it, as a run weighs them. */
function opinionOf(row: FieldRow, { world, token, provider }: Ours, kafkaVersion: KafkaVersion) {
  const { audience = 'kafka', subject: subjectClaim = 'sub' } = row;
  const audiences = audience === null ? [] : audience.split(',');
  const expected = { issuer: world.issuer, audiences, subjectClaim, kafkaVersion };
  const verdict = judgeToken(token, provider.keys, expected, new Date());
  const proven = verdict.accepted && verdict.signature === 'verified';
  const inputs = new Set(provider.findings.map(({ input }) => input));
  const { refusals } = weigh(provider.findings, { proven, named: inputs, moved: inputs, restarts: true });
  const opinion: Opinion =
    !verdict.accepted || refusals.some(({ certainty }) => certainty !== 'unseen')
      ? 'refused'
      : refusals.length > 0
        ? 'unseen'
        : provider.findings.length > 0
          ? 'proven'
          : 'works';
  return { opinion, why: JSON.stringify({ findings: provider.findings, refusals: verdict.refusals }) };
}

/** What Kafka made of a row. */
function outcomeOf({ accepted, reason }: Answer): Outcome {
  if (accepted) return 'works';
  return reason.includes('at Judge$Broker.<init>') ? 'does not start' : 'refused';
}

function askAboutAll(version: KafkaVersion): Promise<Map<string, Answer>> {
  const ask = () =>
    FIELD.map((row, index) => {
      const world = place(row, index, version);
      const settings = {
        jwksEndpointUrl: world.jwksUrl,
        expectedIssuer: world.issuer,
        expectedAudience: row.audience === undefined ? 'kafka' : row.audience,
        subClaimName: row.subject ?? null,
      };
      return { id: row.name, token: mintFieldToken(row, world, keys), settings };
    });
  return askKafka(version, ask, caFile);
}

// We come first, so that slow answers are not told from a busy machine; then all brokers at once.
const ours = await Promise.all(FIELD.map(look));
const answers = await Promise.all(KAFKA_VERSIONS.map(askAboutAll));

test('each row has a name of its own', () => {
  assert.ok(FIELD.length >= 60);
  assert.equal(new Set(FIELD.map(({ name }) => name)).size, FIELD.length);
});

for (const [column, version] of KAFKA_VERSIONS.entries()) {
  describe(`in the field, Kafka ${version} and the action agree`, () => {
    let agreed = 0;
    after(() =>
      console.log(`In the field, Kafka ${version} and the action agree: ${agreed} of ${FIELD.length} agree.`),
    );

    for (const [index, row] of FIELD.entries()) {
      test(row.name, () => {
        const answer = answers[column]?.get(row.name);
        const seen = ours[index];
        assert.ok(answer && seen, 'Kafka said nothing');
        const expected = typeof row.broker === 'string' ? row.broker : row.broker[version];
        const outcome = outcomeOf(answer);
        assert.equal(outcome, expected, answer.reason);

        const { opinion, why } = opinionOf(row, seen, version);
        assert.equal(opinion, row.action ?? (expected === 'works' ? 'works' : 'refused'), why);
        // What the action says that it cannot see is nobody's mistake; all else has to be right.
        if (opinion !== 'unseen') assert.equal(opinion !== 'refused', outcome === 'works', why);
        const isSaidNotToStart = seen.provider.findings.some(
          ({ certainty, problem }) => certainty === 'certain' && problem.includes('does not start'),
        );
        if (isSaidNotToStart) assert.equal(outcome, 'does not start', why);
        if (opinion === 'works') assert.equal(seen.provider.jwksUrl, seen.world.jwksUrl);
        agreed++;
      });
    }
  });
}
