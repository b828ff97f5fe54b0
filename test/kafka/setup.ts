/** Fetches each version of Apache Kafka and compiles the programs in `java/` against it, unless both are there already. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installation, KAFKA_VERSIONS, type KafkaVersion } from './versions.ts';

const POM = join(import.meta.dirname, 'pom.xml');
const SOURCES = join(import.meta.dirname, 'java');

for (const version of KAFKA_VERSIONS) {
  step(version, 'jars', [POM], fetchJars);
  step(version, 'classes', [POM, ...sources()], compile);
}

/** Does the work unless its result exists and was made from the very same files. */
function step(
  version: KafkaVersion,
  name: 'jars' | 'classes',
  madeFrom: string[],
  work: (version: KafkaVersion) => void,
) {
  const { directory, [name]: result } = installation(version);
  const stamp = join(directory, `${name}.sha256`);
  const digest = createHash('sha256');
  for (const file of madeFrom) digest.update(readFileSync(file));
  const hex = digest.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hex) return;
  console.log(
    name === 'jars' ? `Fetching Kafka ${version} from Maven Central` : `Compiling for Kafka ${version}`,
  );
  rmSync(result, { recursive: true, force: true });
  mkdirSync(result, { recursive: true });
  work(version);
  writeFileSync(stamp, hex);
}

function fetchJars(version: KafkaVersion) {
  const { jars } = installation(version);
  const settings = [`-Dkafka.version=${version}`, `-DoutputDirectory=${jars}`];
  run('mvn', ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', ...settings]);
}

function compile(version: KafkaVersion) {
  const { jars, classes } = installation(version);
  run('javac', ['-nowarn', '-d', classes, '-cp', join(jars, '*'), ...sources()]);
}

function sources() {
  const names = readdirSync(SOURCES).filter((name) => name.endsWith('.java'));
  return names.sort().map((name) => join(SOURCES, name));
}

function run(command: string, parameters: string[]) {
  try {
    execFileSync(command, parameters, { stdio: ['ignore', 'inherit', 'inherit'] });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(
      `${command} is missing: the tests against Apache Kafka need a JDK (17 or later) and Maven.`,
    );
  }
}
