import { type Failure, NOTHING_CHANGED } from '../failure.ts';
import {
  type Affected,
  type Attachment,
  type Check,
  isChanged,
  type Link,
  type NextStep,
  type Report,
} from '../plan.ts';
import { fold } from './changes.ts';
import { assurance, count, type Ending } from './ending.ts';
import { cut, cutMiddle } from './fit.ts';
import { inertBlock, inertMarkdown } from './inert.ts';
import type { Warning } from './log.ts';
import { tally } from './log-plan.ts';

const MAX_SENTENCE = 1_000;
const MAX_ITEMS = 50;

/** What a reader should know first: how many changes, and what became of them. */
export function lead(ending: Ending, report: Report): string {
  const events = report.events.map(sentence);
  if (!isChanged(report)) return [sentence(report.already), ...events].join(' ');
  const number = `**${count(report.changes.length, 'change')}**`;
  return ending === 'would change'
    ? `${number} would be made: ${tally(report.changes)}. ${NOTHING_CHANGED}`
    : [`${number}.`, ...events].join(' ');
}

/**
 * Whom the changes concern, for which reason it stands above them.
 * @param isDone whether they were made
 */
export function affectedSections({ lockedOut, opens }: Affected, isDone: boolean): string[] {
  const list = (title: string, groups: readonly string[]) => [
    `**${title}**`,
    groups
      .slice(0, MAX_ITEMS)
      .map((group) => `- ${sentence(group)}`)
      .join('\n'),
  ];
  return [
    lockedOut.length === 0
      ? ''
      : alert('CAUTION', list(isDone ? 'Locked out:' : 'Would be locked out:', lockedOut)),
    opens.length === 0
      ? ''
      : list(isDone ? 'Get in from now on:' : 'Would get in from then on:', opens).join('\n\n'),
  ];
}

/** What applying a plan does besides the changes, and how to apply it. */
export function effectsAlert(effects: readonly string[]): string {
  return alert('IMPORTANT', [...effects.map(sentence), 'To apply this, run the step with `dry-run: false`.']);
}

/** What failed, why, and the way out. */
export function failureAlert(failure: Failure, { applying }: { readonly applying: boolean }): string {
  const lines = failure.problem.split('\n').filter((line) => line !== '');
  const intro = lines.length > 1 && lines[0]?.endsWith(':') ? lines.splice(0, 1).map(sentence) : [];
  const shown = lines.slice(0, MAX_ITEMS).map((line) => inertMarkdown(cutMiddle(line, MAX_SENTENCE)));
  const more = lines.length - shown.length;
  const isList = intro.length > 0 || shown.length > 1;
  return alert('CAUTION', [
    `**${sentence(failure.title)}**`,
    ...intro,
    isList ? shown.map((line) => `- ${line}`).join('\n') : shown.join(''),
    more > 0 ? `And ${more.toLocaleString('en')} more: the log of the step has all of them.` : '',
    failure.remedy === '' ? '' : `**What to do:** ${sentence(failure.remedy)}`,
    assurance(failure, applying),
  ]);
}

/** What a person should act on, without what stands among the checks already. */
export function warningsAlert(warnings: readonly Warning[], checks: readonly Check[]): string {
  const told = new Set(checks.map(({ detail }) => detail));
  const items = warnings
    .filter(({ message }) => !told.has(message))
    .map(({ title, message }) => `**${sentence(title)}**: ${sentence(message)}`);
  return items.length === 0 ? '' : alert('WARNING', items.slice(0, MAX_ITEMS));
}

/** A block that GitHub paints: an alert of its Markdown. */
function alert(kind: 'CAUTION' | 'IMPORTANT' | 'WARNING', paragraphs: readonly string[]): string {
  const text = paragraphs.filter(Boolean).join('\n\n');
  return `> [!${kind}]\n${text.replace(/^/gm, '> ').replace(/ +$/gm, '')}`;
}

const CHECK_MARKS: Readonly<Record<Check['result'], string>> = {
  passed: '✓',
  failed: '✗',
  warned: '⚠',
  skipped: '–',
};

/** What was checked, and what came of it; what the failure says already is not said twice. */
export function checksSection(checks: readonly Check[], failure: Failure | null): string {
  if (checks.length === 0) return '';
  const items = checks.slice(0, MAX_ITEMS).map(({ result, subject, detail }) => {
    const text = failure?.problem.includes(detail) ? 'see above.' : sentence(detail);
    return `${CHECK_MARKS[result]} **${sentence(subject)}**: ${text}`;
  });
  return `#### Checks\n\n${items.join('<br>\n')}`;
}

/** What to do next, folded away where it is likely done. */
export function nextStepsSection(steps: readonly NextStep[], folded: boolean): string {
  if (steps.length === 0) return '';
  const items = steps.map(
    ({ text, code }) => `- ${sentence(text)}${code ? `\n\n${indent(inertBlock('sh', code))}\n` : ''}`,
  );
  return folded ? fold('Next steps', items.join('\n')) : ['#### Next steps', '', ...items].join('\n');
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

/** A text to copy from. */
export function attachmentFold({ title, language, content }: Attachment): string {
  return fold(title, inertBlock(language, content));
}

/** Where to look further. */
export function linksLine(links: readonly Link[]): string {
  const shown = links.map(({ label, url }) => `[${inertMarkdown(label)}](<${new URL(url).href}>)`);
  return shown.length === 0 ? '' : `<sub>${shown.join(' · ')}</sub>`;
}

function sentence(text: string): string {
  return inertMarkdown(cut(text, MAX_SENTENCE));
}
