import { installPython } from '../world/python.ts';

/**
 * Installs Aiven's own command-line client, once.
 * @returns the path of `avn`
 */
export const installAvn = (): Promise<string> =>
  installPython({ package: 'aiven-client', version: '4.18.0', program: 'avn' });
