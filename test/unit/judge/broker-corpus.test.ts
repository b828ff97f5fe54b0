import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judgeToken, type Verdict } from '../../../src/judge/broker/token.ts';
import { corpus, type Row, USUAL_SETTINGS } from '../../kafka/corpus.ts';
import { makeKeys } from '../../kafka/keys.ts';
import { mint, publish } from '../../kafka/mint.ts';
import { KAFKA_VERSIONS, type KafkaVersion } from '../../kafka/versions.ts';

/** Every token of the corpus, by what the rows say of it, which `test/kafka` holds to what Kafka says. */

const KEYS = await makeKeys(2048);
const NOW = 1_795_000_000;
const ROWS = corpus(NOW);
const MINTED = new Map(ROWS.map((row) => [row, { token: mint(row, KEYS, NOW), jwks: publish(row, KEYS) }]));

function judge(row: Row, kafkaVersion: KafkaVersion | null): Verdict {
  const { issuer, audience, subject } = { ...USUAL_SETTINGS, ...row.settings };
  const audiences = audience === null ? [] : audience.split(',').map((item) => item.trim());
  const { token = '', jwks = [] } = MINTED.get(row) ?? {};
  const expected = { issuer, audiences, subjectClaim: subject ?? 'sub', kafkaVersion };
  return judgeToken(token, jwks, expected, new Date(NOW * 1000));
}

for (const version of KAFKA_VERSIONS) {
  test(`tokens as Kafka ${version} sees them`, () => {
    for (const row of ROWS) {
      const { accepted, principal, refusals, notes, signature } = judge(row, version);
      const wanted = typeof row.accepted === 'boolean' ? row.accepted : row.accepted[version];
      assert.equal(accepted, wanted, `${row.name}: ${JSON.stringify(refusals)}`);
      assert.equal(principal, accepted ? `User:${row.user ?? 'alice'}` : null, row.name);
      assert.equal(
        notes.some((note) => note.includes('whose clock differs')),
        row.unsure === 'clock edge' || row.name === 'nbf in 30 s, at the edge',
        row.name,
      );
      if (accepted) assert.equal(signature, 'verified', row.name);
      if (row.unsure) continue;
      const told = row.refusals ?? [];
      assert.deepEqual(
        refusals.map(({ claim }) => claim),
        accepted ? [] : 'length' in told ? told : told[version],
        `${row.name}: ${JSON.stringify(refusals)}`,
      );
    }
  });
}

describe('a token that was not looked at whole', () => {
  test('is not called verified', () => {
    const [row] = ROWS;
    assert.ok(row);
    const { token = '' } = MINTED.get(row) ?? {};
    const expected = { issuer: null, audiences: ['kafka'], subjectClaim: 'sub', kafkaVersion: null };
    const verdict = judgeToken(token, null, expected, new Date(NOW * 1000));
    assert.equal(verdict.signature, 'not looked at');
    assert.deepEqual(verdict.expiresAt, new Date((NOW + 600) * 1000));
  });
});
