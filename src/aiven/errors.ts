import { BadRequest, Conflict, Failure, Forbidden, UnknownResource } from '../failure.ts';
import type { NetworkFault } from '../net/faults.ts';
import type { HttpAnswer } from '../net/http.ts';
import { errorBody } from './schema.ts';

/** An error answer of the Aiven API, in its own words. */
export interface ApiError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly location: string;
}

interface FailedCall {
  readonly operation: string;
  readonly method: string;
  readonly resource: string;
  readonly permission: string;
  readonly retryNotFound?: boolean;
}

const MAX_MESSAGE = 400;

/**
 * Reads an error's body, which a proxy may have written as well as Aiven.
 * @param clean takes secrets out of a text
 */
export function readApiError(
  { status, headers, body }: HttpAnswer,
  clean: (text: string) => string,
): ApiError {
  const error = { status, code: '', location: clean(headers['location'] ?? '') };
  const parsed = errorBody.safeParse(parseJson(body));
  if (!parsed.success) {
    const what =
      body.trim() === ''
        ? 'no explanation'
        : body.trimStart().startsWith('<')
          ? 'an HTML page'
          : 'unreadable text';
    return { ...error, message: what };
  }
  const { message, errors } = parsed.data;
  const details = (errors ?? []).map((detail) => detail.message).filter((text) => text && text !== message);
  const words = clean([message, ...details].filter(Boolean).join('; ')) || 'no explanation';
  return {
    ...error,
    code: errors?.[0]?.error_code ?? '',
    message: words.replaceAll(/\s+/g, ' ').slice(0, MAX_MESSAGE).replace(/\.$/, ''),
  };
}

/**
 * Whether the token’s user is no member of the project, or only not yet: Aiven answers so for a while after a project was
 * created, assigned or moved.
 */
export function isNotYetMember({ status, message }: ApiError): boolean {
  return status === 403 && /not a project member/i.test(message);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a refusal means, and the way out. */
export function explainRefusal(call: FailedCall, error: ApiError, apiUrl: URL): Failure {
  const { title, remedy } = meaning(call, error, apiUrl);
  const problem = `${call.operation} for ${call.resource}: Aiven answered ${error.status} (${error.message}).`;
  const Kind = KINDS[error.status] ?? Failure;
  return new Kind({ title, problem, remedy });
}

/** What a status means to whoever made the call. */
const KINDS: Readonly<Record<number, typeof Failure>> = {
  400: BadRequest,
  403: Forbidden,
  404: UnknownResource,
  409: Conflict,
};

function meaning(
  { method, permission, resource, retryNotFound }: FailedCall,
  error: ApiError,
  apiUrl: URL,
): { title: string; remedy: string } {
  const { status, code, location } = error;
  if (code === 'retired_api_endpoint' || status === 410) {
    return {
      title: 'Aiven has retired an API call',
      remedy: 'This version of the action is too old: update it to the newest one.',
    };
  }
  if (status >= 300 && status < 400) {
    return {
      title: 'The Aiven API redirects elsewhere',
      remedy: `Redirects are not followed, so that the token is sent only to ${apiUrl.host}. Check api-url${location ? ` (it redirects to ${hostOf(location)})` : ''}.`,
    };
  }
  switch (status) {
    case 400:
    case 409:
      return {
        title: status === 409 ? 'Aiven reports a conflict' : 'Aiven refused the request',
        remedy:
          status === 409
            ? `Something else is changing ${resource}, or its current state does not allow this. Check it in the Aiven Console, then run the step again.`
            : `${method === 'GET' ? '' : 'Nothing was changed by this call. '}Fix what the message names, then run the step again.`,
      };
    case 401:
      return {
        title: 'Aiven does not accept the token',
        remedy:
          'Check the input aiven-token: the secret may be empty, revoked or expired (Aiven tokens can have an expiry date). Create a new one, preferably for an application user.',
      };
    case 403:
      return {
        title: 'The token lacks a permission',
        remedy: `${method === 'GET' ? '' : 'Nothing was changed by this call. '}${isNotYetMember(error) ? 'Aiven also answers this for a while after a project was created, assigned or moved. If that is not the cause: ' : ''}Give the user of aiven-token the permission ${permission} and check that its token is not limited to other IP addresses.`,
      };
    case 404:
      return {
        title: 'Aiven cannot find this resource',
        remedy: retryNotFound
          ? 'Aiven sometimes gives this answer to valid tokens, too, for about a minute: run the step again. If it persists, check that api-url is the Aiven API.'
          : `Check the name for a typing mistake, and that the user of aiven-token can see ${resource}.`,
      };
    case 429:
      return {
        title: 'Aiven limits the request rate',
        remedy: 'Run the step again later, and give workflows that share this token one concurrency group.',
      };
    default:
      return {
        title: 'The Aiven API is in trouble',
        remedy:
          'Run the step again later; it continues where this run ended. Aiven reports outages at status.aiven.io.',
      };
  }
}

/** What an answer that never came means, and the way out. */
export function explainSilence({ operation, resource }: FailedCall, fault: NetworkFault): Failure {
  return new Failure({
    title: fault.kind === 'untrusted' ? 'The Aiven API cannot be trusted' : 'The Aiven API cannot be reached',
    problem: `${operation} for ${resource}: ${fault.message}.`,
    remedy: fault.remedy || 'Run the step again; it continues where this run ended.',
    cause: fault,
  });
}

function hostOf(location: string): string {
  return URL.canParse(location) ? new URL(location).host : 'another path';
}
