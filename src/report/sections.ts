import { type Failure, NOTHING_CHANGED } from '../failure.ts';
import {
  type Affected,
  type Attachment,
  type Change,
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
import { type Kind, numberOf } from './log-plan.ts';
import { proseMarkdown } from './prose.ts';

const MAX_SENTENCE = 1_000;
const MAX_ITEMS = 50;

/** What a reader should know first: how many changes, and what became of them. */
export function lead(ending: Ending, report: Report): string {
  const events = report.events.map(sentence);
  if (!isChanged(report)) return [sentence(report.already), ...events].join(' ');
  return ending === 'would change'
    ? `${counts(report.changes, false)} ${NOTHING_CHANGED}`
    : [counts(report.changes, true), ...events].join(' ');
}

/**
 * How many changes there are, and of which kind.
 * @param areDone whether they were made
 */
export function counts(changes: readonly Change[], areDone: boolean): string {
  if (changes.length === 0) return '';
  const number = `**${count(changes.length, 'change')}**`;
  const kinds = (Object.keys(WORDS) as Kind[]).flatMap((kind) => {
    const many = numberOf(changes, kind);
    return many === 0 ? [] : [`${many.toLocaleString('en')} ${areDone ? kind : WORDS[kind]}`];
  });
  const all = kinds.length === 1 ? '' : `: ${kinds.join(', ')}`;
  return areDone ? `${number}${all}.` : `${number} would be made${all}.`;
}

const WORDS: Readonly<Record<Kind, string>> = { set: 'to set', changed: 'to change', unset: 'to unset' };

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
      .concat(groups.length > MAX_ITEMS ? [`- … and ${count(groups.length - MAX_ITEMS, 'more group')}`] : [])
      .join('\n'),
  ];
  return [
    lockedOut.length === 0
      ? ''
      : alert('CAUTION', list(isDone ? 'Locked out:' : 'Would be locked out:', lockedOut)),
    opens.length === 0 ? '' : list(isDone ? 'Gain access:' : 'Would gain access:', opens).join('\n\n'),
  ];
}

/**
 * What applying a plan does besides the changes, and how to apply it.
 * @param remedy empty where a failure says it already
 */
export function effectsAlert(effects: readonly string[], remedy: string): string {
  const paragraphs = [...effects.map(sentence), whatToDo(remedy)].filter(Boolean);
  return paragraphs.length === 0 ? '' : alert('IMPORTANT', paragraphs);
}

/** The one place where each page says what a person should do: after the verdict and whom it concerns, before all details. */
function whatToDo(remedy: string): string {
  return remedy === '' ? '' : `**What to do:** ${sentence(remedy)}`;
}

/** What failed, why, and the way out. */
export function failureAlert(failure: Failure, { applying }: { readonly applying: boolean }): string {
  const lines = failure.problem.split('\n').filter((line) => line !== '');
  const intro = lines.length > 1 && lines[0]?.endsWith(':') ? lines.splice(0, 1).map(sentence) : [];
  const all =
    failure.reasons.length > 0 ? failure.reasons : lines.map((problem) => ({ problem, remedy: '' }));
  const shown = all.slice(0, MAX_ITEMS).map(({ problem, remedy }) => {
    const why = proseMarkdown(cutMiddle(problem, MAX_SENTENCE));
    return remedy === '' ? why : `${why}<br>${whatToDo(remedy)}`;
  });
  const more = all.length - shown.length;
  const isList = intro.length > 0 || shown.length > 1;
  const verdict = `**${sentence(failure.title)}.**`;
  return alert('CAUTION', [
    [verdict, assurance(failure, applying)].filter(Boolean).join(' '),
    ...intro,
    isList ? shown.map((line) => `- ${line}`).join('\n') : shown.join(''),
    more > 0 ? `And ${more.toLocaleString('en')} more: the log of the step has all of them.` : '',
    whatToDo(failure.remedy),
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
    const about = `${CHECK_MARKS[result]} **${sentence(subject)}**`;
    const isTold = failure?.problem.includes(detail) || failure?.message.includes(detail);
    return isTold ? about : `${about}: ${sentence(detail)}`;
  });
  return `#### Checks\n\n${items.join('<br>\n')}`;
}

/** What to do after a change, with its commands folded away. */
export function nextStepsSection(steps: readonly NextStep[]): string {
  if (steps.length === 0) return '';
  const items = steps.map(({ text, code }) => {
    const commands = code ? `\n\n${indent(fold('Commands', inertBlock('sh', code)))}\n` : '';
    return `- ${sentence(text)}${commands}`;
  });
  return ['**What to do:**', '', ...items].join('\n');
}

/** The same where it is likely done, all of it folded away. */
export function nextStepsFold(steps: readonly NextStep[]): string {
  if (steps.length === 0) return '';
  const items = steps.map(
    ({ text, code }) => `- ${sentence(text)}${code ? `\n\n${indent(inertBlock('sh', code))}\n` : ''}`,
  );
  return fold('Next steps, if they are not done yet', items.join('\n'));
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
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
  return proseMarkdown(cut(text, MAX_SENTENCE));
}
