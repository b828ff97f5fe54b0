import type { TestContext } from 'node:test';
import {
  type AivenWorld,
  account,
  kafkaService,
  project,
  type Settle,
  startAiven,
  unit,
} from '../../world/aiven.ts';
import type { ProviderWorld } from '../../world/provider.ts';
import { type ActionResult, runAction } from '../../world/run-action.ts';
import { ON_THIS_MACHINE } from '../outcome.ts';

/** A run that ends in one of the ways there are. */
export interface Ending {
  /** The name of the file that its summary is kept in. */
  readonly name: string;
  run(t: TestContext, provider: ProviderWorld): Promise<ActionResult>;
}

type Inputs = Readonly<Record<string, string>>;

const ORGANIZATION = account({
  account_name: 'Example',
  account_id: 'a1b2c3d4e5f6',
  organization_id: 'org1a2b3c4d5e',
});
const PAYMENTS = unit(ORGANIZATION, { account_name: 'Payments', account_id: 'a6f5e4d3c2b1' });

async function withWorld(
  t: TestContext,
  settle: Partial<Settle> = { delayPolls: 0, movingPolls: 3 },
): Promise<AivenWorld> {
  const kafka = kafkaService({ project_name: 'orders-prod', service_name: 'kafka' });
  const aiven = await startAiven({
    accounts: [structuredClone(ORGANIZATION), structuredClone(PAYMENTS)],
    projects: [
      project({ project_name: 'orders-prod' }, ORGANIZATION),
      project({ project_name: 'orders-dev' }),
      project({ project_name: 'billing' }, PAYMENTS),
    ],
    services: [kafka],
    settle,
  });
  t.after(() => aiven.close());
  return aiven;
}

function start(aiven: AivenWorld, inputs: Inputs, provider: ProviderWorld): Promise<ActionResult> {
  return runAction(
    { 'aiven-token': aiven.token, 'api-url': aiven.url, ...inputs },
    { env: { NODE_EXTRA_CA_CERTS: provider.caFile } },
  );
}

function kafkaInputs({ issuer }: ProviderWorld): Inputs {
  return {
    mode: 'kafka-oidc',
    project: 'orders-prod',
    'service-name': 'kafka',
    'expected-issuer': issuer,
    'expected-audience': 'kafka',
    'wait-timeout-minutes': '0.1',
  };
}

function configure(aiven: AivenWorld, config: object): void {
  const service = aiven.services.get('orders-prod/kafka');
  if (service) Object.assign(service.user_config, structuredClone(config));
}

const ASSIGN = { mode: 'project-assign', 'organization-name': 'Example' };

