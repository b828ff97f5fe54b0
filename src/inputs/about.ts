import { type Inputs, inputsOfStep } from './inputs.ts';
import { INPUT_ROWS } from './table.ts';

/** The names of all inputs, which a report sets in code. */
export const INPUT_NAMES: readonly string[] = INPUT_ROWS.map(([name]) => name);

/** What a step is about, as far as its inputs say: what a report needs even when some of them are wrong. */
export interface About {
  /** Such as `Kafka OIDC for acme/orders`; empty when the inputs do not say. */
  readonly title: string;
  /** What tells the target of this step from every other: the mode and the names in it. */
  readonly target: readonly string[];
  /** Whether a comment on the pull request is asked for. */
  readonly comment: boolean;
  /** The token for that comment. */
  readonly githubToken: string;
}

/** Reads what the step is about. Nothing is checked here, and nothing thrown: that is up to `readRequest`. */
export function readAbout(inputs: Inputs = inputsOfStep()): About {
  const [title, target] = titleAndTarget(inputs);
  return {
    title,
    target: [inputs.shown('mode'), ...target],
    comment: inputs.text('comment').toLowerCase() === 'true',
    githubToken: inputs.text('github-token'),
  };
}

function titleAndTarget(inputs: Inputs): [title: string, target: string[]] {
  const organization = inputs.shown('organization-name');
  const parent = inputs.shown('parent-id');
  const project = inputs.shown('project');
  const service = inputs.shown('service-name');
  switch (inputs.shown('mode')) {
    case 'org-create':
      return [titled(parent === '' ? 'Organization' : 'Unit', organization), [organization, parent]];
    case 'project-assign':
      return [titled('Projects of', organization || parent), [organization, parent]];
    case 'kafka-oidc':
      return [titled('Kafka OIDC for', project && service && `${project}/${service}`), [project, service]];
    default:
      return ['', []];
  }
}

function titled(what: string, name: string): string {
  return name === '' ? '' : `${what} ${name}`;
}
