import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { proseMarkdown } from '../../../src/report/prose.ts';

/** What a sentence of this action has in code style on a page, and what stays prose. */

const CASES: readonly [text: string, markdown: string][] = [
  ['Set expected-issuer to “https://idp/”.', 'Set `expected-issuer` to `https://idp/`.'],
  ['wait “perhaps” is not a boolean.', '`wait: perhaps` is not a boolean.'],
  ['aiven-token is not set.', '`aiven-token` is not set.'],
  ['Set allow-move: true to move it.', 'Set `allow-move: true` to move it.'],
  ['Remove it from the input project.', 'Remove it from the input `project`.'],
  ['It belongs to mode kafka-oidc.', 'It belongs to mode `kafka-oidc`.'],
  ['See the output account-id.', 'See the output `account-id`.'],
  ['kafka.sasl_oauthbearer_expected_issuer is set.', '`kafka.sasl_oauthbearer_expected_issuer` is set.'],
  ['Set NODE_EXTRA_CA_CERTS.', 'Set `NODE_EXTRA_CA_CERTS`.'],
  ['Its principal is User:orders-service.', 'Its principal is `User:orders-service`.'],
  ['Write ${{ inputs.dry_run }}.', 'Write `${{ inputs.dry_run }}`.'],
  ['wait for the project and its mode.', 'wait for the project and its mode.'],
  ['Service acme/test-token and my-expected-issuer.', 'Service acme/test-token and my-expected-issuer.'],
  ['It is “ blank”.', 'It is “ blank”.'],
  ['It is “” and “open.', 'It is “” and “open.'],
  ['It is “kafka, “orders””, not “kafka”.', 'It is “kafka, “orders””, not `kafka`.'],
];

describe('a sentence on a page', () => {
  for (const [text, markdown] of CASES) test(text, () => assert.equal(proseMarkdown(text), markdown));

  test('has no markup of its own, in code or out of it', () => {
    assert.equal(proseMarkdown('“a|b” *d* <e> @f'), '`a\\|b` \\*d\\* &#60;e&#62; @\u200bf');
    assert.equal(proseMarkdown('“<a>” “b`c”'), '“&#60;a&#62;” “b\\`c”');
    assert.equal(proseMarkdown('- a\n- b'), '\\- a - b');
  });
});
