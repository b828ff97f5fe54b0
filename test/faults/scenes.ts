import assert from 'node:assert/strict';
import type { CommonRequest, Request } from '../../src/modes/request.ts';
import {
  type AivenWorld,
  account,
  billingGroup,
  type FaultMatcher,
  kafkaService,
  project,
  startAiven,
  unit,
} from '../world/aiven.ts';

/** One call of a mode. */
export interface SceneCall {
  readonly operation: string;
  /** Which of the calls with this method and path it is. */
  readonly matcher: FaultMatcher & { readonly method: string; readonly path: string };
  readonly writes?: boolean;
  /** Whether a 404 passes. */
  readonly flaky?: boolean;
}

/** A mode at work, with something to do. */
export interface Scene {
  readonly name: string;
  readonly calls: readonly SceneCall[];
  /** The world before the run. */
  start(): Promise<AivenWorld>;
  request(aiven: AivenWorld): Request;
  /** The inputs that amount to the same request. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Holds that the world is as it was asked to be. */
  assertConverged(aiven: AivenWorld): void;
}

export const JWKS_URL = 'https://idp.example.com/jwks';
/** The token of every scene, to look for where it must not be. */
export const TOKEN = 'AVNS-t0ken-of-the-scenes+/=%0A';
const PARENT = account({
  account_name: 'Example',
  account_id: 'a1b2c3d4e5f6',
  organization_id: 'org1a2b3c4d5e',
});

const OTHER = account({
  account_name: 'Other',
  account_id: 'a6f5e4d3c2b1',
  organization_id: 'org6f5e4d3c2b',
});
const BILLING_GROUP = '588a8e63-fda7-4ff7-9bff-577debfee604';

function common(aiven: AivenWorld): CommonRequest {
  return { aivenToken: TOKEN, apiUrl: new URL(aiven.url), dryRun: false, expectNoChanges: false };
}

function creates(name: string, parentId: string | null, count: (aiven: AivenWorld) => number): Scene {
  return {
    name,
    calls: [
      { operation: 'AccountList', matcher: { method: 'GET', path: '/v1/account' }, flaky: true },
      { operation: 'AccountCreate', matcher: { method: 'POST', path: '/v1/account' }, writes: true },
      {
        operation: 'AccountList after creating',
        matcher: { method: 'GET', path: '/v1/account', skip: 1 },
        flaky: true,
      },
    ],
    start: () => startAiven({ token: TOKEN, accounts: [{ ...PARENT }] }),
    request: (aiven) => ({ ...common(aiven), mode: 'org-create', organizationName: 'Streaming', parentId }),
    inputs: {
      mode: 'org-create',
      'organization-name': 'Streaming',
      ...(parentId !== null && { 'parent-id': parentId }),
    },
    assertConverged: (aiven) => assert.equal(count(aiven), 1, 'it exists once'),
  };
}

const named = (parent: string | null) => (aiven: AivenWorld) =>
  [...aiven.accounts.values()].filter(
    ({ account_name, parent_account_id }) => account_name === 'Streaming' && parent_account_id === parent,
  ).length;

const SERVICE = '/v1/project/streams/service/kafka';

