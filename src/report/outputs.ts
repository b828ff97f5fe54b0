import * as core from '@actions/core';
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
];

/** Sets every output; one that does not apply to the mode is empty. */
export function setOutputs(report: Report): void {
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
