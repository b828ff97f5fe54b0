/**
 * The main job, to look at: every mode of the bundled action, on a first and on a second run, and what it refuses, against
 * an Aiven API in memory and a real OpenID provider on this machine. Prints what a workflow's log would show, the outputs,
 * and where the job summary is: `.cache/demo/`.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { styleText } from 'node:util';
import { ON_THIS_MACHINE } from '../test/action/outcome.ts';
import { account, kafkaService, project, startAiven } from '../test/world/aiven.ts';
import { startProvider } from '../test/world/provider.ts';
import { ROOT, runAction } from '../test/world/run-action.ts';
import { asRunnerShows, foldOutputs, print } from './demo/show.ts';

const KEPT = join(ROOT, '.cache/demo');

/** One step of a workflow. */
interface Scene {
  readonly title: string;
  /** What to look at. */
  readonly about: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** How it has to end: what `changed` says, or that the action refuses. */
  readonly ends: 'changed' | 'unchanged' | 'refused';
}

const provider = await startProvider();
const aiven = await startAiven({
  accounts: [account({ account_name: 'Another example' })],
  projects: [project({ project_name: 'orders-dev' }), project({ project_name: 'orders-prod' })],
  services: [kafkaService({ project_name: 'orders-prod', service_name: 'kafka' })],
});

const orgCreate = { mode: 'org-create', 'organization-name': 'Example' };
const projectAssign = {
  mode: 'project-assign',
  'organization-name': 'Example',
  project: 'orders-dev, orders-prod',
};
const kafkaOidc = {
  mode: 'kafka-oidc',
  project: 'orders-prod',
  'service-name': 'kafka',
  'expected-issuer': provider.issuer,
  'expected-audience': 'kafka',
};
const goodToken = await provider.token({ audience: 'kafka' });
const otherToken = await provider.token({ audience: 'billing' });

const SCENES: readonly Scene[] = [
  {
    title: 'org-create, first run',
    about: 'The organization is not there, so it is created.',
    inputs: orgCreate,
    ends: 'changed',
  },
  {
    title: 'org-create, second run',
    about: 'Now it is there: one call, no change.',
    inputs: orgCreate,
    ends: 'unchanged',
  },
  {
    title: 'project-assign, first run',
    about: 'Two projects that belong nowhere yet.',
    inputs: projectAssign,
    ends: 'changed',
  },
  {
    title: 'project-assign, second run',
    about: 'They belong there already.',
    inputs: projectAssign,
    ends: 'unchanged',
  },
  {
    title: 'kafka-oidc, dry run',
    about: 'What would change, and that the brokers would restart. Nothing is sent.',
    inputs: { ...kafkaOidc, 'dry-run': 'true' },
    ends: 'changed',
  },
  {
    title: 'kafka-oidc, an issuer with a slash too many',
    about: 'Brokers would refuse every token, so the action refuses to set it.',
    inputs: { ...kafkaOidc, 'expected-issuer': `${provider.issuer}/` },
    ends: 'refused',
  },
  {
    title: 'kafka-oidc, a test token for another audience',
    about: 'A broker would refuse this token. The action says why, before anything is changed.',
    inputs: { ...kafkaOidc, 'test-token': otherToken },
    ends: 'refused',
  },
  {
    title: 'kafka-oidc, first run',
    about:
      'A token that brokers will accept. One update, then the wait for the rolling restart (about 6 s here).',
    inputs: { ...kafkaOidc, 'test-token': goodToken },
    ends: 'changed',
  },
  {
    title: 'kafka-oidc, second run',
    about: 'Nothing differs: one call, no update, no restart.',
    inputs: kafkaOidc,
    ends: 'unchanged',
  },
];

await rm(KEPT, { recursive: true, force: true });
await mkdir(KEPT, { recursive: true });
print(
  'Nine steps of a workflow, run by the action as GitHub would run it. The Aiven API is in memory, the identity',
);
print(
  'provider is a real one on this machine; nothing leaves it. Each log is what GitHub would show: ▸ is folded.',
);
print(
  'Left out: the warnings that brokers could not fetch keys from this provider. It is on localhost, with a private CA.',
);
const results: string[] = [];
let wrong = 0;
try {
  for (const [index, scene] of SCENES.entries()) await play(index + 1, scene);
} finally {
  await aiven.close();
  await provider.close();
}
print(`\n${styleText('bold', `━━━ What you have seen ${'━'.repeat(60)}`)}\n`);
for (const line of results) print(line);
print(`\nThe job summaries are in ${relative(process.cwd(), KEPT)}/, as Markdown.`);
if (wrong > 0) print(`${wrong} runs did not end as they should.`);
process.exitCode = wrong === 0 ? 0 : 1;

async function play(number: number, { title, about, inputs, ends }: Scene): Promise<void> {
  print(`\n${styleText('bold', `━━━ ${number} of ${SCENES.length}: ${title} `.padEnd(84, '━'))}`);
  print(about);
  print(styleText('dim', `with  ${given(inputs)}`));
  print('');
  const [calls, writes] = [aiven.requests.length, aiven.writes().length];
  const { code, stdout, outputs, summary } = await runAction(
    { 'aiven-token': aiven.token, 'api-url': aiven.url, ...inputs },
    { env: { NODE_EXTRA_CA_CERTS: provider.caFile } },
  );
  for (const line of asRunnerShows(stdout).filter(isOfAnyProvider)) print(`  ${line}`);

  const name = `${number}-${title.replaceAll(/[^a-z]+/g, '-')}`;
  const page = join(KEPT, `${name}.md`);
  await writeFile(page, summary.split('\n').filter(isOfAnyProvider).join('\n'));
  const all = join(KEPT, `${name}.outputs.json`);
  await writeFile(all, `${JSON.stringify(outputs, null, 2)}\n`);
  const folded = foldOutputs(outputs, relative(process.cwd(), all));
  if (folded.length > 0) print(`\n${styleText('dim', 'Outputs')}`);
  for (const line of folded) print(`  ${line}`);
  print(`${styleText('dim', 'Job summary')}\n  ${relative(process.cwd(), page)}`);

  const made = `calls to Aiven: ${aiven.requests.length - calls}, writes: ${aiven.writes().length - writes}`;
  const ended = code === 0 ? (outputs['changed'] === 'true' ? 'changed' : 'unchanged') : 'refused';
  const right = ended === ends && (code === 0 || aiven.writes().length === writes);
  if (!right) wrong++;
  const word = inputs['dry-run'] === 'true' && ended === 'changed' ? 'would change' : ended;
  results.push(`${right ? '✓' : '✗'} ${title.padEnd(46)} ${word.padEnd(13)} ${made}`);
}

/** Not what is said of a provider on this machine alone, whose key set no broker could fetch: the first lines tell of it once. */
function isOfAnyProvider(line: string): boolean {
  return !ON_THIS_MACHINE.test(line);
}

/** The inputs as a workflow says them, the secret ones hidden. */
function given(inputs: Scene['inputs']): string {
  return Object.entries(inputs)
    .map(([name, value]) => `${name}: ${name === 'test-token' ? '***' : value}`)
    .join(' · ');
}
