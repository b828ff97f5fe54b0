import * as core from '@actions/core';
import { Failure } from '../failure.ts';
import type { Runner } from '../runner.ts';

/** What GitHub's runner does for a mode. */
export const githubRunner: Runner = {
  async idToken(audience) {
    try {
      return await core.getIDToken(audience ?? undefined);
    } catch (cause) {
      // Its message can hold the address, with what the runner put into it.
      throw new Failure({
        title: 'GitHub gave no ID token',
        problem:
          'The ID token of this job, which test-token: github-actions asks for, could not be fetched from GitHub.',
        remedy:
          'Check that the job has the permission id-token: write, then run the step again. GitHub reports outages at githubstatus.com.',
        cause,
      });
    }
  },
  mask: (secret) => core.setSecret(secret),
};
