import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { nameOf, SETTINGS, type Setting } from '../../src/kafka/settings.ts';
import { KAFKA_SCHEMA, type Spec } from '../world/aiven/kafka-schema.ts';
import { CHOICES } from '../world/aiven/objects.ts';
import { ROUTES } from '../world/aiven/operations.ts';
import { type OfficialSpec, type Published, readPublished } from './clients.ts';

/**
 * The stand-in for the Aiven API, and the limits in the action itself, beside what Aiven publishes: go-api-schemas
 * (settings) and go-client-codegen (permissions, fields, words). What differs for a reason stands in a table here.
 */

let published: Published;

before(async () => {
  published = await readPublished(ROUTES.map(({ operation }) => operation));
});

/** One row per kind of difference: which, and why it is meant. */
type Reasons = readonly (readonly [difference: RegExp, reason: string])[];

/** Lists every difference with its reason; fails on one without, and on a reason that nothing needs any more. */
function explain(differences: readonly string[], reasons: Reasons, tell: (line: string) => void): void {
  const reasonFor = (difference: string) => reasons.find(([pattern]) => pattern.test(difference));
  for (const difference of differences)
    tell(`${difference} (${reasonFor(difference)?.[1] ?? 'UNEXPLAINED'})`);
  assert.deepEqual(
    differences.filter((difference) => !reasonFor(difference)),
    [],
    'differences without a reason',
  );
  const idle = reasons.filter(([pattern]) => !differences.some((difference) => pattern.test(difference)));
  assert.deepEqual(idle, [], 'reasons without a difference');
}

const sorted = (names: readonly string[] | null | undefined) => [...(names ?? [])].sort();

describe('the operations of the embedded API', () => {
  test('need the permissions of Aiven’s own table', () => {
    const ours = ROUTES.map(({ operation, permissions }) => [operation, sorted(permissions)]);
    const theirs = ROUTES.map(({ operation }) => [operation, sorted(published.permissions[operation])]);
    assert.deepEqual(ours, theirs);
  });

  const FIELDS: Reasons = [
    [
      /: left out: (address_lines|billing_(address|currency|emails|extra_text)|card_id|city|company|country_code|state|vat_id|zip_code)$/,
      'deprecated: a billing group has it',
    ],
    [/^ServiceUpdate: left out: (cmk_id|group_name)$/, 'keys of the customer, and a deprecated field'],
    [/^ServiceUpdate: left out: schema_registry_authz$/, 'no answer of Aiven’s shows it'],
    [
      /^ProjectCreate: left out: (copy_from_project|copy_tags|use_source_project_billing_group)$/,
      'copies a project',
    ],
  ];

  test('take the fields that Aiven’s client sends', (t) => {
    const differences = ROUTES.flatMap(({ operation, fields = {} }) => {
      const ours = Object.keys(fields).map((name) => name.replace('!', ''));
      const theirs = published.fields[operation] ?? [];
      return [
        ...ours.filter((name) => !theirs.includes(name)).map((name) => `${operation}: unknown: ${name}`),
        ...theirs.filter((name) => !ours.includes(name)).map((name) => `${operation}: left out: ${name}`),
      ];
    });
    explain(differences, FIELDS, (line) => t.diagnostic(line));
  });

  test('use Aiven’s words', () => {
    assert.deepEqual(
      Object.fromEntries(Object.entries(CHOICES).map(([name, words]) => [name, sorted(words)])),
      Object.fromEntries(Object.entries(published.choices).map(([name, words]) => [name, sorted(words)])),
    );
  });
});

