import type { TestContext } from 'node:test';
import { type AivenOptions, type AivenWorld, startAiven } from '../world/aiven.ts';
import { type ProviderOptions, type ProviderWorld, startProvider } from '../world/provider.ts';

/** An Aiven API for one test, gone after it. */
export async function withAiven(t: TestContext, options: AivenOptions = {}): Promise<AivenWorld> {
  const aiven = await startAiven(options);
  t.after(() => aiven.close());
  return aiven;
}

/** An OpenID provider for one test, gone after it. */
export async function withProvider(t: TestContext, options: ProviderOptions = {}): Promise<ProviderWorld> {
  const provider = await startProvider(options);
  t.after(() => provider.close());
  return provider;
}
