import { Refusal } from '../../failure.ts';
import type { Finding } from '../../finding.ts';
import { nameOf, SETTINGS, type SettingChange } from '../../kafka/settings.ts';
import { type Check, report } from '../../plan.ts';
import type { KafkaOidcRequest } from '../request.ts';
import { originOf } from './provider.ts';
import { consoleLink } from './report.ts';
import { type Circumstances, weigh } from './weigh.ts';

/** What this run names and changes, to weigh findings by. */
export function circumstancesOf(
  { settings }: KafkaOidcRequest,
  changes: readonly SettingChange[],
): Omit<Circumstances, 'proven'> {
  const named = SETTINGS.flatMap((setting) =>
    setting.input && settings[nameOf(setting)] !== undefined ? [setting.input as string] : [],
  );
  // Where the issuer is named, the key set is discovered from it.
  if (named.includes('expected-issuer')) named.push('jwks-endpoint-url');
  const moved = changes.flatMap(({ setting }) => (setting.input ? [setting.input as string] : []));
  return { named: new Set(named), moved: new Set(moved), restarts: changes.length > 0 };
}

/**
 * Weighs what was found.
 * @returns what is left of it to warn of
 * @throws {Refusal} with all that stands in the way
 */
export function settleFindings(
  findings: readonly Finding[],
  circumstances: Circumstances,
  checks: readonly Check[],
  request: KafkaOidcRequest,
): Check[] {
  const { refusals, warnings } = weigh(findings, circumstances);
  if (refusals.length > 0) throw refusal(refusals, circumstances, checks, request);
  return warnings.map(({ finding, why }): Check => {
    const remedy = circumstances.proven && finding.certainty === 'suspicious' ? '' : `${finding.remedy} `;
    return { subject: subjectOf(finding), result: 'warned', detail: `${finding.problem} ${remedy}${why}` };
  });
}

function refusal(
  refusals: readonly Finding[],
  { named }: Circumstances,
  checks: readonly Check[],
  request: KafkaOidcRequest,
): Refusal {
  const lines = refusals.map((finding) => {
    const proof = finding.certainty === 'suspicious' ? ` ${proofOf(request)}` : '';
    return `${finding.problem} ${finding.remedy || 'Check it for a typing mistake.'} (${originOf(finding, named, request)})${proof}`;
  });
  const failed = refusals.map(
    (finding): Check => ({ subject: subjectOf(finding), result: 'failed', detail: finding.problem }),
  );
  return new Refusal({
    title: titleOf(refusals, request),
    problem: lines.join('\n'),
    remedy: '',
    report: report({
      title: 'Identity provider',
      resource: '',
      already: '',
      changes: [],
      checks: [...checks, ...failed],
      links: [consoleLink(request.project, request.service)],
      outputs: {},
    }),
  });
}

function proofOf({ verifyProvider }: KafkaOidcRequest): string {
  return `If it is right all the same, prove it: a test-token that a broker would accept turns this into a warning${verifyProvider ? '' : ', with verify-provider: true'}.`;
}

function titleOf(refusals: readonly Finding[], { findings }: KafkaOidcRequest): string {
  if (refusals.every((finding) => findings.includes(finding))) return 'These settings would lock clients out';
  return refusals.every(({ certainty }) => certainty === 'unseen')
    ? 'The identity provider cannot be reached from here'
    : 'The identity provider would lock clients out';
}

function subjectOf({ input }: Finding): string {
  if (input === 'expected-issuer') return 'Issuer';
  if (input === 'jwks-endpoint-url') return 'Key set';
  const setting = SETTINGS.find((row) => row.input === input);
  return setting?.label ?? input;
}
