import type { Inputs } from './inputs.ts';
import { INPUT_ROWS } from './table.ts';

/** A shorter text may stand in a value by chance; the tokens of Aiven are far longer. */
const SHORTEST_TOKEN = 16;

/** Refuses the Aiven token in any other input, whose value is sent to others or shown. */
export function refuseMisplacedToken(inputs: Inputs, token: string): void {
  if (token.length < SHORTEST_TOKEN) return;
  for (const [name] of INPUT_ROWS)
    if (name !== 'aiven-token' && inputs.text(name).includes(token))
      inputs.complain(
        `${name} contains the value of aiven-token, which would be sent or shown from there.`,
        'Give it a value of its own.',
      );
}
