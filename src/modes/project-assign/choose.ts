import type { Move } from '../../aiven/api.ts';
import type { Account, Project } from '../../aiven/schema.ts';
import { because, type FailureStory, Refusal } from '../../failure.ts';
import { closestNames, listed } from '../names.ts';
import type { ProjectAssignRequest } from '../request.ts';

/** Where a project is, and whether it has to go. */
export interface Assignment {
  readonly project: string;
  readonly from: Pick<Project, 'account_id' | 'account_name'>;
  readonly needed: boolean;
  /** From which organization to which, where it has to leave its place; null where it belongs nowhere yet. */
  readonly move: Pick<Move, 'fromOrganization' | 'toOrganization'> | null;
}

/** What the token sees. */
export interface Seen {
  readonly accounts: readonly Account[];
  readonly projects: readonly Project[];
}

type Choice = Pick<ProjectAssignRequest, 'projects' | 'allowMove' | 'billingGroupId'>;

/**
 * The projects that are meant, in the order of the input, by name for `*`.
 * @param parent where they are to belong
 * @throws {Refusal} that names every project that is unknown, or belongs elsewhere and may not or cannot be moved
 */
export function chooseProjects(request: Choice, { accounts, projects }: Seen, parent: Account): Assignment[] {
  const byName = new Map(projects.map((project) => [project.project_name, project]));
  const wanted = request.projects === '*' ? unassigned(projects) : request.projects;
  const assignments = wanted.flatMap((name) => {
    const from = byName.get(name);
    return from ? [assignmentOf(from, parent, accounts)] : [];
  });
  const unknown = wanted.filter((name) => !byName.has(name));
  const moves = assignments.filter(({ needed, from }) => needed && from.account_id);
  refuse([
    ...(unknown.length > 0 ? [areUnknown(unknown, [...byName.keys()])] : []),
    ...(moves.length > 0 ? objections(moves, parent, request) : []),
  ]);
  return assignments;
}

function assignmentOf(from: Project, parent: Account, accounts: readonly Account[]): Assignment {
  const needed = from.account_id !== parent.account_id;
  const fromOrganization = organizationOf(from, accounts);
  const toOrganization = organizationOf(parent, accounts);
  const move = needed && fromOrganization && toOrganization ? { fromOrganization, toOrganization } : null;
  return { project: from.project_name, from, needed, move };
}

/** The organization that a project, or a unit, belongs to; null where the token does not see it. */
function organizationOf(
  { account_id, organization_id }: Pick<Project, 'account_id' | 'organization_id'>,
  accounts: readonly Account[],
): string | null {
  if (!account_id) return null;
  return organization_id ?? accounts.find((one) => one.account_id === account_id)?.organization_id ?? null;
}

/** Whether a project changes organizations, which Aiven wants to know the payer of. */
export function changesOrganizations({ move }: Assignment): boolean {
  return move !== null && move.fromOrganization !== move.toOrganization;
}

/** What stands against moves. */
function objections(
  moves: readonly Assignment[],
  parent: Account,
  { allowMove, billingGroupId }: Choice,
): FailureStory[] {
  const leaving = billingGroupId === null ? moves.filter(changesOrganizations) : [];
  if (!allowMove) return [belongElsewhere(moves, leaving, parent)];
  const unseen = moves.filter(({ move }) => move === null);
  return [
    ...(unseen.length > 0 ? [areOfUnseenOrganizations(unseen)] : []),
    ...(leaving.length > 0 ? [needBillingGroup(leaving, parent)] : []),
  ];
}

function unassigned(projects: readonly Project[]): string[] {
  return projects.flatMap(({ account_id, project_name }) => (account_id ? [] : [project_name])).sort();
}

function refuse([story, ...others]: readonly FailureStory[]): void {
  if (!story) return;
  if (others.length === 0) throw new Refusal(story);
  throw new Refusal({ title: 'These projects cannot be assigned', ...because([story, ...others]) });
}

/** For how many unknown names one that is near is looked for. */
const MAX_GUESSES = 10;

function areUnknown(unknown: readonly string[], known: readonly string[]): FailureStory {
  const near = unknown.slice(0, MAX_GUESSES).flatMap((name) => {
    const names = closestNames(name, known);
    return names.length > 0 ? [`${names.join(' or ')} for “${name}”`] : [];
  });
  return {
    title: 'project is unknown',
    problem: `The token sees no project ${listed(unknown.map((name) => `“${name}”`))} (input project).`,
    remedy:
      near.length > 0
        ? `Did you mean ${near.join(', ')}?`
        : 'Check the names, and that the user of aiven-token can see these projects.',
  };
}

function belongElsewhere(
  elsewhere: readonly Assignment[],
  leaving: readonly Assignment[],
  parent: Account,
): FailureStory {
  const them = elsewhere.length === 1 ? 'it' : 'them';
  const payer =
    leaving.length > 0 ? ` ${whoChange(leaving)}, for which Aiven also requires billing-group-id.` : '';
  return {
    title: 'A project belongs elsewhere',
    problem: `${places(elsewhere)}.`,
    remedy: `Set allow-move: true to move ${them} to “${parent.account_name}” (${parent.account_id}), or remove ${them} from the input project.${payer}`,
  };
}

function needBillingGroup(leaving: readonly Assignment[], parent: Account): FailureStory {
  const them = leaving.length === 1 ? 'it' : 'them';
  return {
    title: 'billing-group-id is missing',
    problem: `${whoChange(leaving)}, and Aiven needs to know which billing group pays for ${them} from then on: ${places(leaving)}.`,
    remedy: `Set billing-group-id to the ID of a billing group of the organization of “${parent.account_name}” (${parent.account_id}), or remove ${them} from the input project.`,
  };
}

function whoChange(leaving: readonly Assignment[]): string {
  const names = listed(leaving.map(({ project }) => project));
  return leaving.length === 1 ? `${names} changes organizations` : `${names} change organizations`;
}

function areOfUnseenOrganizations(unseen: readonly Assignment[]): FailureStory {
  return {
    title: 'A project cannot be moved from here',
    problem: `${places(unseen)}, whose organization this token cannot see.`,
    remedy:
      'Give the user of aiven-token role:organization:admin in both organizations, or move the project in the Aiven Console.',
  };
}

function places(assignments: readonly Assignment[]): string {
  return listed(
    assignments.map(({ project, from }) => `${project} belongs to ${place(from)}`),
    '; ',
  );
}

function place({ account_id, account_name }: Assignment['from']): string {
  return account_name ? `“${account_name}” (${account_id})` : String(account_id);
}
