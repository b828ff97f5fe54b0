import * as core from './actions.ts';
import { Refusal } from './failure.ts';
import {
  complaint,
  MECHANISMS,
  type Mechanism,
  nameOf,
  SETTINGS,
  type Setting,
  type SettingInput,
  settingOf,
  splitList,
  type Wanted,
} from './kafka/settings.ts';
import type {
  CommonRequest,
  KafkaOidcRequest,
  ModeName,
  OrgCreateRequest,
  ProjectAssignRequest,
  Request,
} from './modes/request.ts';

/** The inputs, the modes that use them, and what they are when a workflow does not set them; as in `action.yml`. */
export const INPUTS = {
  mode: { modes: 'all', default: '' },
  'aiven-token': { modes: 'all', default: '' },
  'api-url': { modes: 'all', default: 'https://api.aiven.io' },
  'dry-run': { modes: 'all', default: 'false' },
  'organization-name': { modes: ['org-create', 'project-assign'], default: '' },
  'parent-id': { modes: ['org-create', 'project-assign'], default: '' },
  project: { modes: ['project-assign', 'kafka-oidc'], default: '' },
  'allow-move': { modes: ['project-assign'], default: 'false' },
  'service-name': { modes: ['kafka-oidc'], default: '' },
  'jwks-endpoint-url': { modes: ['kafka-oidc'], default: '' },
  'expected-issuer': { modes: ['kafka-oidc'], default: '' },
  'expected-audience': { modes: ['kafka-oidc'], default: '' },
  'sub-claim-name': { modes: ['kafka-oidc'], default: '' },
  'sasl-mechanisms': { modes: ['kafka-oidc'], default: '' },
  'kafka-rest-authorization': { modes: ['kafka-oidc'], default: '' },
  'schema-registry-oidc': { modes: ['kafka-oidc'], default: '' },
  unset: { modes: ['kafka-oidc'], default: '' },
  'verify-provider': { modes: ['kafka-oidc'], default: 'true' },
  'test-token': { modes: ['kafka-oidc'], default: '' },
  'verify-login': { modes: ['kafka-oidc'], default: 'false' },
  wait: { modes: ['kafka-oidc'], default: 'true' },
  'wait-timeout-minutes': { modes: ['kafka-oidc'], default: '15' },
  comment: { modes: 'all', default: 'false' },
  'github-token': { modes: 'all', default: '' },
} as const satisfies Record<string, { modes: 'all' | readonly ModeName[]; default: string }>;

type InputName = keyof typeof INPUTS;

const MODE_NAMES: readonly ModeName[] = ['org-create', 'project-assign', 'kafka-oidc'];
const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);
const LONGEST_WAIT_MINUTES = 24 * 60;
const TRUE = /^(true|True|TRUE)$/;
const FALSE = /^(false|False|FALSE)$/;

/** What is wrong with the inputs, gathered so that all of it is told at once. */
class Problems {
  readonly #found: string[] = [];

  add(problem: string): void {
    this.#found.push(problem);
  }

