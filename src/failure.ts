import type { Report } from './plan.ts';

/** One of several reasons for a failure. */
export interface Reason {
  /** What is wrong, and why: a sentence or two. */
  readonly problem: string;
  /** The way out; empty where the problem says it already. */
  readonly remedy: string;
}

/** What a failure tells a person. */
export interface FailureStory {
  /** A few words for the annotation's title, such as `Aiven refused the token`. */
  readonly title: string;
  /** What failed, on which input or resource, and why: one sentence or two. */
  readonly problem: string;
  /** The way out, as a sentence. */
  readonly remedy: string;
  /** Where there are several reasons, each with its own way out: `problem` has them as lines ({@link because}). */
  readonly reasons?: readonly Reason[];
  /** What had been planned or done by then, so that nothing done goes untold. */
  readonly report?: Report;
  /** What caused it, for debug mode. */
  readonly cause?: unknown;
}

/**
 * The one kind of error of this action. It is thrown where the cause is known and reported once, in `main.ts`.
 * Its texts are plain text; none of them holds a secret.
 */
export class Failure extends Error {
  readonly title: string;
  readonly problem: string;
  readonly remedy: string;
  readonly reasons: readonly Reason[];
  readonly report: Report | null;

  constructor({ title, problem, remedy, reasons, report, cause }: FailureStory) {
    // After a list, the way out has a line of its own.
    const message = [problem, remedy].filter(Boolean).join(problem.includes('\n') ? '\n' : ' ');
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Failure';
    this.title = title;
    this.problem = problem;
    this.remedy = remedy;
    this.reasons = reasons ?? [];
    this.report = report ?? null;
  }

  /** The same failure, telling also what had been planned or done by then. */
  with(report: Report): this {
    const { title, problem, remedy, reasons } = this;
    const Same = this.constructor as new (story: FailureStory) => this;
    return new Same({ title, problem, remedy, reasons, report, cause: this.cause ?? this });
  }
}

/**
 * A failure by which this action itself says no, before it has changed anything: to a wrong input, or to what would
 * break something. A report tells it apart from what went wrong.
 */
export class Refusal extends Failure {
  override readonly name = 'Refusal';
}

/** A dry run that was to find nothing to change, and did. Its report is the plan. */
export class Drift extends Failure {
  override readonly name = 'Drift';
}

/** The end of a run that was told to stop: a newer one may have started already. */
export class Cancellation extends Failure {}

/** A cancellation while a write was under way, of which it is not known whether it took effect. */
export class CancelledWrite extends Cancellation {}

/** Something that the token has no permission for. */
export class Forbidden extends Failure {}

/** Something that a name or an ID stands for is not there, or cannot be seen. */
export class UnknownResource extends Failure {}

/** A request that Aiven refused for what is in it. */
export class BadRequest extends Failure {}

/** A change that what is there already, or what somebody else is doing, forbids. */
export class Conflict extends Failure {}

/** Several failures as one, with the title of the first; null where there is none. */
export function joined([first, ...others]: readonly Failure[]): Failure | null {
  if (first === undefined || others.length === 0) return first ?? null;
  return new Failure({ title: first.title, ...because([first, ...others]) });
}

/**
 * Reasons as the parts of a failure's story: one is told as it is, several line by line, each with its own way out.
 * @param remedy what helps against all of them
 */
export function because(
  reasons: readonly Reason[],
  remedy = '',
): Pick<FailureStory, 'problem' | 'remedy' | 'reasons'> {
  const [only, ...others] = reasons;
  if (only && others.length === 0)
    return { problem: only.problem, remedy: [only.remedy, remedy].filter(Boolean).join(' ') };
  return { problem: reasons.map(asSentences).join('\n'), remedy, reasons };
}

/** A reason and its way out, one after the other. */
export function asSentences({ problem, remedy }: Reason): string {
  return [problem, remedy].filter(Boolean).join(' ');
}

/** A reason of one of several, which it names. */
export function reasonOf(name: string, { problem, remedy }: Reason): Reason {
  return { problem: `${name}: ${problem}`, remedy };
}

/** What every failure can say that comes before the first write. */
export const NOTHING_CHANGED = 'Nothing was changed.';
