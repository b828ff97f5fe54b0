import type { Narrator } from '../say.ts';
import type { Call } from './call.ts';

/**
 * Says once per operation that Aiven is going to retire it: the headers `Deprecation` (RFC 9745) and `Sunset`
 * (RFC 8594), which Aiven's own clients keep to themselves. It is a warning once the end has a date, which is when a reader
 * can do something about it; before that it is a line of the log.
 */
export class DeprecationNotices {
  readonly #say: Narrator;
  readonly #told = new Set<string>();

  constructor(say: Narrator) {
    this.#say = say;
  }

  /** Looks at the headers of one answer. */
  look(
    { operation, withoutIt }: Pick<Call<unknown>, 'operation' | 'withoutIt'>,
    headers: Readonly<Record<string, string>>,
  ): void {
    const { deprecation, sunset } = headers;
    if ((deprecation === undefined && sunset === undefined) || this.#told.has(operation)) return;
    this.#told.add(operation);
    const since = deprecation === undefined ? null : readDate(deprecation);
    const until = sunset === undefined ? null : readDate(sunset);
    const link = readLink(headers['link']);
    const more = link ? ` More at ${link}.` : '';
    const fact = `Aiven has deprecated the API call ${operation}${since ? ` (${since})` : ''}`;
    if (until === null) {
      this.#say.info(`${fact}. It still works, and no end date is set.${more}`);
      return;
    }
    const remedy = withoutIt ?? 'Update this action to its newest version before then.';
    this.#say.warning(
      'Aiven is retiring an API call',
      `${fact} and will switch it off on ${until}. ${remedy}${more}`,
    );
  }
}

/** `@UNIXTIME` (RFC 9651) or an HTTP date, as `YYYY-MM-DD`; null when it is neither. */
function readDate(value: string): string | null {
  const time = /^@-?\d+$/.test(value) ? Number(value.slice(1)) * 1000 : Date.parse(value);
  return Number.isNaN(time) || Math.abs(time) > 8.64e15 ? null : new Date(time).toISOString().slice(0, 10);
}

/** Where a `Link` header (RFC 8288) tells more about a deprecation or a sunset; null when it does not. */
function readLink(header: string | undefined): string | null {
  const link = /<(https:\/\/[^>\s]+)>\s*;[^,]*\brel="?(?:deprecation|sunset)"?/i.exec(header ?? '');
  return link?.[1] ?? null;
}
