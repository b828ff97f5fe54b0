import {
  createAccount,
  getAccount,
  getBillingGroup,
  getOrganization,
  listAccounts,
  listBillingGroups,
  listOrganizations,
  userInfo,
} from './accounts.ts';
import type { Fields } from './body.ts';
import { type Call, findProject } from './call.ts';
import {
  createProject,
  getOrganizationProject,
  getProject,
  listOrganizationProjects,
  listProjects,
  updateOrganizationProject,
  updateProject,
} from './projects.ts';
import {
  getService,
  getServiceType,
  listServices,
  listServiceTags,
  listServiceTypes,
  listStaticIps,
  replaceServiceTags,
  updateService,
  updateServiceTags,
} from './services.ts';
import type { Operation, State } from './state.ts';

/** One row of the API. */
export interface Route {
  readonly operation: Operation;
  readonly method: 'GET' | 'PATCH' | 'POST' | 'PUT';
  /** With `{name}` for each variable part. */
  readonly path: string;
  /** The fields of the body, for an operation that takes one. */
  readonly fields?: Fields;
  /** Of these permissions the token needs one, by Aiven's own table (`permissions.yaml` of go-client-codegen). */
  readonly permissions?: readonly string[];
  /** Carries the operation out and returns the answer's body. */
  readonly run: (state: State, call: Call) => unknown;
}

const READ_SERVICES = ['project:services:read'];
const WRITE_PROJECTS = ['organization:projects:write'];
const CONFIGURE = ['service:configuration:write'];
/** Roles in a project, which stand where Aiven has no finer permission. */
const ANY_ROLE = ['developer', 'operator', 'read_only'];

/** The operations, by the API's reference at https://api.aiven.io/doc/. */
export const ROUTES: readonly Route[] = [
  { operation: 'UserInfo', method: 'GET', path: '/v1/me', run: userInfo },
  { operation: 'AccountList', method: 'GET', path: '/v1/account', run: listAccounts },
  {
    operation: 'AccountCreate',
    method: 'POST',
    path: '/v1/account',
    fields: {
      'account_name!': 'string',
      parent_account_id: 'string or null',
      primary_billing_group_id: 'string or null',
    },
    run: createAccount,
  },
  { operation: 'AccountGet', method: 'GET', path: '/v1/account/{account_id}', run: getAccount },
  { operation: 'UserOrganizationsList', method: 'GET', path: '/v1/organizations', run: listOrganizations },
  {
    operation: 'OrganizationGet',
    method: 'GET',
    path: '/v1/organization/{organization_id}',
    run: getOrganization,
  },
  {
    operation: 'OrganizationBillingGroupList',
    method: 'GET',
    path: '/v1/organization/{organization_id}/billing-groups',
    permissions: ['organization:billing:read', 'organization:billing:write', 'organization:projects:write'],
    run: listBillingGroups,
  },
  {
    operation: 'OrganizationBillingGroupGet',
    method: 'GET',
    path: '/v1/organization/{organization_id}/billing-group/{billing_group_id}',
    permissions: ['organization:billing:read', 'organization:billing:write'],
    run: getBillingGroup,
  },
  {
    operation: 'OrganizationProjectsList',
    method: 'GET',
    path: '/v1/organization/{organization_id}/projects',
    run: listOrganizationProjects,
  },
  {
    operation: 'OrganizationProjectsGet',
    method: 'GET',
    path: '/v1/organization/{organization_id}/project/{project}',
    permissions: READ_SERVICES,
    run: getOrganizationProject,
  },
  {
    operation: 'OrganizationProjectsUpdate',
    method: 'PATCH',
    path: '/v1/organization/{organization_id}/project/{project}',
    fields: {
      base_port: 'port',
      billing_group_id: 'string',
      organization_id: 'string',
      parent_id: 'string',
      project_name: 'string',
      tags: 'tags',
      tech_emails: 'emails',
    },
    permissions: WRITE_PROJECTS,
    run: updateOrganizationProject,
  },
  { operation: 'ProjectList', method: 'GET', path: '/v1/project', run: listProjects },
  {
    operation: 'ProjectCreate',
    method: 'POST',
    path: '/v1/project',
    fields: {
      'project!': 'string',
      account_id: 'string',
      add_account_owners_admin_access: 'boolean',
      base_port: 'port',
      billing_group_id: 'string',
      cloud: 'string',
      tags: 'tags',
      tech_emails: 'emails',
    },
    run: createProject,
  },
  {
    operation: 'ProjectGet',
    method: 'GET',
    path: '/v1/project/{project}',
    permissions: READ_SERVICES,
    run: getProject,
  },
  {
    operation: 'ProjectUpdate',
    method: 'PUT',
    path: '/v1/project/{project}',
    fields: {
      account_id: 'string',
      add_account_owners_admin_access: 'boolean',
      billing_group_id: 'string',
      cloud: 'string',
      project_name: 'string',
      tags: 'tags',
      tech_emails: 'emails',
    },
    permissions: WRITE_PROJECTS,
    run: updateProject,
  },
  {
    operation: 'ProjectKmsGetCA',
    method: 'GET',
    path: '/v1/project/{project}/kms/ca',
    permissions: WRITE_PROJECTS,
    run: async (state, { params }) => {
      findProject(state, params);
      return { certificate: await state.projectCa() };
    },
  },
  {
    operation: 'ListProjectServiceTypes',
    method: 'GET',
    path: '/v1/project/{project}/service_types',
    permissions: READ_SERVICES,
    run: listServiceTypes,
  },
  {
    operation: 'ProjectServiceTypesGet',
    method: 'GET',
    path: '/v1/project/{project}/service-types/{service_type}',
    permissions: ANY_ROLE,
    run: getServiceType,
  },
  {
    operation: 'ServiceList',
    method: 'GET',
    path: '/v1/project/{project}/service',
    permissions: READ_SERVICES,
    run: listServices,
  },
  {
    operation: 'ServiceGet',
    method: 'GET',
    path: '/v1/project/{project}/service/{service}',
    permissions: READ_SERVICES,
    run: getService,
  },
  {
    operation: 'ServiceUpdate',
    method: 'PUT',
    path: '/v1/project/{project}/service/{service}',
    fields: {
      cloud: 'string',
      disk_space_mb: 'integer',
      karapace: 'boolean',
      maintenance: 'maintenance window',
      plan: 'string',
      powered: 'boolean',
      project_vpc_id: 'string or null',
      tech_emails: 'emails',
      termination_protection: 'boolean',
      user_config: 'object',
    },
    permissions: [
      'project:services:write',
      'role:services:maintenance',
      'role:services:recover',
      ...CONFIGURE,
    ],
    run: updateService,
  },
  {
    operation: 'ProjectServiceTagsList',
    method: 'GET',
    path: '/v1/project/{project}/service/{service}/tags',
    permissions: CONFIGURE,
    run: listServiceTags,
  },
  {
    operation: 'ProjectServiceTagsReplace',
    method: 'PUT',
    path: '/v1/project/{project}/service/{service}/tags',
    fields: { 'tags!': 'tags' },
    permissions: CONFIGURE,
    run: replaceServiceTags,
  },
  {
    operation: 'ProjectServiceTagsUpdate',
    method: 'PATCH',
    path: '/v1/project/{project}/service/{service}/tags',
    fields: { 'tags!': 'tag changes' },
    permissions: CONFIGURE,
    run: updateServiceTags,
  },
  {
    operation: 'StaticIPList',
    method: 'GET',
    path: '/v1/project/{project}/static-ips',
    permissions: ANY_ROLE,
    run: listStaticIps,
  },
];