  throwAny(): void {
    if (this.#found.length === 0) return;
    throw new Refusal({
      title: this.#found.length === 1 ? 'An input is wrong' : `${this.#found.length} inputs are wrong`,
      problem: this.#found.join('\n'),
      remedy: '',
    });
  }
}

/**
 * Turns the inputs of the step into one typed request, masking secrets before anything else.
 * @throws {Refusal} that names every wrong input, its value and the way out
 */
export function readRequest(): Request {
  for (const name of ['aiven-token', 'github-token', 'test-token'])
    mask(core.getInput(name, { trimWhitespace: false }));
  const problems = new Problems();
  const mode = MODE_NAMES.find((name) => name === text('mode'));
  const common = readCommon(problems);
  if (!mode) {
    const given = text('mode');
    problems.add(
      `mode is ${given === '' ? 'not set' : `“${given}”`}: it is one of ${MODE_NAMES.join(', ')}.`,
    );
    problems.throwAny();
  }
  refuseForeignInputs(mode as ModeName, problems);
  const request = READERS[mode as ModeName](common, problems);
  problems.throwAny();
  return request;
}

const READERS: { readonly [Name in ModeName]: (common: CommonRequest, problems: Problems) => Request } = {
  'org-create': readOrgCreate,
  'project-assign': readProjectAssign,
  'kafka-oidc': readKafkaOidc,
};

/** Masks a secret, and each of its lines, since the log is masked line by line. */
function mask(secret: string): void {
  for (const part of new Set([secret, secret.trim(), ...secret.split(/\r?\n/).map((line) => line.trim())])) {
    if (part !== '') core.setSecret(part);
  }
}

function readCommon(problems: Problems): CommonRequest {
  return {
    aivenToken: readToken(problems),
    apiUrl: readApiUrl(problems),
    dryRun: flag('dry-run', problems),
    comment: flag('comment', problems),
    githubToken: text('github-token'),
  };
}

function readToken(problems: Problems): string {
  const token = text('aiven-token');
  if (token === '') {
    problems.add(
      'aiven-token is not set. Give it as ${{ secrets.NAME }}; secrets are empty in workflows that a fork or Dependabot started.',
    );
  } else if (!/^[\x21-\x7e]+$/.test(token)) {
    problems.add(
      'aiven-token holds a blank, a line break or a character that no Aiven token has. Store the secret again, without them.',
    );
  }
  return token;
}

function readApiUrl(problems: Problems): URL {
  const given = text('api-url');
  const fallback = new URL(INPUTS['api-url'].default);
  if (!URL.canParse(given)) {
    problems.add(`api-url “${given}” is not a URL. Leave it out for Aiven’s own, ${fallback.href}`);
    return fallback;
  }
  const url = new URL(given);
  const loopback = url.protocol === 'http:' && LOOPBACK_HOSTS.has(url.hostname);
  if (url.username !== '' || url.password !== '') {
    problems.add('api-url carries a user name or password. Take it out; the token goes into aiven-token.');
  } else if (url.protocol !== 'https:' && !loopback) {
    problems.add(
      `api-url “${given}” is not https, so the token would be readable on its way. Plain http is accepted for localhost, 127.0.0.1 and [::1] alone.`,
    );
  } else if (url.search !== '' || url.hash !== '') {
    problems.add(`api-url “${given}” has a query or a fragment. Give the address alone.`);
  }
  return url;
}

function refuseForeignInputs(mode: ModeName, problems: Problems): void {
  for (const [name, { modes, default: standard }] of Object.entries(INPUTS) as [
    InputName,
    (typeof INPUTS)[InputName],
  ][]) {
    if (modes === 'all' || (modes as readonly ModeName[]).includes(mode)) continue;
    const given = text(name);
    if (given === standard || sameFlag(given, standard)) continue;
    problems.add(
      `${name} (“${given}”) belongs to mode ${modes.join(' and ')}, not to ${mode}. Take it out of this step.`,
    );
  }
}

function sameFlag(one: string, other: string): boolean {
  return (TRUE.test(one) && TRUE.test(other)) || (FALSE.test(one) && FALSE.test(other));
}

function readOrgCreate(common: CommonRequest, problems: Problems): OrgCreateRequest {
  const parentId = text('parent-id');
  checkParentId(parentId, problems);
  return {
    ...common,
    mode: 'org-create',
    organizationName: readName('organization-name', problems),
    parentId: parentId || null,
  };
}

function readProjectAssign(common: CommonRequest, problems: Problems): ProjectAssignRequest {
  const id = text('parent-id');
  const name = text('organization-name');
  if (id !== '' && name !== '') {
    problems.add(
      'organization-name and parent-id are both set. Give one of them: they both say where the projects are to belong.',
    );
  } else if (id === '' && name === '') {
    problems.add(
      'Neither organization-name nor parent-id is set. Give one of them: where are the projects to belong?',
    );
  }
  checkParentId(id, problems);
  if (name !== '') checkName('organization-name', name, problems);
  return {
    ...common,
    mode: 'project-assign',
    parent: id === '' ? { name } : { id },
    projects: readProjects(problems),
    allowMove: flag('allow-move', problems),
  };
}

function readProjects(problems: Problems): readonly string[] | '*' {
  const names = list('project');
  if (names.length === 0) {
    problems.add('project is not set. Give one or more project names, or * for every unassigned project.');
  }
  if (names.includes('*')) {
    if (names.length > 1) problems.add('project holds * beside names. Give either * or names.');
    return '*';
  }
  for (const name of names) checkIdentifier('project', name, problems);
  return names;
}

function readKafkaOidc(common: CommonRequest, problems: Problems): KafkaOidcRequest {
  const settings = readSettings(problems);
  const unset = readUnset(problems);
  const mechanisms = readMechanisms(problems);
  refuseContradictions(settings, unset, problems);
  if (
    Object.keys(settings).length === 0 &&
    unset.length === 0 &&
    mechanisms === null &&
    list('unset').length === 0
  ) {
    const names = [...SETTING_INPUTS, 'sasl-mechanisms', 'unset'];
    problems.add(`Nothing is asked for. Set at least one of ${names.join(', ')}.`);
  }
  return {
    ...common,
    mode: 'kafka-oidc',
    project: readOne('project', problems),
    service: readOne('service-name', problems),
    settings,
    mechanisms,
    unset,
    verifyProvider: flag('verify-provider', problems),
    testToken: text('test-token') || null,
    verifyLogin: flag('verify-login', problems),
    wait: flag('wait', problems),
    waitTimeoutMs: readWaitTimeout(problems),
  };
}

const SETTING_INPUTS = (SETTINGS as readonly Setting[]).flatMap(({ input }) => input ?? []);

function readSettings(problems: Problems): Wanted {
  const wanted: Wanted = {};
  for (const input of SETTING_INPUTS) {
    const given = text(input, { trim: false });
    if (given.trim() === '') continue;
    const setting = settingOf(input);
    wanted[nameOf(setting)] = setting.limits
      ? readText(input, setting, given, problems)
      : flag(input, problems);
  }
  return wanted;
}

function readText(input: SettingInput, setting: Setting, given: string, problems: Problems): string {
  const value = setting.isSet ? list(input).join(',') : given.trim();
  const wrong = complaint(setting, value);
  if (wrong) problems.add(`${input} “${value.slice(0, 200)}” ${wrong}.`);
  return value;
}

function readUnset(problems: Problems): SettingInput[] {
  const names = list('unset');
  if (names.includes('all')) {
    if (names.length > 1) problems.add('unset holds all beside names. Give either all or names.');
    return (SETTINGS as readonly Setting[]).flatMap(({ input, oidc }) => (oidc && input ? [input] : []));
  }
  return names.flatMap((name): SettingInput[] => {
    const known = SETTING_INPUTS.find((input) => input === name);
    if (known) return [known];
    const hint =
      name === 'sasl-mechanisms' ? ' Name the mechanisms to leave enabled in sasl-mechanisms instead.' : '';
    problems.add(
      `unset “${name}” is not a setting that can be cleared: it takes ${SETTING_INPUTS.join(', ')} or all.${hint}`,
    );
    return [];
  });
}

function readMechanisms(problems: Problems): Mechanism[] | null {
  const names = list('sasl-mechanisms');
  if (names.length === 0) return null;
  for (const name of names) {
    if (MECHANISMS.includes(name as Mechanism)) continue;
    problems.add(
      `sasl-mechanisms “${name}” is not a mechanism of Aiven for Apache Kafka: it takes ${MECHANISMS.join(', ')}.`,
    );
  }
  return MECHANISMS.filter((mechanism) => names.includes(mechanism));
}

function refuseContradictions(settings: Wanted, unset: readonly SettingInput[], problems: Problems): void {
  const isSet = (input: SettingInput) => settings[nameOf(settingOf(input))] !== undefined;
  const both = unset.filter(isSet);
  for (const input of both) problems.add(`${input} is set, and unset clears it. Decide for one of the two.`);
  if (unset.includes('jwks-endpoint-url') && isSet('expected-issuer') && both.length === 0) {
    problems.add(
      'unset clears jwks-endpoint-url, but expected-issuer is set, from which it would be discovered again. Decide for one of the two.',
    );
  }
}

function readWaitTimeout(problems: Problems): number {
  const given = text('wait-timeout-minutes');
  const minutes = /^\d+(\.\d+)?$/.test(given) ? Number(given) : Number.NaN;
  if (!(minutes > 0 && minutes <= LONGEST_WAIT_MINUTES)) {
    problems.add(
      `wait-timeout-minutes “${given}” is not a number of minutes above 0 and up to ${LONGEST_WAIT_MINUTES}, such as 15 or 0.5. For no wait at all set wait: false.`,
    );
  }
  return minutes * 60_000;
}

function readOne(name: 'project' | 'service-name', problems: Problems): string {
  const given = text(name);
  if (given === '') problems.add(`${name} is not set.`);
  else if (/[,\n]/.test(given))
    problems.add(
      `${name} “${given}” is a list; mode kafka-oidc takes one. Use a matrix for several services.`,
    );
  else checkIdentifier(name, given, problems);
  return given;
}

function readName(name: 'organization-name', problems: Problems): string {
  const given = text(name);
  if (given === '') problems.add(`${name} is not set.`);
  else checkName(name, given, problems);
  return given;
}

function checkName(input: string, given: string, problems: Problems): void {
  if (/\p{Cc}/u.test(given))
    problems.add(`${input} holds a line break or another control character. Give it on one line.`);
}

function checkIdentifier(input: string, given: string, problems: Problems): void {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(given)) return;
  problems.add(
    `${input} “${given.slice(0, 100)}” is not a name that Aiven gives: it has letters, digits, - and _ alone, 64 at most.`,
  );
}

function checkParentId(given: string, problems: Problems): void {
  if (given === '' || /^(a|org)[A-Za-z0-9_-]+$/.test(given)) return;
  problems.add(
    `parent-id “${given}” is neither an account ID (a…) nor an organization ID (org…). The output account-id of mode org-create is one; a name goes into organization-name.`,
  );
}

/** An input as text; its default where it is empty, as when the action is not started by GitHub. */
function text(name: InputName, { trim = true } = {}): string {
  return core.getInput(name, { trimWhitespace: trim }) || INPUTS[name].default;
}

/** Items between commas and new lines, without blanks around them, without repetition. */
function list(name: InputName): string[] {
  return splitList(text(name).replaceAll(/\r?\n/g, ','));
}

/** A boolean of the YAML 1.2 core schema. */
function flag(name: InputName, problems: Problems): boolean {
  const given = text(name);
  if (!TRUE.test(given) && !FALSE.test(given))
    problems.add(`${name} “${given}” is not a boolean: it takes true or false.`);
  return TRUE.test(given);
}
