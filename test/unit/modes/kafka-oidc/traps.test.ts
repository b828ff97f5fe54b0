import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ServiceStory } from '../../../../src/modes/kafka-oidc/report.ts';
import { warnOfTraps } from '../../../../src/modes/kafka-oidc/traps.ts';
import type { KafkaOidcRequest } from '../../../../src/modes/request.ts';
import {
  AUDIENCE,
  CLAIM,
  ISSUER,
  JWKS_URL,
  OIDC_ON,
  requestFor,
  runWith,
  serviceWith,
  valuesWith,
} from './situations.ts';

/** What can be foreseen to go wrong is a warning, by its title. */

function warned(story: Partial<ServiceStory> = {}, request: Partial<KafkaOidcRequest> = {}): string[] {
  const { world, context } = runWith();
  const given = {
    values: valuesWith(),
    service: serviceWith(OIDC_ON),
    checks: [],
    ...story,
  } as unknown as ServiceStory;
  warnOfTraps(given, requestFor(request), context);
  return world.warnings.map(({ title, text }) => `${title}: ${text}`);
}

const TOKEN = { testTokens: [{ from: 'input', token: 'a.b.c' }] } as const;
const OFF = valuesWith({ [JWKS_URL]: null });
const none = { [AUDIENCE]: null, [ISSUER]: null };

type Row = readonly [
  what: string,
  story: Partial<ServiceStory>,
  request: Partial<KafkaOidcRequest>,
  ...says: RegExp[],
];
const ROWS: readonly Row[] = [
  ['nothing is wrong', {}, {}],
  ['no audience is expected', { values: valuesWith({ [AUDIENCE]: null }) }, {}, /expected-audience/],
  ['an empty audience is expected', { values: valuesWith({ [AUDIENCE]: '' }) }, {}, /expected-audience/],
  ['no audience is expected of a test token', { values: valuesWith({ [AUDIENCE]: null }) }, TOKEN],
  ['no issuer is expected', { values: valuesWith({ [ISSUER]: null }) }, {}, /expected-issuer/],
  [
    'no issuer is expected of a test token',
    { values: valuesWith({ [ISSUER]: null }) },
    TOKEN,
    /expected-issuer/,
  ],
  ['nothing is expected, and OIDC is off', { values: { ...OFF, ...none } }, {}],
  ['a test token is not judged', { values: OFF }, TOKEN, /test-token/],
  ['a setting does nothing', { values: OFF }, { settings: { [CLAIM]: 'azp' } }, /sub-claim-name/],
  [
    'Schema Registry is not there',
    {},
    { settings: { 'schema_registry_config.sasl_oauthbearer_authentication_enabled': true } },
    /schema_registry switched off; schema-registry-oidc/,
  ],
  [
    'Schema Registry is there',
    { service: serviceWith({ ...OIDC_ON, schema_registry: true }) },
    { settings: { 'schema_registry_config.sasl_oauthbearer_authentication_enabled': true } },
  ],
  [
    'the REST proxy is not there',
    {},
    { settings: { kafka_rest_authorization: true } },
    /kafka_rest switched off/,
  ],
  ['the REST proxy is not there, nor asked for', {}, { settings: { kafka_rest_authorization: false } }],
];

describe('it warns where', () => {
  for (const [what, story, request, ...says] of ROWS)
    test(what, () => {
      const told = warned(story, request);
      assert.equal(told.length, says.length, told.join('\n'));
      for (const [index, words] of says.entries()) assert.match(told[index] ?? '', words);
    });
});

test('checks that warn are told, and no others', () => {
  const checks = (['passed', 'warned', 'failed', 'skipped'] as const).map((result) => ({
    subject: result,
    result,
    detail: 'd',
  }));
  assert.deepEqual(warned({ checks }), ['warned: d']);
});
