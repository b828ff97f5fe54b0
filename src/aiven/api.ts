import type { Json } from '../plan.ts';
import { type AivenClient, LostAnswer } from './client.ts';
import {
  type Account,
  accountAnswer,
  accountList,
  certificateAnswer,
  type Project,
  projectAnswer,
  projectList,
  type Service,
  serviceAnswer,
  serviceList,
} from './schema.ts';

/** The calls that this action makes of the Aiven API. Each throws a `Failure` that names the operation and the way out. */
export interface AivenApi {
  /** AccountList: every organization and organizational unit that the token can see. */
  listAccounts(): Promise<Account[]>;
  /**
   * AccountCreate: an organization, or a unit of the account `parentAccountId`. Never repeated.
   * @throws {LostAnswer} when it may or may not have been created
   */
  createAccount(name: string, parentAccountId: string | null): Promise<Account>;
  /** ProjectList: every project that the token can see. */
  listProjects(): Promise<Project[]>;
  /** ProjectUpdate: makes a project belong to an organization or unit. */
  assignProject(project: string, accountId: string): Promise<Project>;
  /** ServiceGet, without secrets. */
  getService(project: string, service: string): Promise<Service>;
  /** ServiceList: the names of a project's services. */
  listServiceNames(project: string): Promise<string[]>;
  /** ServiceUpdate: merges a part of `user_config` into what is there; `null` clears a value. */
  updateService(project: string, service: string, userConfig: Json): Promise<Service>;
  /** ProjectKmsGetCA: the certificate of the project's own authority, as PEM. */
  getProjectCa(project: string): Promise<string>;
  /** Waits before a creation is tried again after looking, or throws when the time for trying is over. */
  pauseAfterLoss(lost: LostAnswer, attempt: number, startedAt: number): Promise<void>;
}

/** @param client what makes the calls */
export function aivenApi(client: AivenClient): AivenApi {
  return {
    async listAccounts() {
      const { accounts } = await client.repeatable({
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
    },

    async createAccount(name, parentAccountId) {
      const { account } = await client.once({
        operation: 'AccountCreate',
        method: 'POST',
        path: ['account'],
        body: { account_name: name, ...(parentAccountId !== null && { parent_account_id: parentAccountId }) },
        answer: accountAnswer,
        resource: `${parentAccountId === null ? 'organization' : 'unit'} ${name}`,
        permission: parentAccountId === null ? 'to create organizations' : 'role:organization:admin',
      });
      return account;
    },

    async listProjects() {
      const { projects } = await client.repeatable({
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
      const answer = await client.repeatable({
        operation: 'ProjectUpdate',
        method: 'PUT',
        path: ['project', project],
        body: { account_id: accountId, add_account_owners_admin_access: true },
        answer: projectAnswer,
        resource: `project ${project}`,
        permission: 'organization:projects:write (role:organization:admin to leave an organization)',
      });
      return answer.project;
    },

    async getService(project, service) {
      const answer = await client.repeatable({
        operation: 'ServiceGet',
        method: 'GET',
        path: ['project', project, 'service', service],
        query: { include_secrets: 'false' },
        answer: serviceAnswer,
        resource: `service ${project}/${service}`,
        permission: 'project:services:read',
      });
      return answer.service;
    },

    async listServiceNames(project) {
      const { services } = await client.repeatable({
        operation: 'ServiceList',
        method: 'GET',
        path: ['project', project, 'service'],
        answer: serviceList,
        resource: `project ${project}`,
        permission: 'project:services:read',
      });
      return services.map(({ service_name }) => service_name);
    },

    async updateService(project, service, userConfig) {
      const answer = await client.repeatable({
        operation: 'ServiceUpdate',
        method: 'PUT',
        path: ['project', project, 'service', service],
        body: { user_config: userConfig },
        answer: serviceAnswer,
        resource: `service ${project}/${service}`,
        permission: 'project:services:write',
      });
      return answer.service;
    },

    async getProjectCa(project) {
      const { certificate } = await client.repeatable({
        operation: 'ProjectKmsGetCA',
        method: 'GET',
        path: ['project', project, 'kms', 'ca'],
        answer: certificateAnswer,
        resource: `project ${project}`,
        permission: 'project:services:read',
      });
      return certificate;
    },

    pauseAfterLoss: (lost, attempt, startedAt) => client.pause('AccountCreate', lost, attempt, startedAt),
  };
}

export { LostAnswer };
