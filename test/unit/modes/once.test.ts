import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Account } from '../../../src/aiven/schema.ts';
import { Failure } from '../../../src/failure.ts';
import type { Context } from '../../../src/modes/mode.ts';
import { createOnce, settleRace } from '../../../src/modes/org-create/once.ts';
import { report } from '../../../src/plan.ts';
import { scripted } from '../../world/scripted-http.ts';

/** Several runs that create the same at once go on with one and the same. */

const CREATION = { name: 'Acme', parentAccountId: null };
const PLANNED = report({
  title: 't',
  resource: 'r',
  already: 'a',
  changes: [],
  outputs: { changed: 'x' } as never,
});
const made = (
  account_id: string,
  create_time: string | null = '2026-11-25T12:00:00Z',
  more: Partial<Account> = {},
): Account => ({
  account_id,
  account_name: 'Acme',
  create_time,
  ...more,
});

/** The accounts that are listed, or what listing throws; the rest of a run is there in part alone. */
function setUp(
  listed: readonly Account[] | Error,
  created: Account | null = null,
  stop = new AbortController().signal,
) {
  const world = scripted(() => ({}));
  const asked: unknown[] = [];
  const context = {
    ...world,
    stop,
    aiven: {
      async listAccounts() {
        if (listed instanceof Error) throw listed;
        return [...listed];
      },
      async createAccount(...given: unknown[]) {
        asked.push(given);
        return created;
      },
    },
  } as unknown as Context;
  return { world, context, asked };
}

async function winnerOf(listed: readonly Account[], mine: Account | null): Promise<string> {
  const { context } = setUp(listed);
  return (await settleRace(CREATION, mine, PLANNED, context)).account_id;
}

describe('of several that were created at once, all runs go on with', () => {
  const [young, old] = [made('a1', '2026-11-25T12:00:05Z'), made('a9', '2026-11-25T12:00:04Z')];

  test('the oldest', async () => {
    assert.equal(await winnerOf([young, old], young), 'a9');
    assert.equal(await winnerOf([old, young], old), 'a9');
  });
  test('the smallest ID among those that are equally old', async () => {
    const [small, large] = [made('a1'), made('a2')];
    assert.equal(await winnerOf([small, large], large), 'a1');
    assert.equal(await winnerOf([large, small], small), 'a1');
  });
  test('the smallest ID where no age is told', async () => {
    assert.equal(await winnerOf([made('a2', null), made('a1')], null), 'a1');
    assert.equal(await winnerOf([made('a1', null), made('a2')], null), 'a1');
  });
  test('their own where the list lags', async () => assert.equal(await winnerOf([], made('a3')), 'a3'));
  test('their own where the list lags and has a younger one', async () =>
    assert.equal(await winnerOf([young], old), 'a9'));
  test('their own where others are called otherwise', async () => {
    const strangers = [
      made('a0', null, { account_name: 'acme' }),
      made('a0', null, { parent_account_id: 'a5' }),
    ];
    assert.equal(await winnerOf(strangers, made('a3')), 'a3');
  });
});

describe('the run whose creation lost', () => {
  const [winner, mine, third] = [made('a1'), made('a2'), made('a3')];

  test('says which one is surplus', async () => {
    const { world, context } = setUp([third, winner, mine]);
    await settleRace(CREATION, mine, PLANNED, context);
    assert.equal(world.warnings.length, 1);
    assert.match(world.warnings[0]?.text ?? '', /All of them use a1; surplus: a2\. Remove/);
  });
  test('names all where its own answer was lost', async () => {
    const { world, context } = setUp([third, winner, mine]);
    await settleRace(CREATION, null, PLANNED, context);
    assert.match(world.warnings[0]?.text ?? '', /surplus: a2, a3\./);
  });
  test('is not the one that won, which says nothing', async () => {
    const { world, context } = setUp([winner, mine]);
    await settleRace(CREATION, winner, PLANNED, context);
    assert.deepEqual(world.warnings, []);
    const alone = setUp([winner]);
    await settleRace(CREATION, winner, PLANNED, alone.context);
    assert.deepEqual(alone.world.warnings, []);
  });
});

test('it waits until all that are equally old must be there', async () => {
  const { world, context } = setUp([made('a1')]);
  await settleRace(CREATION, null, PLANNED, context);
  assert.deepEqual(world.waits, [1_200]);
});

describe('where it cannot look again', () => {
  const down = new Failure({ title: 'Down', problem: 'It is down.', remedy: 'Wait.' });

  test('what was created is told, with its outputs', async () => {
    const { context } = setUp(down);
    await assert.rejects(settleRace(CREATION, made('a7'), PLANNED, context), (error) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.title, 'Down');
      assert.match(
        error.report?.events[0] ?? '',
        /The organization “Acme” was created: a7\. .* was not checked/,
      );
      assert.equal(error.report?.outputs['account-id'], 'a7');
      return true;
    });
  });
  test('a creation whose answer was lost is told as that', async () => {
    const { context } = setUp(down);
    await assert.rejects(settleRace(CREATION, null, PLANNED, context), (error) => {
      assert.ok(error instanceof Failure);
      assert.match(error.report?.events[0] ?? '', /is there, although the answer that confirmed it was lost/);
      assert.deepEqual(error.report?.outputs, PLANNED.outputs);
      return true;
    });
  });
  test('an error of this program stays what it is', async () => {
    const bug = new TypeError('bug');
    await assert.rejects(settleRace(CREATION, null, PLANNED, setUp(bug).context), bug);
  });
});

test('what was seen and is gone is told', async () => {
  await assert.rejects(settleRace(CREATION, null, PLANNED, setUp([]).context), {
    title: 'The creation cannot be confirmed',
  });
});

describe('creating', () => {
  test('asks for it, says so, and hands on what was created', async () => {
    const { world, context, asked } = setUp([], made('a1'));
    assert.equal((await createOnce(CREATION, context))?.account_id, 'a1');
    assert.deepEqual(asked, [['Acme', null]]);
    assert.deepEqual(world.told, ['Creating the organization “Acme”.']);
  });
  test('hands on nothing where the answer was lost', async () =>
    assert.equal(await createOnce(CREATION, setUp([], null).context), null));
  test('is not begun in a run that was told to stop', async () => {
    const { context, asked } = setUp([], made('a1'), AbortSignal.abort(new Error('stopped')));
    await assert.rejects(createOnce(CREATION, context), /stopped/);
    assert.deepEqual(asked, []);
  });
  for (const [what, other] of [
    ['another name', made('a1', null, { account_name: 'Acne' })],
    ['a unit', made('a1', null, { parent_account_id: 'a5' })],
  ] as const) {
    test(`fails when Aiven created ${what}`, async () => {
      await assert.rejects(createOnce(CREATION, setUp([], other).context), (error) => {
        assert.ok(error instanceof Failure);
        assert.equal(error.title, 'Aiven created something else');
        assert.match(
          error.problem,
          what === 'a unit' ? /with a unit of a5, “Acme” \(a1\)/ : /with an organization, “Acne” \(a1\)/,
        );
        return true;
      });
    });
  }
});
