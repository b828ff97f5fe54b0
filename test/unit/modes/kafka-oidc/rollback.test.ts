import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Service } from '../../../../src/aiven/schema.ts';
import { Cancellation, Failure } from '../../../../src/failure.ts';
import { readValues } from '../../../../src/kafka/settings.ts';
import { rollBack } from '../../../../src/modes/kafka-oidc/rollback.ts';
import type { KafkaOidcRequest } from '../../../../src/modes/request.ts';
import type { Json } from '../../../../src/plan.ts';
import {
  ACCEPTED,
  AUDIENCE,
  CLAIM,
  changesTo,
  judged,
  OIDC_ON,
  requestFor,
  runWith,
  serviceWith,
} from './situations.ts';

/** The settings of before are put back, whatever happens meanwhile, and where things stand is told. */

const CHANGES = changesTo({ [AUDIENCE]: 'new', [CLAIM]: 'azp' });
const kafka = (audience: string | null, claim: string | null) => ({
  ...OIDC_ON,
  kafka: {
    ...OIDC_ON.kafka,
    sasl_oauthbearer_expected_audience: audience,
    sasl_oauthbearer_sub_claim_name: claim,
  },
});
const CHANGED = serviceWith(kafka('new', 'azp'));
const RESTORED = serviceWith(kafka('kafka', null));
const MOVING = { ...RESTORED, node_states: [{ name: 'orders-1', state: 'leaving' }] };
const LOGIN = new Failure({ title: 'The login', problem: 'It was refused.', remedy: 'Look at the token.' });

interface Script {
  /** What each read shows, or throws; the last one again and again. */
  readonly reads: readonly (Service | Error)[];
  readonly updated?: Service | Error;
  readonly request?: Partial<KafkaOidcRequest>;
  readonly stop?: AbortSignal;
  /** Whether a login is tried with the settings of before; here it finds no listener. */
  readonly login?: true;
}

async function run({ reads, updated = RESTORED, request = {}, stop, login }: Script) {
  const sent: Json[] = [];
  let read = 0;
  const { world, context } = runWith(
    {
      async getService() {
        const shown = reads[Math.min(read++, reads.length - 1)];
        if (shown instanceof Error || !shown) throw shown;
        return shown;
      },
      async updateService(_project, _service, config) {
        sent.push(config);
        if (updated instanceof Error) throw updated;
        return updated;
      },
    },
    stop,
  );
  const before = serviceWith(OIDC_ON);
  const brokers = { service: before, values: readValues(CHANGED.user_config), keys: null };
  const failed = {
    before,
    changes: CHANGES,
    // The settings of before accept no such token, so that none is tried.
    tokens: login ? [] : [judged(ACCEPTED)],
    brokers,
    service: CHANGED,
    failure: LOGIN,
    turnedAway: [],
  };
  const end = await rollBack(failed, requestFor({ rollbackOnFailure: true, ...request }), context);
  return { ...end, sent, world };
}

const names = (changes: typeof CHANGES) => changes.map(({ setting }) => setting.input);
const BACK = {
  kafka: { sasl_oauthbearer_expected_audience: 'kafka', sasl_oauthbearer_sub_claim_name: null },
};

describe('put back', () => {
  test('are all settings in one update, and the restart is seen', async () => {
    const { story, failure, sent, world } = await run({ reads: [CHANGED, MOVING, RESTORED] });
    assert.deepEqual(sent, [BACK]);
    assert.deepEqual([names(story.changes as typeof CHANGES), story.unconfirmed], [[], false]);
    assert.deepEqual(story.service, RESTORED);
    assert.deepEqual(story.values, { ...readValues(OIDC_ON) });
    assert.match(
      story.events[0] ?? '',
      /: kafka\.sasl_oauthbearer_expected_audience, kafka\.sasl_oauthbearer_sub_claim_name\.$/,
    );
    assert.match(story.events[1] ?? '', /the only broker has restarted/);
    assert.match(failure.title, /put back/);
    assert.match(
      failure.problem,
      /^It was refused\. .*claim_name are as before again, and every broker was seen to restart with that\.$/,
    );
    assert.equal(failure.remedy, 'Look at the token.');
    assert.equal(failure.cause, LOGIN);
    assert.equal(world.warnings.length, 1);
    assert.match(world.warnings[0]?.text ?? '', /^It was refused\. .*acme\/orders/);
  });

  test('is what this run has set; what somebody else has set since stays', async () => {
    const other = serviceWith(kafka('new', 'email'));
    const { story, failure, sent } = await run({
      reads: [other],
      updated: serviceWith(kafka('kafka', 'email')),
      request: { wait: false },
    });
    assert.deepEqual(sent, [{ kafka: { sasl_oauthbearer_expected_audience: 'kafka' } }]);
    assert.deepEqual(names(story.changes as typeof CHANGES), ['sub-claim-name']);
    assert.match(story.events[0] ?? '', /sub_claim_name/);
    assert.doesNotMatch(story.events[0] ?? '', /audience/);
    assert.match(failure.problem, /expected_audience is as before .*Someone else .*sub_claim_name/);
  });

  test('is not what is as before already', async () => {
    const half = serviceWith(kafka('kafka', 'azp'));
    const { story, failure, sent } = await run({ reads: [half], request: { wait: false } });
    assert.deepEqual(sent, [{ kafka: { sasl_oauthbearer_sub_claim_name: null } }]);
    assert.deepEqual([story.changes, story.events.length], [[], 1]);
    assert.doesNotMatch(failure.problem, /Someone/);
    assert.match(failure.problem, /sub_claim_name is as before/);
  });

  test('is nothing where nothing is left', async () => {
    const { story, failure, sent } = await run({ reads: [RESTORED] });
    assert.deepEqual([sent, story.changes, story.events, story.unconfirmed], [[], [], [], false]);
    assert.doesNotMatch(failure.title, /put back/);
    assert.match(failure.problem, /^It was refused\. \S/);
    assert.doesNotMatch(failure.problem, /as before/);
  });

  test('is not confirmed where nobody waits, or no broker was seen to restart', async () => {
    for (const request of [{ wait: false }, {}]) {
      const { story, failure } = await run({ reads: [CHANGED, RESTORED], request });
      assert.equal(story.unconfirmed, true);
      assert.doesNotMatch(failure.problem, /and every broker was seen/);
      assert.match(failure.problem, /as before again; /);
    }
  });
});

