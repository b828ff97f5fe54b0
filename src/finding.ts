/**
 * How sure it is that a value locks clients out.
 * - `certain`: brokers refuse it, whatever a token says
 * - `suspicious`: it looks wrong; a test token that the judge accepts, its signature verified, proves it
 * - `unseen`: the runner cannot look at it as brokers do, so that nobody here can tell
 */
export type Certainty = 'certain' | 'suspicious' | 'unseen';

/** Something that stands against a value of a setting. Its texts are plain text, of one or two sentences each. */
export interface Finding {
  readonly certainty: Certainty;
  /** The input of the setting that it concerns, whether that has its value from the input or from elsewhere. */
  readonly input: string;
  /** What is wrong, and why. */
  readonly problem: string;
  /** The way out. */
  readonly remedy: string;
}
