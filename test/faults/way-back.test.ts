import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { Inputs } from '../../src/inputs/inputs.ts';
import { readKafkaOidc } from '../../src/inputs/kafka-oidc.ts';
import {
  differences,
  MECHANISMS,
  nameOf,
  readValues,
  SETTINGS,
  type Setting,
  type SettingName,
  type Value,
  type Values,
} from '../../src/kafka/settings.ts';
import type { Request } from '../../src/modes/request.ts';
import { stepOf } from '../../src/report/way-back.ts';
import { type AivenWorld, kafkaService, project, startAiven } from '../world/aiven.ts';
import { TOKEN } from './scenes.ts';
import { type Walked, walk } from './walk.ts';

/** From any settings to any others and back, by nothing but what the run itself told. */

const ROWS: readonly Setting[] = SETTINGS;
const URLS = ['https://one.example.com/jwks', 'https://two.example.com/a?b=c&d=%20#'.slice(0, -1)];
const TEXTS: Partial<Record<SettingName, readonly string[]>> = {
  'kafka.sasl_oauthbearer_jwks_endpoint_url': URLS,
  'kafka.sasl_oauthbearer_expected_issuer': [
    'https://one.example.com',
    'null',
    '1e3',
    'it\'s: # a "b" \\',
    'ü, y',
  ],
  'kafka.sasl_oauthbearer_expected_audience': ['kafka', 'b, a', 'api://default', 'true', '- x'],
  'kafka.sasl_oauthbearer_sub_claim_name': ['sub', 'azp', 'https://example.com/claim', '0x10'],
};

const anyValues = (odd: readonly string[]): fc.Arbitrary<Partial<Record<SettingName, Value>>> =>
  fc.record(
    Object.fromEntries(
      ROWS.map((row) => {
        const texts = TEXTS[nameOf(row)];
        return [
          nameOf(row),
          texts ? fc.constantFrom(...texts, ...(row.limits?.https ? [] : odd)) : fc.boolean(),
        ];
      }),
    ),
    { requiredKeys: [] },
  );

/** What no input can give: blanks at an end, nothing, an expression of GitHub's. */
const ODD = [' x', '', '${{ secrets.A }}'];

const anyInputs: fc.Arbitrary<Record<string, string>> = fc
  .record({
    settings: anyValues([]),
    unset: fc.subarray(ROWS.flatMap(({ input }) => input ?? [])),
    mechanisms: fc.option(fc.subarray([...MECHANISMS], { minLength: 1 })),
  })
  .map(({ settings, unset, mechanisms }) => {
    const given = ROWS.flatMap((row): [string, string][] => {
      const value = settings[nameOf(row)];
      return row.input && value !== undefined ? [[row.input, String(value)]] : [];
    });
    const inputs = Object.fromEntries(given);
    const cleared = unset.filter((input) => !(input in inputs));
    // Nothing is discovered here.
    if (inputs['expected-issuer'] !== undefined && !cleared.includes('jwks-endpoint-url'))
      inputs['jwks-endpoint-url'] ??= URLS[0] ?? '';
    return {
      ...inputs,
      ...(cleared.length > 0 && { unset: cleared.join(',') }),
      ...(mechanisms && { 'sasl-mechanisms': mechanisms.join(',') }),
    };
  });

describe('the way back', () => {
  test('leads back from any change, to the very settings of before', async () => {
    let [ways, steps, commands] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(anyValues(ODD), anyInputs, async (values, inputs) => {
        const aiven = await world(values);
        try {
          const before = managed(aiven);
          const there = await go(aiven, { ...inputs, 'allow-lockout': 'true' });
          const way = there?.report?.wayBack;
          if (!there || there.failure || !way) return;
          ways++;
          assert.notDeepEqual(managed(aiven), before);
          if (way.inputs) {
            steps++;
            const back = await go(aiven, withIn(way.inputs));
            assert.ok(
              back && back.failure === null,
              `${back?.failure?.message} ${JSON.stringify(way.inputs)}`,
            );
          }
          if (way.rest) {
            commands++;
            runCommand(aiven, way.rest.code ?? '');
          }
          assert.deepEqual(differences(managed(aiven), before), [], 'in effect');
          for (const row of ROWS) {
            // A switch that a command puts back is what unset means; audiences are a set; the rest is back to the letter.
            const exact = row.input !== null && !row.isSet && (row.limits || !way.rest);
            if (exact) assert.equal(managed(aiven)[nameOf(row)], before[nameOf(row)], nameOf(row));
          }
        } finally {
          await aiven.close();
        }
      }),
      { numRuns: 400 },
    );
    assert.ok(ways > 60 && steps > 40 && commands > 10, `${ways} ways, ${steps} steps, ${commands} commands`);
  });
});

async function world(values: Partial<Record<SettingName, Value>>): Promise<AivenWorld> {
  const service = kafkaService();
  const config: Record<string, unknown> = service.user_config;
  for (const [name, value] of Object.entries(values)) put(config, name, value);
  return startAiven({
    token: TOKEN,
    projects: [project({ project_name: 'streams' })],
    services: [service],
    settle: { delayPolls: 0, movingPolls: 0 },
  });
}

function put(config: Record<string, unknown>, name: string, value: unknown): void {
  const [outer = '', inner] = name.split('.');
  if (inner === undefined) config[outer] = value;
  else config[outer] = { ...(config[outer] as object | undefined), [inner]: value };
}

function managed(aiven: AivenWorld): Values {
  return readValues(aiven.services.get('streams/kafka')?.user_config ?? {});
}

/** A run with these inputs, null where they are refused as such. */
async function go(aiven: AivenWorld, given: Record<string, string>): Promise<Walked | null> {
  const raw: Record<string, string> = {
    project: 'streams',
    'service-name': 'kafka',
    'verify-provider': 'false',
    wait: 'false',
    ...given,
  };
  const inputs = new Inputs((name) => raw[name]);
  const common = { aivenToken: TOKEN, apiUrl: new URL(aiven.url), dryRun: false, expectNoChanges: false };
  const request: Request = await readKafkaOidc(inputs, common);
  try {
    inputs.throwProblems();
  } catch {
    return null;
  }
  return walk().go(request);
}

/** The inputs of a step as YAML reads them. */
function withIn(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const [step] = parse(stepOf(inputs, {}));
  return Object.fromEntries(
    Object.entries(step.with as Record<string, unknown>).map(([name, value]) => [name, String(value)]),
  );
}

/** Does what `avn service update` does with these arguments. */
function runCommand(aiven: AivenWorld, command: string): void {
  const words = [...command.matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll("'\\''", "'") ?? plain ?? '',
  );
  const config: Record<string, unknown> = aiven.services.get('streams/kafka')?.user_config ?? {};
  for (const [index, word] of words.entries()) {
    const argument = words[index + 1] ?? '';
    if (word === '--remove-option') put(config, argument, null);
    if (word !== '-c') continue;
    const [name = ''] = argument.split('=');
    const text = argument.slice(name.length + 1);
    put(config, name, /^(true|false)$/.test(text) && !TEXTS[name as SettingName] ? text === 'true' : text);
  }
}
