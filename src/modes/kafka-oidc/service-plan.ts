import type { Service } from '../../aiven/schema.ts';
import { BadRequest } from '../../failure.ts';
import type { SettingChange } from '../../kafka/settings.ts';

/** Plans whose `user_config` lacks settings of OpenID Connect, by the words in their names (Aiven's API schemas, by plan). */
const LEAN_PLANS = [
  { word: /(^|-)free(-|$)/i, lacks: 'Free plans have no OpenID Connect settings' },
  { word: /(^|-)dev(eloper)?(-|$)/i, lacks: 'Developer plans have no OpenID Connect settings' },
  {
    word: /(^|-)inkless(-|$)/i,
    lacks: 'Inkless plans lack some OpenID Connect settings, such as sub-claim-name',
  },
];

/**
 * Names the plan of the service where Aiven refused settings that the plan may not have: Aiven itself does not say why.
 * @returns what to do with the error of an update
 */
export function namingPlan({ plan }: Service, changes: readonly SettingChange[]): (error: unknown) => never {
  return (error) => {
    const lean = LEAN_PLANS.find(({ word }) => word.test(plan ?? ''));
    if (!(error instanceof BadRequest) || !lean || !changes.some(({ setting }) => setting.oidc)) throw error;
    const { title, problem, report } = error;
    throw new BadRequest({
      title,
      problem: `${problem} The service is on the plan ${plan}, which is a likely cause: ${lean.lacks}.`,
      remedy:
        'Nothing was changed by this call. Move the service to another plan in the Aiven Console, then run the step again.',
      ...(report && { report }),
      cause: error,
    });
  };
}
