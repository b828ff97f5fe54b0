import { INPUT_NAMES } from '../inputs/about.ts';
import { inertWithCode } from './inert.ts';
import { OUTPUTS } from './outputs.ts';

/**
 * A sentence of this action as Markdown: what a reader would type or copy (inputs with their values, outputs, Aiven's fields,
 * variables, principals, and every value that the sentence has in quotation marks) becomes code, and the rest is inert.
 */
export function proseMarkdown(text: string): string {
  return inertWithCode(text, CODE, unquoted);
}

/** Names that are words of English, too, and are meant as inputs only in some places. */
const WORDS = INPUT_NAMES.filter((name) => !name.includes('-'));
const NAMES = [...INPUT_NAMES, ...OUTPUTS].filter((name) => name.includes('-'));

/**
 * One with what HTML or code is made of stays prose, where each such character is written as an entity. So does one with
 * quotation marks of its own, of which none is taken for the edge of a value.
 */
const VALUE = /(?<!“[^”]*)“[^“”\s<>`](?:[^“”<>`]*[^“”\s<>`])?”(?!”)/;

/** What becomes code, the first that fits at a place. */
const CODE = new RegExp(
  `(${[
    // An input with its value, as a workflow has it.
    new RegExp(
      `(?:(?<![\\w./-])(?:${longestFirst(NAMES).join('|')})|(?<=^|[.:] )(?:${WORDS.join('|')})) ${VALUE.source}`,
    ),
    // A value in quotation marks; one with a blank at its edge keeps them, since code does not show that.
    VALUE,
    /\$\{\{[^{}]*\}\}/,
    new RegExp(`(?<![\\w./-])(?:${[...NAMES, ...WORDS].join('|')}): (?:true|false|github-actions)(?![\\w-])`),
    new RegExp(`(?<![\\w./-])(?:${longestFirst(NAMES).join('|')})(?![\\w-])`),
    new RegExp(`(?<=\\binput )(?:${WORDS.join('|')})(?!\\w)`),
    new RegExp(`(?<=^|[.:] )(?:${WORDS.join('|')})(?= (?:“|is not set))`),
    /(?<=\bmode )(?:org-create|project-assign|kafka-oidc)(?![\w-])/,
    // A field of Aiven, a claim, or a variable of the environment.
    /(?<![\w./-])[A-Za-z]\w*(?:\.\w+)*_\w*(?:\.\w+)*(?![\w/-])/,
    /\bUser:[\w.@-]*\w/,
  ]
    .map(({ source }) => source)
    .join('|')})`,
  'u',
);

function longestFirst(names: readonly string[]): string[] {
  return names.toSorted((one, other) => other.length - one.length);
}

function unquoted(part: string): string {
  return part.replace(/^“(.*)”$/, '$1').replace(/^([a-z-]+) “(.*)”$/, '$1: $2');
}
