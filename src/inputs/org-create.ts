import type { CommonRequest, OrgCreateRequest } from '../modes/request.ts';
import type { Inputs } from './inputs.ts';
import { readAccountId, readNewName } from './names.ts';

/** Reads what mode `org-create` uses. */
export function readOrgCreate(inputs: Inputs, common: CommonRequest): OrgCreateRequest {
  return {
    ...common,
    mode: 'org-create',
    organizationName: readNewName(inputs, 'organization-name'),
    parentId: readAccountId(inputs, 'parent-id') || null,
  };
}
