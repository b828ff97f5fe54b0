import { execFile } from 'node:child_process';
import type { AivenWorld } from '../world/aiven.ts';
import { makeTempDir } from '../world/temp.ts';
import { installAvn } from './install.ts';

/** What a command left. */
export interface AvnResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Aiven's own command-line client, set to one API. */
export interface Avn {
  /** Runs a command, such as `avn('service', 'get', 'kafka', '--json')`, and takes whatever comes of it. */
  try(...args: string[]): Promise<AvnResult>;
  /**
   * Runs a command that is to succeed.
   * @returns its standard output
   */
  run(...args: string[]): Promise<string>;
  /**
   * Runs a command that is to print JSON.
   * @returns what it printed, parsed
   */
  json(...args: string[]): Promise<unknown>;
  close(): Promise<void>;
}

/** Makes `avn` ready, in a home directory of its own, so that no setting of the user's has a say. */
export async function startAvn(aiven: AivenWorld): Promise<Avn> {
  const command = await installAvn();
  const home = await makeTempDir('avn');
  const env = {
    PATH: process.env['PATH'],
    HOME: home.path,
    AIVEN_AUTH_TOKEN: aiven.token,
    AIVEN_WEB_URL: aiven.url,
  };

  function attempt(...args: string[]): Promise<AvnResult> {
    return new Promise((resolve) => {
      execFile(command, args, { env }, (error, stdout, stderr) => {
        const code = error ? Number(error.code ?? 1) : 0;
        resolve({ code, stdout, stderr });
      });
    });
  }

  async function run(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await attempt(...args);
    if (code !== 0) throw new Error(`avn ${args.join(' ')} failed with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  return { try: attempt, run, json: async (...args) => JSON.parse(await run(...args)), close: home.remove };
}
