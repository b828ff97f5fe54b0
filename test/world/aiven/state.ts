import type { Certificates } from '../certificates.ts';
import type { Account, BillingGroup, KafkaService, Project, StaticIp } from './objects.ts';
import type { Frame, Settle } from './restart.ts';

/** One operation of the API by Aiven's own name for it. */
export type Operation =
  | 'AccountCreate'
  | 'AccountGet'
  | 'AccountList'
  | 'ListProjectServiceTypes'
  | 'OrganizationBillingGroupGet'
  | 'OrganizationBillingGroupList'
  | 'OrganizationGet'
  | 'OrganizationProjectsGet'
  | 'OrganizationProjectsList'
  | 'OrganizationProjectsUpdate'
  | 'ProjectCreate'
  | 'ProjectGet'
  | 'ProjectKmsGetCA'
  | 'ProjectList'
  | 'ProjectServiceTagsList'
  | 'ProjectServiceTagsReplace'
  | 'ProjectServiceTagsUpdate'
  | 'ProjectServiceTypesGet'
  | 'ProjectUpdate'
  | 'ServiceGet'
  | 'ServiceList'
  | 'ServiceUpdate'
  | 'StaticIPList'
  | 'UserInfo'
  | 'UserOrganizationsList';

/** What the API knows and how it behaves. Everything in it may be changed while it runs. */
export interface State {
  /** By `account_id`. */
  readonly accounts: Map<string, Account>;
  /** By name. */
  readonly projects: Map<string, Project>;
  /** By `PROJECT/SERVICE`. */
  readonly services: Map<string, KafkaService>;
  /** By `billing_group_id`. */
  readonly billingGroups: Map<string, BillingGroup>;
  readonly staticIps: readonly StaticIp[];
  /** Restarts that are under way, by service. */
  readonly restarts: Map<KafkaService, Generator<Frame, void>>;
  readonly settle: Settle;
  /** Where SASL listeners are. */
  readonly saslPort: number;
  /** Told of every update that restarts brokers. */
  readonly onRestart: (service: KafkaService) => void;
  /** What the token may do; undefined for everything. */
  readonly permissions: ReadonlySet<string> | undefined;
  readonly forbidden: ReadonlySet<Operation>;
  /** Whether answers keep secrets to themselves without being told to, as Aiven's will from 1 March 2027 on. */
  readonly redactByDefault: boolean;
  /** How many more times AccountList answers 404 to a good token. */
  listFlakes: number;
  /** How many times AccountList leaves out a new account. */
  readonly listLag: number;
  /** How many more times it does so, by `account_id`. */
  readonly unlisted: Map<string, number>;
  /** How many calls about a project answer 403 after it was created, assigned or moved. */
  readonly membershipLag: number;
  /** How many more calls do so, by the name of the project. */
  readonly strangers: Map<string, number>;
  /** The authority of every project, as PEM. */
  readonly projectCa: () => Promise<string>;
}

/** The key of a service in the state. */
export const serviceKey = (project: string, service: string) => `${project}/${service}`;

/** The project authority, made when it is first asked for. */
export function lazyAuthority(
  given: string | undefined,
  make: () => Promise<Certificates>,
): () => Promise<string> {
  let made: Promise<string> | undefined;
  return () => {
    if (given !== undefined) return Promise.resolve(given);
    made ??= make().then(({ ca }) => ca);
    return made;
  };
}
