import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Failure } from '../../../src/failure.ts';
import { githubRunner } from '../../../src/inputs/github-runner.ts';

/** The ID token of the job, as GitHub's runner gives it. */

test('it is asked for with the audience, and without one where none is expected', async (t) => {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.setHeader('content-type', 'application/json').end('{"value":"the-id-token"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const env = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?v=1`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x',
  };
  Object.assign(process.env, env);
  t.after(() => {
    for (const name of Object.keys(env)) Reflect.deleteProperty(process.env, name);
    server.closeAllConnections();
    server.close();
  });
  assert.equal(await githubRunner.idToken('kafka'), 'the-id-token');
  assert.equal(await githubRunner.idToken(null), 'the-id-token');
  assert.deepEqual(asked, ['/token?v=1&audience=kafka', '/token?v=1']);
});

test('where GitHub gives none, the step says so and not what the runner answered', async () => {
  await assert.rejects(githubRunner.idToken('kafka'), (error) => {
    assert.ok(error instanceof Failure);
    assert.doesNotMatch(`${error.title} ${error.problem} ${error.remedy}`, /ACTIONS_ID_TOKEN_REQUEST/);
    assert.match(error.problem, /test-token: github-actions/);
    assert.ok(error.cause);
    return true;
  });
});

test('a secret is masked by a command of the log', (t) => {
  const written: unknown[] = [];
  const { mock } = t.mock.method(process.stdout, 'write', (text: unknown) => written.push(text) > 0);
  githubRunner.mask('sesame');
  mock.restore();
  assert.deepEqual(written.join('').trim(), '::add-mask::sesame');
});
