import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { because, Drift, Failure, Refusal } from '../../../src/failure.ts';
import { type Change, report } from '../../../src/plan.ts';
import { cut, fit } from '../../../src/report/fit.ts';
import { kindOf, tally } from '../../../src/report/log-plan.ts';
import { type PageFacts, renderPage } from '../../../src/report/markdown.ts';
import { firstLine, isNewer, markerOf, runOf } from '../../../src/report/marker.ts';

/** The parts of a page that are easier to hold from within than from outside. */

const CHANGE: Change = {
  resource: 'service acme/kafka',
  path: 'kafka.x',
  label: 'X',
  before: null,
  after: 'new',
};

function page(change: Partial<Change>, facts: Partial<PageFacts> = {}): string {
  const plan = report({
    title: 'T',
    resource: CHANGE.resource,
    already: '',
    outputs: {},
    changes: [{ ...CHANGE, ...change }],
  });
  const rest = { title: '', planned: null, failure: null, applying: false, warnings: [], links: [] };
  return renderPage({ ending: 'changed', report: plan, ...rest, ...facts }, 100_000);
}

describe('what fits', () => {
  test('is counted in bytes', () => {
    assert.equal(fit(['äöü'], 7), 'äöü\n');
    assert.doesNotMatch(fit(['äöü', 'more'], 7), /äöü/);
  });

  test('is taken in whole sections, and the later ones are not lost', () => {
    const text = fit(['first', 'x'.repeat(1_000), 'last'], 200);
    assert.match(text, /^first\n\nlast\n\n\*The rest is left out/);
    assert.ok(Buffer.byteLength(text) <= 200);
    assert.equal(fit(['x'.repeat(100)], 10), '', 'not even that something is left out');
  });

  test('is cut between characters', () => {
    assert.equal(cut('👍👍👍', 2), '👍👍…');
    assert.equal(cut('👍👍', 2), '👍👍');
  });
});

