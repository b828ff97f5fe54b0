import { because, type Reason, Refusal, reasonOf } from '../../failure.ts';
import { claimsOf } from '../../judge/jws/jws.ts';
import type { Report } from '../../plan.ts';
import type { KarapaceVerdict } from './registry.ts';
import { type BrokersVerdict, type JudgedByBrokers, reasonsOf } from './token.ts';

/**
 * The refusal of a run whose test tokens would be refused: by the brokers, or by Schema Registry or the REST proxy where this run
 * asks for tokens there. It has all reasons, and says as well who would accept.
 * @param count how many tokens there are
 * @param planned what the run would have done
 * @returns null where every token gets in
 */
export function refusalOf(
  byBrokers: BrokersVerdict,
  byKarapace: KarapaceVerdict,
  count: number,
  planned: Report,
): Refusal | null {
  const wording = byBrokers.refused.length > 0 ? atBrokers : atKarapace;
  if (byBrokers.refused.length === 0 && byKarapace.reasons.length === 0) return null;
  const { title, reasons, remedy } = wording(byBrokers, byKarapace, count);
  const checks = [...planned.checks, ...byBrokers.checks, ...byKarapace.checks];
  const report = { ...planned, changes: [], effects: [], nextSteps: [], attachments: [], checks };
  return new Refusal({ title, ...because(reasons, remedy), report });
}

interface Wording {
  readonly title: string;
  readonly reasons: readonly Reason[];
  readonly remedy: string;
}

function atBrokers({ refused }: BrokersVerdict, karapace: KarapaceVerdict, count: number): Wording {
  const reasons = refused.flatMap(({ name, verdict }) =>
    reasonsOf(verdict.refusals).map((reason) => (count === 1 ? reason : reasonOf(name, reason))),
  );
  const { registryAccepts, refusedBy } = karapace;
  const isFine = refusedBy.length === 0 && registryAccepts.length > 0 && registryAccepts.every(Boolean);
  return {
    title:
      count === 1
        ? 'A broker would refuse the test token'
        : `A broker would refuse ${refused.length} of ${count} test tokens`,
    reasons: [...reasons, ...(isFine ? [accepts('Schema Registry', count)] : karapace.reasons)],
    remedy: [askAnew(refused), customKeys(refused)].filter(Boolean).join(' '),
  };
}

function atKarapace(_: BrokersVerdict, { refusedBy, reasons }: KarapaceVerdict, count: number): Wording {
  return {
    title: `${[...new Set(refusedBy)].join(' and ')} would refuse ${count === 1 ? 'the test token' : 'a test token'}`,
    reasons: [accepts('Brokers', count), ...reasons],
    remedy: '',
  };
}

/** What stands among the reasons so that nobody looks for more of them. */
function accepts(who: string, count: number): Reason {
  return { problem: `${who} would accept ${count === 1 ? 'it' : 'all of them'}.`, remedy: '' };
}

/** What a token request can be told to change. */
const ASKED_FOR = new Set(['token', 'aud', 'alg', 'scope']);

/** The way to another token, where this action has got the refused one by itself. */
function askAnew(refused: readonly JudgedByBrokers[]): string {
  const got = refused.some(
    ({ from, verdict }) =>
      from === 'client credentials' && verdict.refusals.some(({ claim }) => ASKED_FOR.has(claim)),
  );
  return got
    ? 'This action got that token for test-client-id: ask for another by scope=…, audience=… or resource=… in test-token-parameters, as the provider requires.'
    : '';
}

/** The issuers of Microsoft Entra ID, v1 and v2, with the tenant. */
const ENTRA = /^https:\/\/(?:sts\.windows\.net|login\.microsoftonline\.com)\/([\w.-]+)\//;

/** Where Entra ID publishes the keys of an application that signs with its own (Microsoft's “signing key rollover”). */
function customKeys(refused: readonly JudgedByBrokers[]): string {
  for (const { token, verdict } of refused) {
    if (!verdict.refusals.some(({ claim }) => claim === 'kid')) continue;
    const tenant = ENTRA.exec(String(claimsOf(token)?.get('iss') ?? ''))?.[1];
    if (tenant === undefined) continue;
    return `An application of Entra ID with a custom signing key has its keys elsewhere: in that case, set jwks-endpoint-url to https://login.microsoftonline.com/${tenant}/discovery/v2.0/keys?appid=CLIENT_ID.`;
  }
  return '';
}
