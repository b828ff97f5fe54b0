import type { Finding } from '../finding.ts';
import type { Mechanism, SettingInput, Wanted } from '../kafka/settings.ts';

/** What every request has. */
export interface CommonRequest {
  readonly aivenToken: string;
  readonly apiUrl: URL;
  readonly dryRun: boolean;
  /** Whether a dry run fails that finds something to change. */
  readonly expectNoChanges: boolean;
}

/** An organization, or a unit of the parent, is to exist. */
export interface OrgCreateRequest extends CommonRequest {
  readonly mode: 'org-create';
  readonly organizationName: string;
  /** `a…` or `org…`; null for an organization. */
  readonly parentId: string | null;
}

/** Projects are to belong to an organization or unit. */
export interface ProjectAssignRequest extends CommonRequest {
  readonly mode: 'project-assign';
  readonly parent: { readonly name: string } | { readonly id: string };
  /** Project names without repetition, or `*` for every unassigned project. */
  readonly projects: readonly string[] | '*';
  readonly allowMove: boolean;
  /** The billing group that pays for a project once it has changed organizations; null when none is named. */
  readonly billingGroupId: string | null;
}

/** A client of the identity provider that gets a token by the client credentials grant (RFC 6749, section 4.4). */
export interface TestClient {
  readonly id: string;
  readonly secret: string;
  /** Further parameters of the request, in order. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

/** Where a test token comes from. */
export type TokenSource =
  | { readonly from: 'input'; readonly token: string }
  /** The ID token that GitHub gives to this job. */
  | { readonly from: 'job' }
  | { readonly from: 'client credentials'; readonly client: TestClient };

/** A service is to accept tokens. */
export interface KafkaOidcRequest extends CommonRequest {
  readonly mode: 'kafka-oidc';
  readonly project: string;
  readonly service: string;
  /** The settings that inputs set, by Aiven's field name. */
  readonly settings: Wanted;
  readonly mechanisms: readonly Mechanism[] | null;
  readonly unset: readonly SettingInput[];
  /** What looks wrong in the inputs, which a test token may prove right. */
  readonly findings: readonly Finding[];
  /** Whether clients that get in today may be locked out. */
  readonly allowLockout: boolean;
  readonly verifyProvider: boolean;
  readonly testTokens: readonly TokenSource[];
  readonly verifyLogin: boolean;
  readonly rollbackOnFailure: boolean;
  readonly listenerRoute: ListenerRoute;
  readonly wait: boolean;
  readonly waitTimeoutMs: number;
}

/** By which way clients come to the brokers (`components[].route` of ServiceGet). */
export type ListenerRoute = (typeof LISTENER_ROUTES)[number];
/** All routes. */
export const LISTENER_ROUTES = ['dynamic', 'public', 'private', 'privatelink'] as const;

/** What a workflow asked for, told apart by `mode`; every text is parsed. */
export type Request = OrgCreateRequest | ProjectAssignRequest | KafkaOidcRequest;
/** The modes by name, as in the input `mode`. */
export type ModeName = Request['mode'];
