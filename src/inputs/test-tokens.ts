import type { TestClient, TokenSource } from '../modes/request.ts';
import type { Inputs } from './inputs.ts';

/** The word in `test-token` that stands for the ID token of the job. */
const OF_THE_JOB = 'github-actions';

/**
 * Reads where the test tokens come from: one a line of `test-token`, then the client of the client credentials grant.
 * Complains about a token that is none, whatever the brokers expect.
 * @param env the environment of the step, by which the runner says whether it gives ID tokens
 */
export async function readTestTokens(
  inputs: Inputs,
  env: NodeJS.ProcessEnv = process.env,
): Promise<TokenSource[]> {
  const given = linesOf(inputs.text('test-token'));
  const sources = given.map(
    (token): TokenSource => (token === OF_THE_JOB ? { from: 'job' } : { from: 'input', token }),
  );
  if (given.includes(OF_THE_JOB)) refuseJobWithoutTokens(inputs, env);
  for (const [index, token] of given.entries())
    if (token !== OF_THE_JOB)
      await checkForm(inputs, token, given.length === 1 ? 'test-token' : `test-token, line ${index + 1},`);
  const client = readTestClient(inputs);
  return client ? [...sources, { from: 'client credentials', client }] : sources;
}

/** One token a line; an error or a page in the place of a token is one text, however many lines it has. */
function linesOf(text: string): string[] {
  if (/^[{[<]/.test(text)) return [text];
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return [...new Set(lines)].filter((line) => line !== '');
}

async function checkForm(inputs: Inputs, token: string, name: string): Promise<void> {
  // Loaded here, since few runs need it.
  const { judgeForm } = await import('../judge/broker/token.ts');
  for (const { claim, has, expects, remedy } of judgeForm(token)) {
    const where = claim === 'token' ? '' : ` (${claim})`;
    inputs.complain(`${name}${where} has ${has}; the brokers expect ${expects}.`, remedy);
  }
}

/** GitHub gives ID tokens to jobs alone that may write them (GitHub Docs, "OpenID Connect reference"). */
function refuseJobWithoutTokens(inputs: Inputs, env: NodeJS.ProcessEnv): void {
  if (env['ACTIONS_ID_TOKEN_REQUEST_URL'] && env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']) return;
  inputs.complain(
    'test-token: github-actions asks for the ID token of this job, but GitHub gives this job none.',
    'Add “permissions: { id-token: write, contents: read }” to the job. A pull request from a fork never gets one.',
  );
}

/** Reads the client of the client credentials grant (RFC 6749, section 4.4); null where there is none. */
function readTestClient(inputs: Inputs): TestClient | null {
  const [id, secret] = [inputs.text('test-client-id'), inputs.text('test-client-secret')];
  const parameters = readParameters(inputs);
  if (id === '' && secret === '') {
    if (parameters.length > 0)
      inputs.complain(
        'test-token-parameters is set without test-client-id, and it applies only to the token request of that client.',
        'Set test-client-id and test-client-secret, or remove it.',
      );
    return null;
  }
  if (id === '')
    inputs.complain('test-client-secret is set without test-client-id.', 'Give the ID of that client, too.');
  if (secret === '')
    inputs.complain(
      'test-client-id is set, but test-client-secret is not set or is empty.',
      'Pass it as ${{ secrets.NAME }}. Secrets are empty in workflows that a fork or Dependabot started.',
    );
  return { id, secret, parameters };
}

/** What the grant itself says, and how the client says who it is (RFC 6749, sections 2.3.1 and 4.4.2; RFC 7521, section 4.2). */
const OWN_PARAMETERS = new Set([
  'grant_type',
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
]);

function readParameters(inputs: Inputs): [name: string, value: string][] {
  return inputs
    .text('test-token-parameters')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .flatMap((line): [string, string][] => {
      const [, name = '', value = ''] = /^([^=\s]+)\s*=\s*(.*)$/s.exec(line) ?? [];
      if (name === '')
        inputs.complain(
          `test-token-parameters ${inputs.quote(line)} does not have the form name=value.`,
          'Write one parameter a line, such as scope=kafka.',
        );
      else if (OWN_PARAMETERS.has(name))
        inputs.complain(
          `test-token-parameters names ${inputs.quote(name)}, which this action sets by itself.`,
          'Remove it.',
        );
      else return [[name, value]];
      return [];
    });
}
