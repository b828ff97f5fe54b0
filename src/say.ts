/** How a run says what it does while it does it. Lines are plain text of one line each. */
export interface Narrator {
  /** A line for everyone. */
  info(line: string): void;
  /** A line for debug mode; one that takes work to make is a function, which is called in debug mode alone. */
  debug(line: string | (() => string)): void;
  /** Folds away what is said while the work goes on. */
  group<Result>(title: string, work: () => Promise<Result>): Promise<Result>;
  /** Something that a person should act on, though the step goes on. */
  warning(title: string, message: string): void;
}
