import * as core from '@actions/core';
import { because, type Reason, Refusal } from '../failure.ts';
import { SETTINGS } from '../kafka/settings.ts';
import { quote } from '../quote.ts';
import { listItems } from './lists.ts';
import { withoutCredentials } from './secrets.ts';
import { INPUT_ROWS, INPUTS, type InputName } from './table.ts';

const TRUE = /^(true|True|TRUE)$/;
const FALSE = /^(false|False|FALSE)$/;

/**
 * The inputs of the step as strings, lists and booleans, and what is wrong with them, gathered so that all of it is told
 * at once.
 */
export class Inputs {
  readonly #given: (name: InputName) => string | undefined;
  readonly #problems: Reason[] = [];

  /** @param given an input as the runner hands it over; undefined where there is no runner to fill in what is left out */
  constructor(given: (name: InputName) => string | undefined) {
    this.#given = given;
  }

  /**
   * An input without the blanks around it; its default where nothing is left. Blanks alone count as not set, since an
   * expression that comes out empty leaves the line break of its YAML block behind.
   */
  text(name: InputName): string {
    return this.#raw(name).trim() || INPUTS[name].default;
  }

  /**
   * The items of a list, however it is written ({@link listItems}). Commas alone are told, since something was to stand
   * between them.
   */
  list(name: InputName): string[] {
    const given = this.text(name);
    const items = listItems(given);
    if (given !== '' && items.length === 0)
      this.complain(
        `${name} ${this.quote(given)} is a list without items.`,
        'Name at least one, or leave the input out.',
      );
    return items;
  }

  /** A boolean of the YAML 1.2 core schema (section 10.3.2), as `core.getBooleanInput` reads it. */
  flag(name: InputName): boolean {
    const given = this.text(name);
    if (this.isEmptyBoolean(name))
      this.complain(
        `${name} is set, but its value is empty.`,
        'Check its expression for a misspelled name (${{ inputs.dry_run }} is not ${{ inputs.dry-run }}), or give the expression a default: ${{ … || false }}.',
      );
    else if (!TRUE.test(given) && !FALSE.test(given))
      this.complain(`${name} ${this.quote(given)} is not a boolean.`, 'Use true or false.');
    return TRUE.test(given);
  }

  /**
   * Whether a boolean is set to nothing, which is no way to leave it out: the runner fills in the default of an input that a
   * workflow does not name. Without a default, blanks alone tell that it is named.
   */
  isEmptyBoolean(name: InputName): boolean {
    const given = this.#given(name);
    if (given === undefined || given.trim() !== '') return false;
    const hasDefault = TRUE.test(INPUTS[name].default) || FALSE.test(INPUTS[name].default);
    return hasDefault || (given !== '' && SETTINGS.some(({ input, limits }) => input === name && !limits));
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

  #raw(name: InputName): string {
    return this.#given(name) ?? '';
  }

  /**
   * @param problem names the input and its value, and says what is wrong: a sentence
   * @param remedy the way out: a sentence or two
   */
  complain(problem: string, remedy: string): void {
    this.#problems.push({ problem, remedy });
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
      ...because(this.#problems),
    });
  }
}

/** The inputs of this step, as the runner hands them over. */
export function inputsOfStep(): Inputs {
  return new Inputs((name) =>
    `INPUT_${name.toUpperCase()}` in process.env ? core.getInput(name, { trimWhitespace: false }) : undefined,
  );
}
