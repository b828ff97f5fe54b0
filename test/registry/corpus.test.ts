import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { judgeToken } from '../../src/judge/schema-registry/token.ts';
import type { Verdict } from '../../src/judge/verdict.ts';
import { corpus, type RowSettings, USUAL_SETTINGS } from '../kafka/corpus.ts';
import { makeKeys } from '../kafka/keys.ts';
import { mint, publish } from '../kafka/mint.ts';
import { DEPENDS_ON_PYTHON, pyJwtAnswers } from './answers.ts';
import { type Answer, askPyJwt, installPyJwt, type Question } from './ask.ts';
import { pythonTokens, type TokenRow } from './tokens.ts';

/** PyJWT, asked as Karapace asks it, judges our judge of Schema Registry, token by token. */

const KEYS = await makeKeys();

interface Minted {
  readonly name: string;
  readonly token: string;
  readonly jwks: ReturnType<typeof publish>;
  readonly settings: RowSettings;
}

/** Every token that Kafka judges ours of brokers by, and those that only Python tells apart. */
function rowsAt(now: number): TokenRow[] {
  return [...corpus(now), ...pythonTokens(now)];
}

function mintAll(): Minted[] {
  const now = Math.floor(Date.now() / 1000);
  return rowsAt(now).map((row) => ({
    name: row.name,
    token: mint({ ...row, accepted: false }, KEYS, now),
    jwks: publish({ ...row, accepted: false }, KEYS),
    settings: { ...USUAL_SETTINGS, ...row.settings },
  }));
}

const keySets = new Map<string, string>();
const server = createServer(({ url = '' }, response) => response.end(keySets.get(url)));
before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
after(() => server.close());

function question({ name, token, jwks, settings }: Minted): Question {
  const keySet = JSON.stringify({ keys: jwks });
  const path = [...keySets].find(([, text]) => text === keySet)?.[0] ?? `/${keySets.size}`;
  keySets.set(path, keySet);
  const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const { issuer, audience, subject } = settings;
  return { id: name, token, jwksUrl, issuer, audience, subject: subject ?? 'sub' };
}

function judge({ token, jwks, settings }: Minted, at: Date): Verdict {
  const { issuer, audience, subject } = settings;
  const audiences = (audience ?? '').split(',').map((item) => item.trim());
  const expected = {
    issuer,
    audiences: audiences.filter((item) => item !== ''),
    subjectClaim: subject ?? 'sub',
    startsWithoutExpectations: false,
  };
  return judgeToken(token, jwks, expected, at);
}

describe('PyJWT, asked as Karapace asks it, and our judge agree', () => {
  const names = rowsAt(0).map(({ name }) => name);
  const kept = pyJwtAnswers();
  let minted: Map<string, Minted>;
  let answers: Map<string, Answer>;
  const agreed: Answer[] = [];

  before(async () => {
    await installPyJwt();
    answers = await askPyJwt(() => {
      const all = mintAll();
      minted = new Map(all.map((one) => [one.name, one]));
      return all.map(question);
    });
  });
  after(() => {
    const good = agreed.filter(({ accepted }) => accepted).length;
    console.log(
      `PyJWT, asked as Karapace asks it, and our judge agree on ${agreed.length} of ${names.length} tokens: ${good} accepted, ${agreed.length - good} refused; ${DEPENDS_ON_PYTHON.size} more depends on the version of Python, and ours refuses it.`,
    );
  });

  for (const name of names) {
    test(name, () => {
      const [one, answer] = [minted.get(name), answers.get(name)];
      assert.ok(one && answer, 'PyJWT said nothing');
      // The clock may have ticked while PyJWT judged.
      const verdicts = [answer.at, answer.until].map((at) => judge(one, new Date(at)));
      if (DEPENDS_ON_PYTHON.has(name)) {
        assert.deepEqual(
          verdicts.map(({ accepted }) => accepted),
          [false, false],
        );
        return;
      }
      const verdict = verdicts.find(({ accepted }) => accepted === answer.accepted);
      assert.ok(verdict, `PyJWT: ${answer.reason ?? 'accepted'}; ours: ${JSON.stringify(verdicts)}`);
      assert.equal(verdict.refusals.length === 0, verdict.accepted);
      assert.equal(answer.accepted, kept.get(name), 'what the unit tests go by');
      agreed.push(answer);
    });
  }
});
