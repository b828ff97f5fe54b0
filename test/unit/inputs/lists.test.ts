import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { listItems } from '../../../src/inputs/lists.ts';

/** The ways in which people write a list into a workflow. */

const BOTH = ['kafka', 'orders'];

describe('a list is read', () => {
  for (const [what, text, items] of [
    ['between commas', 'kafka, orders', BOTH],
    ['between lines', 'kafka\r\n\n orders', BOTH],
    ['between both', 'kafka,\norders,', BOTH],
    ['after dashes', '- kafka\n- orders', BOTH],
    ['after dashes, indented and apart', '-   kafka\n\n  - orders', BOTH],
    ['after one dash', '- kafka', ['kafka']],
    ['after dashes, in quotation marks', `- "kafka"\r\n- 'orders'`, BOTH],
    ['after dashes, with commas', '- kafka, orders', BOTH],
    ['as JSON', '["kafka","orders"]', BOTH],
    ['as JSON, pretty-printed, as toJSON writes it', '[\n  "kafka",\n  "orders"\n]', BOTH],
    ['as JSON with escapes', '["k\\u0061fka", "orders"]', BOTH],
    ['in brackets of YAML', '[kafka, orders]', BOTH],
    ['in brackets of YAML, with single quotes and a comma at the end', "['kafka', 'orders',]", BOTH],
    ['in brackets, with numbers and repetition', '[1, 1]', ['1']],
    ['in brackets, an address', '["https://kafka.example.com/x"]', ['https://kafka.example.com/x']],
    ['without items', '[]', []],
    ['of a dash alone', '-', []],
    ['after dashes, as it is written where YAML would count', '- 1.0\n- 1e3', ['1.0', '1e3']],
    [
      'after dashes, with quotation marks on one side',
      `- x'a'\n- 'a'x\n- x"b"\n- "b"x`,
      ["x'a'", "'a'x", 'x"b"', '"b"x'],
    ],
    ['with doubled quotes of YAML', "['it''s']", ["it's"]],
  ] as const) {
    test(what, () => assert.deepEqual(listItems(text), items));
  }
});

describe('no list of YAML or JSON is', () => {
  for (const text of [
    '-kafka',
    'kafka-',
    '[kafka',
    '[kafka] x',
    'x [kafka]',
    'kafka]',
    '"kafka" "orders"',
    '[["kafka"]]',
    '["kafka" "orders"]',
    '{"a":1}',
  ])
    test(text, () => assert.deepEqual(listItems(text), [text]));

  test('a dash on one of two lines', () =>
    assert.deepEqual(listItems('- kafka\norders'), ['- kafka', 'orders']));
  test('an escape that JSON does not know', () => assert.deepEqual(listItems('["\\x"]'), ['"\\x"']));
});
