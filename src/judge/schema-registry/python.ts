import type { Json, JsonObject } from '../jws/json.ts';

/**
 * Decodes as PyJWT does (`jwt.utils.base64url_decode`, on `binascii.a2b_base64` of CPython): both alphabets of RFC 4648 at
 * once, characters of neither skipped after they were counted for the padding, spare bits dropped.
 * @returns null where that raises
 */
export function decodePythonBase64(bytes: Buffer): Buffer | null {
  const padded = `${bytes.toString('latin1')}${'='.repeat((4 - (bytes.length % 4)) % 4)}`;
  let digits = '';
  let pads = 0;
  for (const character of padded) {
    if (character === '=') {
      const place = digits.length % 4;
      if (place >= 2 && place + ++pads >= 4) return Buffer.from(digits, 'base64url');
    } else if (BASE64_DIGIT.test(character)) {
      digits += character;
      pads = 0;
    }
  }
  return digits.length % 4 === 0 ? Buffer.from(digits, 'base64url') : null;
}

const BASE64_DIGIT = /[A-Za-z0-9+/_-]/;

/**
 * Reads a JSON object as CPython does (`json.loads` of bytes): RFC 8259, with `NaN` and `Infinity` besides; of a repeated name
 * the last value counts. UTF-32, which CPython would read too, is not read here; nobody writes it.
 * @returns null when it is no object by these rules
 */
export function readPythonObject(bytes: Buffer): JsonObject | null {
  try {
    const text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
    const value = JSON.parse(plain(text), toJson) as Json;
    return value instanceof Map ? value : null;
  } catch {
    return null;
  }
}

/** `json.detect_encoding`; a byte order mark is dropped by the decoder. */
function encodingOf([first, second, third, fourth]: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0 && second !== 0) return 'utf-16be';
  return second === 0 && (third !== 0 || fourth !== 0) ? 'utf-16le' : 'utf-8';
}

/** Up to 3.11, CPython gives up before 1000 levels; later versions go further. */
const DEEPEST = 900;
const NOT_JSON = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|-?Infinity|NaN|[[\]{}]/g;

/** The text with `NaN` and the infinities as a number that is not finite. */
function plain(text: string): string {
  let depth = 0;
  return text.replace(NOT_JSON, (match) => {
    if (match === '{' || match === '[') depth++;
    if (match === '}' || match === ']') depth--;
    if (depth > DEEPEST) throw new SyntaxError('nested too deeply');
    return match.endsWith('Infinity') || match === 'NaN' ? ' 1e999 ' : match;
  });
}

/** `sys.get_int_max_str_digits()`. */
const MOST_DIGITS = 4300;

function toJson(_name: string, value: unknown, { source = '' }: { readonly source?: string } = {}): unknown {
  if (typeof value === 'number') {
    if (!/^-?\d+$/.test(source)) return value;
    if (source.replace('-', '').length > MOST_DIGITS) throw new SyntaxError('a number too long');
    return BigInt(source);
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && !(value instanceof Map) ? new Map(Object.entries(value)) : value;
}

const PYTHON_INTEGER = /^[+-]?\d+(?:_\d+)*$/;

/**
 * `int(value)`: fractions are cut off, booleans are 0 and 1, and texts of digits are read.
 * @returns null where that raises
 */
export function pythonInt(value: Json | undefined): bigint | null {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? BigInt(Math.trunc(value)) : null;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  const text = typeof value === 'string' ? value.trim() : '';
  if (!PYTHON_INTEGER.test(text) || text.length > MOST_DIGITS) return null;
  const digits = BigInt(text.replace(/[+_-]/g, ''));
  return text.startsWith('-') ? -digits : digits;
}

/** What Python takes for false in an `if`. */
export function isPythonFalse(value: unknown): boolean {
  const isEmptyObject =
    typeof value === 'object' && value !== null && !(value instanceof Map) && Object.keys(value).length === 0;
  return !value || isEmptyObject || (value instanceof Map && value.size === 0);
}
