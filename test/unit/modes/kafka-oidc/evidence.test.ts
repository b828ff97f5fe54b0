import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AddressResult } from '../../../../src/kafka/login/everywhere.ts';
import { readValues, type Wanted } from '../../../../src/kafka/settings.ts';
import { newLogin, oldLogin, type Situation } from '../../../../src/modes/kafka-oidc/evidence.ts';
import type { Brokers } from '../../../../src/modes/kafka-oidc/token.ts';
import { SCRIPT_START } from '../../../world/scripted-http.ts';
import {
  ACCEPTED,
  AUDIENCE,
  CLAIM,
  changesTo,
  JWKS_URL,
  judged,
  OIDC_ON,
  refusedFor,
  runWith,
  serviceWith,
} from './situations.ts';

/** Which login shows that a broker has restarted, after a change and after it was taken back. */

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokenFor = (aud: string) =>
  [
    part({ alg: 'RS256', kid: 'k' }),
    part({ iss: 'https://idp.example.com', aud, sub: 'app', iat: 1, exp: SCRIPT_START / 1000 + 600 }),
    'c2ln',
  ].join('.');
const OLD = judged(ACCEPTED, { token: tokenFor('kafka') });
const NEW = judged(ACCEPTED, { token: tokenFor('new') });

function situation(more: { off?: boolean; tokens?: Situation['tokens']; wanted?: Wanted } = {}): Situation {
  const before = serviceWith(more.off ? {} : OIDC_ON);
  const wanted = more.wanted ?? { [AUDIENCE]: 'new' };
  const values = { ...readValues(before.user_config), ...wanted };
  const brokers = { service: before, values, keys: null };
  return { before, changes: changesTo(wanted), tokens: more.tokens ?? [OLD, NEW], brokers };
}

const result = (how: string, using: number | null, remote: string | null = 'r1') =>
  ({
    result: { how, mechanisms: [], brokers: [] },
    using,
    remote,
    address: 'a:1',
  }) as unknown as AddressResult;

describe('after a change, a login is new', () => {
  const { context } = runWith();
  const isNew = (given: Situation, one: AddressResult) => newLogin(given, context).isNew(one);

  test('with a token that was refused before, and not with one that was not', () => {
    assert.equal(isNew(situation(), result('logged in', 1)), true);
    assert.equal(isNew(situation(), result('logged in', 0)), false);
  });
  test('with any token where none was accepted', () =>
    assert.equal(isNew(situation({ off: true }), result('logged in', 0)), true));
  test('where the mechanism is offered that was not', () => {
    assert.equal(isNew(situation({ off: true }), result('offered', null)), true);
    assert.equal(isNew(situation(), result('offered', null)), false);
  });
  test('only when it worked', () => {
    for (const how of ['refused', 'not offered', 'no route']) {
      assert.equal(isNew(situation({ off: true }), result(how, 0)), false);
      assert.equal(isNew(situation(), result(how, 1)), false);
    }
  });
  test('not without a token, nor with one that is not known', () => {
    assert.equal(isNew(situation(), result('logged in', null)), false);
    assert.equal(isNew(situation(), result('logged in', 7)), false);
  });
  test('with the tokens as they are judged after it', () =>
    assert.deepEqual(newLogin(situation(), context).tokens, [OLD, NEW]));
});

describe('after the settings of before are back', () => {
  const { context } = runWith();
  const turnedAway = [result('refused', 1, 'r1'), result('refused', 1, 'r2')];

  test('the tokens that they accept log in', () => {
    const question = oldLogin(situation(), turnedAway, context);
    assert.deepEqual(
      question?.tokens.map(({ token }) => token),
      [OLD.token],
    );
  });
  test('a broker that said no shows by a login that it has restarted, and no other does', () => {
    const question = oldLogin(situation(), turnedAway, context);
    assert.deepEqual(
      [
        result('logged in', 0, 'r2'),
        result('offered', 0, 'r1'),
        result('refused', 0, 'r1'),
        result('logged in', 0, 'r3'),
        result('logged in', 0, null),
      ].map((one) => question?.isNew(one)),
      [true, true, false, false, false],
    );
    assert.equal(
      oldLogin(situation(), [result('refused', 1, null)], context)?.isNew(result('offered', 0, null)),
      false,
    );
  });
  test('no login shows anything where they accept none', () => {
    assert.equal(oldLogin(situation({ off: true }), turnedAway, context), null);
    assert.equal(oldLogin(situation({ off: true, tokens: [] }), turnedAway, context), null);
    assert.equal(oldLogin(situation({ tokens: [NEW] }), turnedAway, context), null);
  });
  test('the offer alone shows it where there is no token', () =>
    assert.deepEqual(oldLogin(situation({ tokens: [] }), turnedAway, context)?.tokens, []));
});

test('the key set of before is not known where its address changes', () => {
  const { context } = runWith();
  const keys: Brokers['keys'] = [];
  const withKeys = (wanted: Wanted) => {
    const given = situation({ wanted, tokens: [OLD] });
    return { ...given, brokers: { ...given.brokers, keys } };
  };
  const signatures = (wanted: Wanted) => newLogin(withKeys(wanted), context).isNew(result('logged in', 0));
  // An empty key set verifies nothing; a key set that is not known refuses nothing.
  assert.equal(signatures({ [CLAIM]: 'azp' }), true);
  assert.equal(signatures({ [JWKS_URL]: 'https://idp.example.com/other' }), false);
  assert.equal(signatures({ [JWKS_URL]: 'https://idp.example.com/other', [CLAIM]: 'azp' }), false);
});

test('a refusal of before is one of the broker, not of the judge of today', () => {
  const { context } = runWith();
  const tokens = [judged(refusedFor('aud'), { token: OLD.token })];
  assert.equal(newLogin(situation({ tokens }), context).isNew(result('logged in', 0)), false);
});
