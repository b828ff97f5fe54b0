import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Marked } from 'marked';
import { Failure } from '../../src/failure.ts';
import { type Report, report } from '../../src/plan.ts';
import { inertLine, inertLines } from '../../src/report/inert.ts';
import { renderPage } from '../../src/report/markdown.ts';
import { OUTPUTS, setOutputs } from '../../src/report/outputs.ts';
import { parseFileCommands } from '../world/run-action.ts';
import { makeTempDir } from '../world/temp.ts';
import { anyText } from './arbitraries.ts';

/** Nothing that a text contains becomes a command, an output of its own, or live on a page. */

const MAX_BYTES = 1_000_000;

describe('any text is inert', () => {
  test('on a line of the log', () => {
    const property = fc.property(anyText, (text) => {
      const line = inertLine(text);
      assert.doesNotMatch(line, /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
      assertNoCommand(line);
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  test('on several lines of the log', () => {
    const property = fc.property(anyText, (text) => {
      for (const line of inertLines(text).split('\n')) assertNoCommand(line);
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  test('in an output, which it does not leave', async () => {
    const temp = await makeTempDir('outputs');
    const file = join(temp.path, 'output');
    const before = process.env['GITHUB_OUTPUT'];
    process.env['GITHUB_OUTPUT'] = file;
    try {
      const property = fc.asyncProperty(fc.array(anyText, { minLength: 8, maxLength: 8 }), async (texts) => {
        await writeFile(file, '');
        const outputs = Object.fromEntries(OUTPUTS.map((name, index) => [name, texts[index] ?? '']));
        const change = {
          resource: texts[0] ?? '',
          path: 'a',
          label: 'a',
          before: null,
          after: texts[1] ?? '',
        };
        setOutputs(report({ title: '', resource: '', already: '', changes: [change], outputs }));
        const read = parseFileCommands(await readFile(file, 'utf8'));
        assert.deepEqual(Object.keys(read).sort(), ['changed', 'changes', ...OUTPUTS].sort());
        for (const name of OUTPUTS) assert.equal(read[name], outputs[name]?.toWellFormed());
        assert.equal(read['changed'], 'true');
      });
      await fc.assert(property, { numRuns: 200 });
    } finally {
      if (before === undefined) delete process.env['GITHUB_OUTPUT'];
      else process.env['GITHUB_OUTPUT'] = before;
      await temp.remove();
    }
  });

  for (const ending of ['failed', 'refused', 'changed', 'would change', 'already right'] as const) {
    test(`on the page of a run that ends ${ending}`, () => {
      const property = fc.property(fc.array(anyText, { minLength: 12, maxLength: 12 }), (texts) => {
        const [a = '', b = '', c = ''] = texts;
        const bad = ending === 'failed' || ending === 'refused';
        const failure = bad ? new Failure({ title: a, problem: b, remedy: c }) : null;
        const facts = {
          ending,
          title: texts[3] ?? '',
          report: hostileReport(texts, ending === 'already right'),
          planned: null,
          failure,
          applying: true,
          warnings: [{ title: texts[4] ?? '', message: texts[5] ?? '' }],
          links: [],
        };
        assertDead(renderPage(facts, MAX_BYTES));
      });
      fc.assert(property, { numRuns: 200 });
    });
  }
});

/** As the runner reads a line: `::` after blanks, or `##[` anywhere. */
function assertNoCommand(line: string): void {
  assert.ok(!line.trimStart().startsWith('::'), line);
  assert.ok(!line.includes('##['), line);
}

function hostileReport(texts: readonly string[], unchanged: boolean): Report {
  const at = (index: number) => texts[index % texts.length] ?? '';
  const change = { resource: at(0), path: at(1), label: at(2), before: at(3), after: at(4) };
  return report({
    title: at(5),
    resource: at(0),
    already: at(6),
    changes: unchanged ? [] : [change, { ...change, before: null, after: [at(7), { [at(8)]: at(9) }] }],
    checks: [{ subject: at(10), result: 'warned', detail: at(11) }],
    effects: [at(1)],
    events: [at(2)],
    nextSteps: [{ text: at(3), code: at(4) }],
    attachments: [{ title: at(5), language: 'properties', content: at(6) }],
    links: [{ label: at(7), url: 'https://console.aiven.io/' }],
    outputs: {},
  });
}

const github = new Marked({ gfm: true });
/** The elements that a page of this action is made of. */
const OWN =
  /^\/?(a|b|blockquote|br|code|details|em|h[1-6]|hr|li|ol|p|pre|span|strong|sub|summary|table|tbody|td|th|thead|tr|ul|wbr)$/;

/** Holds that a page, rendered, has the elements of this action alone, and the links that it was given. */
function assertDead(page: string): void {
  const html = github.parse(page, { async: false });
  for (const [, name = '', attributes = ''] of html.matchAll(/<(\/?[a-zA-Z][\w-]*)([^>]*)>/g)) {
    assert.match(name, OWN, `<${name}${attributes}> in:\n${page}`);
    if (name === 'a') assert.match(attributes, /^ href="https:\/\/console\.aiven\.io\/"$/, page);
    else assert.doesNotMatch(attributes, /\b(on\w+|src|href|style)\s*=/, page);
  }
  const prose = html
    .replaceAll(/<(code|pre)\b[^>]*>[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
  assert.doesNotMatch(prose, /@[A-Za-z0-9]/, `a mention in:\n${page}`);
  assert.doesNotMatch(prose, /#\d/, `a reference in:\n${page}`);
}
