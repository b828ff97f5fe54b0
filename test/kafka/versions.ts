import { join } from 'node:path';

/**
 * The versions of Apache Kafka to test against: the last of 3.9, the newest, and the last before 4.4, which was the
 * first to ask for an expected issuer and an expected audience.
 */
export const KAFKA_VERSIONS = ['3.9.2', '4.3.1', '4.4.0'] as const;

export type KafkaVersion = (typeof KAFKA_VERSIONS)[number];

const REPOSITORY = join(import.meta.dirname, '..', '..');

/** Where setup.ts keeps a version's jars and the compiled programs; git ignores it. */
export function installation(version: KafkaVersion) {
  const directory = join(REPOSITORY, '.cache', 'kafka', version);
  const jars = join(directory, 'jars');
  const classes = join(directory, 'classes');
  return { directory, jars, classes, classpath: `${classes}:${join(jars, '*')}` };
}

/** Those of which brokers are started. */
export const BROKER_VERSIONS: readonly KafkaVersion[] = ['3.9.2', '4.4.0'];

/** The one to start where versions do not matter. */
export const NEWEST: KafkaVersion = '4.4.0';
