import type { Inputs } from './inputs.ts';

/** What a token is often stored with, or instead of it; nothing of it is ever shown. */
const SHAPES = [
  {
    at: /^(?:authorization:\s*)?(?:bearer|aivenv1|basic|token)\s/i,
    is: 'has a word before it, such as Bearer or aivenv1, which this action adds by itself. Store the token alone.',
  },
  {
    at: /^["'`\u2018\u201c]|["'`\u2019\u201d]$/,
    is: 'is in quotation marks. Store the secret again, without them.',
  },
  {
    at: /^(?:null|undefined|none)$/i,
    is: 'is a word for no value. Look at the step or the command that the value comes from.',
  },
  { at: /^\*+$/, is: 'is what a log shows in the place of a secret. Store the token itself.' },
  {
    at: /^(?:\$\{|\$\(|\$\w|%\w+%$|<)/,
    is: 'is a placeholder, not a token. Give it as ${{ secrets.NAME }}.',
  },
  { at: /^[{[]/, is: 'is JSON. Store the token that is in it alone.' },
  { at: /%(?:2[bf]|3d)/i, is: 'is encoded as in a URL. Store the token as Aiven shows it.' },
] as const;

/** Reads the token of the Aiven API. */
export function readAivenToken(inputs: Inputs): string {
  const token = inputs.text('aiven-token');
  if (token === '')
    inputs.complain(
      'aiven-token is not set. Give it as ${{ secrets.NAME }}; secrets are empty in workflows that a fork or Dependabot started.',
    );
  else refuseOddToken(inputs, token);
  return token;
}

function refuseOddToken(inputs: Inputs, token: string): void {
  const wrong = complaint(token);
  if (wrong !== null) inputs.complain(`aiven-token ${wrong}`);
}

/** What is wrong with a token, and the way out; null when it may be one. */
function complaint(token: string): string | null {
  const shape = SHAPES.find(({ at }) => at.test(token));
  if (shape) return shape.is;
  if (!/^[\x21-\x7e]+$/.test(token))
    return 'contains a space, a line break or a character that no Aiven token has. Store the secret again, without them.';
  return isInBase64(token)
    ? 'is the token in base64, as in a secret of Kubernetes. Store it decoded (base64 --decode).'
    : null;
}

/** A shorter text may decode to readable characters by chance. */
const SHORTEST_ENCODED = 24;

/** Whether it decodes to what may itself be a token. One of Aiven's own decodes to bytes that nobody can read. */
function isInBase64(token: string): boolean {
  if (token.length < SHORTEST_ENCODED || !/^[A-Za-z0-9+/]+={0,2}$/.test(token)) return false;
  return /^[A-Za-z0-9+/_.=-]+\n?$/.test(Buffer.from(token, 'base64').toString('latin1'));
}
