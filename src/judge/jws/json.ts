/**
 * A JSON value as a broker sees it: whole numbers (`bigint`) and others (`number`) are told apart, because a claim such as
 * `exp` treats them differently.
 */
export type Json = null | boolean | bigint | number | string | readonly Json[] | JsonObject;

/** An object, in which a name can be anything, `__proto__` included. */
export type JsonObject = ReadonlyMap<string, Json>;

/** An object that was read, and the names that occur more than once in it or in an object inside it. */
export interface ReadObject {
  readonly object: JsonObject;
  readonly repeated: readonly string[];
}

/**
 * Reads a JSON object as jose4j does (`org.jose4j.json.JsonUtil`, on a copy of JSON.simple). That takes more than RFC 8259
 * allows: commas and colons may be missing or repeated, numbers may start with a zero, and strings may hold control
 * characters and escapes that do not exist. It refuses an object with a repeated name; here such names are returned, and the
 * first value kept, so that the rest can be judged.
 * @returns null when the text is not an object by those rules
 */
export function readObject(text: string): ReadObject | null {
  const reader = new Reader();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const token = TOKEN.exec(text);
    if (token === null) return null;
    const [, blank, mark, constant, number, string] = token;
    if (blank !== undefined) continue;
    const accepted =
      mark !== undefined
        ? reader.mark(mark)
        : string !== undefined
          ? reader.string(unescaped(string))
          : reader.value(
              number !== undefined ? toNumber(number) : constant === 'null' ? null : constant === 'true',
            );
    if (!accepted) return null;
  }
  return reader.result();
}

const TOKEN =
  /([ \t\r\n]+)|([[\]{},:])|(true|false|null)|(-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)|"([^"\\]*(?:\\[\s\S][^"\\]*)*)"/y;

/** An array, or an object with the name whose value comes next. */
type Container =
  | { readonly kind: 'array'; readonly items: Json[] }
  | { readonly kind: 'object'; readonly members: Map<string, Json>; name: string | null };

/** Puts values where they belong. Its methods return whether the grammar allows what they were given. */
class Reader {
  readonly #open: Container[] = [];
  readonly #repeated: string[] = [];
  #root: Json | undefined;

  mark(mark: string): boolean {
    if (mark === '[') return this.#begin({ kind: 'array', items: [] });
    if (mark === '{') return this.#begin({ kind: 'object', members: new Map(), name: null });
    const container = this.#open.at(-1);
    if (container === undefined) return false;
    const beforeValue = container.kind === 'object' && container.name !== null;
    if (beforeValue) return mark === ':';
    if (mark === ',') return true;
    if (mark !== (container.kind === 'array' ? ']' : '}')) return false;
    this.#open.pop();
    return true;
  }

  string(value: string): boolean {
    const container = this.#open.at(-1);
    if (container?.kind !== 'object' || container.name !== null) return this.value(value);
    container.name = value;
    return true;
  }

  value(value: Json): boolean {
    const container = this.#open.at(-1);
    if (container === undefined) {
      if (this.#root !== undefined) return false;
      this.#root = value;
    } else if (container.kind === 'array') {
      container.items.push(value);
    } else {
      if (container.name === null) return false;
      if (container.members.has(container.name)) this.#repeated.push(container.name);
      else container.members.set(container.name, value);
      container.name = null;
    }
    return true;
  }

  result(): ReadObject | null {
    const complete = this.#open.length === 0 && this.#root instanceof Map;
    return complete ? { object: this.#root as JsonObject, repeated: this.#repeated } : null;
  }

  #begin(container: Container): boolean {
    if (!this.value(container.kind === 'array' ? container.items : container.members)) return false;
    this.#open.push(container);
    return true;
  }
}

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))/g;
const ESCAPED: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function unescaped(string: string): string {
  if (!string.includes('\\')) return string;
  return string.replace(ESCAPE, (_, hex: string | undefined, letter: string) =>
    hex === undefined ? (ESCAPED[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function toNumber(digits: string): bigint | number {
  return /[.eE]/.test(digits) ? Number(digits) : BigInt(digits);
}