describe('the settings of Kafka', () => {
  const SCHEMA: Reasons = [
    [
      /^(?!.*(sasl|_version|_access|kafka_rest_authorization|schema_registry|authentication)).*: left out$/,
      'no test sets it, and one that did would be refused',
    ],
    [
      /^(schema_registry_config\.retriable_errors_silenced|kafka_connect_plugin_versions): left out$/,
      'as above',
    ],
    [/^privatelink_access\.jolokia: left out$/, 'as above'],
    [/^kafka\.log_retention_bytes: max: /, 'numbers of JavaScript end there'],
    [/^ip_filter\[\]: type: /, 'the short form of an entry alone'],
    [/^schema_registry_config\.topic_name: min: /, 'its pattern asks for one character'],
  ];

  test('have Aiven’s types, limits and words in the embedded API', (t) => {
    const differences = compare({ type: 'object', properties: KAFKA_SCHEMA }, published.kafka, '');
    explain(differences, SCHEMA, (line) => t.diagnostic(line));
  });

  const ACTION: Reasons = [
    [/^kafka\.sasl_oauthbearer_sub_claim_name: default: /, 'the default of Kafka itself'],
    [/^(kafka_rest_authorization|schema_registry_config\..*): default: /, 'off, by Aiven’s documentation'],
  ];

  test('have Aiven’s types, limits and defaults in the action', (t) => {
    const differences = SETTINGS.flatMap((setting) => {
      const official = at(published.kafka, setting.path);
      return official ? compareSetting(setting, official) : [`${nameOf(setting)}: unknown`];
    });
    explain(differences, ACTION, (line) => t.diagnostic(line));
  });
});

function compare(spec: Spec, official: OfficialSpec, path: string): string[] {
  const differs = (what: string, ours: unknown, theirs: unknown) =>
    JSON.stringify(ours) === JSON.stringify(theirs)
      ? []
      : [`${path}: ${what}: ${JSON.stringify(ours)}, Aiven ${JSON.stringify(theirs)}`];
  const differences = differs('type', spec.type, official.type);
  switch (spec.type) {
    case 'object':
      return [...differences, ...compareProperties(spec.properties, official.properties ?? {}, path)];
    case 'array': {
      const items = official.items
        ? compare(spec.items, official.items, `${path}[]`)
        : [`${path}[]: unknown`];
      return [...differences, ...differs('max', spec.max, official.max_items), ...items];
    }
    case 'boolean':
      return differences;
  }
  const words = official.enum?.map(({ value }) => value).filter((value) => value !== null);
  if ('choices' in spec || words) {
    const ours = 'choices' in spec ? [...spec.choices].sort() : undefined;
    return [...differences, ...differs('choices', ours, words?.sort())];
  }
  if (spec.type === 'integer') {
    return [
      ...differences,
      ...differs('min', String(spec.min), official.minimum),
      ...differs('max', String(spec.max), official.maximum),
    ];
  }
  return [
    ...differences,
    ...differs('min', undefined, official.min_length),
    ...differs('max', spec.max, official.max_length),
    ...differs('pattern', spec.pattern?.source, official.pattern),
  ];
}

function compareProperties(
  ours: Readonly<Record<string, Spec>>,
  theirs: Readonly<Record<string, OfficialSpec>>,
  path: string,
): string[] {
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  return [
    ...Object.entries(ours).flatMap(([name, spec]) =>
      theirs[name] ? compare(spec, theirs[name], at(name)) : [`${at(name)}: unknown`],
    ),
    ...Object.keys(theirs).flatMap((name) => (ours[name] ? [] : [`${at(name)}: left out`])),
  ];
}

function at(spec: OfficialSpec, path: readonly string[]): OfficialSpec | undefined {
  return path.reduce<OfficialSpec | undefined>((inner, name) => inner?.properties?.[name], spec);
}

function compareSetting(setting: Setting, official: OfficialSpec): string[] {
  const { limits, unsetMeans } = setting;
  const differences = [
    ['type', limits ? 'string' : 'boolean', official.type],
    ['max', limits?.maxLength, official.max_length],
    ['default', unsetMeans, official.default ?? null],
  ] as const;
  return differences.flatMap(([what, ours, theirs]) =>
    ours === theirs ? [] : [`${nameOf(setting)}: ${what}: ${ours}, Aiven ${theirs}`],
  );
}
