import type { Verdict } from '../../src/judge/broker/token.ts';
import type { Row } from './corpus.ts';
import type { Answer } from './judge.ts';

/** Rows of a corpus with what both sides said, as a table in Markdown: the broker's own reason beside ours. */
export function asTable(
  version: string,
  rows: readonly { readonly row: Row; readonly answer: Answer; readonly verdict: Verdict }[],
): string {
  const lines = rows.map(({ row, answer, verdict }) => {
    const ours = answer.accepted
      ? (verdict.principal ?? '')
      : verdict.refusals
          .map(({ claim, has, expects }) => `${claim}: ${has}; expected: ${expects}`)
          .join('. ');
    const theirs = answer.accepted ? (answer.principal ?? '') : rootOf(answer.reason);
    const result = `${answer.accepted ? 'accepted' : 'refused'}${row.unsure ? ` (${row.unsure})` : ''}`;
    return `| ${[row.name, result, theirs, ours].map(cell).join(' | ')} |`;
  });
  return [
    `# Tokens, as Kafka ${version} and as this action judge them`,
    '',
    '| token | result | the broker | this action |',
    '| --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

/** The innermost cause that Kafka names, without its stack and the token. */
function rootOf(reason: string): string {
  const lines = reason.split('\n').filter((line) => !/^\s+(at|\.\.\.) /.test(line));
  const causes = lines.filter((line) => line.startsWith('Caused by: '));
  return (causes.at(-1) ?? lines[0] ?? '').replace(/^Caused by: |^\[main\] WARN \S+ - /, '');
}

const LONGEST = 300;

function cell(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cs}]/gu, ' ').replaceAll('|', '\\|');
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain;
}
