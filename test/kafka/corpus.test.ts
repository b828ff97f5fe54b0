import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { judgeToken, type Verdict } from '../../src/judge/broker/token.ts';
import { corpus, type Row, type RowSettings, USUAL_SETTINGS } from './corpus.ts';
import { type Answer, askKafka, type Question } from './judge.ts';
import { makeKeys } from './keys.ts';
import { mint, publish } from './mint.ts';
import { asTable } from './table.ts';
import { installation, KAFKA_VERSIONS, type KafkaVersion } from './versions.ts';

/** Kafka's own authenticator judges our judge, token by token. */

const KEYS = await makeKeys();
const NAMES = corpus(0).map(({ name }) => name);

/** A row of the corpus with the token that was made of it, and when. */
interface Minted {
  readonly row: Row;
  readonly now: number;
  readonly token: string;
  readonly jwks: ReturnType<typeof publish>;
  readonly settings: RowSettings;
}

function mintAll(): Map<string, Minted> {
  const now = Math.floor(Date.now() / 1000);
  const rows = corpus(now).map((row) => {
    const settings = { ...USUAL_SETTINGS, ...row.settings };
    return { row, now, token: mint(row, KEYS, now), jwks: publish(row, KEYS), settings };
  });
  return new Map(rows.map((minted) => [minted.row.name, minted]));
}

/** Serves each key set at a path of its own; sets that are the same at the same one. */
const keySets = new Map<string, string>();
const server = createServer(({ url = '' }, response) => response.end(keySets.get(url)));
before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
after(() => server.close());

function question({ row, token, jwks, settings }: Minted): Question {
  const keySet = JSON.stringify({ keys: jwks });
  const known = [...keySets].find(([, text]) => text === keySet)?.[0];
  const path = known ?? `/${keySets.size}`;
  keySets.set(path, keySet);
  const { port } = server.address() as AddressInfo;
  const { issuer, audience, subject } = settings;
  return {
    id: row.name,
    token,
    settings: {
      jwksEndpointUrl: `http://127.0.0.1:${port}${path}`,
      expectedIssuer: issuer,
      expectedAudience: audience,
      subClaimName: subject,
    },
  };
}

/** What our judge says of a token at a time. */
function judge({ token, jwks, settings }: Minted, kafkaVersion: KafkaVersion, at: Date): Verdict {
  const { issuer, audience, subject } = settings;
  const audiences = audience === null ? [] : audience.split(',').map((item) => item.trim());
  return judgeToken(token, jwks, { issuer, audiences, subjectClaim: subject ?? 'sub', kafkaVersion }, at);
}

test('the corpus is what it should be', () => {
  assert.ok(NAMES.length >= 80);
  assert.equal(new Set(NAMES).size, NAMES.length, 'each name once');
});

for (const version of KAFKA_VERSIONS) {
  describe(`Kafka ${version} and our judge agree`, async () => {
    let minted: Map<string, Minted>;
    let answers: Map<string, Answer>;
    const agreed: { row: Row; answer: Answer; verdict: Verdict }[] = [];

    before(async () => {
      answers = await askKafka(version, () => {
        minted = mintAll();
        return [...minted.values()].map(question);
      });
    });
    after(() => {
      const good = agreed.filter(({ answer }) => answer.accepted).length;
      const unsure = agreed.filter(({ row }) => row.unsure).length;
      const table = join(installation(version).directory, 'corpus.md');
      writeFileSync(table, asTable(version, agreed));
      console.log(
        `Kafka ${version} and our judge agree on ${agreed.length} of ${NAMES.length} tokens: ${good} accepted, ${agreed.length - good} refused, of all of these ${unsure} at a clock edge, where nobody can know. Reasons side by side: ${table}`,
      );
    });

    for (const name of NAMES) {
      test(name, () => {
        const one = minted.get(name);
        const answer = answers.get(name);
        assert.ok(one && answer, 'Kafka said nothing');
        const { row } = one;
        // The clock may have ticked while Kafka judged.
        const verdicts = [answer.at, answer.until].map((at) => judge(one, version, new Date(at)));
        const verdict = verdicts.find(({ accepted }) => accepted === answer.accepted);
        assert.ok(verdict, `Kafka ${answer.accepted ? 'accepts' : 'refuses'} it; ours: ${inspect(verdicts)}`);
        assert.equal(verdict.principal, answer.principal ?? null);
        agreed.push({ row, answer, verdict });

        if (row.unsure) {
          const { notes } = judge(one, version, new Date(one.now * 1000));
          assert.ok(
            notes.some((note) => note.includes('whose clock differs')),
            'our judge says that it cannot know',
          );
          return;
        }
        const { accepted, refusals, reason } = expectedOf(row, version);
        assert.equal(answer.accepted, accepted, answer.reason);
        assert.equal(verdict.principal, accepted ? `User:${row.user ?? 'alice'}` : null);
        assert.deepEqual(
          verdict.refusals.map(({ claim }) => claim),
          accepted ? [] : refusals,
        );
        if (!accepted) assert.ok(answer.reason.includes(reason), answer.reason);
      });
    }
  });
}

/** What the row says of a version. */
function expectedOf({ accepted, refusals = [], reason = '\n' }: Row, version: KafkaVersion) {
  return {
    accepted: typeof accepted === 'boolean' ? accepted : accepted[version],
    refusals: 'length' in refusals ? refusals : refusals[version],
    reason: typeof reason === 'string' ? reason : reason[version],
  };
}

function inspect(value: unknown): string {
  return JSON.stringify(value);
}
