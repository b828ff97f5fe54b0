import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { judgeToken } from '../../src/oidc/token.ts';
import { corpus, USUAL_SETTINGS } from './corpus.ts';
import { type Answer, askKafka, type Question } from './judge.ts';
import { makeKeys } from './keys.ts';
import { mint, publish } from './mint.ts';
import { KAFKA_VERSIONS } from './versions.ts';

const NOW = Math.floor(Date.now() / 1000);
const KEYS = await makeKeys();
const ROWS = corpus(NOW).map((row) => ({
  row,
  token: mint(row, KEYS, NOW),
  jwks: publish(row, KEYS),
  settings: { ...USUAL_SETTINGS, ...row.settings },
}));

/** Serves each key set at a path of its own. */
const server = createServer(({ url }, response) => {
  response.end(JSON.stringify({ keys: ROWS[Number(url?.slice(1))]?.jwks }));
});
const questions = (): Question[] => {
  const { port } = server.address() as AddressInfo;
  const paths = new Map<string, number>();
  return ROWS.map(({ row, token, jwks, settings }, index) => {
    const same = JSON.stringify(jwks);
    if (!paths.has(same)) paths.set(same, index);
    const jwksEndpointUrl = `http://127.0.0.1:${port}/${paths.get(same)}`;
    const { issuer, audience, subject } = settings;
    return {
      id: row.name,
      token,
      settings: {
        jwksEndpointUrl,
        expectedIssuer: issuer,
        expectedAudience: audience,
        subClaimName: subject,
      },
    };
  });
};

before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
after(() => server.close());

test('the corpus is what it should be', () => {
  assert.ok(ROWS.length >= 90);
  assert.equal(new Set(ROWS.map(({ row }) => row.name)).size, ROWS.length, 'each name once');
});

const counts: string[] = [];
after(() => process.stdout.write(`corpus: ${[`${ROWS.length} tokens`, ...counts].join(', ')}\n`));

for (const version of KAFKA_VERSIONS) {
  describe(`Kafka ${version} and the judge agree`, async () => {
    let answers: Map<string, Answer>;
    let agreed = 0;
    before(async () => {
      answers = await askKafka(version, questions());
    });
    after(() => counts.push(`${agreed} agreed (Kafka ${version})`));

    for (const { row, token, jwks, settings } of ROWS) {
      test(row.name, () => {
        const answer = answers.get(row.name);
        assert.ok(answer, 'Kafka said nothing');
        const verdict = judgeToken(token, jwks, expectations(settings, version), new Date(answer.at));
        const accepted = typeof row.accepted === 'boolean' ? row.accepted : row.accepted[version];

        assert.equal(verdict.accepted, answer.accepted, `${inspect(verdict.refusals)} ${answer.reason}`);
        assert.equal(verdict.principal, answer.principal ?? null);
        agreed++;
        if (row.unsure) {
          assert.ok(
            verdict.notes.some((note) => note.includes('whose clock differs')),
            'a note on the clock',
          );
          return;
        }
        assert.equal(answer.accepted, accepted, answer.reason);
        assert.equal(verdict.principal, accepted ? `User:${row.user ?? 'alice'}` : null);
        assert.deepEqual(
          verdict.refusals.map(({ claim }) => claim),
          accepted ? [] : row.refusals,
        );
        if (!accepted) assert.ok(answer.reason.includes(row.reason ?? '\n'), answer.reason);
      });
    }
  });
}

function expectations(
  { issuer, audience, subject }: (typeof ROWS)[number]['settings'],
  kafkaVersion: string,
) {
  const audiences = audience === null ? [] : audience.split(',').map((item) => item.trim());
  return { issuer, audiences, subjectClaim: subject ?? 'sub', kafkaVersion };
}

function inspect(value: unknown): string {
  return JSON.stringify(value);
}
