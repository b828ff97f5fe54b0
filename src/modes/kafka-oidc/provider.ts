import { Refusal } from '../../failure.ts';
import { complaint, nameOf, settingOf, type Values, type Wanted } from '../../kafka/settings.ts';
import { report } from '../../plan.ts';
import type { ProviderProblem } from '../../provider/problem.ts';
import type { Context } from '../mode.ts';
import type { KafkaOidcRequest } from '../request.ts';
import type { ProviderFindings, ProviderQuestion } from './inspect.ts';
import { consoleLink } from './report.ts';

const ISSUER = 'kafka.sasl_oauthbearer_expected_issuer';
const JWKS_URL = 'kafka.sasl_oauthbearer_jwks_endpoint_url';
/** What is found where no provider is looked at. */
export const NOTHING_FOUND: ProviderFindings = {
  jwksUrl: null,
  tokenEndpoint: null,
  keys: [],
  checks: [],
  problems: [],
};

/** Looks at the provider that the inputs name, which needs no knowledge of the service; at none when they name none. */
export async function inspectNamedProvider(
  request: KafkaOidcRequest,
  context: Context,
): Promise<ProviderFindings> {
  const question = questionOf(request.settings, request);
  return question ? ask(question, context) : NOTHING_FOUND;
}

/** Whether a provider is looked at from the start. */
export function namesProvider({ settings }: KafkaOidcRequest): boolean {
  return text(settings[ISSUER]) !== null || text(settings[JWKS_URL]) !== null;
}

/** What is to be asked of a provider, or null when these values concern none. */
function questionOf(values: Wanted, { verifyProvider }: KafkaOidcRequest): ProviderQuestion | null {
  const issuer = text(values[ISSUER]);
  const jwksUrl = text(values[JWKS_URL]);
  const nothingToAsk = issuer === null && jwksUrl === null;
  return nothingToAsk || (jwksUrl !== null && !verifyProvider)
    ? null
    : { issuer, jwksUrl, verify: verifyProvider };
}

/** Asks a provider; how to is loaded here, since not every run does, and the service is being read meanwhile. */
async function ask(question: ProviderQuestion, context: Context): Promise<ProviderFindings> {
  const { inspectProvider } = await import('./inspect.ts');
  const wrong = (url: string) => complaint(settingOf('jwks-endpoint-url'), url)?.problem ?? null;
  return inspectProvider(question, context, wrong);
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/**
 * Looks at the rest of the provider: what the service has already and the inputs do not name. Every update restarts the
 * brokers, and a broker that cannot fetch its keys does not start; and a test token is judged by these keys.
 * @throws {Refusal} when something is wrong with it
 */
export async function inspectRemainingProvider(
  request: KafkaOidcRequest,
  after: Values,
  findings: ProviderFindings,
  context: Context,
): Promise<ProviderFindings> {
  const jwksUrl = text(after[JWKS_URL]);
  if (!request.verifyProvider || jwksUrl === null) return NOTHING_FOUND;
  const keysAreKnown = findings.jwksUrl === jwksUrl;
  const issuer = request.settings[ISSUER] === undefined ? text(after[ISSUER]) || null : null;
  if (keysAreKnown && issuer === null) return NOTHING_FOUND;
  // The issuer is asked together with the URL that goes with it, so that one without discovery is fine.
  const rest = await ask({ issuer, jwksUrl, verify: true, keysAreKnown }, context);
  refuseProvider(rest, request);
  return rest;
}

/**
 * Refuses a provider that brokers would not get along with.
 * @throws {Refusal} with all that is wrong
 */
export function refuseProvider(
  { problems, checks }: ProviderFindings,
  { project, service, settings, verifyProvider }: KafkaOidcRequest,
): void {
  if (problems.length === 0) return;
  const firewall =
    verifyProvider && problems.some(({ unreachable }) => unreachable)
      ? 'If a firewall lets only the brokers reach the provider, set verify-provider: false (and jwks-endpoint-url).'
      : '';
  const lines = problems.map(
    ({ input, problem, remedy }) => `${problem} ${remedy} (${origin(input, settings)})`,
  );
  throw new Refusal({
    title: 'The identity provider would lock clients out',
    problem: lines.join('\n'),
    remedy: firewall,
    report: report({
      title: 'Identity provider',
      resource: '',
      already: '',
      changes: [],
      checks,
      links: [consoleLink(project, service)],
      outputs: {},
    }),
  });
}

/** Where the value comes from that is a problem, and which input changes it. */
function origin(input: ProviderProblem['input'], settings: Wanted): string {
  if (settings[nameOf(settingOf(input))] !== undefined) return `input ${input}`;
  return input === 'jwks-endpoint-url' && settings[ISSUER] !== undefined
    ? `discovered; input ${input} overrides it`
    : `set on the service; input ${input} changes it`;
}
