import * as core from '@actions/core';
import { Failure } from '../failure.ts';
import { isChanged, type OutputName, type Report } from '../plan.ts';

/** Every output beside `changed` and `changes`; `action.yml` describes them. */
export const OUTPUTS: readonly OutputName[] = [
  'account-id',
  'organization-id',
  'organization-name',
  'projects',
  'service-config',
  'service-state',
  'bootstrap-servers',
  'client-properties',
  'librdkafka-config',
  'principals',
];

/**
 * Sets every output; one that does not apply to the mode is empty.
 * @throws {Failure} when the runner keeps none
 */
export function setOutputs(report: Report): void {
  try {
    setEach(report);
  } catch (cause) {
    throw new Failure({
      title: 'The outputs could not be set',
      problem: `The runner did not accept them (${cause instanceof Error ? cause.message : cause}). Everything before that succeeded.`,
      remedy: 'Check the disk of the runner and GITHUB_OUTPUT, then run the step again.',
      report,
      cause,
    });
  }
}

function setEach(report: Report): void {
  core.setOutput('changed', String(isChanged(report)));
  const changes = report.changes.map(({ resource, path, before, after }) => ({
    resource,
    path,
    before,
    after,
  }));
  core.setOutput('changes', JSON.stringify(changes));
  for (const name of OUTPUTS) core.setOutput(name, report.outputs[name] ?? '');
}
