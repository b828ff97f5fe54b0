import * as core from '@actions/core';
import type { CommonRequest, ModeName, Request } from '../modes/request.ts';
import { readCommon } from './common.ts';
import { refuseForeignInputs } from './foreign.ts';
import { type Inputs, inputsOfStep } from './inputs.ts';
import { readKafkaOidc } from './kafka-oidc.ts';
import { readOrgCreate } from './org-create.ts';
import { readProjectAssign } from './project-assign.ts';
import { maskable } from './secrets.ts';

type Reader = (inputs: Inputs, common: CommonRequest) => Request | Promise<Request>;

/** What each mode reads of its inputs. */
const READERS: { readonly [Name in ModeName]: Reader } = {
  'org-create': readOrgCreate,
  'project-assign': readProjectAssign,
  'kafka-oidc': readKafkaOidc,
};

/**
 * Turns the inputs of the step into one typed request, masking secrets before anything else.
 * @throws {Refusal} that names every wrong input, its value and the way out
 */
export async function readRequest(): Promise<Request> {
  const inputs = inputsOfStep();
  for (const part of inputs.secrets().flatMap(maskable)) core.setSecret(part);
  return requestOf(inputs);
}

/**
 * The request that inputs amount to.
 * @throws {Refusal} that names every wrong input, its value and the way out
 */
export async function requestOf(inputs: Inputs): Promise<Request> {
  const common = readCommon(inputs);
  const mode = readMode(inputs);
  if (mode === null) return inputs.fail();
  refuseForeignInputs(inputs, mode);
  const request = await READERS[mode](inputs, common);
  inputs.throwProblems();
  return request;
}

function readMode(inputs: Inputs): ModeName | null {
  const names = Object.keys(READERS) as ModeName[];
  const given = inputs.text('mode');
  const mode = names.find((name) => name === given) ?? null;
  if (mode === null) {
    const is = given === '' ? 'is not set' : `${inputs.quote(given)} is not a mode`;
    inputs.complain(`mode ${is}.`, `Use one of ${names.join(', ')}.`);
  }
  return mode;
}
