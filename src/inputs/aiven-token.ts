import type { Inputs } from './inputs.ts';

/** What a token is often stored with, or instead of it; nothing of it is ever shown. */
const SHAPES = [
  {
    at: /^(?:authorization:\s*)?(?:bearer|aivenv1|basic|token)\s/i,
    is: 'begins with a word such as Bearer or aivenv1, which this action adds by itself',
    remedy: 'Store only the token.',
  },
  {
    at: /^["'`\u2018\u201c]|["'`\u2019\u201d]$/,
    is: 'is in quotation marks',
    remedy: 'Store the secret again without them.',
  },
  {
    at: /^(?:null|undefined|none)$/i,
    is: 'is a word that stands for no value',
    remedy: 'Check the step or the command that the value comes from.',
  },
  {
    at: /^\*+$/,
    is: 'is the mask that a log shows in place of a secret',
    remedy: 'Store the token itself.',
  },
  {
    at: /^(?:\$\{|\$\(|\$\w|%\w+%$|<)/,
    is: 'is a placeholder, not a token',
    remedy: 'Pass it as ${{ secrets.NAME }}.',
  },
  { at: /^[{[]/, is: 'is JSON', remedy: 'Store only the token that it contains.' },
  { at: /%(?:2[bf]|3d)/i, is: 'is URL-encoded', remedy: 'Store the token as Aiven shows it.' },
] as const;

/** Reads the token of the Aiven API. */
export function readAivenToken(inputs: Inputs): string {
  const token = inputs.text('aiven-token');
  if (token === '')
    inputs.complain(
      'aiven-token is not set.',
      'Pass it as ${{ secrets.NAME }}. Secrets are empty in workflows that a fork or Dependabot started.',
    );
  else refuseOddToken(inputs, token);
  return token;
}

function refuseOddToken(inputs: Inputs, token: string): void {
  const wrong = faultOf(token);
  if (wrong !== null) inputs.complain(`aiven-token ${wrong.is}.`, wrong.remedy);
}

/** What is wrong with a token, to be said after its name, and the way out. */
interface Fault {
  readonly is: string;
  readonly remedy: string;
}

/** Null when it may be a token. */
function faultOf(token: string): Fault | null {
  const shape = SHAPES.find(({ at }) => at.test(token));
  if (shape) return shape;
  if (!/^[\x21-\x7e]+$/.test(token))
    return {
      is: 'contains a space, a line break or a character that no Aiven token has',
      remedy: 'Store the secret again without them.',
    };
  return isInBase64(token)
    ? {
        is: 'is encoded in Base64, as in a Kubernetes secret',
        remedy: 'Store it decoded (base64 --decode).',
      }
    : null;
}

/** A shorter text may decode to readable characters by chance. */
const SHORTEST_ENCODED = 24;

/** Whether it decodes to what may itself be a token. One of Aiven's own decodes to bytes that nobody can read. */
function isInBase64(token: string): boolean {
  if (token.length < SHORTEST_ENCODED || !/^[A-Za-z0-9+/]+={0,2}$/.test(token)) return false;
  return /^[A-Za-z0-9+/_.=-]+\n?$/.test(Buffer.from(token, 'base64').toString('latin1'));
}
