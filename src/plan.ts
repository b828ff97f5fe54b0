/** A JSON value (RFC 8259). */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One difference between what is and what should be: an item of the output `changes`, with a name for people. */
export interface Change {
  /** `organization NAME`, `unit NAME`, `project NAME` or `service PROJECT/SERVICE`. */
  readonly resource: string;
  /** Aiven's own field name, nested fields joined by dots. */
  readonly path: string;
  /** What a person calls the field. */
  readonly label: string;
  /** The value before, `null` for unset. */
  readonly before: Json;
  /** The value after, `null` for unset. */
  readonly after: Json;
  /** What an unset value amounts to, such as `off`; left out where there is nothing to say. */
  readonly whenUnset?: string;
  /** What people call the values, where these are IDs. */
  readonly names?: { readonly before?: string; readonly after?: string };
}

/** Something that was looked at before or after a change, and what came of it. */
export interface Check {
  readonly subject: string;
  readonly result: 'passed' | 'failed' | 'warned' | 'skipped';
  readonly detail: string;
}

/** Something to do next: a sentence, and the command or file that does it. */
export interface NextStep {
  readonly text: string;
  readonly code?: string;
}

/** Which clients a change concerns: a sentence for each group of them. */
export interface Affected {
  /** Who gets in before the change, and not after it. */
  readonly lockedOut: readonly string[];
  /** Who does not get in before the change, and does after it. */
  readonly opens: readonly string[];
}

/** What puts everything back as it was. */
export interface WayBack {
  /** The inputs of a step that does it, by name, without those that hold a token; null where no input does. */
  readonly inputs: Readonly<Record<string, string>> | null;
  /** What no input puts back, and the command that does; null where the step is all it takes. */
  readonly rest: NextStep | null;
}

/** A longer text to copy from, folded away until wanted. */
export interface Attachment {
  readonly title: string;
  readonly language: string;
  readonly content: string;
}

/** Where a person can look further. */
export interface Link {
  readonly label: string;
  readonly url: string;
}

/** The outputs by their names in `action.yml`; one that does not apply to the mode is left out. */
export type Outputs = Readonly<Partial<Record<OutputName, string>>>;

/** The outputs that a mode sets; `changed` and `changes` come from the changes of its report. */
export type OutputName =
  | 'account-id'
  | 'organization-id'
  | 'organization-name'
  | 'projects'
  | 'service-config'
  | 'service-state'
  | 'bootstrap-servers'
  | 'client-properties'
  | 'librdkafka-config'
  | 'principals';

/** What a mode has to tell, before applying (a plan) and after (an outcome). Plain text throughout. */
export interface Report {
  /** What this run is about, such as `Kafka OIDC for acme/orders`. */
  readonly title: string;
  /** The resource that the run is about, as in `Change.resource`. */
  readonly resource: string;
  /** What is, when nothing has to change: a sentence. */
  readonly already: string;
  readonly changes: readonly Change[];
  readonly affected: Affected;
  readonly checks: readonly Check[];
  /** What applying does besides the changes themselves: restarts, for one. */
  readonly effects: readonly string[];
  /** What happened while applying, in order. */
  readonly events: readonly string[];
  /** Whether what was changed may not be in effect everywhere yet, as far as was seen. */
  readonly unconfirmed: boolean;
  readonly nextSteps: readonly NextStep[];
  /** Null where there is nothing to put back, or no way to. */
  readonly wayBack: WayBack | null;
  readonly attachments: readonly Attachment[];
  readonly links: readonly Link[];
  readonly outputs: Outputs;
}

/**
 * What a mode wants to do.
 * @typeParam Steps what `apply` needs to do it, and nothing more
 */
export interface Plan<Steps> {
  readonly report: Report;
  readonly steps: Steps;
}

/** A report with the parts that are often empty filled in. */
export function report(
  parts: Pick<Report, 'title' | 'resource' | 'already' | 'changes' | 'outputs'> & Partial<Report>,
): Report {
  return {
    affected: NOBODY,
    checks: [],
    effects: [],
    events: [],
    unconfirmed: false,
    nextSteps: [],
    wayBack: null,
    attachments: [],
    links: [],
    ...parts,
  };
}

const NOBODY: Affected = { lockedOut: [], opens: [] };

/** Whether a report changes anything: the output `changed`. */
export function isChanged({ changes }: Pick<Report, 'changes'>): boolean {
  return changes.length > 0;
}
