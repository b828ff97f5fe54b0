import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Service } from '../../../../src/aiven/schema.ts';
import { Failure } from '../../../../src/failure.ts';
import { RestartCount } from '../../../../src/kafka/progress.ts';
import type { SettingChange } from '../../../../src/kafka/settings.ts';
import type { Settled } from '../../../../src/kafka/settle.ts';
import {
  confirm,
  eventsOf,
  eventsOfUpdate,
  isUnconfirmed,
  notSettled,
  settle,
  undone,
  update,
  warnOfUnconfirmed,
} from '../../../../src/modes/kafka-oidc/update.ts';
import { AUDIENCE, CLAIM, changesTo, OIDC_ON, requestFor, runWith, serviceWith } from './situations.ts';

/** One update, the wait after it, and what is told and checked of both. */

const CHANGES = changesTo({ [AUDIENCE]: 'new', [CLAIM]: 'azp' });
const OF_REST = changesTo({ kafka_rest_authorization: true });
const CONFIG_AFTER = {
  ...OIDC_ON,
  kafka: {
    ...OIDC_ON.kafka,
    sasl_oauthbearer_expected_audience: 'new',
    sasl_oauthbearer_sub_claim_name: 'azp',
  },
};
const AFTER = serviceWith(CONFIG_AFTER);
const BEFORE = serviceWith(OIDC_ON);
const SYNCING = [{ name: 'orders-1', state: 'syncing_data' }];

describe('an update', () => {
  test('sends all changes in one, and is done when the service shows them', async () => {
    const asked: unknown[] = [];
    const { world, context } = runWith({
      async updateService(project, service, config, isDone) {
        asked.push([project, service, config, isDone(BEFORE), isDone(AFTER)]);
        return AFTER;
      },
    });
    assert.equal(await update(CHANGES, requestFor(), context), AFTER);
    const kafka = { sasl_oauthbearer_expected_audience: 'new', sasl_oauthbearer_sub_claim_name: 'azp' };
    assert.match(world.told.join('\n'), /^.*acme\/orders.*$/);
    assert.match(world.debug.join('\n'), new RegExp(`^.*${AUDIENCE}, ${CLAIM}\\.$`));
    assert.deepEqual(asked, [['acme', 'orders', { kafka }, false, true]]);
  });
  test('that is answered without them fails, and names what is missing', async () => {
    const half = serviceWith({ kafka: { ...CONFIG_AFTER.kafka, sasl_oauthbearer_sub_claim_name: 'sub' } });
    const { context } = runWith({ updateService: async () => half });
    await assert.rejects(update(CHANGES, requestFor(), context), (error) => {
      assert.ok(error instanceof Failure);
      assert.match(error.problem, /acme\/orders .* kafka\.sasl_oauthbearer_sub_claim_name\.$/);
      assert.doesNotMatch(error.problem, /audience/);
      return true;
    });
  });
  test('is not begun in a run that was told to stop', async () => {
    const { context } = runWith(
      { updateService: async () => assert.fail('it is not asked') },
      AbortSignal.abort(new Error('stopped')),
    );
    await assert.rejects(update(CHANGES, requestFor(), context), /stopped/);
  });
  test('is undone as far as the service does not show it', () => {
    assert.deepEqual(undone(AFTER, CHANGES), []);
    assert.deepEqual(undone(BEFORE, CHANGES), [AUDIENCE, CLAIM]);
    assert.deepEqual(undone(BEFORE, changesTo({ [AUDIENCE]: null })), [AUDIENCE]);
  });
});

describe('what an update sets going', () => {
  const lines = (changes: readonly SettingChange[], wait: boolean, state = 'RUNNING') =>
    eventsOfUpdate(serviceWith({}, { state }), changes, requestFor({ wait })).length;

  test('is told where nobody waits for the restart', () => {
    assert.equal(lines(CHANGES, false), 2);
    assert.equal(lines(CHANGES, true), 1);
    assert.equal(lines(CHANGES, false, 'POWEROFF'), 1);
    assert.equal(lines(OF_REST, false), 1);
  });
});

