/**
 * A large platform as a program of its own, so that serving it takes nothing from what is measured. Arguments: how many
 * organizations, how many projects, how long each operation takes in milliseconds. Prints where it is as a line of JSON,
 * and another line with what came in for each line on its standard input; ends with it.
 */
import { createInterface } from 'node:readline';
import { account, project, startAiven } from '../../test/world/aiven.ts';

const [organizations = 0, projects = 0, latencyMs = 0] = process.argv.slice(2).map(Number);
const numbered = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) => `${name}-${String(index).padStart(5, '0')}`);

const aiven = await startAiven({
  accounts: numbered(organizations, 'organization').map((account_name) => account({ account_name })),
  projects: numbered(projects, 'project').map((project_name) => project({ project_name })),
  latencyMs,
});
console.log(JSON.stringify({ apiUrl: aiven.url, token: aiven.token }));
for await (const _ of createInterface({ input: process.stdin })) {
  const { requests, maxConcurrent, connections } = aiven;
  const reads = requests.filter(({ method }) => method === 'GET').length;
  console.log(JSON.stringify({ reads, writes: requests.length - reads, maxConcurrent, connections }));
}
await aiven.close();
