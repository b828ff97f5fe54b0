import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertSucceeded, failureOf } from '../outcome.ts';
import { API, IDP, withFence } from './behind.ts';

test('behind a proxy that is the only way out, everything goes through it', async (t) => {
  const { env, run, aiven, proxy } = await withFence(t);
  assertSucceeded(await run(env));
  assert.equal(aiven.writes().length, 1);
  assert.deepEqual([...new Set(proxy.requests.map(({ target }) => target))].sort(), [
    `${API}:443`,
    `${IDP}:443`,
  ]);
  assert.ok(proxy.requests.every(({ method, status }) => method === 'CONNECT' && status === 200));
  assert.ok(proxy.requests.length <= 3, 'tunnels are kept and used again');
});

test('the variable may be written in small letters', async (t) => {
  const { env, run } = await withFence(t);
  const { HTTPS_PROXY: https_proxy, NODE_EXTRA_CA_CERTS } = env;
  assertSucceeded(await run({ https_proxy, NODE_EXTRA_CA_CERTS }));
});

for (const encrypted of [false, true])
  test(`${encrypted ? 'an https' : 'a'} proxy that asks for credentials gets those of HTTPS_PROXY, and nobody else sees them`, async (t) => {
    const credentials = 'runner:Gz7@proxy%password';
    const { env, run, aiven, proxy } = await withFence(t, { credentials, encrypted });
    const result = await run(env);
    assertSucceeded(result);
    assert.ok(proxy.requests.length > 0 && proxy.requests.every(({ status }) => status === 200));
    assert.doesNotMatch(`${result.stdout}${result.summary}`, /Gz7|password%|%25password/);
    assert.ok(aiven.requests.every(({ headers }) => headers['proxy-authorization'] === undefined));
  });

test('an https proxy with an authority that is not trusted gets no credentials, and is named as a possible cause', async (t) => {
  const { env, run, proxy } = await withFence(t, { credentials: 'runner:secret', encrypted: true });
  const { message } = failureOf(await run({ HTTPS_PROXY: env.HTTPS_PROXY }));
  assert.match(
    message,
    new RegExp(`certificate of ${API} or localhost:${proxy.port} \\(the proxy\\) is not signed`),
  );
  assert.deepEqual(proxy.requests, []);
});

test('a proxy that forbids a host ends the step at once, and it says what to do', async (t) => {
  const { env, run, proxy, aiven } = await withFence(t, { refused: { [`${API}:443`]: 403 } });
  const { message } = failureOf(await run(env));
  assert.match(
    message,
    /the proxy does not allow connecting to api\.aiven\.test \(status 403\)\. .*NO_PROXY/,
  );
  assert.equal(proxy.requests.filter(({ target }) => target === `${API}:443`).length, 1, 'it is asked once');
  assert.deepEqual(aiven.requests, []);
});

test('a proxy that hangs up is named as the cause', async (t) => {
  const { env, start, proxy } = await withFence(t, { refused: { [`${API}:443`]: 0 } });
  const action = await start(env);
  const line = await action.line(/Trying again/);
  action.kill('SIGINT');
  await action.done;
  assert.match(
    line,
    new RegExp(`:${proxy.port} \\(the proxy\\) closed the connection before it reached its target`),
  );
});

test('a proxy that asks for credentials and gets none ends the step at once, and it says what to add', async (t) => {
  const { env, run, proxy } = await withFence(t, { credentials: 'runner:secret' });
  const { message } = failureOf(await run({ ...env, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }));
  assert.match(message, /the proxy asks for a user name and a password/);
  assert.match(message, /HTTPS_PROXY.*USER:PASSWORD@/);
  const [first] = proxy.requests;
  assert.equal(first?.status, 407);
});

test('a proxy that does not let a host through is named as the cause', async (t) => {
  const { env, start, proxy } = await withFence(t);
  const action = await start(env, { 'api-url': 'https://elsewhere.aiven.test' });
  const line = await action.line(/Trying again/);
  action.kill('SIGINT');
  await action.done;
  assert.match(line, /the proxy could not connect to elsewhere\.aiven\.test \(status 502\)/);
  assert.equal(proxy.requests.at(0)?.target, 'elsewhere.aiven.test:443');
});

test('a proxy that is not there is told apart from an API that is not there', async (t) => {
  const { env, start, proxy } = await withFence(t);
  await proxy.close();
  const action = await start(env);
  const line = await action.line(/Trying again/);
  action.kill('SIGINT');
  await action.done;
  assert.match(line, new RegExp(`127\\.0\\.0\\.1:${proxy.port} \\(the proxy\\) refuses connections`));
});

for (const NO_PROXY of [IDP, `other.test, ${IDP}:443`, '.example.test'])
  test(`NO_PROXY keeps a host away from the proxy: ${NO_PROXY}`, async (t) => {
    const { env, run, proxy } = await withFence(t);
    const { message } = failureOf(await run({ ...env, NO_PROXY }));
    assert.match(message, new RegExp(IDP));
    assert.deepEqual([...new Set(proxy.requests.map(({ target }) => target))], [`${API}:443`]);
  });

test('a login cannot go through it, and the step says so', async (t) => {
  const { env, run, aiven } = await withFence(t);
  const service = aiven.services.get('streams/kafka');
  if (service) service.service_uri_params['host'] = 'kafka.aiven.test';
  const { title, message } = failureOf(await run(env, { 'verify-login': 'true' }));
  assert.match(title, /login/);
  assert.match(message, /kafka\.aiven\.test.* cannot be resolved.*Kafka does not go through an HTTP proxy/s);
});

test('this machine is reached without the proxy', async (t) => {
  const { env, run, aiven, proxy } = await withFence(t);
  assertSucceeded(await run(env, { 'api-url': aiven.url }));
  assert.ok(proxy.requests.every(({ target }) => target === `${IDP}:443`));
});

test('an address of a proxy that is none is named, not repeated', async (t) => {
  const { env, run, aiven } = await withFence(t);
  const result = await run({ ...env, HTTPS_PROXY: 'runner:Gz7_proxy-password@proxy.test:3128' });
  assert.match(failureOf(result).message, /HTTPS_PROXY is not an http or https URL\..*http:\/\/HOST:PORT/);
  assert.ok(!`${result.stdout}${result.summary}`.includes('Gz7_proxy-password'));
  assert.deepEqual(aiven.requests, []);
});
