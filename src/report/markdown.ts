import { Drift, type Failure } from '../failure.ts';
import type { Link, Report } from '../plan.ts';
import { changesTable, longValues } from './changes.ts';
import { doneBefore, type Ending, isBad } from './ending.ts';
import { cut, fit } from './fit.ts';
import { inertMarkdown } from './inert.ts';
import type { Warning } from './log.ts';
import { proseMarkdown } from './prose.ts';
import {
  affectedSections,
  attachmentFold,
  checksSection,
  counts,
  effectsAlert,
  failureAlert,
  lead,
  linksLine,
  nextStepsFold,
  nextStepsSection,
  warningsAlert,
} from './sections.ts';
import { wayBackFold } from './way-back.ts';

/** What a page about a run is made of. */
export interface PageFacts {
  readonly ending: Ending;
  /** What the step is about, such as `Kafka OIDC for acme/orders`; empty when unknown. */
  readonly title: string;
  /** What was done, or in a dry run would be; null when the run failed and does not know. */
  readonly report: Report | null;
  /** What was planned; null when the run failed before there was a plan. */
  readonly planned: Report | null;
  readonly failure: Failure | null;
  /** Whether the run failed while it carried the plan out, so that something may have changed. */
  readonly applying: boolean;
  readonly warnings: readonly Warning[];
  /** What to say first, where this page takes the place of another. */
  readonly note?: string;
  /** The pages to look at besides those of the report. */
  readonly links: readonly Link[];
}

const HEADLINES: Readonly<Record<Ending, string>> = {
  changed: '✅ Changed',
  unconfirmed: '⚠️ Changed, restart not confirmed',
  'already right': '✅ Already right, nothing changed',
  'would change': '📝 Would change (dry run)',
  refused: '⛔ Refused',
  failed: '❌ Failed',
};

const MAX_TITLE = 200;
const APPLY = 'To apply this, run the step with dry-run: false.';

/**
 * A page about a run as GitHub's Markdown: the job summary, and the comment on a pull request.
 * @param maxBytes how large it may be, in UTF-8; what does not fit is left out section by section
 */
export function renderPage(facts: PageFacts, maxBytes: number): string {
  return fit(isBad(facts.ending) ? failedPage(facts) : finishedPage(facts), maxBytes);
}

function headline({ ending, title, report, failure }: PageFacts): string {
  const what = title || report?.title || failure?.title || '';
  return `### ${HEADLINES[ending]}: ${inertMarkdown(cut(what, MAX_TITLE))}`;
}

function finishedPage(facts: PageFacts): string[] {
  const { ending, report, warnings, links } = facts;
  if (!report) return [headline(facts)];
  const dry = ending === 'would change';
  return [
    headline(facts),
    facts.note ?? '',
    lead(ending, report),
    ...affectedSections(report.affected, !dry),
    warningsAlert(warnings, report.checks),
    dry ? effectsAlert(report.effects, APPLY) : '',
    dry || ending === 'already right' ? '' : nextStepsSection(report.nextSteps),
    ...changesTable(report.changes, dry ? ['Now', 'Would be'] : ['Before', 'Now']),
    checksSection(report.checks, null),
    ending === 'already right' ? nextStepsFold(report.nextSteps) : '',
    ...(dry ? [] : report.attachments.map(attachmentFold)),
    ending === 'changed' ? wayBackFold(report.wayBack) : '',
    longValues(report.changes),
    linksLine([...report.links, ...links]),
  ];
}

function failedPage(facts: PageFacts): string[] {
  const { failure, applying, planned, warnings, links } = facts;
  // Where nothing is known of what was done, what was found out before is worth telling.
  const report = facts.report ?? (planned && { ...planned, changes: [] });
  const intended = applying && !facts.report ? (planned?.changes ?? []) : [];
  const done = report?.changes ?? [];
  const drifted = failure instanceof Drift;
  // A plan that is refused for whom it locks out: the failure names them already.
  const lockedOut = applying || drifted ? report?.affected.lockedOut : [];
  const affected = { lockedOut: lockedOut ?? [], opens: report?.affected.opens ?? [] };
  const events = failure ? doneBefore(failure) : [];
  return [
    headline(facts),
    failure ? failureAlert(failure, facts) : '',
    warningsAlert(warnings, report?.checks ?? []),
    events.length > 0
      ? ['#### Done before it failed', '', ...events.map((event) => `- ${proseMarkdown(event)}`)].join('\n')
      : '',
    counts(done, applying),
    ...(done.length > 0 ? affectedSections(affected, applying) : []),
    report && drifted ? effectsAlert(report.effects, '') : '',
    ...changesTable(done, applying ? ['Before', 'Now'] : ['Now', 'Would be']),
    applying && done.length > 0 ? wayBackFold(report?.wayBack ?? null) : '',
    intended.length > 0 ? '#### What was going to change' : '',
    counts(intended, false),
    ...(planned && intended.length > 0 ? affectedSections(planned.affected, false) : []),
    ...changesTable(intended, ['Before', 'Planned']),
    checksSection(report?.checks ?? [], failure),
    longValues(done),
    linksLine([...(report?.links ?? []), ...links]),
  ];
}
