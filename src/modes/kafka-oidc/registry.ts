import type { Service } from '../../aiven/schema.ts';
import { asSentences, type Reason, Refusal, reasonOf } from '../../failure.ts';
import { judgeKeySet } from '../../judge/schema-registry/key-set.ts';
import { judgeForRestProxy } from '../../judge/schema-registry/rest-proxy.ts';
import { judgeToken } from '../../judge/schema-registry/token.ts';
import type { Verdict } from '../../judge/verdict.ts';
import {
  type KarapacePart,
  registryAsksForRoles,
  registryStartsWithoutExpectations,
  registryTakesTokens,
  restProxyTakesTokens,
} from '../../kafka/karapace.ts';
import { effective, splitList, type Values } from '../../kafka/settings.ts';
import type { Check } from '../../plan.ts';
import type { KafkaOidcRequest } from '../request.ts';
import { type Brokers, type JudgedToken, reasonsOf, type TokenJudge } from './token.ts';

const REGISTRY_OIDC = 'schema_registry_config.sasl_oauthbearer_authentication_enabled';
const JWKS_URL = 'kafka.sasl_oauthbearer_jwks_endpoint_url';

/** Whether a service runs this part of Karapace. */
function runs({ components }: Service, part: KarapacePart): boolean {
  return components.some(({ component }) => component === part);
}

/** Whether this run asks for tokens at Schema Registry, so that what stands against that refuses the run. */
function isAskedFor({ settings }: KafkaOidcRequest): boolean {
  return settings[REGISTRY_OIDC] === true;
}

/**
 * Looks at the key set as Schema Registry will, and whether that asks for roles.
 * @returns what was looked at; nothing where Schema Registry takes no tokens after this run
 * @throws {Refusal} when it can use no key and this run asks for it
 */
export function inspectForRegistry({ service, values, keys }: Brokers, request: KafkaOidcRequest): Check[] {
  if (!runs(service, 'schema_registry') || !registryTakesTokens(values)) return [];
  const checks: Check[] = [];
  if (registryAsksForRoles(service.user_config)) checks.push(ROLES);
  if (keys === null || keys.length === 0) return checks;
  const jwksUrl = String(values[JWKS_URL]);
  const { usable, objection } = judgeKeySet(jwksUrl, keys);
  if (objection === null) {
    const count = usable === 1 ? '1 key' : `${usable} keys`;
    const detail = `${jwksUrl} publishes ${count} that Schema Registry can verify signatures with.`;
    return [...checks, { subject: 'Key set for Schema Registry', result: 'passed', detail }];
  }
  const { problem, remedy } = objection;
  if (isAskedFor(request)) {
    throw new Refusal({ title: 'Schema Registry would refuse every token', problem, remedy });
  }
  return [
    ...checks,
    { subject: 'Key set for Schema Registry', result: 'warned', detail: `${problem} ${remedy}` },
  ];
}

const ROLES: Check = {
  subject: 'Schema Registry asks for roles',
  result: 'warned',
  detail:
    'schema_registry_config.sasl_oauthbearer_authorization_enabled is on, so a token also needs a role there, in the claim that sasl_oauthbearer_roles_claim_path names. This action neither changes that nor checks roles.',
};

/**
 * The judge of a token by the rules of Schema Registry, as its settings will be after this run.
 * @returns null when it will accept no tokens at all
 */
export function registryJudge(token: string, { service, values, keys }: Brokers): TokenJudge | null {
  if (!runs(service, 'schema_registry') || !registryTakesTokens(values)) return null;
  const expected = {
    issuer: textOf(values, 'kafka.sasl_oauthbearer_expected_issuer'),
    audiences: splitList(textOf(values, 'kafka.sasl_oauthbearer_expected_audience') ?? ''),
    subjectClaim: String(effective(values, 'kafka.sasl_oauthbearer_sub_claim_name')),
    startsWithoutExpectations: registryStartsWithoutExpectations(service.user_config),
  };
  return (now) => judgeToken(token, keys, expected, now);
}

