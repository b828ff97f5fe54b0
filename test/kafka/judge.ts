import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type OidcSettings, oauthbearerProperties, SASL_LISTENER } from './listener.ts';
import { installation, type KafkaVersion } from './versions.ts';

/** A token and the settings of the broker that it is shown to. */
export interface Question {
  readonly id: string;
  readonly token: string;
  readonly settings: OidcSettings;
}

/** What Kafka makes of it. */
export interface Answer {
  readonly id: string;
  /** When it began and when it had ended, by the clock of the broker, in milliseconds. */
  readonly at: number;
  readonly until: number;
  readonly accepted: boolean;
  /** `User:NAME`, when accepted. */
  readonly principal?: string;
  /** What the broker writes to its log, with the causes; its client never sees it. */
  readonly reason: string;
}

/** A broker that is configured but never started. */
const BROKER = {
  'node.id': '1',
  'process.roles': 'broker',
  'controller.quorum.voters': '2@localhost:9093',
  'controller.listener.names': 'CONTROLLER',
  listeners: `${SASL_LISTENER}://localhost:9092,BROKER://localhost:9094`,
  'inter.broker.listener.name': 'BROKER',
  'listener.security.protocol.map': `${SASL_LISTENER}:SASL_SSL,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT`,
  'sasl.enabled.mechanisms': 'OAUTHBEARER',
};

/**
 * Shows tokens to Kafka's own authenticator, see `java/Judge.java`; all of them in one process.
 * @param ask makes the questions; called when the process is warm, since tokens age
 * @param caFile an authority to trust in the place of the public ones
 */
export async function askKafka(
  version: KafkaVersion,
  ask: () => readonly Question[],
  caFile?: string,
): Promise<Map<string, Answer>> {
  const { classpath } = installation(version);
  const program = caFile === undefined ? ['Judge'] : ['Trusting', caFile, 'Judge'];
  const java = spawn('java', ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', classpath, ...program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: java.stdout })[Symbol.asyncIterator]();
  const put = ({ id, token, settings }: Question) => {
    const properties = { ...BROKER, ...oauthbearerProperties(settings) };
    java.stdin.write(`${JSON.stringify({ id, token, properties })}\n`);
  };
  const [first] = ask();
  if (first) put(first);
  await lines.next();
  for (const question of ask()) put(question);
  java.stdin.end();
  const answers = new Map<string, Answer>();
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    const answer: Answer = JSON.parse(line.value);
    answers.set(answer.id, answer);
  }
  return answers;
}
