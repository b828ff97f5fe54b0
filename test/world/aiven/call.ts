import { forbidden, notFound } from './errors.ts';
import type { JsonObject } from './kafka-config.ts';
import type { Account, BillingGroup, KafkaService, Project } from './objects.ts';
import { type State, serviceKey } from './state.ts';

/** One request, as an operation sees it. */
export interface Call {
  /** The variable parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Empty where the operation takes no body. */
  readonly body: JsonObject;
}

/** The permission to take a project out of an organization, or to make a unit in one. */
export const ADMIN = 'role:organization:admin';

/**
 * Refuses what the token may not do.
 * @throws {ApiError} 403 unless it has one of these permissions
 */
export function needs({ permissions }: State, anyOf: readonly string[]): void {
  if (permissions && !anyOf.some((permission) => permissions.has(permission))) throw forbidden();
}

/** @throws {ApiError} 404 */
export function findAccount({ accounts }: State, accountId: string): Account {
  const found = accounts.get(accountId);
  if (!found) throw notFound('Account');
  return found;
}

/**
 * The account of an organization itself.
 * @throws {ApiError} 404
 */
export function findOrganization({ accounts }: State, organizationId: string): Account {
  const found = [...accounts.values()].find(
    ({ organization_id, parent_account_id }) =>
      organization_id === organizationId && parent_account_id === null,
  );
  if (!found) throw notFound('Organization');
  return found;
}

/** @throws {ApiError} 404 */
export function findProject({ projects }: State, params: Call['params']): Project {
  const found = projects.get(params['project'] ?? '');
  if (!found) throw notFound('Project');
  return found;
}

/** @throws {ApiError} 404 */
export function findService(state: State, params: Call['params']): KafkaService {
  const { project_name } = findProject(state, params);
  const found = state.services.get(serviceKey(project_name, params['service'] ?? ''));
  if (!found) throw notFound('Service');
  return found;
}

/** @throws {ApiError} 404 */
export function findBillingGroup({ billingGroups }: State, id: string): BillingGroup {
  const found = billingGroups.get(id);
  if (!found) throw notFound('Billing group');
  return found;
}

/** This moment, as Aiven writes it: UTC, whole seconds. */
export const now = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z');
