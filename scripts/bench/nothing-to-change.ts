import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installAvn } from '../../test/avn/install.ts';
import { ROOT, runAction } from '../../test/world/run-action.ts';
import { makeTempDir } from '../../test/world/temp.ts';
import { type Command, interleave, ratios, Served, spread, timed } from './measure.ts';
import { bound, fact, milliseconds, type Row, times } from './table.ts';

/** What `test/world/serve.ts` says. */
interface Facts {
  readonly apiUrl: string;
  readonly token: string;
  readonly project: string;
  readonly service: string;
  readonly issuer: string;
  readonly jwksUri: string;
  readonly caFile: string;
  readonly audience: string;
}

/** The step that people leave in every push: `kafka-oidc` finds everything as it should be. */
export async function nothingToChange(rounds: number, note: (text: string) => void): Promise<Row[]> {
  const world = await Served.start<Facts>('test/world/serve.ts');
  const home = await makeTempDir('bench');
  try {
    const avn = await avnCommand(world.facts, home.path).catch((error: unknown) => {
      note(`avn is left out: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
      return null;
    });
    // The first run sets what the others find.
    await action(world.facts, {}).run();
    return [
      ...(await compare('with the provider check', true, world.facts, avn, rounds)),
      ...(await compare('with verify-provider: false', false, world.facts, avn, rounds)),
    ];
  } finally {
    await world.stop();
    await home.remove();
  }
}

async function compare(
  how: string,
  verifies: boolean,
  facts: Facts,
  avn: Command | null,
  rounds: number,
): Promise<Row[]> {
  const unverified = { 'verify-provider': 'false', 'jwks-endpoint-url': facts.jwksUri };
  const commands = [
    script('bare script', 'bare.mjs', facts, verifies),
    script('the same by Node’s own `fetch`', 'fetch.mjs', facts, verifies),
    action(facts, verifies ? {} : unverified),
    ...(hasCurl() ? [curl(facts, verifies)] : []),
    ...(avn ? [avn] : []),
  ];
  const measured = await interleave(commands, rounds);
  const of = (name: string) => measured.get(name) ?? [];
  const ratio = (name: string) => spread(ratios(of('this action'), of(name))).median;
  const rows = commands.map(({ name }) =>
    fact(`Nothing to change, ${how}: ${name}`, milliseconds(spread(of(name)))),
  );
  rows.push(
    verifies
      ? bound('— this action to the bare script', ratio('bare script'), 1.75, times)
      : fact('— this action to the bare script', times(ratio('bare script'))),
    verifies
      ? bound('— this action to `fetch`', ratio('the same by Node’s own `fetch`'), 0.9, times)
      : fact('— this action to `fetch`', times(ratio('the same by Node’s own `fetch`'))),
  );
  if (avn) {
    const most = verifies ? 0.55 : 0.45;
    rows.push(bound('— this action to `avn`, which checks nothing', ratio(avn.name), most, times));
  }
  return rows;
}

function script(name: string, file: string, facts: Facts, verifies: boolean): Command {
  const path = join(ROOT, 'scripts/bench', file);
  const args = [path, facts.token, serviceUrl(facts), ...(verifies ? [facts.issuer] : [])];
  return { name, run: () => timed(process.execPath, args, environment(facts)) };
}

function serviceUrl({ apiUrl, project, service }: Facts): string {
  return `${apiUrl}/v1/project/${project}/service/${service}?include_secrets=false`;
}

function environment({ caFile }: Facts): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: caFile };
}

function action(facts: Facts, more: Readonly<Record<string, string>>): Command {
  const inputs = {
    mode: 'kafka-oidc',
    'aiven-token': facts.token,
    'api-url': facts.apiUrl,
    project: facts.project,
    'service-name': facts.service,
    'expected-issuer': facts.issuer,
    'expected-audience': facts.audience,
    ...more,
  };
  return {
    name: 'this action',
    async run() {
      const { code, ms, stdout } = await runAction(inputs, { env: { NODE_EXTRA_CA_CERTS: facts.caFile } });
      if (code !== 0) throw new Error(stdout);
      return ms;
    },
  };
}

function hasCurl(): boolean {
  return spawnSync('curl', ['--version']).status === 0;
}

function curl(facts: Facts, verifies: boolean): Command {
  const provider = [`${facts.issuer}/.well-known/openid-configuration`, facts.jwksUri];
  const args = [
    ...['--silent', '--fail', '--header', `authorization: aivenv1 ${facts.token}`, serviceUrl(facts)],
    ...(verifies ? ['--next', '--silent', '--fail', '--cacert', facts.caFile, ...provider] : []),
  ];
  return { name: '`curl`', run: () => timed('curl', args, environment(facts)) };
}

/** Aiven's own command-line client, installed when it is not there yet. */
async function avnCommand(facts: Facts, home: string): Promise<Command> {
  const command = await installAvn();
  const settings = {
    'kafka.sasl_oauthbearer_jwks_endpoint_url': facts.jwksUri,
    'kafka.sasl_oauthbearer_expected_issuer': facts.issuer,
    'kafka.sasl_oauthbearer_expected_audience': facts.audience,
    'kafka_authentication_methods.sasl': 'true',
  };
  const pairs = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const args = ['service', 'update', '--project', facts.project, facts.service, ...pairs];
  const { PATH } = process.env;
  const env = { PATH, HOME: home, AIVEN_AUTH_TOKEN: facts.token, AIVEN_WEB_URL: facts.apiUrl };
  return { name: '`avn service update`', run: () => timed(command, args, env) };
}
