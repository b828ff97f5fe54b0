import type { Objection } from '../verdict.ts';

/** What is often given where a token should be: by what it is known, what to say of it, and the way out. */
interface Stranger {
  readonly at: RegExp;
  readonly has: string;
  readonly remedy: string;
}

const RAW = 'Pass the token without them; jq does that with --raw-output.';
const ASK_AGAIN =
  'The request for the token failed: make the step fail then (curl --fail, jq --exit-status), and look at what the provider answered.';
const ID_TOKEN = 'brokers cannot verify it: use an ID token, which is a JWT.';

/** The first that fits is told. */
const STRANGERS: readonly Stranger[] = [
  {
    at: /^["']?(null|undefined|none|nil)["']?$/i,
    has: 'a word for a missing value in its place, such as null',
    remedy: `${ASK_AGAIN} jq also prints null for a field that the answer does not have.`,
  },
  { at: /^["'`\u2018\u201c].*["'`\u2019\u201d]$/s, has: 'quotation marks around it', remedy: RAW },
  {
    at: /^\{.*"(?:access_token|id_token)"\s*:/s,
    has: 'the whole answer of the token endpoint in its place',
    remedy: 'Extract the token from it, for example with jq --exit-status --raw-output .access_token.',
  },
  { at: /^\{.*"error"\s*:/s, has: 'an error of the token endpoint in its place', remedy: ASK_AGAIN },
  { at: /^[{[]/, has: 'JSON in its place', remedy: ASK_AGAIN },
  { at: /^<[a-z!?]/i, has: 'a page of HTML or XML in its place', remedy: ASK_AGAIN },
  {
    at: /^(?:curl:|error\b|unauthorized\b|forbidden\b)/i,
    has: 'an error message in its place',
    remedy: ASK_AGAIN,
  },
  {
    at: /^(?:authorization:\s*)?(?:bearer|token|jwt)[\s:]/i,
    has: 'a prefix as in an Authorization header, such as Bearer',
    remedy: 'Leave Bearer out: pass only the token as test-token.',
  },
  {
    at: /^(?:access_token|id_token|token)=/i,
    has: 'the name of its field before it',
    remedy: 'Pass only the token as test-token.',
  },
  {
    at: /^ya29\./,
    has: 'an opaque access token of Google',
    remedy: `It is for Google’s own APIs, and ${ID_TOKEN}`,
  },
  {
    at: /^(?:gh[oprsu]_|github_pat_)/,
    has: 'a token for the API of GitHub',
    remedy: `Nobody else accepts it, and ${ID_TOKEN}`,
  },
  {
    at: /^gl[a-z]+-/,
    has: 'a token for the API of GitLab',
    remedy: `Nobody else accepts it, and ${ID_TOKEN}`,
  },
];

/**
 * Recognizes what is no token by its beginning and its end, each of which brokers refuse.
 * @returns the one objection that names it; null when it may be a token
 */
export function insteadOfToken(text: string): Objection | null {
  const stranger = STRANGERS.find(({ at }) => at.test(text.trim()));
  return stranger
    ? { claim: 'token', has: stranger.has, expects: 'only a signed JWT', remedy: stranger.remedy }
    : null;
}
