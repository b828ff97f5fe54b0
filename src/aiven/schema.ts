import * as z from 'zod/mini';
import type { Json } from '../plan.ts';
import { redacted } from './secrets.ts';

/**
 * What the answers of the Aiven API look like, as far as this action reads them. Fields that are not named here pass and are
 * dropped at once: the answer to ServiceUpdate has the passwords and keys of service users in it, and has no
 * `include_secrets` to keep them out.
 */

const optionalText = z.nullish(z.string());

/** A list that may be absent or null, which both mean empty. */
function listOf<Item extends z.ZodMiniType>(item: Item) {
  return z.pipe(
    z.nullish(z.array(item)),
    z.transform((items) => items ?? []),
  );
}

/** An organization or an organizational unit (AccountList, AccountCreate). */
export const account = z.object({
  account_id: z.string(),
  account_name: z.string(),
  organization_id: optionalText,
  /** Null or absent on an organization, set on a unit. */
  parent_account_id: optionalText,
  create_time: optionalText,
});
/** An organization or an organizational unit. */
export type Account = z.infer<typeof account>;

/** A project (ProjectList, ProjectUpdate). */
export const project = z.object({
  project_name: z.string(),
  /** Null while the project is unassigned. */
  account_id: optionalText,
  account_name: optionalText,
  /** The organization that it belongs to, directly or by a unit. */
  organization_id: optionalText,
});
/** A project. */
export type Project = z.infer<typeof project>;

/** A project of an organization (OrganizationProjectsGet, OrganizationProjectsUpdate); the answer is flat. */
export const organizationProject = z.object({
  /** The organization or unit that it belongs to; Aiven means to retire the field. */
  account_id: optionalText,
  /** The same. */
  parent_id: z.string(),
});
/** Where a project of an organization is. */
export type OrganizationProject = z.infer<typeof organizationProject>;

const progressUpdate = z.object({
  completed: z.nullish(z.boolean()),
  min: z.nullish(z.number()),
  current: z.nullish(z.number()),
  max: z.nullish(z.number()),
});

const nodeState = z.object({
  name: z.string(),
  state: z.string(),
  progress_updates: z.nullish(z.array(progressUpdate)),
});

const component = z.object({
  component: optionalText,
  host: optionalText,
  port: z.nullish(z.number()),
  route: optionalText,
  usage: optionalText,
  kafka_authentication_method: optionalText,
  kafka_ssl_ca: optionalText,
});
/** An address of a service, and what listens there. */
export type Component = z.infer<typeof component>;

/** A row of Aiven's own ACLs for Kafka: user name and topic are patterns with `*` and `?`. */
const aclRow = z.object({ permission: z.string(), topic: z.string(), username: z.string() });
/** A row of Aiven's own ACLs for Kafka. */
export type AclRow = z.infer<typeof aclRow>;

/** A service (ServiceGet, ServiceUpdate). */
export const service = z.object({
  service_name: z.string(),
  service_type: z.string(),
  state: z.string(),
  plan: optionalText,
  user_config: z.pipe(
    // Any JSON, which an answer is by the time it comes here.
    z.record(z.string(), z.unknown()),
    z.transform((config): { [name: string]: Json } => redacted(config) as { [name: string]: Json }),
  ),
  components: listOf(component),
  node_states: listOf(nodeState),
  /** Names alone: the rest of a user is passwords and keys. Null or absent where the answer does not tell. */
  users: z.nullish(z.array(z.object({ username: z.string() }))),
  acl: z.nullish(z.array(aclRow)),
  /** When Aiven may update it: a day of the week, or `never`, and a time of the day in UTC. */
  maintenance: z.nullish(z.object({ dow: optionalText, time: optionalText })),
});
/** A service. */
export type Service = z.infer<typeof service>;

/** The answer of AccountList. */
export const accountList = z.object({ accounts: z.array(account) });
/** The answer of AccountCreate. */
export const accountAnswer = z.object({ account });
/** The answer of ProjectList. */
export const projectList = z.object({ projects: z.array(project) });
/** The answer of ProjectUpdate. */
export const projectAnswer = z.object({ project });
/** The answer of ServiceGet and ServiceUpdate. */
export const serviceAnswer = z.object({ service });
/** The answer of ServiceList. */
export const serviceList = z.object({ services: z.array(z.object({ service_name: z.string() })) });
/** The answer of ProjectKmsGetCA. */
export const certificateAnswer = z.object({ certificate: z.string() });

/** The body of an error, as far as it is there. */
export const errorBody = z.object({
  message: optionalText,
  errors: z.nullish(z.array(z.object({ message: optionalText, error_code: optionalText }))),
});
