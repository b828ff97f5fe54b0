/** Colors of a GitHub log (ANSI, ECMA-48 section 8.3.117); none where `NO_COLOR` asks for none. */
const CODES = { green: 32, yellow: 33, red: 31, cyan: 36, bold: 1, dim: 2 } as const;

/** What a text can be painted with, by the names of ECMA-48 (SGR). */
export type Color = keyof typeof CODES;

/** Paints a text, which must be inert already. */
export function paint(color: Color, text: string): string {
  return process.env['NO_COLOR'] ? text : `\u001b[${CODES[color]}m${text}\u001b[0m`;
}
