import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startAiven } from '../../world/aiven.ts';
import { runHere } from '../../world/run-here.ts';
import { failureOf } from '../outcome.ts';
import { runWith } from './refused.ts';

/** Secrets are masked before anything else, and are in no message. */

const aiven = await startAiven();
after(() => aiven.close());

const masks = (stdout: string) =>
  stdout.split('\n').flatMap((line) => /^::add-mask::(.*)$/.exec(line)?.[1] ?? []);

test('every secret is masked before the first line', async () => {
  const secrets = {
    'aiven-token': 'aiven-secret',
    'test-token': 'test-secret',
    'github-token': 'github-secret',
  };
  const { stdout } = await runHere({ ...secrets, mode: 'nonsense' });
  const lines = stdout.split('\n').slice(0, 3);
  assert.deepEqual(masks(lines.join('\n')).sort(), Object.values(secrets).sort());
});

test('a secret of several lines is masked as a whole, and line by line', async () => {
  const { stdout } = await runHere({ mode: 'org-create', 'aiven-token': ' first\r\nsecond \n' });
  const found = masks(stdout);
  for (const part of [' first%0D%0Asecond %0A', 'first', 'second']) assert.ok(found.includes(part), part);
});

test('blanks are no secret: masking them would black out the log', async () => {
  const { stdout } = await runHere({ mode: 'org-create', 'aiven-token': ' \n ' });
  assert.deepEqual(masks(stdout), []);
});

describe('a token that was put into another input is refused, and not told', { concurrency: 3 }, () => {
  for (const input of [
    'expected-audience',
    'sub-claim-name',
    'expected-issuer',
    'github-token',
    'test-token',
  ]) {
    test(input, async () => {
      const value = input === 'expected-issuer' ? `https://idp.example.com/${aiven.token}` : aiven.token;
      const { message } = failureOf(await runWith(aiven, 'kafka-oidc', { [input]: value }));
      assert.match(
        message,
        new RegExp(`(^|\n)${input} contains the value of aiven-token, .* value of its own\\.`),
      );
      assert.deepEqual(aiven.requests, []);
    });
  }

  test('but not a short one, which may stand there by chance', async () => {
    const inputs = { 'aiven-token': 'azp', 'sub-claim-name': 'azp', wait: 'no' };
    const { message } = failureOf(await runHere({ mode: 'kafka-oidc', ...inputs }));
    assert.doesNotMatch(message, /holds the value/);
  });

  for (const input of [
    'mode',
    'api-url',
    'parent-id',
    'project',
    'service-name',
    'unset',
    'sasl-mechanisms',
    'wait',
    'dry-run',
    'allow-move',
    'wait-timeout-minutes',
  ]) {
    test(input, async () => {
      // `runWith` holds that the token is nowhere.
      const { message } = failureOf(await runWith(aiven, 'kafka-oidc', { [input]: `${aiven.token} /` }));
      assert.match(message, new RegExp(`(^|\n)${input} “\\*\\*\\* /”`));
    });
  }
});

describe('a stack trace', () => {
  test('is not shown', async () => {
    const { stdout } = await runWith(aiven, 'org-create', { 'dry-run': 'x' });
    assert.doesNotMatch(stdout, /^::debug::/m);
  });

  test('is shown in debug mode', async () => {
    const { stdout } = await runWith(aiven, 'org-create', { 'dry-run': 'x' }, { debug: true });
    assert.match(stdout, /^::debug::Refusal: dry-run “x” is not a boolean.*%0A +at /m);
  });
});

test('the log is inert, whatever an input holds', async () => {
  const { stdout, outputs } = await runWith(aiven, 'kafka-oidc', {
    'service-name': 'x\n::set-output name=changed::true\n::error::boo',
  });
  assert.doesNotMatch(stdout, /^::(set-output|error::boo)/m);
  assert.deepEqual(outputs, {});
});
