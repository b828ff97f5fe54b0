import * as core from '@actions/core';
import { Refusal } from '../failure.ts';
import { splitList } from '../kafka/settings.ts';
import { quote } from '../quote.ts';
import { withoutCredentials } from './secrets.ts';
import { INPUT_ROWS, INPUTS, type InputName } from './table.ts';

const TRUE = /^(true|True|TRUE)$/;
const FALSE = /^(false|False|FALSE)$/;

/**
 * The inputs of the step as strings, lists and booleans, and what is wrong with them, gathered so that all of it is told
 * at once.
 */
export class Inputs {
  readonly #raw: (name: InputName) => string;
  readonly #problems: string[] = [];

  /** @param raw an input as the runner hands it over, empty where the workflow does not set it */
  constructor(raw: (name: InputName) => string) {
    this.#raw = raw;
  }

  /**
   * An input without the blanks around it; its default where nothing is left. Blanks alone count as not set, since an
   * expression that comes out empty leaves the line break of its YAML block behind.
   */
  text(name: InputName): string {
    return this.#raw(name).trim() || INPUTS[name].default;
  }

  /**
   * Items between commas and new lines, without blanks around them, without repetition. Commas alone are told, since
   * something was to stand between them.
   */
  list(name: InputName): string[] {
    const given = this.text(name);
    const items = splitList(given.replaceAll(/\r?\n/g, ','));
    if (given !== '' && items.length === 0)
      this.complain(
        `${name} ${this.quote(given)} is a list without an item. Name one, or leave the input out.`,
      );
    return items;
  }

  /** A boolean of the YAML 1.2 core schema (section 10.3.2), as `core.getBooleanInput` reads it. */
  flag(name: InputName): boolean {
    const given = this.text(name);
    if (!TRUE.test(given) && !FALSE.test(given))
      this.complain(`${name} ${this.quote(given)} is not a boolean: it takes true or false.`);
    return TRUE.test(given);
  }

  /** Whether an input says what it says by default, as text, as a boolean or as a number. */
  isDefault(name: InputName): boolean {
    const [given, standard] = [this.text(name), INPUTS[name].default];
    if (given === standard || (standard !== '' && Number(given) === Number(standard))) return true;
    return [TRUE, FALSE].some((word) => word.test(given) && word.test(standard));
  }

  /** The inputs that are secrets, as they came. */
  secrets(): string[] {
    return INPUT_ROWS.flatMap(([name, { secret }]) => (secret ? [this.#raw(name)] : []));
  }

  /** An input as text, without anything secret in it. */
  shown(name: InputName): string {
    return withoutCredentials(this.text(name), this.secrets());
  }

  /** A value in quotation marks, without anything secret in it. */
  quote(value: string): string {
    return quote(withoutCredentials(value, this.secrets()));
  }

  /** @param problem names the input, its value and the way out: a sentence or two */
  complain(problem: string): void {
    this.#problems.push(problem);
  }

  /** @throws {Refusal} that tells every problem, where there is one */
  throwProblems(): void {
    if (this.#problems.length > 0) this.fail();
  }

  /** @throws {Refusal} that tells every problem */
  fail(): never {
    const count = this.#problems.length;
    throw new Refusal({
      title: count === 1 ? 'An input is wrong' : `${count} things are wrong with the inputs`,
      problem: this.#problems.join('\n'),
      remedy: '',
    });
  }
}

/** The inputs of this step, as the runner hands them over. */
export function inputsOfStep(): Inputs {
  return new Inputs((name) => core.getInput(name, { trimWhitespace: false }));
}
