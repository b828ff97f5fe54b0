import {
  type CommonRequest,
  type KafkaOidcRequest,
  LISTENER_ROUTES,
  type ListenerRoute,
} from '../modes/request.ts';
import type { Inputs } from './inputs.ts';
import {
  readMechanisms,
  readSettings,
  readUnset,
  refuseContradictions,
  refuseTokensInVain,
} from './kafka-settings.ts';
import { checkName } from './names.ts';
import { SETTING_INPUTS } from './table.ts';
import { readTestTokens } from './test-tokens.ts';

/** Reads what mode `kafka-oidc` uses. */
export async function readKafkaOidc(inputs: Inputs, common: CommonRequest): Promise<KafkaOidcRequest> {
  const { settings, findings } = readSettings(inputs);
  const unset = readUnset(inputs);
  const mechanisms = readMechanisms(inputs);
  refuseContradictions(inputs, settings, unset);
  refuseTokensInVain(inputs, unset, mechanisms);
  const asking = [...SETTING_INPUTS, 'sasl-mechanisms', 'unset'] as const;
  if (asking.every((name) => inputs.text(name) === ''))
    inputs.complain(
      'No setting is named, so there is nothing to do.',
      `Set at least one of ${asking.join(', ')}.`,
    );
  const request: KafkaOidcRequest = {
    ...common,
    mode: 'kafka-oidc',
    project: readOne(inputs, 'project'),
    service: readOne(inputs, 'service-name'),
    settings,
    mechanisms,
    unset,
    findings,
    allowLockout: inputs.flag('allow-lockout'),
    verifyProvider: inputs.flag('verify-provider'),
    verifyLogin: inputs.flag('verify-login'),
    rollbackOnFailure: inputs.flag('rollback-on-failure'),
    listenerRoute: readRoute(inputs),
    wait: inputs.flag('wait'),
    waitTimeoutMs: readWaitTimeout(inputs),
    testTokens: await readTestTokens(inputs),
  };
  refuseBlindRollback(inputs, request);
  return request;
}

const WHAT = {
  project: 'the Aiven project of the service',
  'service-name': 'the Aiven for Apache Kafka service',
} as const;

function readOne(inputs: Inputs, name: keyof typeof WHAT): string {
  const given = inputs.text(name);
  if (given === '') inputs.complain(`${name} is not set.`, `Give the name of ${WHAT[name]}.`);
  else if (/[,\n]/.test(given))
    inputs.complain(
      `${name} ${inputs.quote(given)} is a list, but mode kafka-oidc takes a single one.`,
      'Use a matrix for several services.',
    );
  else checkName(inputs, name, given);
  return given;
}

function readRoute(inputs: Inputs): ListenerRoute {
  const given = inputs.text('listener-route');
  const known = LISTENER_ROUTES.find((route) => route === given);
  if (!known)
    inputs.complain(
      `listener-route ${inputs.quote(given)} is not a route that Aiven has.`,
      `Use one of ${LISTENER_ROUTES.join(', ')}.`,
    );
  return known ?? 'dynamic';
}

/** It is the login after a change that tells whether to take it back. */
function refuseBlindRollback(
  inputs: Inputs,
  { rollbackOnFailure, verifyLogin, wait }: KafkaOidcRequest,
): void {
  if (!rollbackOnFailure) return;
  if (!verifyLogin)
    inputs.complain(
      'rollback-on-failure is set, but verify-login is not, and only a login tells whether to roll back.',
      'Set verify-login: true as well.',
    );
  if (!wait)
    inputs.complain(
      'rollback-on-failure is set, but with wait: false there is no login after a change, and only a login tells whether to roll back.',
      'Remove one of the two.',
    );
}

const LONGEST_WAIT_MINUTES = 24 * 60;

function readWaitTimeout(inputs: Inputs): number {
  const given = inputs.text('wait-timeout-minutes');
  const minutes = /^(\d+\.?\d*|\.\d+)$/.test(given) ? Number(given) : Number.NaN;
  if (!(minutes > 0 && minutes <= LONGEST_WAIT_MINUTES))
    inputs.complain(
      `wait-timeout-minutes ${inputs.quote(given)} is not a number of minutes greater than 0 and up to ${LONGEST_WAIT_MINUTES}.`,
      'Use a number such as 15 or 0.5. To skip the wait, set wait: false.',
    );
  return minutes * 60_000;
}
