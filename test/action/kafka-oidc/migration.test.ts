import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { startBroker } from '../../world/broker.ts';
import { CLIENT_SECRET, startProvider } from '../../world/provider.ts';
import { ROOT } from '../../world/run-action.ts';
import { assertSucceeded, failureOf, updates } from '../outcome.ts';
import { withService } from './oidc.ts';

/** The steps of `docs/migration.md`, run in their order: nobody is locked out before the last one. */

interface Step {
  readonly with: Readonly<Record<string, unknown>>;
}

const CLIENT = {
  'test-client-id': 'orders-service',
  'test-client-secret': CLIENT_SECRET,
  // What this provider wants besides.
  'test-token-parameters': 'resource=urn:kafka:audience:kafka\nscope=kafka',
};

/** What the world has in the place of what a person fills in; the rest comes from `withService`. */
function asFilledIn(step: Step, issuer: string): Record<string, string> {
  const { 'aiven-token': _, ...given } = step.with;
  const inputs = Object.entries(given).map(([name, value]) => [name, String(value)]);
  return { ...Object.fromEntries(inputs), ...CLIENT, 'expected-issuer': issuer };
}

function stepsOfThePage(): Step[] {
  const page = readFileSync(join(ROOT, 'docs/migration.md'), 'utf8');
  const blocks = [...page.matchAll(/^( *)```yaml\n([\s\S]*?)\n\1```/gm)].map(([, indent = '', block = '']) =>
    parse(block.replaceAll(new RegExp(`^${indent}`, 'gm'), '')),
  );
  return blocks.filter(Array.isArray).flat();
}

test('docs/migration.md: add, prove, remove, and the way back', async (t) => {
  const provider = await startProvider({ clients: ['orders-service'] });
  t.after(() => provider.close());
  const broker = await startBroker({
    certificates: provider.certificates,
    mechanisms: () => ['OAUTHBEARER'],
    accepts: async () => true,
  });
  t.after(() => broker.close());
  const { aiven, config, run } = await withService(t, {
    caFile: provider.caFile,
    projectCa: provider.ca,
    saslPort: broker.port,
    service: { service_uri_params: { host: 'localhost' } },
    config: { kafka_authentication_methods: { certificate: true, sasl: true } },
  });
  const [add, prove, remove, ...more] = stepsOfThePage();
  assert.ok(add && prove && remove && more.length === 0, 'three steps are on the page');
  const asked = (step: Step) => asFilledIn(step, provider.issuer);

  const planned = await run(asked(add));
  assertSucceeded(planned);
  assert.equal(planned.outputs['changed'], 'true');
  assert.deepEqual(updates(aiven), [], 'the page begins with a dry run');
  assertSucceeded(await run({ ...asked(add), 'dry-run': 'false' }));
  assert.equal(updates(aiven).length, 1, 'nobody is locked out, so nothing is refused');

  assertSucceeded(await run(asked(prove)));
  assert.ok(broker.tokens.length > 0, 'it logged in');
  assert.equal(updates(aiven).length, 1, 'and changed nothing');

  const meant = asked(remove);
  const { 'allow-lockout': allowed, ...unmeant } = meant;
  assert.equal(allowed, 'true');
  assert.match(failureOf(await run(unmeant)).message, /with a password over PLAIN, SCRAM-SHA-256/);
  assert.equal(updates(aiven).length, 1);
  const removed = await run(meant);
  assertSucceeded(removed);
  const off = { plain: false, scram_sha_256: false, scram_sha_512: false };
  assert.deepEqual(config()['kafka_sasl_mechanisms'], off);
  assert.deepEqual(config()['kafka_authentication_methods'], { certificate: true, sasl: true });

  const [, back = ''] = /The way back[\s\S]*?```yaml\n([\s\S]*?)\n```/.exec(removed.summary) ?? [];
  const [step] = parse(back);
  const { 'aiven-token': _, 'api-url': __, ...inputs } = step.with;
  assertSucceeded(await run(inputs));
  const on = { plain: true, scram_sha_256: true, scram_sha_512: true };
  assert.deepEqual(config()['kafka_sasl_mechanisms'], on);
});
