import type { WayBack } from '../plan.ts';
import { fold } from './changes.ts';
import { inertBlock, inertLine, inertMarkdown } from './inert.ts';

const END = 'every setting back as it was';

/** The way back for a page, folded away until wanted. */
export function wayBackFold(way: WayBack | null): string {
  if (!way) return '';
  const { inputs, rest } = way;
  const blocks = [
    inputs ? inertBlock('yaml', stepOf(inputs)) : '',
    rest ? inertMarkdown(rest.text) : '',
    rest?.code ? inertBlock('sh', rest.code) : '',
  ];
  return fold(titleOf(way), blocks.filter(Boolean).join('\n\n'));
}

/** The way back for a log: a title, and the lines to fold away under it. */
export function wayBackLines(way: WayBack): readonly [title: string, lines: string[]] {
  const { inputs, rest } = way;
  const lines = [
    ...(inputs ? stepOf(inputs).split('\n') : []),
    ...(rest ? [rest.text, ...(rest.code?.split('\n') ?? [])] : []),
  ];
  return [titleOf(way), lines.map(inertLine)];
}

function titleOf({ inputs, rest }: WayBack): string {
  if (inputs && rest) return `The way back: a step and a command that put ${END}`;
  return `The way back: a ${inputs ? 'step' : 'command'} that puts ${END}`;
}

/**
 * A step of a workflow as YAML, with this action as the workflow has it (`GITHUB_ACTION_REPOSITORY` and
 * `GITHUB_ACTION_REF`, which GitHub sets for a step that runs an action of a repository).
 */
export function stepOf(
  inputs: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const action = env['GITHUB_ACTION_REPOSITORY'] || '<your-org>/aiven-kafka-oidc-action';
  const ref = env['GITHUB_ACTION_REF'] || 'v1';
  const { mode = '', ...others } = inputs;
  return [
    `- uses: ${action}@${ref}`,
    '  with:',
    `    mode: ${mode}`,
    '    aiven-token: ${{ secrets.AIVEN_TOKEN }}',
    ...Object.entries(others).map(([name, value]) => `    ${name}: ${scalar(value)}`),
  ].join('\n');
}

/** What YAML reads as this very text without quotation marks (YAML 1.2, sections 7.3.3 and 10.3.2). */
const PLAIN = /^(?!(?:null|yes|no|on|off|y|n)$)[a-z][\w./-]*(?:(?::\/\/|:(?=\w)|, )[\w./-]+)*$/i;

/** A text as a scalar of YAML: plain where that is safe, quoted as JSON otherwise, which YAML 1.2 takes. */
function scalar(text: string): string {
  return PLAIN.test(text) ? text : JSON.stringify(text);
}
