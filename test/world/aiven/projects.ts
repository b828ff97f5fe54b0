import {
  ADMIN,
  type Call,
  findAccount,
  findBillingGroup,
  findOrganization,
  findProject,
  needs,
} from './call.ts';
import { ApiError, invalidInput, notFound } from './errors.ts';
import { type Account, type Project, project } from './objects.ts';
import { type State, serviceKey } from './state.ts';

/** ProjectList: every project that the token can see. */
export function listProjects({ projects }: State): unknown {
  const names = [...projects.keys()];
  return {
    project_membership: Object.fromEntries(names.map((name) => [name, 'admin'])),
    project_memberships: Object.fromEntries(names.map((name) => [name, ['admin']])),
    projects: [...projects.values()].map(view),
  };
}

/** ProjectGet. */
export function getProject(state: State, { params }: Call): unknown {
  return { project: view(findProject(state, params)) };
}

/** ProjectCreate. */
export function createProject(state: State, { body }: Call): unknown {
  const { project: name, ...rest } = body as unknown as Creation;
  if (state.projects.has(name)) throw nameTaken(name);
  const created = project({ project_name: name });
  change(state, created, rest);
  state.projects.set(name, created);
  startLag(state, name);
  return { project: view(created) };
}

/** What the calls that change a project have in common. */
interface Changes {
  readonly account_id?: string;
  readonly base_port?: number;
  readonly billing_group_id?: string;
  readonly cloud?: string;
  readonly project_name?: string;
  readonly tags?: Record<string, string>;
  readonly tech_emails?: { email: string }[];
}

interface Creation extends Omit<Changes, 'project_name'> {
  readonly project: string;
}

/** ProjectUpdate. */
export function updateProject(state: State, { params, body }: Call): unknown {
  const project = findProject(state, params);
  change(state, project, body);
  return { project: view(project) };
}

function change(state: State, project: Project, changes: Changes): void {
  const { account_id, base_port, billing_group_id, cloud, project_name, tags, tech_emails } = changes;
  // Looked up before anything changes, so that what is refused changes nothing.
  const owner = account_id === undefined ? undefined : findAccount(state, account_id);
  const group = billing_group_id === undefined ? undefined : findBillingGroup(state, billing_group_id);
  const isRenamed = project_name !== undefined && project_name !== project.project_name;
  if (isRenamed && state.projects.has(project_name)) throw nameTaken(project_name);
  if (owner) place(state, project, owner);
  if (group) {
    project.billing_group_id = group.billing_group_id;
    project.billing_group_name = group.billing_group_name;
  }
  if (base_port !== undefined) project.base_port = base_port;
  if (cloud !== undefined) project.default_cloud = cloud;
  if (tags !== undefined) project.tags = tags;
  if (tech_emails !== undefined) project.tech_emails = tech_emails;
  if (isRenamed) rename(state, project, project_name);
}

function place(state: State, project: Project, { account_id, account_name, organization_id }: Account): void {
  const isLeaving = project.organization_id !== null && project.organization_id !== organization_id;
  if (isLeaving) needs(state, [ADMIN]);
  if (project.account_id !== account_id) startLag(state, project.project_name);
  Object.assign(project, { account_id, account_name, organization_id });
}

function startLag({ strangers, membershipLag }: State, name: string): void {
  if (membershipLag > 0) strangers.set(name, membershipLag);
}

/** The services come along. */
function rename({ projects, services }: State, project: Project, name: string): void {
  for (const [key, service] of [...services]) {
    if (service.project_name !== project.project_name) continue;
    services.delete(key);
    service.project_name = name;
    services.set(serviceKey(name, service.service_name), service);
  }
  projects.delete(project.project_name);
  project.project_name = name;
  projects.set(name, project);
}

const nameTaken = (name: string) =>
  new ApiError(409, `Project name '${name}' is already in use`, 'project_already_exists');

function view({ base_port: _underOrganizations, ...project }: Project): unknown {
  return project;
}

/** OrganizationProjectsList. */
export function listOrganizationProjects(state: State, { params, query }: Call): unknown {
  const { organization_id } = findOrganization(state, params['organization_id'] ?? '');
  const group = query.get('billing_group_id');
  const projects = [...state.projects.values()].filter(
    (project) =>
      project.organization_id === organization_id && (group === null || project.billing_group_id === group),
  );
  const shown = projects.map((project) => {
    const { organization_id: _inThePath, ...rest } = flatView(project);
    return rest;
  });
  return { projects: shown, total_project_count: shown.length };
}

/** OrganizationProjectsGet; flat. */
export function getOrganizationProject(state: State, { params }: Call): unknown {
  return flatView(findOwnProject(state, params));
}

/** OrganizationProjectsUpdate; flat. */
export function updateOrganizationProject(state: State, { params, body }: Call): unknown {
  const project = findOwnProject(state, params);
  const { parent_id, organization_id, ...changes } = body as Changes & {
    parent_id?: string;
    organization_id?: string;
  };
  const owner = destination(state, parent_id, organization_id);
  if (owner && owner.organization_id !== project.organization_id) {
    checkMove(state, owner, organization_id, changes.billing_group_id);
  }
  change(state, project, { ...changes, ...(owner && { account_id: owner.account_id }) });
  return flatView(project);
}

/** Aiven takes an organization by either of its IDs, a unit by its account ID. */
function destination(state: State, parentId?: string, organizationId?: string): Account | undefined {
  const id = parentId ?? organizationId;
  if (id === undefined) return undefined;
  return id.startsWith('org') ? findOrganization(state, id) : findAccount(state, id);
}

function checkMove(
  state: State,
  { organization_id }: Account,
  named: string | undefined,
  billingGroupId: string | undefined,
): void {
  if (named !== organization_id) {
    throw invalidInput('organization_id must be the organization of parent_id');
  }
  if (billingGroupId === undefined) {
    throw invalidInput('billing_group_id is required when moving projects between organizations');
  }
  if (findBillingGroup(state, billingGroupId).organization_id !== organization_id) {
    throw invalidInput('billing_group_id must be a billing group of the organization');
  }
}

/** A project of the organization in the path, and of no other. */
function findOwnProject(state: State, params: Call['params']): Project {
  const { organization_id } = findOrganization(state, params['organization_id'] ?? '');
  const project = findProject(state, params);
  if (project.organization_id !== organization_id) throw notFound('Project');
  return project;
}

/** `parent_id` is the account ID of an organization, too, as in Aiven's answers. */
function flatView(project: Project) {
  const { project_name, account_id, organization_id, base_port, billing_group_id, tags, tech_emails } =
    project;
  return {
    account_id,
    ...(base_port !== null && { base_port }),
    billing_group_id,
    end_of_life_extension: {},
    features: {},
    organization_id,
    parent_id: account_id,
    project_id: project_name,
    tags,
    tech_emails,
  };
}
