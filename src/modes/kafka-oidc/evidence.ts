import type { Service } from '../../aiven/schema.ts';
import type { AddressResult } from '../../kafka/login/everywhere.ts';
import { nameOf, offeredMechanisms, type SettingChange } from '../../kafka/settings.ts';
import type { Context } from '../mode.ts';
import type { LoginQuestion } from './login.ts';
import { valuesOf } from './service.ts';
import { type Brokers, type JudgedToken, judgesOf } from './token.ts';

/** A change, and what is known of tokens before and after it. */
export interface Situation {
  /** The service before the change. */
  readonly before: Service;
  readonly changes: readonly SettingChange[];
  /** The test tokens, with their judges by the settings after the change. */
  readonly tokens: readonly JudgedToken[];
  /** What the brokers are like after the change. */
  readonly brokers: Brokers;
}

/**
 * A login after a change. It shows that a broker has restarted only where the previous settings would not have let it in: what
 * worked before works on a broker that is still to restart as well.
 */
export function newLogin(situation: Situation, { clock }: Context): LoginQuestion {
  const { before, tokens } = situation;
  const wasOn = offeredMechanisms(valuesOf(before)).includes('OAUTHBEARER');
  const judges = judgesOfBefore(situation);
  const wasRefused = (using: number | null) =>
    using !== null && judges[using]?.judge(new Date(clock.now())).accepted === false;
  const isNew = ({ result, using }: AddressResult) =>
    (result.how === 'offered' && !wasOn) || (result.how === 'logged in' && (!wasOn || wasRefused(using)));
  return { tokens, isNew };
}

/**
 * A login after the previous settings were put back.
 * @param turnedAway the brokers that said no before that, so that a login at one of them shows that it has restarted
 * @returns null where the previous settings accept no such login, so that it could not show anything
 */
export function oldLogin(
  situation: Situation,
  turnedAway: readonly AddressResult[],
  { clock }: Context,
): LoginQuestion | null {
  if (!offeredMechanisms(valuesOf(situation.before)).includes('OAUTHBEARER')) return null;
  const now = new Date(clock.now());
  const tokens = judgesOfBefore(situation).filter(({ judge }) => judge(now).accepted);
  if (situation.tokens.length > 0 && tokens.length === 0) return null;
  const remotes = new Set(turnedAway.map(({ remote }) => remote));
  const isNew = ({ result, remote }: AddressResult) =>
    (result.how === 'logged in' || result.how === 'offered') && remote !== null && remotes.has(remote);
  return { tokens, isNew };
}

function judgesOfBefore({ before, changes, tokens, brokers }: Situation): JudgedToken[] {
  const sameKeys = changes.every(
    ({ setting }) => nameOf(setting) !== 'kafka.sasl_oauthbearer_jwks_endpoint_url',
  );
  return judgesOf(tokens, {
    service: before,
    values: valuesOf(before),
    keys: sameKeys ? brokers.keys : null,
  });
}
