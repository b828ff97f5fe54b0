import { splitList } from '../kafka/settings.ts';

/**
 * The items of a list as a workflow may write it: between commas and new lines; as lines of YAML, `- kafka`; or in brackets,
 * as JSON and YAML have it, `["kafka", orders]`. Without blanks around them, without repetition.
 * @param text without blanks around it
 */
export function listItems(text: string): string[] {
  const items = itemsInBrackets(text) ?? itemsAfterDashes(text) ?? text.split(/\r?\n/);
  return splitList(items.join(','));
}

/** A block sequence of YAML 1.2 (section 8.2.1); null when the text is none. */
function itemsAfterDashes(text: string): string[] | null {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.every((line) => /^-(\s|$)/.test(line)) ? lines.map((line) => scalar(line.slice(1))) : null;
}

/** An item of a flow sequence: in double quotes, in single quotes, or plain; up to the comma behind it. */
const FLOW_ITEM = /\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,[\]{}"'][^,[\]{}"']*)\s*(?:,\s*|$)/y;

/** A flow sequence of YAML 1.2 (section 7.4.1), which an array of texts in JSON is as well; null when the text is none. */
function itemsInBrackets(text: string): string[] | null {
  const inside = /^\[\s*(.*?)\s*\]$/s.exec(text)?.[1];
  if (inside === undefined) return null;
  const items: string[] = [];
  FLOW_ITEM.lastIndex = 0;
  while (FLOW_ITEM.lastIndex < inside.length) {
    const [, item] = FLOW_ITEM.exec(inside) ?? [];
    if (item === undefined) return null;
    items.push(scalar(item));
  }
  return items;
}

/** A text without the quotation marks that YAML and JSON put around it; as it is when they do not end where it does. */
function scalar(text: string): string {
  const item = text.trim();
  if (/^'(?:[^']|'')*'$/.test(item)) return item.slice(1, -1).replaceAll("''", "'");
  if (!/^"(?:[^"\\]|\\.)*"$/.test(item)) return item;
  try {
    return String(JSON.parse(item));
  } catch {
    return item;
  }
}
