import { fstatSync } from 'node:fs';
import { account, kafkaService, project, startAiven, unit } from './aiven.ts';
import { startProvider } from './provider.ts';

/**
 * The Aiven API in memory and a real OpenID provider as one program, with a little in them: prints one line of JSON
 * that says where they are, and runs until SIGTERM or SIGINT, or until its standard input ends if that is a pipe.
 */
const organization = account({
  account_name: 'Example',
  account_id: 'a1b2c3d4e5f6',
  organization_id: 'org1a2b3c4d5e',
});
const team = unit(organization, { account_name: 'Streaming', account_id: 'a6f5e4d3c2b1' });

const provider = await startProvider();
const aiven = await startAiven({
  accounts: [organization, team],
  projects: [
    project({ project_name: 'streams' }, organization),
    project({ project_name: 'sandbox' }),
    project({ project_name: 'analytics' }),
  ],
  services: [kafkaService({ project_name: 'streams', service_name: 'kafka' })],
});

const facts = {
  apiUrl: aiven.url,
  token: aiven.token,
  organization: organization.account_name,
  organizationId: organization.organization_id,
  accountId: organization.account_id,
  unitId: team.account_id,
  project: 'streams',
  unassignedProject: 'sandbox',
  service: 'kafka',
  issuer: provider.issuer,
  jwksUri: provider.jwksUri,
  caFile: provider.caFile,
  audience: 'kafka',
  accessToken: await provider.token({ audience: 'kafka' }),
};
console.log(JSON.stringify(facts));

await new Promise<void>((stop) => {
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // A program in the background has /dev/null there, which ends at once and means nothing.
  const input = fstatSync(0);
  if (input.isFIFO() || input.isSocket()) process.stdin.once('end', stop).resume();
});
await Promise.all([aiven.close(), provider.close()]);
process.stdin.pause();
process.stdin.unref?.();