/** Every ending that a summary looks different for. */
export const ENDINGS: readonly Ending[] = [
  {
    name: 'kafka-oidc-changed',
    async run(t, provider) {
      const token = await provider.token({ audience: 'kafka' });
      return start(await withWorld(t), { ...kafkaInputs(provider), 'test-token': token }, provider);
    },
  },
  {
    name: 'kafka-oidc-already-right',
    async run(t, provider) {
      const aiven = await withWorld(t);
      await start(aiven, kafkaInputs(provider), provider);
      return start(aiven, kafkaInputs(provider), provider);
    },
  },
  {
    name: 'kafka-oidc-would-change',
    async run(t, provider) {
      const aiven = await withWorld(t);
      const { kafka } = aiven.services.get('orders-prod/kafka')?.user_config ?? {};
      const before = {
        sasl_oauthbearer_expected_issuer: 'https://old.example.com',
        sasl_oauthbearer_sub_claim_name: 'azp',
      };
      configure(aiven, { kafka: { ...(kafka as object), ...before } });
      const inputs = {
        ...kafkaInputs(provider),
        'sasl-mechanisms': 'OAUTHBEARER, SCRAM-SHA-512',
        unset: 'sub-claim-name',
        'dry-run': 'true',
      };
      return start(aiven, inputs, provider);
    },
  },
  {
    name: 'kafka-oidc-refused-issuer',
    async run(t, provider) {
      const inputs = { ...kafkaInputs(provider), 'expected-issuer': `${provider.issuer}/` };
      return start(await withWorld(t), inputs, provider);
    },
  },
  {
    name: 'kafka-oidc-refused-token',
    async run(t, provider) {
      const token = await provider.token({ audience: 'orders' });
      return start(await withWorld(t), { ...kafkaInputs(provider), 'test-token': token }, provider);
    },
  },
  {
    name: 'kafka-oidc-refused-lockout',
    async run(t, provider) {
      const aiven = await withWorld(t);
      await start(aiven, kafkaInputs(provider), provider);
      const inputs = {
        ...kafkaInputs(provider),
        'expected-audience': 'orders',
        'sasl-mechanisms': 'OAUTHBEARER, SCRAM-SHA-512',
      };
      return start(aiven, inputs, provider);
    },
  },
  {
    name: 'kafka-oidc-locked-out',
    async run(t, provider) {
      const aiven = await withWorld(t);
      await start(aiven, kafkaInputs(provider), provider);
      const inputs = {
        ...kafkaInputs(provider),
        'sasl-mechanisms': 'OAUTHBEARER, SCRAM-SHA-512',
        'allow-lockout': 'true',
      };
      return start(aiven, inputs, provider);
    },
  },
  {
    name: 'kafka-oidc-refused-inputs',
    async run(t, provider) {
      const inputs = {
        ...kafkaInputs(provider),
        'jwks-endpoint-url': 'http://login.example.com/keys',
        'sasl-mechanisms': 'GSSAPI',
        wait: 'perhaps',
      };
      return start(await withWorld(t), inputs, provider);
    },
  },
  {
    name: 'kafka-oidc-failed-token',
    async run(t, provider) {
      const inputs = { ...kafkaInputs(provider), 'aiven-token': 'revoked-token' };
      return start(await withWorld(t), inputs, provider);
    },
  },
  {
    name: 'kafka-oidc-failed-update',
    async run(t, provider) {
      const aiven = await withWorld(t);
      const body = { message: 'Service is being migrated', errors: [] };
      aiven.fault({ method: 'PUT' }, { kind: 'status', status: 409, body });
      return start(aiven, kafkaInputs(provider), provider);
    },
  },
  {
    name: 'kafka-oidc-failed-wait',
    async run(t, provider) {
      const aiven = await withWorld(t, { delayPolls: 0, movingPolls: Number.POSITIVE_INFINITY });
      return start(aiven, { ...kafkaInputs(provider), 'wait-timeout-minutes': '0.02' }, provider);
    },
  },
  {
    name: 'org-create-changed',
    run: async (t, provider) =>
      start(await withWorld(t), { mode: 'org-create', 'organization-name': 'Example Two' }, provider),
  },
  {
    name: 'org-create-already-right',
    run: async (t, provider) =>
      start(await withWorld(t), { mode: 'org-create', 'organization-name': 'Example' }, provider),
  },
  {
    name: 'project-assign-changed',
    run: async (t, provider) =>
      start(
        await withWorld(t),
        { ...ASSIGN, project: 'orders-dev, billing', 'allow-move': 'true' },
        provider,
      ),
  },
  {
    name: 'project-assign-refused',
    run: async (t, provider) =>
      start(await withWorld(t), { ...ASSIGN, project: 'orders-dev, billing' }, provider),
  },
  {
    name: 'project-assign-failed-in-part',
    async run(t, provider) {
      const aiven = await withWorld(t);
      const body = { message: 'Not allowed', errors: [] };
      aiven.fault({ method: 'PUT', path: /orders-dev/ }, { kind: 'status', status: 403, body });
      return start(aiven, { ...ASSIGN, project: 'orders-dev, billing', 'allow-move': 'true' }, provider);
    },
  },
];

/** What a person reads of a log: without colors, and without what is for the runner alone. */
export function readable({ stdout }: ActionResult): string {
  const lines = stdout.replaceAll(COLOR, '').replaceAll(/^::add-mask::.*\n/gm, '');
  // Projects are assigned at once, and told as they come.
  return lines.replace(/(^Project .*\n)+/m, (told) =>
    told
      .split(/(?<=\n)/)
      .sort()
      .join(''),
  );
}

const COLOR = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

/** A text without what differs from run to run, versions, ports, IDs, times, durations, and without what is said of a provider on this machine alone. */
export function steady(text: string, { issuer }: ProviderWorld): string {
  return text
    .split(/(?<=\n)/)
    .filter((line) => !ON_THIS_MACHINE.test(line))
    .join('')
    .replaceAll('<br>\n\n', '\n\n')
    .replaceAll(/^aiven-kafka-oidc-action .*$/gm, 'aiven-kafka-oidc-action 1.2.3 on Node v24.0.0')
    .replaceAll(issuer, 'https://login.example.com')
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'https://api.aiven.io')
    .replaceAll(/\ba(?!1b2c3d4e5f6|6f5e4d3c2b1)[0-9a-f]{12}\b/g, 'a0123456789ab')
    .replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-12-01T12:00:00.000Z')
    .replaceAll(/\bafter \d+ s\b/gi, (match) => match.replace(/\d+/, '6'))
    .replaceAll(/\[\d+:\d\d, \d+:\d\d left\]/g, '[0:02, 14:58 left]');
}
