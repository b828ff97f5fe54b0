import { quote } from '../quote.ts';

/** What a value has in it that looks like a slip of typing, or of an expression. */
export interface Slip {
  /** What stands in it, to be said after “has”. */
  readonly has: string;
  /** The way out, as a sentence. */
  readonly remedy: string;
  /** Whether it stands in the place of a value that is still to come. */
  readonly isUnfilled: boolean;
}

/** The slips that there are. */
type SlipName = keyof typeof SLIPS;

/** The slips that any value of one line can have. */
const ANYWHERE = ['placeholder', 'noValue', 'quotes', 'comment', 'star', 'invisible'] as const;

/** The slips that the value of a setting is searched for, the plainest first. */
export const SLIPS_IN = {
  'jwks-endpoint-url': [...ANYWHERE, 'nameless'],
  'expected-issuer': [...ANYWHERE, 'nameless', 'addresses', 'blankInAddress'],
  'expected-audience': [...ANYWHERE, 'bracket', 'separator', 'blank', 'backslash'],
  'sub-claim-name': [...ANYWHERE, 'severalClaims'],
} as const satisfies Readonly<Record<string, readonly SlipName[]>>;

const UNFILLED: readonly SlipName[] = ['placeholder', 'noValue', 'nameless'];
const OUT = 'Remove it.';
const ONE_A_LINE = 'Separate items by commas or new lines.';

const SLIPS = {
  placeholder: {
    // An empty pair of braces stands for nothing.
    at: /\$?\{\{?[^{}]*[^{}\s][^{}]*\}?\}|<[^<>]+>|\$\w+|%\w+%|object Object/,
    has: (found: string) => `the placeholder ${quote(found)}`,
    remedy: (found: string) =>
      /tenant/i.test(found) ? 'Replace it with the ID of your tenant.' : 'Replace it with the actual value.',
  },
  noValue: {
    at: /(?<![^/.:@])(?:null|undefined|None|nil)(?![^/.:])/,
    has: (found: string) => `${quote(found)} (which usually means that a value is missing)`,
    remedy: () => 'Check the expression or the command that it comes from.',
  },
  /** The parts that documentation leaves to its readers, and the recipes of this action as well. */
  nameless: {
    at: /(?<=[/.])(?:TENANT|TENANT_ID|REALM|HOST|HOSTNAME|UUID|CLIENT_ID|YOUR[-_]\w+)(?![^/.:?])/,
    has: (found: string) => `the placeholder ${quote(found)}`,
    remedy: () => 'Replace it with the actual value.',
  },
  quotes: {
    at: /["'`\u00ab\u00bb\u2018-\u201f]/,
    has: () => 'a quotation mark',
    remedy: () => 'Give it without quotation marks.',
  },
  comment: {
    at: /(?:^|\s)#/,
    has: () => 'what looks like a comment (#)',
    remedy: () => 'Remove it: YAML has no comments inside a block of text.',
  },
  star: {
    at: /\*/,
    has: () => 'a *',
    remedy: () => 'Give it in full.',
  },
  invisible: {
    at: /(?![\t\r\n])[\p{Cf}\p{Zl}\p{Zp}\p{Cc}]/u,
    has: (found: string) => `an invisible character (${quote(found)})`,
    remedy: () => OUT,
  },
  bracket: { at: /[[\]{}()<>]/, has: () => 'a bracket', remedy: () => ONE_A_LINE },
  separator: {
    at: /[;|\uff0c\uff1b\u3001\u060c]/,
    has: (found: string) => quote(found),
    remedy: () => ONE_A_LINE,
  },
  severalClaims: {
    at: /[,;|\\]|[^\S\r\n]/,
    has: (found: string) => (found.trim() === '' ? 'a space' : quote(found)),
    remedy: () => 'Name one claim.',
  },
  addresses: {
    at: /[,;|]\s*https?:/i,
    has: () => 'more than one address',
    remedy: () => 'Brokers expect exactly one issuer: name that one.',
  },
  blank: { at: /[^\S\r\n]/, has: () => 'a space', remedy: () => ONE_A_LINE },
  blankInAddress: { at: /(?<=:\/\/.*)[^\S\r\n]/, has: () => 'a space', remedy: () => OUT },
  backslash: { at: /\\/, has: () => 'a backslash', remedy: () => ONE_A_LINE },
};

/**
 * The plainest slip in the value of a setting; null when it has none.
 * @param items the items of a list, or the value alone
 */
export function slipIn(input: keyof typeof SLIPS_IN, items: readonly string[]): Slip | null {
  for (const name of SLIPS_IN[input]) {
    const { at, has, remedy } = SLIPS[name];
    for (const item of items) {
      const [found] = at.exec(item) ?? [];
      if (found !== undefined)
        return { has: has(found), remedy: remedy(found), isUnfilled: UNFILLED.includes(name) };
    }
  }
  return null;
}
