/**
 * Makes a text safe to print on one line of a GitHub log: control characters become visible, and nothing in it can be
 * read as a workflow command, neither `::name::` at the start of a line nor `##[name]` anywhere.
 */
export function inertLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]/gu, visible)
    .replaceAll('##[', '#\u200b#[')
    .replace(/^(\s*):/, '$1\u200b:');
}

/** The same for a text of several lines. */
export function inertLines(text: string): string {
  return text.split('\n').map(inertLine).join('\n');
}

function visible(character: string): string {
  return character === '\t' ? ' ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * Makes a text safe within Markdown on GitHub: no markup, link, mention, image or HTML of it takes effect. Line breaks
 * become blanks.
 */
export function inertMarkdown(text: string): string {
  return inertLine(text.replaceAll('\n', ' ')).replace(
    /[^\p{L}\p{N} ]/gu,
    (character) => `&#${character.codePointAt(0)};`,
  );
}

/** A fenced code block that its content cannot leave (CommonMark, section 4.5). */
export function inertBlock(language: string, content: string): string {
  const longest = Math.max(2, ...(content.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${inertLines(content.replace(/\n$/, ''))}\n${fence}`;
}