function textOf(values: Values, name: keyof Values): string | null {
  const value = values[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** What Schema Registry and the REST proxy will say to a token, or to several. */
export interface KarapaceVerdict {
  readonly checks: readonly Check[];
  /** Why the run is refused, all of it. */
  readonly reasons: readonly Reason[];
  /** Who would refuse, where that refuses the run. */
  readonly refusedBy: readonly string[];
  /** Whether Schema Registry would accept each token; empty where it takes none after this run. */
  readonly registryAccepts: readonly boolean[];
}

const NOTHING: KarapaceVerdict = { checks: [], reasons: [], refusedBy: [], registryAccepts: [] };

/** Judges the test tokens as Schema Registry and the REST proxy will, where these take tokens after this run. */
export function judgeForKarapace(
  tokens: readonly JudgedToken[],
  brokers: Brokers,
  request: KafkaOidcRequest,
  now: Date,
): KarapaceVerdict {
  const verdicts = tokens.map((token) => {
    const registry = ofRegistry(token, registryJudge(token.token, brokers)?.(now) ?? null, request);
    const both = join([registry, ofRestProxy(token, brokers, now)]);
    // With several tokens, each reason names its own.
    return tokens.length === 1
      ? both
      : { ...both, reasons: both.reasons.map((reason) => reasonOf(token.name, reason)) };
  });
  return join(verdicts);
}

function join(all: readonly KarapaceVerdict[]): KarapaceVerdict {
  return {
    checks: all.flatMap(({ checks }) => checks),
    reasons: all.flatMap(({ reasons }) => reasons),
    refusedBy: all.flatMap(({ refusedBy }) => refusedBy),
    registryAccepts: all.flatMap(({ registryAccepts }) => registryAccepts),
  };
}

const AT_REGISTRY = ' at Schema Registry';
const AT_REST_PROXY = ' at the REST proxy';

function ofRegistry(
  { name }: JudgedToken,
  verdict: Verdict | null,
  request: KafkaOidcRequest,
): KarapaceVerdict {
  if (verdict === null) return NOTHING;
  const told =
    (result: Check['result']) =>
    (detail: string): Check => ({
      subject: `${name}${AT_REGISTRY}`,
      result,
      detail,
    });
  const notes = verdict.notes.map(told('warned'));
  if (verdict.accepted) {
    const accepted = told('passed')('Schema Registry will accept it, by its own rules.');
    return { ...NOTHING, checks: [accepted, ...notes], registryAccepts: [true] };
  }
  const reasons = reasonsOf(verdict.refusals, 'Schema Registry expects');
  const checks = (result: Check['result']) => [...reasons.map(asSentences).map(told(result)), ...notes];
  return isAskedFor(request)
    ? { checks: checks('failed'), reasons, refusedBy: ['Schema Registry'], registryAccepts: [false] }
    : { ...NOTHING, checks: checks('warned'), registryAccepts: [false] };
}

function ofRestProxy(
  { name, token, judge }: JudgedToken,
  { service, values }: Brokers,
  now: Date,
): KarapaceVerdict {
  if (!runs(service, 'kafka_rest') || !restProxyTakesTokens(values)) return NOTHING;
  const told = (result: Check['result'], detail: string): Check => ({
    subject: `${name}${AT_REST_PROXY}`,
    result,
    detail,
  });
  const reasons = reasonsOf(judgeForRestProxy(token), 'the REST proxy expects');
  if (reasons.length > 0) {
    const checks = reasons.map((reason) => told('failed', asSentences(reason)));
    return { ...NOTHING, checks, reasons, refusedBy: ['The REST proxy'] };
  }
  const check = judge(now).accepted
    ? told('passed', 'The REST proxy passes it on to the brokers, which will accept it.')
    : told('failed', 'The REST proxy passes it on to the brokers, which would refuse it.');
  return { ...NOTHING, checks: [check] };
}
