import type { Service } from '../../aiven/schema.ts';
import { Refusal } from '../../failure.ts';
import { judgeKeySet } from '../../judge/schema-registry/key-set.ts';
import { judgeForRestProxy } from '../../judge/schema-registry/rest-proxy.ts';
import { judgeToken } from '../../judge/schema-registry/token.ts';
import type { Objection, Verdict } from '../../judge/verdict.ts';
import {
  type KarapacePart,
  registryAsksForRoles,
  registryStartsWithoutExpectations,
  registryTakesTokens,
  restProxyTakesTokens,
} from '../../kafka/karapace.ts';
import { effective, splitList, type Values } from '../../kafka/settings.ts';
import type { Check, Report } from '../../plan.ts';
import type { KafkaOidcRequest } from '../request.ts';
import type { Brokers, TokenFinding, TokenJudge } from './token.ts';

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
    'schema_registry_config.sasl_oauthbearer_authorization_enabled is on, so a token needs a role there as well, in the claim of sasl_oauthbearer_roles_claim_path. This action leaves that as it is, and judges no roles.',
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

/** What Schema Registry and the REST proxy will say to a token. */
interface Others {
  readonly checks: readonly Check[];
  /** Why the run is refused, all of it. */
  readonly reasons: readonly string[];
}

const SCHEMA_REGISTRY = 'Test token at Schema Registry';
const REST_PROXY = 'Test token at the REST proxy';

/**
 * The verdict of the brokers on a token, and beside it those of Schema Registry and the REST proxy, where these take tokens
 * after this run. Each is told by itself.
 * @param ofBrokers judges it for the brokers; throws a Refusal when these would refuse it
 * @throws {Refusal} with all reasons, when the brokers would refuse it, or Schema Registry would and this run asks for that
 */
export function judgeEverywhere(
  ofBrokers: () => TokenFinding,
  token: string,
  brokers: Brokers,
  request: KafkaOidcRequest,
  now: Date,
  planned: Report,
): TokenFinding {
  const registry = ofRegistry(registryJudge(token, brokers)?.(now) ?? null, request);
  let finding: TokenFinding;
  try {
    finding = ofBrokers();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const others = join(registry, ofRestProxy(token, brokers, false));
    throw others.checks.length === 0 ? error : refusedByBrokers(error, others, planned);
  }
  const others = join(registry, ofRestProxy(token, brokers, true));
  if (others.reasons.length > 0) throw refusedByOthers(finding, others, planned);
  return { ...finding, checks: [...finding.checks, ...others.checks] };
}

function join(...all: readonly Others[]): Others {
  return {
    checks: all.flatMap(({ checks }) => checks),
    reasons: all.flatMap(({ reasons }) => reasons),
  };
}

const NOTHING: Others = { checks: [], reasons: [] };

function ofRegistry(verdict: Verdict | null, request: KafkaOidcRequest): Others {
  if (verdict === null) return NOTHING;
  const notes = verdict.notes.map(
    (detail): Check => ({ subject: SCHEMA_REGISTRY, result: 'warned', detail }),
  );
  if (verdict.accepted) {
    const detail = 'Schema Registry will accept it, by its own rules.';
    return { checks: [{ subject: SCHEMA_REGISTRY, result: 'passed', detail }, ...notes], reasons: [] };
  }
  const reasons = reasonsAt('Schema Registry', verdict.refusals);
  const result = isAskedFor(request) ? 'failed' : 'warned';
  return {
    checks: [...reasons.map((detail): Check => ({ subject: SCHEMA_REGISTRY, result, detail })), ...notes],
    reasons: result === 'failed' ? reasons : [],
  };
}

function ofRestProxy(token: string, { service, values }: Brokers, brokersAccept: boolean): Others {
  if (!runs(service, 'kafka_rest') || !restProxyTakesTokens(values)) return NOTHING;
  const told = (result: Check['result'], detail: string): Check => ({ subject: REST_PROXY, result, detail });
  const reasons = reasonsAt('the REST proxy', judgeForRestProxy(token));
  if (reasons.length > 0) return { checks: reasons.map((detail) => told('failed', detail)), reasons };
  const check = brokersAccept
    ? told('passed', 'The REST proxy hands it on to the brokers, which will accept it.')
    : told('failed', 'The REST proxy hands it on to the brokers, which would refuse it.');
  return { checks: [check], reasons: [] };
}

/** The reasons against a token, a sentence or two each. */
export function reasonsAt(where: string, refusals: readonly Objection[]): string[] {
  return refusals.map(
    ({ claim, has, expects, remedy }) =>
      `${claim}: the token has ${has}; ${where} expects ${expects}. ${remedy}`,
  );
}

function refusedByBrokers(error: Refusal, { checks, reasons }: Others, planned: Report): Refusal {
  const { title, problem, remedy, report } = error;
  const isFine = checks.some(({ subject, result }) => subject === SCHEMA_REGISTRY && result === 'passed');
  const lines = isFine ? ['Schema Registry would accept it.'] : reasons;
  const told = report ?? planned;
  return new Refusal({
    title: reasons.length > 0 ? 'Brokers and others would refuse the test token' : title,
    problem: [problem, ...lines].join('\n'),
    remedy,
    report: { ...told, checks: [...told.checks, ...checks] },
  });
}

function refusedByOthers(finding: TokenFinding, { checks, reasons }: Others, planned: Report): Refusal {
  const byRegistry = checks.some(({ subject, result }) => subject === SCHEMA_REGISTRY && result === 'failed');
  return new Refusal({
    title: `${byRegistry ? 'Schema Registry' : 'The REST proxy'} would refuse the test token`,
    problem: ['A broker would accept it.', ...reasons].join('\n'),
    remedy: '',
    report: {
      ...planned,
      changes: [],
      effects: [],
      nextSteps: [],
      attachments: [],
      checks: [...planned.checks, ...finding.checks, ...checks],
    },
  });
}
