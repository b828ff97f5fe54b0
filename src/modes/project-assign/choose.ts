import type { Account, Project } from '../../aiven/schema.ts';
import { type FailureStory, Refusal } from '../../failure.ts';
import { closestNames, listed } from '../names.ts';
import type { ProjectAssignRequest } from '../request.ts';

/** Where a project is, and whether it has to go. */
export interface Assignment {
  readonly project: string;
  readonly from: Pick<Project, 'account_id' | 'account_name'>;
  readonly needed: boolean;
}

/**
 * The projects that are meant, in the order of the input, by name for `*`.
 * @param projects those that the token sees
 * @param parent where they are to belong
 * @throws {Refusal} that names every project that is unknown, or belongs elsewhere and may not be moved
 */
export function chooseProjects(
  { projects: names, allowMove }: Pick<ProjectAssignRequest, 'projects' | 'allowMove'>,
  projects: readonly Project[],
  parent: Account,
): Assignment[] {
  const byName = new Map(projects.map((project) => [project.project_name, project]));
  const wanted = names === '*' ? unassigned(projects) : names;
  const assignments = wanted.flatMap((name) => {
    const from = byName.get(name);
    return from ? [{ project: name, from, needed: from.account_id !== parent.account_id }] : [];
  });
  const unknown = wanted.filter((name) => !byName.has(name));
  const elsewhere = allowMove ? [] : assignments.filter(({ needed, from }) => needed && from.account_id);
  refuse([
    ...(unknown.length > 0 ? [areUnknown(unknown, [...byName.keys()])] : []),
    ...(elsewhere.length > 0 ? [belongElsewhere(elsewhere, parent)] : []),
  ]);
  return assignments;
}

function unassigned(projects: readonly Project[]): string[] {
  return projects.flatMap(({ account_id, project_name }) => (account_id ? [] : [project_name])).sort();
}

function refuse([story, ...others]: readonly FailureStory[]): void {
  if (!story) return;
  if (others.length === 0) throw new Refusal(story);
  const lines = [story, ...others].map(({ problem, remedy }) => `${problem} ${remedy}`);
  throw new Refusal({ title: 'These projects cannot be assigned', problem: lines.join('\n'), remedy: '' });
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

function belongElsewhere(elsewhere: readonly Assignment[], parent: Account): FailureStory {
  const places = elsewhere.map(({ project, from }) => `${project} belongs to ${place(from)}`);
  const them = elsewhere.length === 1 ? 'it' : 'them';
  return {
    title: 'A project belongs elsewhere',
    problem: `${listed(places, '; ')}.`,
    remedy: `Set allow-move: true to move ${them} to “${parent.account_name}” (${parent.account_id}), or take ${them} out of the input project.`,
  };
}

function place({ account_id, account_name }: Assignment['from']): string {
  return account_name ? `“${account_name}” (${account_id})` : String(account_id);
}
