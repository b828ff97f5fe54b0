/** `1 project`, `12 projects`. */
export function count(projects: number): string {
  return projects === 1 ? '1 project' : `${projects} projects`;
}
