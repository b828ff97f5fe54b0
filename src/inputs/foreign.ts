import type { ModeName } from '../modes/request.ts';
import type { Inputs } from './inputs.ts';
import { INPUT_ROWS } from './table.ts';

/** Refuses inputs of other modes, which would otherwise be ignored without a word. */
export function refuseForeignInputs(inputs: Inputs, mode: ModeName): void {
  for (const [name, { modes, secret }] of INPUT_ROWS) {
    if (modes === 'all' || modes.includes(mode)) continue;
    if (inputs.isDefault(name) && !inputs.isEmptyBoolean(name)) continue;
    const given = inputs.isEmptyBoolean(name) ? '' : inputs.text(name);
    const value = secret ? '' : ` ${inputs.quote(given)}`;
    inputs.complain(
      `${name}${value} belongs to mode ${modes.join(' and ')}, not to ${mode}.`,
      'Remove it from this step.',
    );
  }
}
