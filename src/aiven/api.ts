import { UnknownResource } from '../failure.ts';
import type { Json } from '../plan.ts';
import type { AivenClient } from './client.ts';
import {
  type Account,
  accountAnswer,
  accountList,
  certificateAnswer,
  type OrganizationProject,
  organizationProject,
  type Project,
  projectAnswer,
  projectList,
  type Service,
  serviceAnswer,
  serviceList,
} from './schema.ts';

/** The way of a project from one place to another. */
export interface Move {
  /** The ID of the organization that the project belongs to now (`org…`). */
  readonly fromOrganization: string;
  readonly toOrganization: string;
  /** The account ID of the organization or unit that it is to belong to (`a…`). */
  readonly accountId: string;
  /** Who pays from then on; Aiven wants it where the project changes organizations, and it is sent only there. */
  readonly billingGroupId: string | null;
}

/** The calls that this action makes of the Aiven API. Each throws a `Failure` that names the operation and the way out. */
export interface AivenApi {
  /** AccountList: every organization and organizational unit that the token can see. */
  listAccounts(): Promise<Account[]>;
  /**
   * AccountCreate: an organization, or a unit of the account `parentAccountId`. When the answer is lost, it looks whether one
   * of this name is there before it tries again.
   * @returns what was created; null when the answer was lost and one of the name was found
   */
  createAccount(name: string, parentAccountId: string | null): Promise<Account | null>;
  /** ProjectList: every project that the token can see. */
  listProjects(): Promise<Project[]>;
  /**
   * ProjectUpdate: makes a project that belongs nowhere belong to an organization or unit; when the answer is lost,
   * ProjectGet tells.
   * @returns the account ID of where it is now, null for nowhere
   */
  assignProject(project: string, accountId: string): Promise<string | null>;
  /**
   * OrganizationProjectsUpdate: moves a project of an organization, within it or to another one; when the answer is lost,
   * OrganizationProjectsGet of the organization that it moves to tells.
   * @returns the account ID of where it is now
   */
  moveProject(project: string, move: Move): Promise<string>;
  /** ServiceGet, without secrets. */
  getService(project: string, service: string): Promise<Service>;
  /** ServiceList: the names of a project's services. */
  listServiceNames(project: string): Promise<string[]>;
  /**
   * ServiceUpdate: merges a part of `user_config` into what is there; `null` clears a value.
   * @param isDone whether a service shows the update, for when the answer is lost
   */
  updateService(
    project: string,
    service: string,
    userConfig: Json,
    isDone: (service: Service) => boolean,
  ): Promise<Service>;
  /** ProjectKmsGetCA: the certificate of the project's own authority, as PEM. */
  getProjectCa(project: string): Promise<string>;
}

/** Without it, some answers hold the passwords and keys of service users. ServiceUpdate does not know it. */
const NO_SECRETS = { include_secrets: 'false' };

