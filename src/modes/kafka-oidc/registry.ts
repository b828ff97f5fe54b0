import type { Service } from '../../aiven/schema.ts';
import { because, type Reason, Refusal } from '../../failure.ts';
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
import type { Brokers, JudgedToken, TokenFinding, TokenJudge } from './token.ts';

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
interface Others {
  readonly checks: readonly Check[];
  /** Why the run is refused, all of it. */
  readonly reasons: readonly Reason[];
  /** Who would refuse, where that refuses the run. */
  readonly refusedBy: readonly string[];
}

const NOTHING: Others = { checks: [], reasons: [], refusedBy: [] };

/**
 * The verdicts of the brokers on the test tokens, and beside them those of Schema Registry and the REST proxy, where these take
 * tokens after this run. Each is told by itself.
 * @param ofBrokers judges them for the brokers; throws a Refusal when these would refuse one
 * @throws {Refusal} with all reasons, when the brokers would refuse one, or Schema Registry would and this run asks for that
 */
export function judgeEverywhere(
  ofBrokers: () => TokenFinding,
  tokens: readonly JudgedToken[],
  brokers: Brokers,
  request: KafkaOidcRequest,
  now: Date,
  planned: Report,
): TokenFinding {
  const others = tokens.map((token) => {
    const registry = ofRegistry(token, registryJudge(token.token, brokers)?.(now) ?? null, request);
    return join([registry, ofRestProxy(token, brokers, now)]);
  });
  const { checks, reasons, refusedBy } = join(
    others.map((each, at) => named(each, tokens[at], tokens.length)),
  );
  let finding: TokenFinding;
  try {
    finding = ofBrokers();
  } catch (error) {
    if (!(error instanceof Refusal) || checks.length === 0) throw error;
    const isFine = refusedBy.length === 0 && checks.some(({ subject }) => subject.endsWith(AT_REGISTRY));
    const own = error.reasons.length > 0 ? error.reasons : [error];
    const remedy = error.reasons.length > 0 ? error.remedy : '';
    const added = isFine ? [accepts('Schema Registry', tokens)] : reasons;
    throw refusal(error.title, because([...own, ...added], remedy), error.report ?? planned, checks);
  }
  if (reasons.length > 0) {
    const title = `${[...new Set(refusedBy)].join(' and ')} would refuse ${tokens.length === 1 ? 'the test token' : 'a test token'}`;
    const told = {
      ...planned,
      changes: [],
      effects: [],
      nextSteps: [],
      attachments: [],
      checks: [...planned.checks, ...finding.checks],
    };
    throw refusal(title, because([accepts('Brokers', tokens), ...reasons]), told, checks);
  }
  return { ...finding, checks: [...finding.checks, ...checks] };
}

/** What stands beside the reasons, so that nobody looks for more of them. */
function accepts(who: string, { length }: readonly JudgedToken[]): Reason {
  return { problem: `${who} would accept ${length === 1 ? 'it' : 'all of them'}.`, remedy: '' };
}

function join(all: readonly Others[]): Others {
  return {
    checks: all.flatMap(({ checks }) => checks),
    reasons: all.flatMap(({ reasons }) => reasons),
    refusedBy: all.flatMap(({ refusedBy }) => refusedBy),
  };
}

/** With several tokens, each reason names its own. */
function named(others: Others, token: JudgedToken | undefined, count: number): Others {
  if (token === undefined || count === 1) return others;
  const withName = ({ problem, remedy }: Reason) => ({ problem: `${token.name}: ${problem}`, remedy });
  return { ...others, reasons: others.reasons.map(withName) };
}

function refusal(
  title: string,
  why: ReturnType<typeof because>,
  told: Report,
  checks: readonly Check[],
): Refusal {
  return new Refusal({ title, ...why, report: { ...told, checks: [...told.checks, ...checks] } });
}

const AT_REGISTRY = ' at Schema Registry';
const AT_REST_PROXY = ' at the REST proxy';

function ofRegistry({ name }: JudgedToken, verdict: Verdict | null, request: KafkaOidcRequest): Others {
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
    return { ...NOTHING, checks: [accepted, ...notes] };
  }
  const reasons = reasonsAt('Schema Registry', verdict.refusals);
  const details = reasons.map(asDetail);
  return isAskedFor(request)
    ? { checks: [...details.map(told('failed')), ...notes], reasons, refusedBy: ['Schema Registry'] }
    : { ...NOTHING, checks: [...details.map(told('warned')), ...notes] };
}

function ofRestProxy({ name, token, judge }: JudgedToken, { service, values }: Brokers, now: Date): Others {
  if (!runs(service, 'kafka_rest') || !restProxyTakesTokens(values)) return NOTHING;
  const told = (result: Check['result'], detail: string): Check => ({
    subject: `${name}${AT_REST_PROXY}`,
    result,
    detail,
  });
  const reasons = reasonsAt('the REST proxy', judgeForRestProxy(token));
  if (reasons.length > 0) {
    return {
      checks: reasons.map((reason) => told('failed', asDetail(reason))),
      reasons,
      refusedBy: ['The REST proxy'],
    };
  }
  const check = judge(now).accepted
    ? told('passed', 'The REST proxy passes it on to the brokers, which will accept it.')
    : told('failed', 'The REST proxy passes it on to the brokers, which would refuse it.');
  return { ...NOTHING, checks: [check] };
}

/** The reasons against a token. */
export function reasonsAt(where: string, refusals: readonly Objection[]): Reason[] {
  return refusals.map(({ claim, has, expects, remedy }) => ({
    problem: `${claim}: the token has ${has}; ${where} expects ${expects}.`,
    remedy,
  }));
}

/** A reason as the detail of a check: a sentence or two. */
export function asDetail({ problem, remedy }: Reason): string {
  return `${problem} ${remedy}`;
}
