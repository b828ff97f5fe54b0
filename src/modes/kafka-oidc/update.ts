import type { Service } from '../../aiven/schema.ts';
import { Failure } from '../../failure.ts';
import { describe, duration, isSettled } from '../../kafka/progress.ts';
import {
  differences,
  nameOf,
  readValues,
  restartsBrokers,
  type SettingChange,
  sameEffect,
  toUserConfig,
  type UserConfig,
} from '../../kafka/settings.ts';
import { type Beside, type Settled, waitUntilSettled } from '../../kafka/settle.ts';
import { type Move, strays } from '../../kafka/survivors.ts';
import type { Json } from '../../plan.ts';
import { quote } from '../../quote.ts';
import type { Context } from '../mode.ts';
import type { KafkaOidcRequest } from '../request.ts';

/**
 * Sends the changes, all of them in one update, since each update restarts the brokers.
 * @throws {Failure} when Aiven refuses them, or answers without them
 */
export async function update(
  changes: readonly SettingChange[],
  request: KafkaOidcRequest,
  { aiven, say, stop }: Context,
): Promise<Service> {
  if (stop.aborted) throw stop.reason;
  const names = changes.map(({ setting }) => nameOf(setting)).join(', ');
  say.info(`Updating service ${serviceName(request)}, all in one update.`);
  say.debug(`The update sends ${names}.`);
  const updated = await aiven.updateService(
    request.project,
    request.service,
    toUserConfig(changes),
    (service) => undone(service, changes).length === 0,
  );
  const ignored = undone(updated, changes);
  if (ignored.length === 0) return updated;
  throw new Failure({
    title: 'Aiven did not apply the settings',
    problem: `The update of service ${serviceName(request)} was answered without an error, but the answer does not show ${ignored.join(', ')}.`,
    remedy: 'Look at the service in the Aiven Console, then run the step again.',
  });
}

/** The changes that a service does not show, by Aiven's field names. */
export function undone({ user_config }: Service, changes: readonly SettingChange[]): string[] {
  const now = readValues(user_config);
  return changes
    .filter(({ setting, after }) => !sameEffect(setting, now[nameOf(setting)], after))
    .map(({ setting }) => nameOf(setting));
}

export function serviceName({ project, service }: KafkaOidcRequest): string {
  return `${project}/${service}`;
}

/**
 * Waits until the service has settled, where there is something to wait for.
 * @param watching what is watched beside the nodes, if anything, and is told of the service as each read shows it
 * @returns null where there is nothing to wait for
 */
export async function settle(
  service: Service,
  changes: readonly SettingChange[],
  request: KafkaOidcRequest,
  { aiven, clock, say }: Context,
  watching: { readonly beside: Beside | null; see(service: Service): void } | null = null,
): Promise<Settled<Service> | null> {
  const changed = changes.length > 0;
  if (service.state === 'POWEROFF') {
    if (changed)
      say.warning(
        'The service is powered off',
        `${serviceName(request)} applies the settings when it is powered on; there is nothing to wait for.`,
      );
    return null;
  }
  if (!request.wait || (!changed && isSettled(service))) return null;
  watching?.see(service);
  say.info(`Waiting until the service has settled, ${duration(request.waitTimeoutMs)} at most:`);
  return waitUntilSettled({
    service,
    async read() {
      const read = await aiven.getService(request.project, request.service);
      watching?.see(read);
      return read;
    },
    timeoutMs: request.waitTimeoutMs,
    expect: restartsBrokers(changes) ? 'restart' : 'moves',
    beside: watching?.beside ?? null,
    clock,
    say,
  });
}

/** What an update sets going, for people. */
export function eventsOfUpdate(
  { state }: Service,
  changes: readonly SettingChange[],
  { wait }: KafkaOidcRequest,
): string[] {
  const sent = 'The settings were sent in one update.';
  return wait || state === 'POWEROFF' || !restartsBrokers(changes)
    ? [sent]
    : [sent, 'The brokers restart one by one now; this step does not wait for them (wait: false).'];
}