export const SCENES: readonly Scene[] = [
  creates('org-create', null, named(null)),
  creates('org-create of a unit', PARENT.account_id, named(PARENT.account_id)),
  {
    name: 'project-assign',
    calls: [
      { operation: 'AccountList', matcher: { method: 'GET', path: '/v1/account' }, flaky: true },
      { operation: 'ProjectList', matcher: { method: 'GET', path: '/v1/project' } },
      { operation: 'ProjectUpdate', matcher: { method: 'PUT', path: '/v1/project/two' }, writes: true },
    ],
    start: () =>
      startAiven({
        token: TOKEN,
        accounts: [{ ...PARENT }, unit(PARENT, { account_name: 'Streaming' })],
        projects: ['one', 'two', 'three'].map((project_name) => project({ project_name })),
      }),
    request: (aiven) => ({
      ...common(aiven),
      mode: 'project-assign',
      parent: { id: PARENT.account_id },
      projects: ['one', 'two', 'three'],
      allowMove: false,
      billingGroupId: null,
    }),
    inputs: { mode: 'project-assign', 'parent-id': PARENT.account_id, project: 'one, two, three' },
    assertConverged(aiven) {
      for (const { account_id } of aiven.projects.values()) assert.equal(account_id, PARENT.account_id);
    },
  },
  {
    name: 'project-assign to another organization',
    calls: [
      {
        operation: 'OrganizationProjectsUpdate',
        matcher: { method: 'PATCH', path: `/v1/organization/${OTHER.organization_id}/project/two` },
        writes: true,
      },
    ],
    start: () =>
      startAiven({
        token: TOKEN,
        accounts: [{ ...PARENT }, { ...OTHER }],
        projects: ['one', 'two', 'three'].map((project_name) => project({ project_name }, OTHER)),
        billingGroups: [billingGroup({ billing_group_id: BILLING_GROUP }, PARENT)],
      }),
    request: (aiven) => ({
      ...common(aiven),
      mode: 'project-assign',
      parent: { id: PARENT.account_id },
      projects: ['one', 'two', 'three'],
      allowMove: true,
      billingGroupId: BILLING_GROUP,
    }),
    inputs: {
      mode: 'project-assign',
      'parent-id': PARENT.account_id,
      project: 'one, two, three',
      'allow-move': 'true',
      'billing-group-id': BILLING_GROUP,
    },
    assertConverged(aiven) {
      for (const { account_id, billing_group_id } of aiven.projects.values())
        assert.deepEqual([account_id, billing_group_id], [PARENT.account_id, BILLING_GROUP]);
    },
  },
  {
    name: 'kafka-oidc',
    calls: [
      { operation: 'ServiceGet', matcher: { method: 'GET', path: SERVICE } },
      { operation: 'ServiceUpdate', matcher: { method: 'PUT', path: SERVICE }, writes: true },
      { operation: 'ServiceGet while waiting', matcher: { method: 'GET', path: SERVICE, skip: 1 } },
    ],
    start: () =>
      startAiven({
        token: TOKEN,
        projects: [project({ project_name: 'streams' })],
        services: [kafkaService()],
        settle: { delayPolls: 0, movingPolls: 3 },
      }),
    request: (aiven) => ({
      ...common(aiven),
      mode: 'kafka-oidc',
      project: 'streams',
      service: 'kafka',
      settings: {
        'kafka.sasl_oauthbearer_jwks_endpoint_url': JWKS_URL,
        'kafka.sasl_oauthbearer_expected_audience': 'kafka',
      },
      mechanisms: null,
      allowLockout: false,
      unset: [],
      findings: [],
      verifyProvider: false,
      testTokens: [],
      verifyLogin: false,
      rollbackOnFailure: false,
      listenerRoute: 'dynamic',
      wait: true,
      waitTimeoutMs: 120_000,
    }),
    inputs: {
      mode: 'kafka-oidc',
      project: 'streams',
      'service-name': 'kafka',
      'jwks-endpoint-url': JWKS_URL,
      'expected-audience': 'kafka',
      'verify-provider': 'false',
      'wait-timeout-minutes': '0.2',
    },
    assertConverged(aiven) {
      const config = aiven.services.get('streams/kafka')?.user_config ?? {};
      assert.deepEqual(config['kafka_authentication_methods'], { certificate: true, sasl: true });
      assert.deepEqual(config['kafka'], {
        auto_create_topics_enable: false,
        log_retention_hours: 72,
        sasl_oauthbearer_jwks_endpoint_url: JWKS_URL,
        sasl_oauthbearer_expected_audience: 'kafka',
      });
    },
  },
];
