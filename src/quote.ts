/** How many characters of a text from outside are told. */
export const MAX_TOLD = 160;

/** Text from outside in quotation marks, on one line, bounded, with what cannot be seen spelled out. */
export function quote(text: string): string {
  const points = [...text.slice(0, 2 * MAX_TOLD + 2)];
  const shown = points.slice(0, MAX_TOLD).join('').replace(INVISIBLE, spell);
  return `“${shown}${points.length > MAX_TOLD ? '…' : ''}”`;
}

/** Control and format characters, line separators, halves of characters, and blanks other than the space. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** A character that cannot be seen as JSON spells it (RFC 8259, section 7), such as `\n` or `\u0007`. */
export function spell(character: string): string {
  const spelled = JSON.stringify(character).slice(1, -1);
  return spelled === character ? character.replace(/./gs, codeUnit) : spelled;
}

function codeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