/** @param client what makes the calls */
export function aivenApi(client: AivenClient): AivenApi {
  async function listAccounts(): Promise<Account[]> {
    const { accounts } = await client.read({
      operation: 'AccountList',
      method: 'GET',
      path: ['account'],
      answer: accountList,
      resource: 'your organizations',
      permission: 'to see the organization',
      // Answers 404 at random for up to a minute with a good token.
      retryNotFound: true,
    });
    return accounts;
  }

  async function getProject(project: string): Promise<Project> {
    const answer = await client.read({
      operation: 'ProjectGet',
      method: 'GET',
      path: ['project', project],
      answer: projectAnswer,
      resource: `project ${project}`,
      permission: 'project:services:read',
    });
    return answer.project;
  }

  /** @returns null when the organization has no such project */
  async function getOrganizationProject(
    organization: string,
    project: string,
  ): Promise<OrganizationProject | null> {
    try {
      return await client.read({
        operation: 'OrganizationProjectsGet',
        method: 'GET',
        path: ['organization', organization, 'project', project],
        answer: organizationProject,
        resource: `project ${project}`,
        permission: 'project:services:read',
      });
    } catch (error) {
      if (error instanceof UnknownResource) return null;
      throw error;
    }
  }

  async function getService(project: string, service: string): Promise<Service> {
    const answer = await client.read({
      operation: 'ServiceGet',
      method: 'GET',
      path: ['project', project, 'service', service],
      query: NO_SECRETS,
      answer: serviceAnswer,
      resource: `service ${project}/${service}`,
      permission: 'project:services:read',
    });
    return answer.service;
  }

  return {
    listAccounts,
    getService,

    async createAccount(name, parentAccountId) {
      const isIt = (account: Account) =>
        account.account_name === name && (account.parent_account_id ?? null) === parentAccountId;
      const result = await client.write(
        {
          operation: 'AccountCreate',
          method: 'POST',
          path: ['account'],
          body: {
            account_name: name,
            ...(parentAccountId !== null && { parent_account_id: parentAccountId }),
          },
          answer: accountAnswer,
          resource: `${parentAccountId === null ? 'organization' : 'unit'} ${name}`,
          permission: parentAccountId === null ? 'to create organizations' : 'role:organization:admin',
        },
        async () => (await listAccounts()).find(isIt) ?? null,
      );
      return 'found' in result ? null : result.answer.account;
    },

    async listProjects() {
      const { projects } = await client.read({
        operation: 'ProjectList',
        method: 'GET',
        path: ['project'],
        answer: projectList,
        resource: 'your projects',
        permission: 'project:services:read',
      });
      return projects;
    },

    async assignProject(project, accountId) {
      const result = await client.write(
        {
          operation: 'ProjectUpdate',
          method: 'PUT',
          path: ['project', project],
          body: { account_id: accountId, add_account_owners_admin_access: true },
          answer: projectAnswer,
          resource: `project ${project}`,
          permission: 'organization:projects:write',
          withoutIt:
            'It has no successor yet: from then on, assign unassigned projects in the Aiven Console.',
        },
        async () => {
          const found = await getProject(project);
          return found.account_id === accountId ? found : null;
        },
      );
      return ('found' in result ? result.found : result.answer.project).account_id ?? null;
    },

    async moveProject(project, { fromOrganization, toOrganization, accountId, billingGroupId }) {
      const isLeaving = fromOrganization !== toOrganization;
      const lookThere = async () => {
        const found = await getOrganizationProject(toOrganization, project);
        return found && placeOf(found) === accountId ? found : null;
      };
      // Another run that was quicker has taken it out of the organization that this one asks.
      const orThereAlready = async (error: unknown) => {
        const found = error instanceof UnknownResource ? await lookThere() : null;
        if (found) return { found };
        throw error;
      };
      const call = client.write(
        {
          operation: 'OrganizationProjectsUpdate',
          method: 'PATCH',
          path: ['organization', fromOrganization, 'project', project],
          // Of an organization, too, Aiven takes the account ID here, as its Terraform provider sends it.
          body: {
            parent_id: accountId,
            ...(isLeaving && { organization_id: toOrganization, billing_group_id: billingGroupId }),
          },
          answer: organizationProject,
          resource: `project ${project}`,
          permission: isLeaving
            ? 'role:organization:admin in both organizations'
            : 'organization:projects:write',
        },
        lookThere,
      );
      const result = await call.catch(orThereAlready);
      return placeOf('found' in result ? result.found : result.answer);
    },

    async listServiceNames(project) {
      const { services } = await client.read({
        operation: 'ServiceList',
        method: 'GET',
        path: ['project', project, 'service'],
        query: NO_SECRETS,
        answer: serviceList,
        resource: `project ${project}`,
        permission: 'project:services:read',
      });
      return services.map(({ service_name }) => service_name);
    },

    async updateService(project, service, userConfig, isDone) {
      const result = await client.write(
        {
          operation: 'ServiceUpdate',
          method: 'PUT',
          path: ['project', project, 'service', service],
          body: { user_config: userConfig },
          answer: serviceAnswer,
          resource: `service ${project}/${service}`,
          permission: 'service:configuration:write',
        },
        async () => {
          const found = await getService(project, service);
          return isDone(found) ? found : null;
        },
      );
      return 'found' in result ? result.found : result.answer.service;
    },

    async getProjectCa(project) {
      const { certificate } = await client.read({
        operation: 'ProjectKmsGetCA',
        method: 'GET',
        path: ['project', project, 'kms', 'ca'],
        answer: certificateAnswer,
        resource: `project ${project}`,
        permission: 'organization:projects:write',
      });
      return certificate;
    },
  };
}

/** The account ID of the organization or unit that a project belongs to. */
function placeOf({ account_id, parent_id }: OrganizationProject): string {
  return account_id ?? parent_id;
}
