import type { Mode } from './mode.ts';
import type { ModeName, Request } from './request.ts';

/** How each mode is loaded, by the name that the input `mode` takes: a run needs one of them. */
const LOADERS = {
  'org-create': async () => (await import('./org-create/index.ts')).orgCreate,
  'project-assign': async () => (await import('./project-assign/index.ts')).projectAssign,
  'kafka-oidc': async () => (await import('./kafka-oidc/index.ts')).kafkaOidc,
} as const satisfies Record<ModeName, () => Promise<unknown>>;

/** The modes by name, as in the input `mode`. */
export const MODE_NAMES = Object.keys(LOADERS) as ModeName[];

/** Loads a mode. It takes the requests that carry its name. */
export async function loadMode(name: ModeName): Promise<Mode<Request, unknown>> {
  return (await LOADERS[name]()) as Mode<Request, unknown>;
}
