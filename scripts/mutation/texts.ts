import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** The part of a node of Babel's syntax tree that is looked at here. */
interface Text {
  readonly type: string;
  readonly value?: unknown;
  readonly quasis?: readonly { readonly value: { readonly raw: string } }[];
  readonly expressions?: readonly { readonly type: string }[];
}

/** What decides nothing when it is filled into a text. */
const PLAIN: ReadonlySet<string> = new Set(['Identifier', 'MemberExpression', 'CallExpression']);

/**
 * Leaves texts for people as they are: what has a space in it is a sentence or a part of one, which tests quote where the words
 * matter, and not a rule. What has no space is a name, such as that of a claim, and is changed like everything else; so is what
 * decides something inside a text.
 */
export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'texts', {
    shouldIgnore: (path) => (isText((path as { node: Text }).node) ? 'a text for people' : undefined),
  }),
];

function isText({ type, value, quasis, expressions }: Text): boolean {
  if (type === 'StringLiteral') return String(value).includes(' ');
  if (type !== 'TemplateLiteral') return false;
  const isPlain = expressions?.every((expression) => PLAIN.has(expression.type));
  return isPlain === true && quasis?.some((quasi) => quasi.value.raw.includes(' ')) === true;
}