describe('a value', () => {
  test('that is unset says what that amounts to', () => {
    assert.match(page({ whenUnset: 'off' }), /\| \*unset\* \(off\) \| `new` \|/);
    assert.match(page({}), /\| \*unset\* \| `new` \|/);
  });

  test('that is empty can be seen', () => {
    assert.match(page({ after: '' }), /\| \*empty\* \|/);
  });

  test('that is long breaks within its cell without losing a character', () => {
    const after = `https://login.example.com/${'a'.repeat(40)}/${'b'.repeat(40)}/keys`;
    const cell = /\| \*unset\* \| (.*) \|/.exec(page({ after }))?.[1] ?? '';
    assert.match(cell, /<wbr>/);
    assert.equal(cell.replaceAll(/`|<wbr>/g, ''), after);
  });

  test('that is too long for a cell is there in full, folded', () => {
    const after = 'x'.repeat(2_000);
    const [open = '', folded = ''] = page({ after }).split('<details><summary>Long values in full');
    assert.doesNotMatch(open, /x{200}/);
    assert.ok(folded.includes(after));
  });

  test('that is nested is readable in full', () => {
    const after = { list: Array.from({ length: 40 }, (_, index) => index), deep: { deeper: true } };
    assert.match(page({ after }), /```\n\{\n {2}"list": \[\n/);
  });
});

describe('a plan', () => {
  test('tells what is set, changed and unset, a default being a value too', () => {
    const changes = [
      CHANGE,
      { ...CHANGE, before: 'old' },
      { ...CHANGE, before: null, whenUnset: 'on', after: false },
      { ...CHANGE, before: 'old', after: null },
    ];
    assert.deepEqual(changes.map(kindOf), ['set', 'changed', 'changed', 'unset']);
    assert.equal(tally(changes), '1 to set, 2 to change, 1 to unset');
  });
});

describe('a warning', () => {
  test('that stands among the checks is not said twice', () => {
    const warnings = [
      { title: 'Key set', message: 'It has a weak key.' },
      { title: 'No audience', message: 'Set one.' },
    ];
    const checked = report({
      title: 'T',
      resource: '',
      already: 'Fine.',
      outputs: {},
      changes: [],
      checks: [{ subject: 'Key set', result: 'warned', detail: 'It has a weak key.' }],
    });
    const text = page({}, { ending: 'already right', report: checked, warnings });
    assert.equal(text.match(/It has a weak key/g)?.length, 1);
    assert.match(text, /> \[!WARNING\]\n> \*\*No audience\*\*: Set one\./);
  });
});

describe('a marker', () => {
  const marker = markerOf(['kafka-oidc', 'acme', 'a--b']);

  test('is read back with its run', () => {
    const body = `${firstLine(marker, { id: 12, attempt: 3 })}\nText`;
    assert.deepEqual(runOf(marker, body), { id: 12, attempt: 3 });
    assert.equal(runOf(markerOf(['kafka-oidc', 'acme', 'a']), body), null);
    assert.equal(runOf(marker, `> ${body}`), null, 'a quote of it is none');
  });

  test('does not mix up targets whose names run together', () => {
    assert.notEqual(markerOf(['m', 'a/b', 'c']), markerOf(['m', 'a', 'b/c']));
    assert.doesNotMatch(marker.slice('<!--'.length), /--/);
  });

  test('tells newer runs from older ones', () => {
    assert.ok(isNewer({ id: 2, attempt: 1 }, { id: 1, attempt: 9 }));
    assert.ok(isNewer({ id: 1, attempt: 2 }, { id: 1, attempt: 1 }));
    assert.ok(!isNewer({ id: 1, attempt: 1 }, { id: 1, attempt: 1 }));
  });
});

describe('what to do', () => {
  const failed = { title: 'T', problem: 'It is so.', remedy: 'Change it.' };
  const planned = report({
    title: 'T',
    resource: CHANGE.resource,
    already: '',
    outputs: {},
    changes: [CHANGE],
  });
  const nextSteps = [{ text: 'Change it.' }];
  const ENDINGS: Readonly<Record<string, Partial<PageFacts>>> = {
    refused: { ending: 'refused', failure: new Refusal({ ...failed, report: planned }) },
    failed: { ending: 'failed', failure: new Failure(failed), applying: true },
    drifted: { ending: 'failed', failure: new Drift({ ...failed, report: planned }) },
    'would change': { ending: 'would change' },
    changed: { ending: 'changed', report: { ...planned, nextSteps } },
  };

  for (const [name, facts] of Object.entries(ENDINGS)) {
    test(`stands once, before the table, of a run that ${name}`, () => {
      const text = page({}, facts);
      assert.equal(text.split('**What to do:**').length, 2, text);
      assert.ok(text.indexOf('**What to do:**') < text.indexOf('| --- |'), text);
    });
  }

  test('is told for each of several reasons', () => {
    const reasons = [
      { problem: 'One.', remedy: 'Fix one.' },
      { problem: 'Two.', remedy: 'Fix two.' },
    ];
    const failure = new Refusal({ title: 'T', ...because(reasons, 'Ask again.') });
    const text = page({}, { ending: 'refused', report: null, failure });
    assert.match(
      text,
      /> - One\.<br>\*\*What to do:\*\* Fix one\.\n> - Two\.<br>\*\*What to do:\*\* Fix two\./,
    );
    assert.match(text, /> \*\*What to do:\*\* Ask again\.\n/);
    assert.equal(failure.message, 'One. Fix one.\nTwo. Fix two.\nAsk again.');
  });

  test('of a single reason is that of the failure', () => {
    const { problem, remedy, reasons } = new Refusal({
      title: 'T',
      ...because([{ problem: 'One.', remedy: 'Fix it.' }], 'Ask again.'),
    });
    assert.deepEqual([problem, remedy, reasons], ['One.', 'Fix it. Ask again.', []]);
  });
});

describe('a row of the table', () => {
  const SIGNS: readonly [sign: string, change: Partial<Change>][] = [
    ['+', {}],
    ['~', { before: 'old' }],
    ['~', { whenUnset: 'on', after: false }],
    ['-', { before: 'old', after: null }],
  ];
  for (const [sign, change] of SIGNS)
    test(`begins with ${sign} for ${JSON.stringify(change)}`, () =>
      assert.match(page(change), new RegExp(`^\\| \`\\${sign}\` \\| X<br>`, 'm')));
});
