import type { Service } from '../../../../src/aiven/schema.ts';
import type { Verdict } from '../../../../src/judge/verdict.ts';
import {
  differences,
  readValues,
  type SettingChange,
  type Values,
  type Wanted,
} from '../../../../src/kafka/settings.ts';
import type { JudgedToken } from '../../../../src/modes/kafka-oidc/token.ts';
import type { Context } from '../../../../src/modes/mode.ts';
import type { KafkaOidcRequest } from '../../../../src/modes/request.ts';
import { type Report, report } from '../../../../src/plan.ts';
import { type ScriptedWorld, scripted } from '../../../world/scripted-http.ts';

/** What the rules of this mode are asked about: a service, a request, a change, a verdict. */

export const ISSUER = 'kafka.sasl_oauthbearer_expected_issuer';
export const JWKS_URL = 'kafka.sasl_oauthbearer_jwks_endpoint_url';
export const AUDIENCE = 'kafka.sasl_oauthbearer_expected_audience';
export const CLAIM = 'kafka.sasl_oauthbearer_sub_claim_name';

/** A `user_config` with OIDC on. */
export const OIDC_ON = {
  kafka: {
    sasl_oauthbearer_jwks_endpoint_url: 'https://idp.example.com/jwks',
    sasl_oauthbearer_expected_issuer: 'https://idp.example.com',
    sasl_oauthbearer_expected_audience: 'kafka',
  },
  kafka_authentication_methods: { sasl: true },
};

export function serviceWith(user_config: Service['user_config'], more: Partial<Service> = {}): Service {
  return {
    service_name: 'orders',
    service_type: 'kafka',
    state: 'RUNNING',
    user_config,
    components: [],
    node_states: [{ name: 'orders-1', state: 'running' }],
    ...more,
  };
}

export function requestFor(more: Partial<KafkaOidcRequest> = {}): KafkaOidcRequest {
  return {
    mode: 'kafka-oidc',
    aivenToken: 't',
    apiUrl: new URL('https://api.aiven.io'),
    dryRun: false,
    expectNoChanges: false,
    project: 'acme',
    service: 'orders',
    settings: {},
    mechanisms: null,
    unset: [],
    findings: [],
    allowLockout: false,
    verifyProvider: true,
    testTokens: [],
    verifyLogin: false,
    rollbackOnFailure: false,
    listenerRoute: 'dynamic',
    wait: true,
    waitTimeoutMs: 60_000,
    ...more,
  };
}

export function valuesWith(wanted: Wanted = {}): Values {
  return { ...readValues(OIDC_ON), ...wanted };
}

/** The changes of a service with OIDC on to other values. */
export function changesTo(wanted: Wanted): SettingChange[] {
  return differences(readValues(OIDC_ON), wanted);
}

export const ACCEPTED: Verdict = {
  accepted: true,
  signature: 'verified',
  principal: 'User:app',
  refusals: [],
  notes: [],
  expiresAt: null,
};

export function refusedFor(...claims: string[]): Verdict {
  return {
    ...ACCEPTED,
    accepted: false,
    signature: 'refused',
    principal: null,
    refusals: claims.map((claim) => ({ claim, has: 'one', expects: 'another', remedy: 'Change it.' })),
  };
}

export function judged(verdict: Verdict, more: Partial<JudgedToken> = {}): JudgedToken {
  return { token: 'a.b.c', name: 'Test token', from: 'input', judge: () => verdict, ...more };
}

export const PLANNED: Report = report({
  title: 'planned',
  resource: 'r',
  already: 'a',
  changes: [{ resource: 'r', path: 'p', label: 'l', before: null, after: 1 }],
  effects: ['It restarts.'],
  nextSteps: [{ text: 'Do it.' }],
  attachments: [{ title: 't', language: 'l', content: 'c' }],
  checks: [{ subject: 'before', result: 'passed', detail: 'd' }],
  wayBack: { inputs: {}, rest: null },
  outputs: { 'service-state': 'RUNNING' },
});

/** A run without a network; what it asks of Aiven comes from `aiven`. */
export function runWith(
  aiven: Partial<Context['aiven']> = {},
  stop: AbortSignal = new AbortController().signal,
): { world: ScriptedWorld; context: Context } {
  const world = scripted(() => ({}));
  const runner = { idToken: async () => 'id-token', mask() {} };
  return { world, context: { ...world, aiven, stop, runner } as unknown as Context };
}
