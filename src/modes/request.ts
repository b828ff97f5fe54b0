import type { Finding } from '../finding.ts';
import type { Mechanism, SettingInput, Wanted } from '../kafka/settings.ts';

/** What every request has. */
export interface CommonRequest {
  readonly aivenToken: string;
  readonly apiUrl: URL;
  readonly dryRun: boolean;
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
  readonly verifyProvider: boolean;
  readonly testTokens: readonly TokenSource[];
  readonly verifyLogin: boolean;
  readonly wait: boolean;
  readonly waitTimeoutMs: number;
}

/** What a workflow asked for, told apart by `mode`; every text is parsed. */
export type Request = OrgCreateRequest | ProjectAssignRequest | KafkaOidcRequest;
/** The modes by name, as in the input `mode`. */
export type ModeName = Request['mode'];
