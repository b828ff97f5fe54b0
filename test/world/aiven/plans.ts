import { ApiError } from './errors.ts';
import { isObject, type JsonObject } from './kafka-config.ts';

/** The settings that a plan does not have, by the beginning of its name. */
const MISSING: readonly (readonly [plan: RegExp, setting: RegExp])[] = [
  [/^(free|developer)-/, /^sasl_oauthbearer_/],
  [/^inkless-/, /^sasl_oauthbearer_sub_claim_name$/],
];

/**
 * Refuses what a plan does not have.
 * @throws {ApiError} 400, and bare: Aiven names neither the setting nor the plan
 */
export function checkPlan(plan: string, { kafka }: JsonObject): void {
  const settings = isObject(kafka) ? Object.keys(kafka) : [];
  const lacks = MISSING.some(
    ([plans, missing]) => plans.test(plan) && settings.some((name) => missing.test(name)),
  );
  if (lacks) throw new ApiError(400, 'Bad Request');
}
