import type { Json } from '../plan.ts';
import {
  anyObject,
  boolean,
  list,
  mapped,
  nullish,
  number,
  object,
  type Shape,
  type Shaped,
  text,
} from '../shape.ts';
import { redacted } from './secrets.ts';

/**
 * What the answers of the Aiven API look like, as far as this action reads them. Fields that are not named here pass and are
 * dropped at once: the answer to ServiceUpdate has the passwords and keys of service users in it, and has no
 * `include_secrets` to keep them out.
 */

const optionalText = nullish(text);

/** A list that may be absent or null, which both mean empty. */
function listOf<Item>(item: Shape<Item>): Shape<Item[]> {
  return mapped(nullish(list(item)), (items) => items ?? []);
}

/** An organization or an organizational unit (AccountList, AccountCreate). */
export const account = object({
  account_id: text,
  account_name: text,
  organization_id: optionalText,
  /** Null or absent on an organization, set on a unit. */
  parent_account_id: optionalText,
  create_time: optionalText,
});
export type Account = Shaped<typeof account>;

/** ProjectList, ProjectUpdate. */
export const project = object({
  project_name: text,
  /** Null while the project is unassigned. */
  account_id: optionalText,
  account_name: optionalText,
});
export type Project = Shaped<typeof project>;

const progressUpdate = object({
  phase: optionalText,
  completed: nullish(boolean),
  min: nullish(number),
  current: nullish(number),
  max: nullish(number),
  unit: optionalText,
});

const nodeState = object({
  name: text,
  state: text,
  progress_updates: nullish(list(progressUpdate)),
});

const component = object({
  component: text,
  host: text,
  port: number,
  route: optionalText,
  usage: optionalText,
  kafka_authentication_method: optionalText,
  kafka_ssl_ca: optionalText,
});
export type Component = Shaped<typeof component>;

/** ServiceGet, ServiceUpdate. */
export const service = object({
  service_name: text,
  service_type: text,
  state: text,
  user_config: mapped(anyObject, (config) => redacted(config) as { [name: string]: Json }),
  components: listOf(component),
  node_states: listOf(nodeState),
});
export type Service = Shaped<typeof service>;

export const accountList = object({ accounts: list(account) });
export const accountAnswer = object({ account });
export const projectList = object({ projects: list(project) });
export const projectAnswer = object({ project });
export const serviceAnswer = object({ service });
export const serviceList = object({ services: list(object({ service_name: text })) });
/** ProjectKmsGetCA. */
export const certificateAnswer = object({ certificate: text });

/** The body of an error, as far as it is there. */
export const errorBody = object({
  message: optionalText,
  errors: nullish(list(object({ message: optionalText, error_code: optionalText, more_info: optionalText }))),
});