describe('the wait', () => {
  function run(
    service: Service,
    changes: readonly SettingChange[],
    more: { wait?: boolean; reads?: Service[] } = {},
  ) {
    const reads = [...(more.reads ?? [])];
    const { world, context } = runWith({ getService: async () => reads.shift() ?? serviceWith({}) });
    const seen: Service[] = [];
    const watching = { beside: null, see: (one: Service) => void seen.push(one) };
    const request = requestFor({ wait: more.wait ?? true });
    return { world, seen, settled: settle(service, changes, request, context, watching) };
  }

  test('is none where the service is powered off, which a change is told of', async () => {
    const off = serviceWith({}, { state: 'POWEROFF' });
    const { world, settled } = run(off, CHANGES);
    assert.equal(await settled, null);
    assert.equal(world.warnings.length, 1);
    const same = run(off, []);
    assert.equal(await same.settled, null);
    assert.deepEqual(same.world.warnings, []);
  });
  test('is none with wait: false', async () => {
    const { world, settled } = run(AFTER, CHANGES, { wait: false });
    assert.equal(await settled, null);
    assert.deepEqual(world.told, []);
  });
  test('is none where nothing changed and nothing moves', async () => {
    assert.equal(await run(AFTER, []).settled, null);
    assert.equal((await run(serviceWith({}, { node_states: SYNCING }), []).settled)?.how, 'settled');
  });
  test('shows each read to what watches beside it', async () => {
    const syncing = serviceWith({}, { node_states: SYNCING });
    const { seen, settled } = run(AFTER, CHANGES, { reads: [syncing] });
    const result = await settled;
    assert.deepEqual([result?.how, result?.restarted], ['settled', true]);
    assert.deepEqual(seen.slice(0, 2), [AFTER, syncing]);
  });
  test('takes what is watched beside it into account', async () => {
    const beside = { see() {}, movedAt: null, restarted: true, goal: 'reached' as const };
    const { world, context } = runWith({ getService: async () => AFTER });
    const settled = await settle(AFTER, CHANGES, requestFor(), context, { beside, see() {} });
    assert.deepEqual([settled?.how, settled?.restarted, world.waits], ['settled', true, []]);
    assert.match(world.told[0] ?? '', /1 min/);
  });
  test('needs nothing beside it', async () => {
    const { context } = runWith({ getService: async () => AFTER });
    const syncing = serviceWith(CONFIG_AFTER, { node_states: SYNCING });
    assert.equal((await settle(syncing, CHANGES, requestFor(), context))?.restarted, true);
  });
  test('is for the restart where brokers restart, for a while where only others move, and for none where nothing changed', async () => {
    const waited = async (changes: readonly SettingChange[], service = AFTER) => {
      const { world, settled } = run(service, changes);
      await settled;
      return world.waits.reduce((sum, each) => sum + each, 0);
    };
    const [restart, moves] = [await waited(CHANGES), await waited(OF_REST)];
    const nothing = await waited([], serviceWith({}, { node_states: SYNCING }));
    assert.ok(
      restart >= 55_000 && moves < 25_000 && moves >= 10_000 && nothing < 5_000,
      `${restart} ${moves} ${nothing}`,
    );
  });
});

/** The states of nodes that restarted, or did not. */
function counted(total: number, restarted: number): RestartCount {
  const nodes = (state: (at: number) => string) => ({
    state: 'RUNNING',
    node_states: Array.from({ length: total }, (_, at) => ({ name: `n${at}`, state: state(at) })),
  });
  const restarts = new RestartCount(nodes(() => 'running'));
  restarts.see(nodes((at) => (at < restarted ? 'leaving' : 'running')));
  restarts.see(nodes(() => 'running'));
  return restarts;
}

const ended = (more: Partial<Settled<Service>> = {}): Settled<Service> => ({
  how: 'settled',
  service: AFTER,
  elapsedMs: 61_000,
  moved: true,
  restarts: counted(3, 3),
  restarted: true,
  ...more,
});

describe('what the wait came to', () => {
  const told = (more: Partial<Settled<Service>>, changes = CHANGES) => eventsOf(ended(more), changes);

  test('is told as one line, another for each end', () => {
    const ends = [
      told({}),
      told({ restarts: counted(3, 1) }),
      told({ restarts: counted(3, 1), restarted: false }),
      told({ restarts: counted(3, 1), restarted: false }, OF_REST),
      told({ restarts: counted(3, 0), restarted: false, moved: false }, OF_REST),
      told({ restarts: counted(3, 0), restarted: false }, OF_REST),
      told({ how: 'timed out', restarts: counted(3, 1) }),
      told({ how: 'powered off' }),
    ];
    for (const lines of ends) assert.equal(lines.length, 1);
    assert.equal(new Set(ends.flat()).size, ends.length, ends.flat().join('\n'));
    assert.deepEqual(
      told({ how: 'interrupted', restarts: counted(3, 1) }),
      told({ how: 'timed out', restarts: counted(3, 1) }),
    );
  });
  test('says how long it took, and how many were seen', () => {
    assert.match(told({})[0] ?? '', /1 min 1 s.*all 3 /);
    assert.match(told({ restarts: counted(3, 1), restarted: false })[0] ?? '', /1 min 1 s.*1 of 3/);
    assert.match(told({ restarts: counted(3, 1), restarted: false }, OF_REST)[0] ?? '', /1 min 1 s.*1 of 3/);
    assert.match(told({ restarts: counted(3, 2), how: 'timed out' })[0] ?? '', /2 of 3/);
    assert.match(
      told({ moved: false, restarted: false, restarts: counted(3, 0) }, OF_REST)[0] ?? '',
      /1 min 1 s/,
    );
  });
  test('is nothing where nobody waited', () => assert.deepEqual(eventsOf(null, CHANGES), []));
});

