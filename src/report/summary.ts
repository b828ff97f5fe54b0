import { appendFileSync, statSync } from 'node:fs';
import { inertLine } from './inert.ts';
import type { LogNarrator } from './log.ts';
import { type PageFacts, renderPage } from './markdown.ts';

/** GitHub's limit for the summary of one step; it drops a larger one whole. */
const MAX_BYTES = 1024 * 1024;

/** Writes the job summary of this step. What was done stays done when it cannot be written: that is a warning. */
export async function writeSummary(facts: PageFacts, say: LogNarrator): Promise<void> {
  const file = process.env['GITHUB_STEP_SUMMARY'];
  if (!file) return;
  try {
    const taken = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    const page = renderPage(facts, MAX_BYTES - taken);
    // Not by `core.summary`, which loads more of Node than all else that a short run needs.
    appendFileSync(file, page);
  } catch (error) {
    say.warning('No job summary', inertLine(error instanceof Error ? error.message : String(error)));
  }
}
