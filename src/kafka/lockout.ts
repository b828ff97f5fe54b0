import { quote } from '../quote.ts';
import { effective, type Mechanism, offeredMechanisms, splitList, type Values } from './settings.ts';

/** What a service runs beside its brokers, by the `components[]` of ServiceGet. */
export interface Offered {
  readonly schemaRegistry: boolean;
  readonly restProxy: boolean;
}

/** A group of clients, and why it does not get in any more, or does now: together a sentence. */
export interface Group {
  readonly who: string;
  readonly why: string;
}

/** Whom a change concerns. */
export interface Affected {
  /** Who gets in today and would not afterwards. */
  readonly lockedOut: readonly Group[];
  /** Who does not get in today and would afterwards. */
  readonly opens: readonly Group[];
}

/**
 * Who is locked out by a change of the settings, and for whom it opens a way in. Clients with certificates are never
 * concerned, since no setting of this action has a part in that.
 * @param before the values today, with SASL as the service really has it
 * @param after the values afterwards
 */
export function affectedBy(before: Values, after: Values, offered: Offered): Affected {
  const [today, then] = [waysIn(before, offered), waysIn(after, offered)];
  return {
    lockedOut: RULES.flatMap(({ gone, whyGone }) => groups(gone(today, then), whyGone(then, today))),
    opens: RULES.flatMap(({ gone, whyOpen }) => groups(gone(then, today), whyOpen(then, today))),
  };
}

function groups(who: readonly string[], why: string): Group[] {
  return who.map((each) => ({ who: each, why }));
}

/** Who gets in with some values: what the rules look at. */
interface WaysIn {
  readonly saslOn: boolean;
  /** The mechanisms with a password that brokers offer. */
  readonly passwords: readonly Mechanism[];
  /** Whether brokers take tokens. */
  readonly brokerTokens: boolean;
  /** Whether Schema Registry takes tokens; it takes user names and passwords beside them all the same (Aiven's how-to). */
  readonly registryTokens: boolean;
  /** Whether the REST proxy asks for no credentials. */
  readonly restOpen: boolean;
  readonly jwksUrl: string;
  /** Null where any will do. */
  readonly issuer: string | null;
  /** Empty where a token must have none. */
  readonly audiences: readonly string[];
  readonly subjectClaim: string;
}

