import type { Finding } from '../../finding.ts';
import { complaint, settingOf, type Values, type Wanted } from '../../kafka/settings.ts';
import type { Check } from '../../plan.ts';
import { outOfReach } from '../../provider/reach.ts';
import type { Context } from '../mode.ts';
import type { KafkaOidcRequest } from '../request.ts';
import type { ProviderFindings, ProviderQuestion } from './inspect.ts';

const ISSUER = 'kafka.sasl_oauthbearer_expected_issuer';
const JWKS_URL = 'kafka.sasl_oauthbearer_jwks_endpoint_url';
/** What is found where no provider is looked at. */
export const NOTHING_FOUND: ProviderFindings = {
  jwksUrl: null,
  tokenEndpoint: null,
  keys: null,
  checks: [],
  findings: [],
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
  return inspectProvider(question, context, (url) => complaint(settingOf('jwks-endpoint-url'), url));
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/**
 * Looks at the rest of the provider: what the service has already and the inputs do not name. Every update restarts the
 * brokers, and a broker that cannot fetch its keys does not start; and a test token is judged by these keys.
 */
export async function inspectRemainingProvider(
  request: KafkaOidcRequest,
  after: Values,
  named: ProviderFindings,
  context: Context,
): Promise<ProviderFindings> {
  const jwksUrl = text(after[JWKS_URL]);
  if (!request.verifyProvider || jwksUrl === null) return NOTHING_FOUND;
  const keysAreKnown = named.jwksUrl === jwksUrl;
  const issuer = request.settings[ISSUER] === undefined ? text(after[ISSUER]) || null : null;
  if (keysAreKnown && issuer === null) return NOTHING_FOUND;
  // The issuer is asked together with the URL that goes with it, so that one without discovery is fine.
  return ask({ issuer, jwksUrl, verify: true, keysAreKnown }, context);
}

/** What can be told of the provider without asking it. */
export function checksWithoutAsking(request: KafkaOidcRequest, after: Values): Check[] {
  const named = namesProvider(request);
  const jwksUrl = URL.parse(text(after[JWKS_URL]) ?? '');
  const why = named && jwksUrl ? outOfReach(jwksUrl) : null;
  return [
    ...(named && !request.verifyProvider ? [NOT_CHECKED] : []),
    ...(why === null ? [] : [hardlyReached(jwksUrl?.host ?? '', why)]),
  ];
}

const NOT_CHECKED: Check = {
  subject: 'Identity provider',
  result: 'skipped',
  detail:
    'Not checked, because verify-provider is false: neither the issuer nor its keys were looked at. A broker that cannot fetch its keys does not start.',
};

function hardlyReached(host: string, why: string): Check {
  const detail = `Brokers probably cannot reach the key set: ${host} ${why}, and they run in Aiven’s network. A broker that cannot fetch its keys does not start. Set jwks-endpoint-url to an address that can be reached from there.`;
  return { subject: 'JWKS endpoint URL', result: 'warned', detail };
}

/** Where the value comes from that a finding is about: typed by whoever wrote the workflow, told by the issuer, or there before. */
export type Origin = 'typed' | 'discovered' | 'on the service';

/** @param named the inputs that this run names, those of discovered values among them */
export function originOf(
  { input }: Finding,
  named: ReadonlySet<string>,
  { settings }: KafkaOidcRequest,
): Origin {
  if (!named.has(input)) return 'on the service';
  return input === 'jwks-endpoint-url' && settings[JWKS_URL] === undefined ? 'discovered' : 'typed';
}
