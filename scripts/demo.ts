/**
 * The main job, to look at: every mode of the bundled action, on a first and on a second run, against an Aiven API in
 * memory and a real OpenID provider on this machine. Prints what a workflow's log would show, and the outputs; writes
 * the job summaries to `.cache/demo/`.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { account, kafkaService, project, startAiven } from '../test/world/aiven.ts';
import { startProvider } from '../test/world/provider.ts';
import { ROOT, runAction } from '../test/world/run-action.ts';

const SUMMARIES = join(ROOT, '.cache/demo');

const provider = await startProvider();
const aiven = await startAiven({
  accounts: [account({ account_name: 'Another company' })],
  projects: [project({ project_name: 'orders-dev' }), project({ project_name: 'orders-prod' })],
  services: [kafkaService({ project_name: 'orders-prod', service_name: 'kafka' })],
});
const common = { 'aiven-token': aiven.token, 'api-url': aiven.url };
const orgCreate = { ...common, mode: 'org-create', 'organization-name': 'Example' };
const projectAssign = {
  ...common,
  mode: 'project-assign',
  'organization-name': 'Example',
  project: 'orders-dev, orders-prod',
};
const kafkaOidc = {
  ...common,
  mode: 'kafka-oidc',
  project: 'orders-prod',
  'service-name': 'kafka',
  'expected-issuer': provider.issuer,
  'expected-audience': 'kafka',
};

const RUNS: readonly [title: string, inputs: Record<string, string>][] = [
  ['org-create, first run', orgCreate],
  ['org-create, second run', orgCreate],
  ['project-assign, first run', projectAssign],
  ['project-assign, second run', projectAssign],
  ['kafka-oidc, dry run', { ...kafkaOidc, 'dry-run': 'true' }],
  ['kafka-oidc, an issuer with a slash too many', { ...kafkaOidc, 'expected-issuer': `${provider.issuer}/` }],
  ['kafka-oidc, first run', kafkaOidc],
  ['kafka-oidc, second run', kafkaOidc],
];

await rm(SUMMARIES, { recursive: true, force: true });
await mkdir(SUMMARIES, { recursive: true });
let wrong = 0;
try {
  for (const [index, [title, inputs]] of RUNS.entries()) await show(index + 1, title, inputs);
} finally {
  await aiven.close();
  await provider.close();
}
console.log(wrong === 0 ? '\nEvery run ended as it should.' : `\n${wrong} runs did not end as they should.`);
process.exitCode = wrong === 0 ? 0 : 1;

async function show(number: number, title: string, inputs: Record<string, string>): Promise<void> {
  console.log(`\n\u001b[1m━━━ ${number}. ${title}\u001b[0m\n`);
  const callsBefore = aiven.requests.length;
  const writesBefore = aiven.writes().length;
  const { code, stdout, outputs, summary } = await runAction(inputs, {
    env: { NODE_EXTRA_CA_CERTS: provider.caFile },
  });
  const page = join(SUMMARIES, `${number}-${title.replaceAll(/[^a-z]+/g, '-')}.md`);
  await writeFile(page, summary);
  console.log(stdout.trimEnd());
  console.log(
    `\nCalls to Aiven: ${aiven.requests.length - callsBefore}, of which writes: ${aiven.writes().length - writesBefore}. Exit code: ${code}.`,
  );
  console.log('Outputs:');
  for (const [name, value] of Object.entries(outputs))
    if (value !== '') console.log(`  ${name} = ${value.replaceAll('\n', '\n    ')}`);
  console.log(`Job summary: ${page}`);
  if (!endedRight(title, code, outputs)) wrong++;
}

function endedRight(title: string, code: number | null, outputs: Readonly<Record<string, string>>): boolean {
  if (title.includes('slash')) return code === 1;
  return code === 0 && outputs['changed'] === String(!title.includes('second'));
}
