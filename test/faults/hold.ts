import assert from 'node:assert/strict';
import { type AivenWorld, SERVICE_KEY, SERVICE_PASSWORD } from '../world/aiven.ts';
import { TOKEN } from './scenes.ts';

/** Holds that nothing was created, assigned or updated twice. */
export function assertOnce(aiven: AivenWorld): void {
  const paths = aiven
    .writes()
    .filter(({ carriedOut }) => carriedOut)
    .map(({ method, path }) => `${method} ${path}`);
  assert.equal(new Set(paths).size, paths.length, `carried out twice: ${paths.join(', ')}`);
}

/** Holds that no secret is in a text. */
export function assertNoSecret(text: string): void {
  const keyBody = SERVICE_KEY.split('\n')[1] ?? '';
  for (const secret of [TOKEN, SERVICE_PASSWORD, keyBody])
    assert.ok(!text.includes(secret), `a secret is in:\n${text.slice(0, 4_000)}`);
}

/** Holds that Aiven was never asked for secrets, and was told to keep them wherever it can be told. */
export function assertWantsNoSecrets({ requests }: AivenWorld): void {
  for (const { method, path, query } of requests) {
    const canBeTold = method === 'GET' && path.includes('/service');
    assert.equal(query['include_secrets'], canBeTold ? 'false' : undefined, `${method} ${path}`);
  }
}

/** Holds that a token went to one place alone. */
export function assertNoRequest({ requests }: { readonly requests: readonly unknown[] }): void {
  assert.deepEqual(requests, [], 'nobody else was asked');
}
