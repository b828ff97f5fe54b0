import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aivenApi } from '../../../src/aiven/api.ts';
import { AivenClient } from '../../../src/aiven/client.ts';
import type { Http, HttpRequest } from '../../../src/net/http.ts';

/** A project that the token is no member of says nothing of the API as a whole. */

test('after a minute of “Not a project member” for one project, another one is still asked for', async () => {
  let now = 1_000;
  const clock = {
    now: () => now,
    async sleep(milliseconds: number) {
      now += milliseconds;
    },
  };
  const send = async ({ url }: HttpRequest) => {
    now += 5;
    const strange = url.pathname.endsWith('/strange');
    const body = strange
      ? { message: 'Not a project member', errors: [] }
      : { project: { project_name: 'mine', account_id: 'a1' } };
    const bytes = Buffer.from(JSON.stringify(body));
    return { status: strange ? 403 : 200, headers: {}, bytes, body: bytes.toString() };
  };
  const never = new AbortController().signal;
  const api = aivenApi(
    new AivenClient({
      apiUrl: new URL('http://localhost'),
      token: 'token',
      http: { send, close: async () => {} } satisfies Pick<Http, 'send' | 'close'> as Http,
      say: { info() {}, debug() {}, warning() {}, group: (_title, work) => work() },
      clock,
      stop: never,
      giveUp: never,
    }),
  );
  await assert.rejects(api.assignProject('strange', 'a1'), /403 \(Not a project member\)/);
  assert.ok(now > 60_000, `${now}`);
  assert.equal(await api.assignProject('mine', 'a1'), 'a1');
});
