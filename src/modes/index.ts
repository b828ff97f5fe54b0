import { kafkaOidc } from './kafka-oidc.ts';
import { orgCreate } from './org-create.ts';
import { projectAssign } from './project-assign.ts';

/** The modes by the name that the input `mode` takes. */
export const MODES = {
  'org-create': orgCreate,
  'project-assign': projectAssign,
  'kafka-oidc': kafkaOidc,
} as const;
