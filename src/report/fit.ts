const LEFT_OUT = '*The rest is left out: it would be too long for GitHub.*';
/** What separates two sections. */
const BETWEEN = '\n\n';

/**
 * Puts sections together, as many as fit. A section is taken whole or not at all, so that no fold, table or code block
 * stays open; one that does not fit makes room for those after it. Nothing comes of it where not even that can be said.
 * @param maxBytes the most that the text may have, in UTF-8
 */
export function fit(sections: readonly string[], maxBytes: number): string {
  const given = sections.filter((section) => section !== '');
  const whole = `${given.join(BETWEEN)}\n`;
  if (bytesOf(whole) <= maxBytes) return whole;
  let left = maxBytes - bytesOf(`${LEFT_OUT}\n`);
  if (left < 0) return '';
  const taken = given.filter((section) => {
    const size = bytesOf(section + BETWEEN);
    if (size > left) return false;
    left -= size;
    return true;
  });
  return `${[...taken, LEFT_OUT].join(BETWEEN)}\n`;
}

/** How long a text is in UTF-8, which is at least its number of characters. */
function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** A text of at most so many characters, cut between two of them. */
export function cut(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const characters = [...text.slice(0, 2 * (maxCharacters + 1))];
  return characters.length <= maxCharacters ? text : `${characters.slice(0, maxCharacters).join('')}…`;
}

/** A text of about so many characters at most, whose beginning and end stay: a list of names, and what is said of them. */
export function cutMiddle(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const characters = [...text];
  const half = Math.floor(maxCharacters / 2);
  return characters.length <= maxCharacters
    ? text
    : `${characters.slice(0, half).join('')} … ${characters.slice(-half).join('')}`;
}