/** What waiting came to, for people. */
export function eventsOf(settled: Settled<Service> | null, changes: readonly SettingChange[]): string[] {
  if (settled?.how === 'settled') {
    const { elapsedMs, moved, restarts, restarted } = settled;
    const after = duration(elapsedMs);
    if (isUnconfirmed(settled.service, settled, changes))
      return [`The restart is not confirmed: after ${after} the service has settled, ${restarts}.`];
    if (restarts.isComplete)
      return [`The rolling restart is complete: the service settled after ${after}, ${restarts}.`];
    if (restarted)
      return [
        `The rolling restart is complete: the service settled after ${after}, and each broker has shown that it restarted.`,
      ];
    if (!moved) return [`No restart was seen; the service has been quiet for ${after}.`];
    return [`The service settled after ${after}, ${restarts}.`];
  }
  if (settled?.how === 'timed out' || settled?.how === 'interrupted')
    return [`The rolling restart so far: ${settled.restarts}.`];
  return settled?.how === 'powered off' ? ['The service was powered off in the meantime.'] : [];
}

/** Whether brokers may still have the previous settings: they restart for these changes, and not each was seen to. */
export function isUnconfirmed(
  { state }: Service,
  settled: Settled<Service> | null,
  changes: readonly SettingChange[],
): boolean {
  return restartsBrokers(changes) && settled?.restarted !== true && state !== 'POWEROFF';
}

/** Warns that brokers may still have the previous settings. */
export function warnOfUnconfirmed(
  { restarts, elapsedMs }: Settled<Service>,
  request: KafkaOidcRequest,
  { say }: Context,
): void {
  const advice = request.verifyLogin
    ? 'The login alone does not show it, because the previous settings would have let it in, too; a test-token that only the new settings accept does.'
    : 'Set verify-login: true, with a test-token that only the new settings accept, to have each broker show that it has restarted.';
  say.warning(
    'Restart not confirmed',
    `Service ${serviceName(request)}: ${restarts} within ${duration(elapsedMs)}. A broker that has not restarted still has the previous settings. ${advice}`,
  );
}

/**
 * Checks that the service has what was sent, and that nothing else in `user_config` moved.
 * @throws {Failure} when something did
 */
export function confirm(
  before: Service,
  after: Service,
  changes: readonly SettingChange[],
  request: KafkaOidcRequest,
  { say }: Context,
): void {
  if (changes.length === 0) return;
  const [was, is] = [readValues(before.user_config), readValues(after.user_config)];
  const sent = changes.map(({ setting }) => nameOf(setting));
  // Of the settings that this action knows, it also knows which values mean the same.
  const known = differences(was, is)
    .filter(({ setting }) => !sent.includes(nameOf(setting)))
    .map(({ setting, before, after }) => ({ path: nameOf(setting), move: { was: before, is: after } }));
  const others = strays(
    before.user_config as UserConfig,
    after.user_config as UserConfig,
    toUserConfig(changes),
  ).filter(({ path }) => !(path in is));
  const appeared = others.filter(({ what }) => what === 'appeared').map(({ path }) => path);
  const lost = others.filter(({ what }) => what === 'lost');
  if (appeared.length > 0) {
    // Aiven itself may add settings to those that were sent.
    say.warning(
      'Other settings appeared',
      `These were set while this step ran, but not by it: ${appeared.join(', ')}. If that is unexpected, check the service in the Aiven Console.`,
    );
  }
  const wrong = [...undone(after, changes), ...[...known, ...lost].map(({ path }) => path)];
  const moves = [...known, ...lost].flatMap(describeMove).join(', ');
  if (wrong.length === 0) return;
  throw new Failure({
    title: 'Other settings changed',
    problem: `While this step ran, something else changed service ${serviceName(request)}: ${wrong.join(', ')}.${moves && ` Before and after: ${moves}.`}`,
    remedy:
      'This step sends only the settings it names. Check the logs of the service in the Aiven Console to see who changed them, and run the step again if it was you.',
  });
}

/** A setting, and from what to what it moved, where that may be told. */
function describeMove({ path, move }: { readonly path: string; readonly move?: Move }): string[] {
  return move ? [`${path} ${told(move.was)} → ${told(move.is)}`] : [];
}

function told(value: Json): string {
  return value === null ? 'unset' : typeof value === 'string' ? quote(value) : JSON.stringify(value);
}

/** The failure of a service that has not settled in time. */
export function notSettled({ service, elapsedMs }: Settled<Service>, request: KafkaOidcRequest): Failure {
  return new Failure({
    title: 'The service did not settle in time',
    problem: `After ${duration(elapsedMs)} service ${serviceName(request)} has not settled: ${describe(service)}. Its settings are in place; the restart continues without this step.`,
    remedy: 'Run the step again to wait for it, or raise wait-timeout-minutes.',
  });
}
