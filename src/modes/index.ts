import { kafkaOidc } from './kafka-oidc/index.ts';
import { orgCreate } from './org-create/index.ts';
import { projectAssign } from './project-assign/index.ts';

/** The modes by the name that the input `mode` takes. */
export const MODES = {
  'org-create': orgCreate,
  'project-assign': projectAssign,
  'kafka-oidc': kafkaOidc,
} as const;
