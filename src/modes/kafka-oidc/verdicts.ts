import { registryTakesTokens } from '../../kafka/karapace.ts';
import { offeredMechanisms } from '../../kafka/settings.ts';
import type { Check } from '../../plan.ts';
import type { TokenEndpoint } from '../../provider/token-endpoint.ts';
import type { Context } from '../mode.ts';
import type { KafkaOidcRequest } from '../request.ts';
import { describeService, type ServiceStory } from './report.ts';
import type { Brokers, JudgedToken } from './token.ts';

/** What a test token is asked for with; null where none is got by the client credentials grant. */
export function parametersOf({ testTokens }: KafkaOidcRequest): ServiceStory['tokenParameters'] {
  const source = testTokens.find(({ from }) => from === 'client credentials');
  return source?.from === 'client credentials' ? source.client.parameters : null;
}

/** A test token that comes out empty does not go unnoticed. */
const NONE_GIVEN: Check = {
  subject: 'Test token: none given',
  result: 'skipped',
  detail: 'One would show before the restart whether clients can log in.',
};

/** The story with what Schema Registry makes of the key set in it, where that takes tokens. */
export async function withRegistry(
  story: ServiceStory,
  brokers: Brokers,
  request: KafkaOidcRequest,
): Promise<ServiceStory> {
  if (!registryTakesTokens(story.values)) return story;
  // Loaded here, since few runs need it.
  const { inspectForRegistry } = await import('./registry.ts');
  return { ...story, checks: [...story.checks, ...inspectForRegistry(brokers, request)] };
}

/**
 * The story with the verdicts on the test tokens in it, where there are any.
 * @throws {Refusal} with all reasons, when one would not get in
 */
export async function withVerdicts(
  story: ServiceStory,
  brokers: Brokers,
  endpoint: TokenEndpoint | null,
  request: KafkaOidcRequest,
  context: Context,
): Promise<{ story: ServiceStory; tokens: readonly JudgedToken[]; proven: boolean }> {
  const { testTokens } = request;
  if (testTokens.length === 0) {
    const none = offeredMechanisms(brokers.values).includes('OAUTHBEARER') ? [NONE_GIVEN] : [];
    return { story: { ...story, checks: [...story.checks, ...none] }, tokens: [], proven: false };
  }
  // Loaded here, since few runs need it.
  const { judgesOf, judgeForBrokers, expectedAudiences, NOT_JUDGED } = await import('./token.ts');
  const { getTestTokens } = await import('./test-tokens.ts');
  const issuer = brokers.values['kafka.sasl_oauthbearer_expected_issuer'];
  const issuing = {
    issuer: typeof issuer === 'string' ? issuer : null,
    audiences: expectedAudiences(brokers.values),
    endpoint,
  };
  const tokens = judgesOf(await getTestTokens(testTokens, issuing, context), brokers);
  if (tokens.length === 0)
    return { story: { ...story, checks: [...story.checks, NOT_JUDGED] }, tokens, proven: false };
  const { judgeForKarapace } = await import('./registry.ts');
  const { refusalOf } = await import('./refused-token.ts');
  const now = new Date(context.clock.now());
  const byBrokers = judgeForBrokers(tokens, now);
  const byKarapace = judgeForKarapace(tokens, brokers, request, now);
  const refusal = refusalOf(byBrokers, byKarapace, tokens.length, describeService(story));
  if (refusal) throw refusal;
  const { principals, checks, proven } = byBrokers;
  return {
    story: { ...story, principals, checks: [...story.checks, ...checks, ...byKarapace.checks] },
    tokens,
    proven,
  };
}
