import type { JsonObject } from './jws/json.ts';

/** What is peculiar to the tokens of some providers, as far as it decides which way out to name. */

const ENTRA =
  /^https:\/\/(?:login\.microsoftonline\.(?:com|us)|login\.partner\.microsoftonline\.cn|sts\.windows\.net|sts\.chinacloudapi\.cn)\/([^/]+)\//;
const GUID = /^(?:api:\/\/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/|$)/i;

/**
 * Where Microsoft Entra ID publishes the key of an app that signs with a key of its own (an app with claims mapping); null for
 * tokens of others. Source: “Access tokens in the Microsoft identity platform”, on validating signatures.
 */
export function entraAppKeys(claims: JsonObject): string | null {
  const tenant = ENTRA.exec(textOf(claims, 'iss'))?.[1];
  if (tenant === undefined) return null;
  const client = GUID.exec(textOf(claims, 'aud'))?.[1] ?? 'CLIENT_ID';
  const host = new URL(textOf(claims, 'iss')).host.replace('sts.windows.net', 'login.microsoftonline.com');
  return `https://${host}/${tenant}/discovery/v2.0/keys?appid=${client}`;
}

/** Whether a token is an access token of Amazon Cognito, which carries no `aud`. */
export function isOfCognito(claims: JsonObject): boolean {
  return /^https:\/\/cognito-idp\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\//.test(textOf(claims, 'iss'));
}

/** Whether an audience is Microsoft Graph. */
export function isGraph(audience: string): boolean {
  return /^(?:https:\/\/graph\.(?:microsoft\.com|windows\.net)\/?|00000003-0000-0000-c000-000000000000)$/.test(
    audience,
  );
}

/** The way to a token that others than Microsoft Graph can verify. */
export const NOT_FOR_GRAPH =
  'It is for Microsoft Graph, and nobody else can verify it: request a token for your own API (scope api://CLIENT_ID/.default).';

function textOf(claims: JsonObject, claim: string): string {
  const value = claims.get(claim);
  return typeof value === 'string' ? value : '';
}
