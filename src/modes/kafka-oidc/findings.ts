import { because, Refusal } from '../../failure.ts';
import type { Finding } from '../../finding.ts';
import { nameOf, SETTINGS, type SettingChange } from '../../kafka/settings.ts';
import { type Check, report } from '../../plan.ts';
import type { KafkaOidcRequest } from '../request.ts';
import { type Origin, originOf } from './provider.ts';
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
    const isProven = circumstances.proven && finding.certainty === 'suspicious';
    const remedy = isProven ? '' : `${wayOut(finding, originOf(finding, circumstances.named, request))} `;
    return { subject: subjectOf(finding), result: 'warned', detail: `${finding.problem} ${remedy}${why}` };
  });
}

function refusal(
  refusals: readonly Finding[],
  { named }: Circumstances,
  checks: readonly Check[],
  request: KafkaOidcRequest,
): Refusal {
  const reasons = refusals.map((finding) => {
    const origin = originOf(finding, named, request);
    const out = wayOut(finding, origin);
    const isNamed = `${finding.problem} ${out}`.includes(finding.input);
    const where = origin === 'typed' && isNamed ? '' : ORIGINS[origin](finding.input);
    const proof = finding.certainty === 'suspicious' ? proofOf(request) : '';
    return { problem: finding.problem, remedy: [out, where, proof].filter(Boolean).join(' ') };
  });
  const failed = refusals.map(
    (finding): Check => ({ subject: subjectOf(finding), result: 'failed', detail: finding.problem }),
  );
  return new Refusal({
    title: titleOf(refusals, request),
    ...because(reasons),
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

/** Where a value comes from, and which input changes it: a sentence. */
const ORIGINS: Readonly<Record<Origin, (input: string) => string>> = {
  typed: (input) => `It is the value of ${input}.`,
  discovered: (input) => `It was discovered; ${input} overrides it.`,
  'on the service': (input) => `It is set on the service; ${input} changes it.`,
};

/** The way out; where the finding names none, it depends on who has to look again. */
function wayOut({ input, remedy }: Finding, origin: Origin): string {
  if (remedy !== '') return remedy;
  if (origin === 'typed') return `Check ${input} for a typing mistake.`;
  return origin === 'discovered'
    ? 'The issuer itself names this address: have the provider publish its keys there, or set jwks-endpoint-url to where they are.'
    : `Set ${input} to where the provider publishes its keys now.`;
}

function proofOf({ verifyProvider }: KafkaOidcRequest): string {
  return `If it is correct anyway, prove it: a test-token that a broker would accept turns this into a warning${verifyProvider ? '' : ', with verify-provider: true'}.`;
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
