import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { installPythonPackage } from '../world/python.ts';

/** The versions that Karapace 6.2.0 pins (`requirements/requirements.txt`). */
const [PYJWT, CRYPTOGRAPHY] = ['2.12.1', 'cryptography==46.0.6'];
const PROGRAM = join(import.meta.dirname, 'ask.py');

/** A token, and the settings of the Schema Registry that it is shown to. */
export interface Question {
  readonly id: string;
  readonly token: string;
  readonly jwksUrl: string;
  readonly issuer: string | null;
  /** Comma-separated, as in `user_config`. */
  readonly audience: string | null;
  readonly subject: string;
}

/** What PyJWT makes of it. */
export interface Answer {
  readonly id: string;
  /** When it began and when it had ended, in milliseconds. */
  readonly at: number;
  readonly until: number;
  readonly accepted: boolean;
  /** The exception, when it refuses. */
  readonly reason: string | null;
}

/** The Python environment that has PyJWT. */
export const installPyJwt = (): Promise<string> => installPythonPackage('pyjwt', PYJWT, [CRYPTOGRAPHY]);

/**
 * Shows tokens to PyJWT as Karapace does, see `ask.py`; all of them in one process.
 * @param questions made when the process is warm, since tokens age
 * @param caFile an authority to trust in the place of the public ones
 */
export async function askPyJwt(
  questions: () => readonly Question[],
  caFile?: string,
): Promise<Map<string, Answer>> {
  const python = await installPyJwt();
  const process = spawn(python, ['-I', '-W', 'ignore', PROGRAM], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: caFile === undefined ? {} : { SSL_CERT_FILE: caFile },
  });
  const output = text(process.stdout);
  process.stdin.end(
    questions()
      .map((question) => `${JSON.stringify(question)}\n`)
      .join(''),
  );
  const answers = (await output)
    .trim()
    .split('\n')
    .map((line): Answer => JSON.parse(line));
  return new Map(answers.map((answer) => [answer.id, answer]));
}
