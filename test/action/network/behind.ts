import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type AivenWorld, kafkaService, project } from '../../world/aiven.ts';
import { makeCertificates } from '../../world/certificates.ts';
import { type GitHubWorld, startGitHub } from '../../world/github.ts';
import type { ProviderWorld } from '../../world/provider.ts';
import { type ProxySetup, type ProxyWorld, startProxy } from '../../world/proxy.ts';
import {
  type ActionResult,
  type RunningAction,
  type RunOptions,
  startAction,
} from '../../world/run-action.ts';
import { makeTempDir } from '../../world/temp.ts';
import { assertDiscreet } from '../outcome.ts';
import { withAiven, withProvider } from '../setup.ts';

/** Names that no name server knows (RFC 6761, section 6.2): only the proxy leads there. */
export const API = 'api.aiven.test';
export const IDP = 'idp.example.test';
/** GitHub Enterprise Server. */
export const GITHUB = 'github.corp.test';

/** A runner in a network of its own. */
export interface FencedWorld {
  readonly aiven: AivenWorld;
  readonly provider: ProviderWorld;
  /** GitHub Enterprise Server. */
  readonly github: GitHubWorld;
  readonly proxy: ProxyWorld;
  /** What a runner there has in its environment. */
  readonly env: { readonly HTTPS_PROXY: string; readonly NODE_EXTRA_CA_CERTS: string };
  /** Starts the action for `streams/kafka`, with this environment and no other. */
  readonly start: Start<RunningAction>;
  /** Runs it to its end, and holds that nothing secret leaves it. */
  readonly run: Start<ActionResult>;
}

type Start<Result> = (
  env: Readonly<Record<string, string>>,
  inputs?: Readonly<Record<string, string>>,
  event?: RunOptions['event'],
) => Promise<Result>;

/** An Aiven API and a provider over TLS with an authority of their own, where a proxy is the only way. */
export async function withFence(
  t: TestContext,
  {
    aliases = [],
    encrypted = false,
    ...setup
  }: Pick<ProxySetup, 'credentials' | 'refused'> & {
    /** Whether the proxy speaks TLS. */
    readonly encrypted?: boolean;
    /** More names that lead to the API; its certificate is not for them. */
    readonly aliases?: readonly string[];
  } = {},
): Promise<FencedWorld> {
  const certificates = await makeCertificates([API, IDP, GITHUB]);
  const temp = await makeTempDir('fence');
  t.after(() => temp.remove());
  const caFile = join(temp.path, 'ca.pem');
  await writeFile(caFile, certificates.ca);

  const aiven = await withAiven(t, {
    tls: certificates,
    projects: [project({ project_name: 'streams' })],
    services: [kafkaService()],
    settle: { delayPolls: 0, movingPolls: 3 },
  });
  const provider = await withProvider(t, { certificates, issuer: `https://${IDP}` });
  const github = await startGitHub({ tls: certificates, enterprise: true });
  t.after(() => github.close());
  const port = Number(new URL(aiven.url).port);
  const proxy = await startProxy({
    routes: {
      [`${IDP}:443`]: provider.port,
      [`${GITHUB}:443`]: github.port,
      ...Object.fromEntries([API, ...aliases].map((name) => [`${name}:443`, port])),
    },
    ...setup,
    ...(encrypted && { tls: certificates }),
  });
  t.after(() => proxy.close());

  const start: FencedWorld['start'] = (env, inputs = {}, event) =>
    startAction(
      {
        mode: 'kafka-oidc',
        'aiven-token': aiven.token,
        'api-url': `https://${API}`,
        project: 'streams',
        'service-name': 'kafka',
        'expected-issuer': provider.issuer,
        'expected-audience': 'kafka',
        'wait-timeout-minutes': '0.05',
        ...inputs,
      },
      { env, ...(event && { event }) },
    );
  return {
    aiven,
    provider,
    github,
    proxy,
    env: { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: caFile },
    start,
    async run(...how) {
      const result = await (await start(...how)).done;
      assertDiscreet(result, aiven.token);
      assertDiscreet(result, github.token);
      return result;
    },
  };
}