test('a restart is unconfirmed where brokers restart and not each was seen to', () => {
  const off = serviceWith({}, { state: 'POWEROFF' });
  assert.deepEqual(
    [
      isUnconfirmed(AFTER, ended({ restarted: false }), CHANGES),
      isUnconfirmed(AFTER, null, CHANGES),
      isUnconfirmed(AFTER, ended(), CHANGES),
      isUnconfirmed(AFTER, null, OF_REST),
      isUnconfirmed(AFTER, null, []),
      isUnconfirmed(off, null, CHANGES),
    ],
    [true, true, false, false, false, false],
  );
});

test('an unconfirmed restart is warned of, with another way out where there was a login', () => {
  const texts = [false, true].map((verifyLogin) => {
    const { world, context } = runWith();
    warnOfUnconfirmed(ended({ restarts: counted(3, 1) }), requestFor({ verifyLogin }), context);
    assert.equal(world.warnings.length, 1);
    return world.warnings[0]?.text ?? '';
  });
  for (const text of texts) assert.match(text, /acme\/orders: 1 of 3 .* 1 min 1 s/);
  assert.match(texts[0] ?? '', /verify-login: true/);
  assert.doesNotMatch(texts[1] ?? '', /verify-login: true/);
});

describe('afterwards', () => {
  function look(before: Service['user_config'], after: Service['user_config'], changes = CHANGES) {
    const { world, context } = runWith();
    const check = () => confirm(serviceWith(before), serviceWith(after), changes, requestFor(), context);
    try {
      check();
      return { failure: null, warnings: world.warnings };
    } catch (error) {
      assert.ok(error instanceof Failure);
      return { failure: error, warnings: world.warnings };
    }
  }
  const base = { ...OIDC_ON, kafka_version: '4.0', ip_filter: ['0.0.0.0/0'] };
  const changed = { ...base, kafka: CONFIG_AFTER.kafka };

  test('all is well where nothing else moved', () =>
    assert.deepEqual(look(base, changed), { failure: null, warnings: [] }));
  test('nothing is looked at where nothing was sent', () =>
    assert.deepEqual(look(base, {}, []), { failure: null, warnings: [] }));
  test('what was sent has to be there', () =>
    assert.match(
      look(base, base).failure?.problem ?? '',
      /acme\/orders: kafka\.sasl_oauthbearer_expected_audience, kafka\.sasl_oauthbearer_sub_claim_name\.$/,
    ));
  test('what else moved is named, with its values where they may be told', () => {
    const { failure, warnings } = look(base, { ...changed, kafka_version: '4.1', ip_filter: [] });
    assert.deepEqual(warnings, []);
    assert.match(failure?.problem ?? '', /: kafka_version, ip_filter\. .* kafka_version “4\.0” → “4\.1”\.$/);
  });
  test('what else moved of OIDC is told with its values', () => {
    const after = {
      ...changed,
      kafka: { ...changed.kafka, sasl_oauthbearer_expected_issuer: 'x' },
      kafka_rest_authorization: true,
    };
    const problem = look(base, after).failure?.problem ?? '';
    assert.match(problem, /sasl_oauthbearer_expected_issuer “https:\/\/idp\.example\.com” → “x”/);
    assert.match(problem, /kafka_rest_authorization unset → true/);
    assert.equal(problem.match(/sasl_oauthbearer_expected_issuer/g)?.length, 2);
  });
  test('values that mean the same have not moved', () =>
    assert.equal(look(base, { ...changed, kafka_rest_authorization: false }).failure, null));
  test('what appeared is a warning', () => {
    const { failure, warnings } = look(base, { ...changed, tiered_storage: { enabled: true } });
    assert.equal(failure, null);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]?.text ?? '', /tiered_storage/);
    assert.doesNotMatch(warnings[0]?.text ?? '', /kafka\./);
  });
});

test('a service that has not settled in time is told with what still moves', () => {
  const { problem, remedy } = notSettled(
    ended({ service: serviceWith({}, { node_states: SYNCING }) }),
    requestFor(),
  );
  assert.match(problem, /1 min 1 s service acme\/orders .*orders-1/);
  assert.match(remedy, /wait-timeout-minutes/);
});
