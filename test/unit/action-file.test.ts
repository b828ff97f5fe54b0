import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { INPUT_ROWS } from '../../src/inputs/table.ts';
import { SETTINGS, type Setting } from '../../src/kafka/settings.ts';
import { MODE_NAMES } from '../../src/modes/index.ts';
import { OUTPUTS } from '../../src/report/outputs.ts';
import { USER_AGENT, VERSION } from '../../src/version.ts';
import { ROOT } from '../world/run-action.ts';

/** What a workflow is told that it may say, in `action.yml`, is what the code takes and gives. */

interface ActionFile {
  readonly name: string;
  readonly description: string;
  readonly branding: { icon: string; color: string };
  readonly inputs: Record<string, { description: string; required?: boolean; default?: string }>;
  readonly outputs: Record<string, { description: string }>;
  readonly runs: { using: string; main: string };
}

const action: ActionFile = parse(await readFile(join(ROOT, 'action.yml'), 'utf8'));

describe('action.yml', () => {
  test('is what the Marketplace takes: a description of at most 125 characters, an icon and a color', () => {
    assert.ok(action.description.length <= 125, `${action.description.length} characters`);
    assert.ok(action.name !== '' && action.branding.icon !== '' && action.branding.color !== '');
  });

  test('has every input of the code, and no other', () => {
    assert.deepEqual(Object.keys(action.inputs).sort(), INPUT_ROWS.map(([name]) => name).sort());
  });

  test('has the defaults of the code', () => {
    for (const [name, { default: standard }] of INPUT_ROWS) {
      const expected = name === 'github-token' ? '${{ github.token }}' : standard;
      assert.equal(action.inputs[name]?.default ?? '', expected, name);
      assert.equal(typeof (action.inputs[name]?.default ?? ''), 'string', `${name} is a string in YAML, too`);
    }
  });

  test('requires what every mode requires, and nothing else', () => {
    const required = Object.entries(action.inputs).flatMap(([name, input]) => (input.required ? [name] : []));
    assert.deepEqual(required, ['mode', 'aiven-token']);
  });

  test('names in each description the modes that use the input', () => {
    for (const [name, { modes }] of INPUT_ROWS) {
      const description = action.inputs[name]?.description ?? '';
      if (modes === 'all') continue;
      for (const mode of modes) assert.ok(description.includes(`\`${mode}\``), `${name}: ${mode}`);
      const others = MODE_NAMES.filter((mode) => !(modes as readonly string[]).includes(mode));
      for (const mode of others)
        assert.doesNotMatch(description, new RegExp(`^Modes?.*\`${mode}\`.*:`), name);
    }
  });

  test('names every mode in the description of mode', () => {
    for (const mode of MODE_NAMES) assert.ok(action.inputs['mode']?.description.includes(`\`${mode}\``));
  });

  test('has every output of the code, and no other', () => {
    assert.deepEqual(Object.keys(action.outputs), ['changed', 'changes', ...OUTPUTS]);
  });

  test('describes everything', () => {
    for (const [name, { description }] of Object.entries({ ...action.inputs, ...action.outputs })) {
      assert.ok(description.trim().length > 10, name);
    }
  });

  test('starts the bundle on Node 24', () => {
    assert.deepEqual(action.runs, { using: 'node24', main: 'dist/index.js' });
  });
});

test('every setting that an input sets has its input', () => {
  const names = new Set<string>(INPUT_ROWS.map(([name]) => name));
  for (const { input } of SETTINGS as readonly Setting[])
    assert.ok(input === null || names.has(input), String(input));
});

test('the version is that of package.json, and of every request', async () => {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  assert.equal(VERSION, version);
  assert.ok(USER_AGENT.endsWith(`/${version}`));
});
