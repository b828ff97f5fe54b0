import * as core from '@actions/core';
import type { Failure } from '../failure.ts';
import { type Change, type Check, isChanged, type Json, type Report } from '../plan.ts';
import { inertBlock, inertCode, inertHtml, inertLines, inertMarkdown } from './inert.ts';
import type { Warning } from './log.ts';

/** How a run ended. */
export type Ending = 'changed' | 'already right' | 'would change' | 'refused' | 'failed';

/** What a summary is made of. */
export interface SummaryFacts {
  readonly ending: Ending;
  readonly report: Report | null;
  readonly failure: Failure | null;
  readonly warnings: readonly Warning[];
  /** The page of this run on GitHub, empty when unknown. */
  readonly runUrl: string;
}

/** Which end of a run it was. */
export function endingOf(report: Report, dryRun: boolean): Ending {
  if (!isChanged(report)) return 'already right';
  return dryRun ? 'would change' : 'changed';
}

/** GitHub's limit for the summary of a step is 1 MiB; steps of a job append. */
const MAX_LENGTH = 240_000;
const MAX_CELL = 600;
const MAX_ROWS = 200;

const HEADLINES: Readonly<Record<Ending, string>> = {
  changed: '✅ Changed',
  'already right': '✅ Already right, nothing changed',
  'would change': '📝 Would change (dry run)',
  refused: '⛔ Refused',
  failed: '❌ Failed',
};

/** Writes the job summary of this step. What was done stays done when it cannot be written: that is a warning. */
export async function writeSummary(facts: SummaryFacts): Promise<void> {
  if (!process.env['GITHUB_STEP_SUMMARY']) return;
  try {
    await core.summary.addRaw(renderSummary(facts), true).write();
  } catch (error) {
    core.warning(inertLines(error instanceof Error ? error.message : String(error)), {
      title: 'No job summary',
    });
  }
}

/** The job summary as Markdown. */
export function renderSummary({ ending, report, failure, warnings, runUrl }: SummaryFacts): string {
  const title = failure && !report?.title ? failure.title : (report?.title ?? '');
  const sections = [
    `### ${HEADLINES[ending]}: ${inertMarkdown(title)}`,
    failure ? failureSection(failure) : '',
    report ? stateSection(report, ending) : '',
    report && report.effects.length > 0 && ending === 'would change'
      ? sentences('What applying does', report.effects)
      : '',
    report && report.events.length > 0
      ? sentences(failure ? 'Done before' : 'What happened', report.events)
      : '',
    report && report.checks.length > 0 ? checksSection(report.checks) : '',
    warnings.length > 0 ? warningsSection(warnings) : '',
    nextSection(report, ending),
    ...(report && !failure ? report.attachments.map(attachment) : []),
    linksSection(report, runUrl),
  ];
  const text = `${sections.filter(Boolean).join('\n\n')}\n`;
  return text.length <= MAX_LENGTH
    ? text
    : `${text.slice(0, text.lastIndexOf('\n', MAX_LENGTH))}\n\nThe rest is left out: it is too long for a summary.\n`;
}

function isBad(ending: Ending): boolean {
  return ending === 'refused' || ending === 'failed';
}

function failureSection({ problem, remedy }: Failure): string {
  const lines = problem
    .split('\n')
    .slice(0, MAX_ROWS)
    .map((line) => `> ${inertMarkdown(cut(line))}`);
  const wayOut = remedy === '' ? [] : ['>', `> **What to do:** ${inertMarkdown(cut(remedy))}`];
  return [...lines.join('\n>\n').split('\n'), ...wayOut].join('\n');
}

function stateSection(report: Report, ending: Ending): string {
  if (!isChanged(report)) return isBad(ending) ? '' : inertMarkdown(report.already);
  const rows = report.changes.slice(0, MAX_ROWS).map(changeRow);
  const left = report.changes.length - rows.length;
  const head = ending === 'would change' ? '| Setting | Now | Would be |' : '| Setting | Before | Now |';
  return [head, '| --- | --- | --- |', ...rows, ...(left > 0 ? [`| and ${left} more | | |`] : [])].join('\n');
}

function changeRow({ resource, path, label, before, after }: Change): string {
  const what = resource.startsWith('project ') ? inertMarkdown(resource) : inertMarkdown(label);
  return `| ${what}<br><sub>${inertCode(path)}</sub> | ${cell(before)} | ${cell(after)} |`;
}

function cell(value: Json): string {
  if (value === null) return '<em>unset</em>';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === '' ? '<em>empty</em>' : inertCode(cut(text));
}

function cut(text: string): string {
  return text.length > MAX_CELL ? `${text.slice(0, MAX_CELL)}…` : text;
}

const CHECK_MARKS: Readonly<Record<Check['result'], string>> = {
  passed: '✓',
  failed: '✗',
  warned: '⚠',
  skipped: '–',
};

function checksSection(checks: readonly Check[]): string {
  const items = checks.map(
    ({ result, subject, detail }) =>
      `- ${CHECK_MARKS[result]} **${inertMarkdown(subject)}**: ${inertMarkdown(cut(detail))}`,
  );
  return ['**Checks**', '', ...items].join('\n');
}

function warningsSection(warnings: readonly Warning[]): string {
  const items = warnings.map(
    ({ title, message }) => `- **${inertMarkdown(title)}**: ${inertMarkdown(cut(message))}`,
  );
  return ['**Warnings**', '', ...items].join('\n');
}

function sentences(heading: string, texts: readonly string[]): string {
  return [`**${heading}**`, '', ...texts.map((text) => `- ${inertMarkdown(cut(text))}`)].join('\n');
}

function nextSection(report: Report | null, ending: Ending): string {
  if (!report || isBad(ending)) return '';
  const apply = ending === 'would change' ? ['- To apply this, run the step with `dry-run: false`.'] : [];
  const steps = report.nextSteps.map(
    ({ text, code }) => `- ${inertMarkdown(text)}${code ? `\n\n${indent(inertBlock('sh', code))}\n` : ''}`,
  );
  const all = ending === 'would change' ? apply : steps;
  return all.length > 0 ? ['**Next**', '', ...all].join('\n') : '';
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

function attachment({ title, language, content }: Report['attachments'][number]): string {
  return `<details><summary>${inertHtml(title)}</summary>\n\n${inertBlock(language, content)}\n\n</details>`;
}

function linksSection(report: Report | null, runUrl: string): string {
  const links = [...(report?.links ?? []), ...(runUrl ? [{ label: 'This run', url: runUrl }] : [])];
  return links.map(({ label, url }) => `[${inertMarkdown(label)}](<${new URL(url).href}>)`).join(' · ');
}
