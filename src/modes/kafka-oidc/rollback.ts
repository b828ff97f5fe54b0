import type { Service } from '../../aiven/schema.ts';
import { Cancellation, Failure } from '../../failure.ts';
import type { AddressResult } from '../../kafka/login/everywhere.ts';
import { inverse, nameOf, type SettingChange, sameEffect } from '../../kafka/settings.ts';
import type { Check } from '../../plan.ts';
import type { Context } from '../mode.ts';
import type { KafkaOidcRequest } from '../request.ts';
import { oldLogin, type Situation } from './evidence.ts';
import { type Watching, watchBrokers } from './login.ts';
import type { ServiceStory } from './report.ts';
import { valuesOf } from './service.ts';
import { confirm, eventsOf, isUnconfirmed, notSettled, serviceName, settle, update } from './update.ts';

/** A change that brokers turned a login away after. */
export interface FailedChange extends Situation {
  /** The service as last read, with the change. */
  readonly service: Service;
  /** Why the login did not work, with the verdict on the token. */
  readonly failure: Failure;
  /** The brokers that said no. */
  readonly turnedAway: readonly AddressResult[];
}

/** How a rollback ended. */
export interface RolledBack {
  /** The service by now, what of the change is left, and what happened. */
  readonly story: Pick<ServiceStory, 'service' | 'values' | 'changes' | 'events' | 'unconfirmed'>;
  /** What the step fails with. */
  readonly failure: Failure;
}

/**
 * Puts the previous settings back in one update, waits for it, and looks at what came of it. What somebody else has set meanwhile stays.
 * Never throws: whatever happens, where things stand is told.
 */
export async function rollBack(
  failed: FailedChange,
  request: KafkaOidcRequest,
  context: Context,
): Promise<RolledBack> {
  const ledger = new Ledger(failed, request);
  let watching: Watching | null = null;
  try {
    if (context.stop.aborted) throw context.stop.reason;
    context.say.warning(
      'The previous settings are put back',
      `${failed.failure.problem} rollback-on-failure puts the settings of service ${serviceName(request)} back as they were.`,
    );
    const present = await context.aiven.getService(request.project, request.service);
    ledger.look(present);
    if (ledger.own.length > 0) {
      const back = inverse(ledger.own);
      watching = await watchBrokers(present, oldLogin(failed, failed.turnedAway, context), request, context);
      const updated = await update(back, request, context);
      ledger.sent(updated);
      const settled = await settle(updated, back, request, context, watching);
      ledger.read(settled?.service ?? updated, eventsOf(settled, back));
      if (settled?.how === 'interrupted') throw settled.interruption;
      confirm(present, ledger.service, back, request, context);
      if (settled?.how === 'timed out') throw notSettled(settled, request);
      if (settled) {
        const { checks, failure } = await watching.conclude(settled);
        ledger.concluded(!isUnconfirmed(ledger.service, settled, back), checks, failure);
      }
    }
    return ledger.close();
  } catch (error) {
    return ledger.close(error);
  } finally {
    watching?.close();
  }
}

/** What a rollback has come to so far. */
class Ledger {
  /** The changes that the service still shows as this run made them. */
  own: readonly SettingChange[] = [];
  service: Service;
  #foreign: readonly SettingChange[] = [];
  #left: readonly SettingChange[];
  #events: string[] = [];
  #confirmed = false;
  #sent = false;
  #checkFailed: Failure | null = null;
  readonly #failed: FailedChange;
  readonly #request: KafkaOidcRequest;

  constructor(failed: FailedChange, request: KafkaOidcRequest) {
    this.#failed = failed;
    this.#request = request;
    this.#left = failed.changes;
    this.service = failed.service;
  }

  /** Sorts out what is this run's to put back. */
  look(present: Service): void {
    const values = valuesOf(present);
    const has = (value: 'before' | 'after') => (change: SettingChange) =>
      sameEffect(change.setting, values[nameOf(change.setting)], change[value]);
    const { changes } = this.#failed;
    this.own = changes.filter(has('after'));
    this.#foreign = changes.filter((change) => !has('after')(change) && !has('before')(change));
    this.#left = changes.filter((change) => !has('before')(change));
    this.service = present;
    if (this.#foreign.length > 0)
      this.#events.push(
        `Someone else has set ${namesOf(this.#foreign)} in the meantime, which stays as it is.`,
      );
  }

  sent(updated: Service): void {
    this.#sent = true;
    this.#left = this.#foreign;
    this.service = updated;
    this.#events.push(`The previous settings were put back in one update: ${namesOf(this.own)}.`);
  }

  read(service: Service, events: readonly string[]): void {
    this.service = service;
    this.#events.push(...events);
  }

  concluded(confirmed: boolean, checks: readonly Check[], failure: Failure | null): void {
    this.#confirmed = confirmed;
    this.#checkFailed = failure;
    for (const { subject, detail } of checks)
      this.#events.push(`${subject}, with the previous settings: ${detail}`);
  }

  /** @param error what ended the rollback early */
  close(error?: unknown): RolledBack {
    const { service } = this;
    const story = {
      service,
      values: valuesOf(service),
      changes: this.#left,
      events: this.#events,
      unconfirmed: this.#sent && !this.#confirmed,
    };
    return { story, failure: error === undefined ? this.#ended() : this.#interrupted(error) };
  }

  #ended(): Failure {
    const { failure } = this.#failed;
    const back = this.#sent
      ? `${namesOf(this.own)} ${this.own.length === 1 ? 'is' : 'are'} as before${this.#checked()}`
      : 'Nothing was left for this step to put back.';
    const others =
      this.#foreign.length > 0
        ? ` Someone else has set ${namesOf(this.#foreign)} in the meantime; that stays.`
        : '';
    return new Failure({
      title: this.#sent ? 'The login failed, and the settings were put back' : 'The login failed',
      problem: `${failure.problem} ${back}${others}`,
      remedy: failure.remedy,
      cause: failure,
    });
  }

  #checked(): string {
    if (this.#checkFailed) return `, but a login with them does not work: ${this.#checkFailed.problem}`;
    return this.#confirmed
      ? ' again, and every broker was seen to restart with that.'
      : ' again; not every broker was seen to restart with that, so check again in a while.';
  }

  /** Where things stand, when the rollback itself was cancelled or failed. */
  #interrupted(error: unknown): Failure {
    const { failure } = this.#failed;
    const by = error instanceof Failure ? error : null;
    const stand = this.#sent
      ? 'The previous settings were sent; the restart with them continues without this step.'
      : `The settings of this step are still in place. The previous ones were: ${this.#failed.changes.map(settingBefore).join('; ')}.`;
    const why = by?.problem ?? (error instanceof Error ? error.message : String(error));
    const problem = `${failure.problem} Putting the previous settings back did not finish: ${why} ${stand}`;
    const remedy =
      `Look at service ${serviceName(this.#request)} in the Aiven Console. ${by?.remedy ?? ''}`.trim();
    if (by instanceof Cancellation) {
      const Same = by.constructor as typeof Cancellation;
      return new Same({ title: by.title, problem, remedy, cause: error });
    }
    return new Failure({
      title: 'The login failed, and so did putting the settings back',
      problem,
      remedy,
      cause: error,
    });
  }
}

function namesOf(changes: readonly SettingChange[]): string {
  return changes.map(({ setting }) => nameOf(setting)).join(', ');
}

function settingBefore({ setting, before }: SettingChange): string {
  return `${nameOf(setting)} ${before === null ? 'unset' : JSON.stringify(before)}`;
}
