import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { createLocalJWKSet, jwtVerify } from 'jose';
import {
  type Account,
  type AivenWorld,
  kafkaService,
  listener,
  project,
  SERVICE_PASSWORD,
  startAiven,
} from '../world/aiven.ts';
import { type BrokerWorld, startBroker } from '../world/broker.ts';
import { makeCertificates } from '../world/certificates.ts';
import { type GitHubWorld, startGitHub } from '../world/github.ts';
import { FINE, startKarapace, UNAUTHORIZED } from '../world/karapace.ts';
import { CLIENT_SECRET, type ProviderWorld, startProvider } from '../world/provider.ts';
import { type ProxyWorld, startProxy } from '../world/proxy.ts';
import { ROOT } from '../world/run-action.ts';
import { makeTempDir } from '../world/temp.ts';
import { runWorkflow, type WorkflowRun, type WorkflowStart } from './act.ts';
import {
  GITHUB_REQUEST_TOKEN,
  GITHUB_REQUEST_URL,
  PROVIDER_HOSTS,
  SECRET,
  startIdentityProviders,
} from './identity-providers.ts';

const SERVICES = [
  ['sandbox', 'kafka'],
  ['streams', 'kafka'],
  ['streams', 'kafka-orders'],
  ['analytics', 'kafka'],
] as const;

/** Everything that the workflows of `examples/` reach, under the names that they give it. */
export interface WorkflowWorld {
  readonly aiven: AivenWorld;
  readonly provider: ProviderWorld;
  readonly github: GitHubWorld;
  /** The only way out. */
  readonly proxy: ProxyWorld;
  /** By `PROJECT/SERVICE`. */
  readonly brokers: ReadonlyMap<string, BrokerWorld>;
  /** What the service has for the OIDC settings now, by their names without `sasl_oauthbearer_`. */
  oidc(service?: string): Readonly<Record<string, unknown>>;
  /** Runs a workflow as it stands in the repository, with the secrets and variables of a user. */
  run(path: string, start?: WorkflowStart): Promise<WorkflowRun>;
}

/**
 * An Aiven API at `api.aiven.io`, GitHub's at `api.github.com`, a provider at `idp.example.com`, the providers that the world knows at their own names, and a
 * proxy that alone knows the way to them. So the workflows run as they are: what a self-hosted runner would have in its
 * environment (`HTTPS_PROXY`, `NODE_EXTRA_CA_CERTS`) is all that differs.
 */
export async function withWorkflowWorld(
  t: TestContext,
  { accounts = [] }: { readonly accounts?: readonly Account[] } = {},
): Promise<WorkflowWorld> {
  const certificates = await makeCertificates([
    'api.aiven.io',
    'api.github.com',
    'idp.example.com',
    ...PROVIDER_HOSTS,
  ]);
  const temp = await makeTempDir('workflows');
  const caFile = join(temp.path, 'ca.pem');
  await writeFile(caFile, certificates.ca);

  const provider = await startProvider({
    certificates,
    issuer: 'https://idp.example.com',
    defaultAudience: 'kafka',
  });
  const github = await startGitHub({ tls: certificates });
  const others = await startIdentityProviders(certificates);
  const brokers = new Map<string, BrokerWorld>();
  for (const [projectName, serviceName] of SERVICES) {
    const name = `${projectName}/${serviceName}`;
    const config = () => aiven.services.get(name)?.user_config ?? {};
    const broker = await startBroker({
      certificates,
      mechanisms: () => mechanismsOf(config()),
      accepts: (token) => accepts(token, kafkaSettings(config())),
    });
    brokers.set(name, broker);
  }
  // Schema Registry and the REST proxy of streams/kafka.
  const karapace = await startKarapace({
    certificates,
    async answer(token) {
      const settings = kafkaSettings(aiven.services.get('streams/kafka')?.user_config ?? {});
      return token !== null && (await accepts(token, settings)) ? FINE : UNAUTHORIZED;
    },
  });
  const aiven = await startAiven({
    tls: certificates,
    projectCa: certificates.ca,
    accounts,
    settle: { delayPolls: 0, movingPolls: 3 },
    projects: [...new Set(SERVICES.map(([name]) => name))].map((project_name) => project({ project_name })),
    services: SERVICES.map(([project_name, service_name]) => {
      const service = kafkaService({ project_name, service_name });
      const port = brokers.get(`${project_name}/${service_name}`)?.port ?? 0;
      service.components.push(listener('localhost', port, 'sasl', 'project_ca'));
      for (const component of service.components) {
        if (component.component === 'kafka') continue;
        component.host = 'localhost';
        component.port = karapace.port;
      }
      return service;
    }),
  });
  const routes = Object.fromEntries([
    ['api.aiven.io:443', Number(new URL(aiven.url).port)],
    ['api.github.com:443', github.port],
    ['idp.example.com:443', provider.port],
    [`localhost:${karapace.port}`, karapace.port],
    ...PROVIDER_HOSTS.map((host) => [`${host}:443`, others.port]),
  ]);
  const proxy = await startProxy({ routes });
  t.after(async () => {
    await Promise.all(
      [aiven, provider, github, others, proxy, karapace, ...brokers.values()].map((one) => one.close()),
    );
    await temp.remove();
  });

  /** Whether a broker with these settings would accept a token, as jose has it. */
  async function accepts(token: string, settings: Readonly<Record<string, unknown>>): Promise<boolean> {
    const own = settings['jwks_endpoint_url'] === provider.jwksUri;
    const keys = own
      ? await getJson(`https://localhost:${provider.port}/jwks`, certificates.ca)
      : others.keys;
    const issuer = String(settings['expected_issuer']);
    const audience = settings['expected_audience'];
    const claim = String(settings['sub_claim_name'] ?? 'sub');
    const expected = typeof audience === 'string' ? { issuer, audience: audience.split(',') } : { issuer };
    return jwtVerify(token, createLocalJWKSet(keys), expected).then(
      // A broker that expects no audience refuses a token that has one.
      ({ payload }) => typeof payload[claim] === 'string' && 'audience' in expected === 'aud' in payload,
      () => false,
    );
  }

  async function run(path: string, start: WorkflowStart = {}): Promise<WorkflowRun> {
    const { secrets, vars, env, ...rest } = start;
    const ran = await runWorkflow(path, {
      secrets: {
        GITHUB_TOKEN: github.token,
        AIVEN_TOKEN: aiven.token,
        AIVEN_READ_TOKEN: aiven.token,
        OIDC_CLIENT_SECRET: CLIENT_SECRET,
        ...secrets,
      },
      vars: {
        OIDC_ISSUER: provider.issuer,
        OIDC_CLIENT_ID: 'orders-service',
        ...vars,
      },
      env: {
        HTTPS_PROXY: proxy.url,
        NODE_EXTRA_CA_CERTS: caFile,
        CURL_CA_BUNDLE: caFile,
        ...(await idTokenEnvironment(path)),
        ...env,
      },
      ...rest,
    });
    assertDiscreet(ran, [aiven.token, github.token, CLIENT_SECRET, SECRET, SERVICE_PASSWORD]);
    const elsewhere = proxy.requests.filter(({ status }) => status !== 200);
    assert.deepEqual(elsewhere, [], 'nothing asks for an address that the workflow does not need');
    return ran;
  }

  return {
    aiven,
    provider,
    github,
    proxy,
    brokers,
    run,
    oidc: (service = 'streams/kafka') => kafkaSettings(aiven.services.get(service)?.user_config ?? {}),
  };
}