function waysIn(values: Values, { schemaRegistry, restProxy }: Offered): WaysIn {
  const offered = offeredMechanisms(values);
  const jwksUrl = text(values['kafka.sasl_oauthbearer_jwks_endpoint_url']);
  const registry =
    effective(values, 'schema_registry_config.sasl_oauthbearer_authentication_enabled') === true;
  return {
    saslOn: effective(values, 'kafka_authentication_methods.sasl') === true,
    passwords: offered.filter((mechanism) => mechanism !== 'OAUTHBEARER'),
    brokerTokens: offered.includes('OAUTHBEARER'),
    registryTokens: schemaRegistry && registry && jwksUrl !== null,
    restOpen: restProxy && effective(values, 'kafka_rest_authorization') !== true,
    jwksUrl: jwksUrl ?? '',
    issuer: text(values['kafka.sasl_oauthbearer_expected_issuer']),
    audiences: splitList(text(values['kafka.sasl_oauthbearer_expected_audience']) ?? ''),
    subjectClaim: String(effective(values, 'kafka.sasl_oauthbearer_sub_claim_name')),
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** One way in, and who loses it. What opens is what would be gone the other way round. */
interface Rule {
  /** Who gets in by the first and not by the second. */
  readonly gone: (some: WaysIn, others: WaysIn) => string[];
  /** Why they do not get in any more, as a clause. */
  readonly whyGone: (then: WaysIn, today: WaysIn) => string;
  /** Why they do now, as a clause. */
  readonly whyOpen: (then: WaysIn, today: WaysIn) => string;
}

/** All ways in that a setting of this action has a part in. */
const RULES: readonly Rule[] = [
  {
    gone(some, others) {
      const left = some.passwords.filter((mechanism) => !others.passwords.includes(mechanism));
      return left.length === 0 ? [] : [`Clients that log in with a password over ${list(left)}`];
    },
    whyGone: ({ saslOn }) => (saslOn ? 'brokers no longer offer that' : 'SASL is turned off'),
    whyOpen: (_, { saslOn }) => (saslOn ? 'brokers offer that now' : 'SASL is turned on'),
  },
  {
    gone: (some, others) =>
      some.brokerTokens && !others.brokerTokens
        ? [`Clients that log in to brokers with ${tokens(some)}`]
        : [],
    whyGone: ({ saslOn }) => (saslOn ? 'OIDC is turned off' : 'SASL is turned off'),
    whyOpen: () => 'OIDC is turned on',
  },
  {
    gone: (some, others) =>
      some.registryTokens && !others.registryTokens
        ? [`Clients of Schema Registry with ${tokens(some)}`]
        : [],
    whyGone: () => 'OIDC is turned off for it',
    whyOpen: () => 'OIDC is turned on for it',
  },
  {
    gone: (some, others) =>
      takesTokens(some, others) && some.jwksUrl !== others.jwksUrl
        ? [`Clients whose tokens are signed with the keys at ${some.jwksUrl}`]
        : [],
    whyGone: ({ jwksUrl }) => `signatures are verified with the keys at ${jwksUrl} instead`,
    whyOpen: () => 'signatures are verified with these keys now',
  },
  {
    gone: (some, others) =>
      takesTokens(some, others) && others.issuer !== null && some.issuer !== others.issuer
        ? [
            `Clients with tokens from ${some.issuer === null ? 'any other issuer, or without one' : `issuer ${quote(some.issuer)}`}`,
          ]
        : [],
    whyGone: ({ issuer }) => `issuer ${quote(issuer ?? '')} is expected now`,
    whyOpen: ({ issuer }) =>
      issuer === null ? 'an issuer is no longer expected' : 'that issuer is expected now',
  },
  {
    gone(some, others) {
      if (!takesTokens(some, others)) return [];
      if (some.audiences.length === 0)
        return others.audiences.length === 0 ? [] : ['Clients whose tokens have no audience'];
      const left = some.audiences.filter((audience) => !others.audiences.includes(audience));
      return left.length === 0 ? [] : [`Clients whose tokens are only for audience ${list(left.map(quote))}`];
    },
    whyGone: ({ audiences }) =>
      audiences.length === 0
        ? 'without an expected audience, every token that has one is refused'
        : `audience ${list(audiences.map(quote))} is expected now`,
    whyOpen: ({ audiences }) =>
      audiences.length === 0 ? 'an audience is no longer expected' : 'that audience is expected now',
  },
  {
    gone: (some, others) =>
      takesTokens(some, others) && some.subjectClaim !== others.subjectClaim
        ? [`Principals that are named by the claim ${quote(some.subjectClaim)}`]
        : [],
    whyGone: ({ subjectClaim }) =>
      `the claim ${quote(subjectClaim)} names them now, so ACLs and service users of their present names no longer fit, and tokens without that claim are refused`,
    whyOpen: () => 'that claim names the principal now',
  },
  {
    gone: ({ restOpen }, others) =>
      restOpen && !others.restOpen
        ? ['Clients of the Kafka REST proxy without credentials that brokers accept']
        : [],
    whyGone: () => 'kafka_rest_authorization asks for credentials',
    whyOpen: () => 'kafka_rest_authorization no longer asks for any',
  },
];

/** Whether something takes tokens with either, so that it is up to the rest of the settings which ones. */
function takesTokens(some: WaysIn, others: WaysIn): boolean {
  return (some.brokerTokens && others.brokerTokens) || (some.registryTokens && others.registryTokens);
}

function tokens({ issuer, audiences }: WaysIn): string {
  const of = issuer === null ? 'any issuer' : `issuer ${quote(issuer)}`;
  const without =
    audiences.length === 0 ? ' without an audience' : ` for audience ${list(audiences.map(quote))}`;
  return `tokens from ${of}${without}`;
}

/** `A`, `A or B`, `A, B or C`. */
function list(items: readonly string[]): string {
  const last = items.slice(-1);
  const rest = items.slice(0, -1).join(', ');
  return [rest, ...last].filter(Boolean).join(' or ');
}
