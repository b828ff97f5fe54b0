import type { Inputs } from './inputs.ts';

/** Complains about a test token that is none, whatever the brokers expect. */
export async function checkTestToken(inputs: Inputs, token: string): Promise<void> {
  // Loaded here, since few runs need it.
  const { judgeForm } = await import('../judge/broker/token.ts');
  for (const { claim, has, expects, remedy } of judgeForm(token)) {
    const where = claim === 'token' ? '' : ` (${claim})`;
    inputs.complain(`test-token${where} has ${has}; the brokers expect ${expects}. ${remedy}`);
  }
}