/** What GitHub gives to jobs that may ask for an ID token, and act to none: given to a workflow that grants it. */
async function idTokenEnvironment(path: string): Promise<Record<string, string>> {
  const workflow = await readFile(join(ROOT, path), 'utf8');
  if (!workflow.includes('id-token: write')) return {};
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: GITHUB_REQUEST_URL,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: GITHUB_REQUEST_TOKEN,
  };
}

/** Holds that nothing secret left a workflow. */
function assertDiscreet({ log, steps }: WorkflowRun, secrets: readonly string[]): void {
  const summaries = steps.map(({ summary }) => summary).join('');
  for (const secret of secrets)
    assert.ok(!log.includes(secret) && !summaries.includes(secret), `a secret is in the log:\n${log}`);
  assert.doesNotMatch(log + summaries, /eyJ[\w-]+\.[\w-]+\.[\w-]+/, 'a token is in the log');
}

/** Holds that every job of a workflow succeeded; shows the log when one did not. */
export function assertSucceeded({ code, log, stderr }: WorkflowRun): void {
  assert.equal(code, 0, log + stderr);
}

type UserConfig = Readonly<Record<string, unknown>>;

function kafkaSettings(config: UserConfig): Readonly<Record<string, unknown>> {
  const prefix = 'sasl_oauthbearer_';
  const own = Object.entries((config['kafka'] ?? {}) as UserConfig).filter(([name]) =>
    name.startsWith(prefix),
  );
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
}

/** Aiven enables the other mechanisms unless told, and OAUTHBEARER once it has the URL of the keys. */
function mechanismsOf(config: UserConfig): string[] {
  const enabled = (config['kafka_sasl_mechanisms'] ?? {}) as UserConfig;
  const names = { PLAIN: 'plain', 'SCRAM-SHA-256': 'scram_sha_256', 'SCRAM-SHA-512': 'scram_sha_512' };
  const others = Object.entries(names).flatMap(([name, field]) => (enabled[field] === false ? [] : [name]));
  return kafkaSettings(config)['jwks_endpoint_url'] ? ['OAUTHBEARER', ...others] : others;
}

function getJson(url: string, ca: string): Promise<{ keys: [] }> {
  return new Promise((resolve, reject) => {
    httpsRequest(url, { ca, agent: false, family: 4 }, (response) => {
      text(response).then((body) => resolve(JSON.parse(body)), reject);
    })
      .once('error', reject)
      .end();
  });
}