test('where the login does not work with the settings of before either, that is told', async () => {
  const { story, failure } = await run({ reads: [CHANGED, MOVING, RESTORED], login: true });
  assert.deepEqual(story.changes, []);
  assert.match(failure.problem, /are as before, but .*lists no SASL listener/);
});

test('what came of the login with the settings of before is told', async () => {
  const off = { ...RESTORED, state: 'POWEROFF' };
  const { story } = await run({ reads: [CHANGED, off], login: true });
  assert.match(story.events.at(-1) ?? '', /^Login, with the previous settings: .*powered off/);
});

describe('it does not come to its end', () => {
  const trouble = new Failure({ title: 'Aiven', problem: 'Aiven is down.', remedy: 'Wait for it.' });
  const HERE =
    /still in place\. The previous ones were: kafka\.sasl_oauthbearer_expected_audience "kafka"; kafka\.sasl_oauthbearer_sub_claim_name unset\./;
  const SENT = /previous settings were sent/;

  test('where the service cannot be read: the settings of the change are still there', async () => {
    const { story, failure, sent } = await run({ reads: [trouble] });
    assert.deepEqual([sent, story.changes, story.unconfirmed], [[], CHANGES, false]);
    assert.equal(story.service, CHANGED);
    assert.match(failure.problem, /^It was refused\. .*Aiven is down\. /);
    assert.match(failure.problem, HERE);
    assert.match(failure.remedy, /acme\/orders .*Wait for it\.$/);
    assert.equal(failure.cause, trouble);
  });
  test('where the update is refused: as much is left as was', async () => {
    const { story, failure } = await run({ reads: [CHANGED], updated: trouble });
    assert.deepEqual([story.changes, story.events], [CHANGES, []]);
    assert.match(failure.problem, HERE);
  });
  test('where the wait is interrupted: the settings were sent', async () => {
    const { story, failure } = await run({ reads: [CHANGED, trouble] });
    assert.deepEqual([story.changes, story.unconfirmed], [[], true]);
    assert.match(failure.problem, SENT);
    assert.match(failure.problem, /Aiven is down/);
  });
  test('where the time is up: the settings were sent', async () => {
    const { failure, story } = await run({ reads: [CHANGED, MOVING] });
    assert.match(failure.problem, SENT);
    assert.match(failure.remedy, /wait-timeout-minutes/);
    assert.equal(story.service, MOVING);
  });
  test('where something else moved meanwhile', async () => {
    const other = serviceWith({ ...RESTORED.user_config, kafka_version: '4.1' });
    const { failure } = await run({
      reads: [serviceWith({ ...CHANGED.user_config, kafka_version: '4.0' }), MOVING, other],
    });
    assert.match(failure.problem, /kafka_version/);
    assert.match(failure.problem, SENT);
  });
  test('where the run is cancelled: it ends as cancelled', async () => {
    class Stopped extends Cancellation {}
    const stopped = new Stopped({
      title: 'Cancelled',
      problem: 'It was cancelled.',
      remedy: 'Run it again.',
    });
    const { failure, sent, world } = await run({ reads: [CHANGED], stop: AbortSignal.abort(stopped) });
    assert.ok(failure instanceof Stopped);
    assert.deepEqual([failure.title, sent, world.warnings], ['Cancelled', [], []]);
    assert.match(failure.problem, HERE);
    assert.match(failure.remedy, /Run it again\.$/);
  });
  test('by an error of this program, which is told as it is', async () => {
    const { failure } = await run({ reads: [new TypeError('a bug')] });
    assert.match(failure.problem, /a bug /);
    assert.ok(!(failure instanceof Cancellation));
    assert.match(failure.remedy, /Console\.$/);
  });
});
