import type { AclRow, Service } from '../../aiven/schema.ts';
import type { NextStep } from '../../plan.ts';
import { shellWord } from './shell.ts';

/** More rows of ACLs are counted. */
const MAX_ROWS = 10;

/** How each principal gets access to its topics; where no token told one, how a client does. */
export function accessSteps(project: string, service: Service, principals: readonly string[]): NextStep[] {
  const names = [...new Set(principals)].map((principal) => principal.slice('User:'.length));
  if (names.length > 0) return names.map((name) => accessStep(project, service, name));
  return [
    {
      text: `Give the client access to its topics (PRINCIPAL is the value of the subject claim in its token). ${BOTH_WAYS}`,
      code: commands(project, service.service_name, 'PRINCIPAL', false),
    },
  ];
}

const BOTH_WAYS = 'Aiven’s ACLs need a service user with exactly that name; Kafka-native ACLs need none:';

/**
 * What a principal may do by Aiven's own ACLs, which ask for a service user of its very name, and what is left to do for
 * it. Kafka-native ACLs are not in the answer of ServiceGet.
 */
function accessStep(project: string, service: Service, name: string): NextStep {
  const exists = service.users?.some(({ username }) => username === name) ?? null;
  const rows = (exists && service.acl?.filter(({ username }) => matches(username, name))) || null;
  return {
    text: `Give ${name} access to its topics. ${knownAccess(exists, rows)}`,
    code: commands(project, service.service_name, name, exists === true),
  };
}

function knownAccess(userExists: boolean | null, rows: readonly AclRow[] | null): string {
  if (userExists === null) return BOTH_WAYS;
  if (!userExists)
    return `There is no service user with exactly that name, which Aiven’s ACLs need: ${NOTHING}`;
  if (rows === null) return 'A service user with that name exists; ACLs were not checked:';
  if (rows.length === 0)
    return `A service user with that name exists, but none of Aiven’s ACLs allows it anything: ${NOTHING}`;
  const told = rows.slice(0, MAX_ROWS).map(({ permission, topic }) => `${permission} on ${topic}`);
  const more = rows.length > MAX_ROWS ? `, and ${rows.length - MAX_ROWS} more` : '';
  return `A service user with that name exists, and Aiven’s ACLs allow it: ${told.join(', ')}${more}. Kafka-native ACLs were not checked. To allow more:`;
}

const NOTHING = 'it can log in but not do anything, unless a Kafka-native ACL (not checked here) allows it:';

function commands(project: string, service: string, name: string, userExists: boolean): string {
  const where = `--project ${shellWord(project)}`;
  return [
    '# either: Aiven’s ACLs',
    ...(userExists
      ? []
      : [`avn service user-create ${where} --username ${shellWord(name)} ${shellWord(service)}`]),
    `avn service acl-add ${where} --username ${shellWord(name)} \\`,
    `  --permission readwrite --topic 'TOPIC' ${shellWord(service)}`,
    '# or: a Kafka-native ACL',
    `avn service kafka-acl-add ${where} --principal ${shellWord(`User:${name}`)} \\`,
    `  --topic 'TOPIC' --operation Read ${shellWord(service)}`,
  ].join('\n');
}

/**
 * Whether a name fits a pattern of Aiven's ACLs, where `*` stands for any characters and `?` for one. Takes no more steps
 * than the product of both lengths, whatever the pattern.
 */
export function matches(pattern: string, name: string): boolean {
  let [at, star, from] = [0, -1, 0];
  for (let index = 0; index < name.length; ) {
    if (pattern[at] === '*') {
      star = at++;
      from = index;
    } else if (pattern[at] === '?' || pattern[at] === name[index]) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++from;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}
