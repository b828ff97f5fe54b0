import { Refusal } from '../../failure.ts';
import type { Affected as AffectedGroups, Group } from '../../kafka/lockout.ts';
import type { Affected, Report } from '../../plan.ts';
import type { KafkaOidcRequest } from '../request.ts';

/** Whom a change concerns, as sentences. */
export function describeAffected({ lockedOut, opens }: AffectedGroups): Affected {
  return { lockedOut: lockedOut.map(sentence), opens: opens.map(sentence) };
}

function sentence({ who, why }: Group): string {
  return `${who}: ${why}.`;
}

/**
 * Refuses to lock out clients that get in today, unless that is allowed.
 * @param planned what would be done
 * @throws {Refusal} that names each group of clients
 */
export function refuseLockout(planned: Report, { allowLockout }: KafkaOidcRequest): void {
  const { lockedOut } = planned.affected;
  if (allowLockout || lockedOut.length === 0) return;
  throw new Refusal({
    title: 'This would lock clients out',
    problem: ['These clients have access today and would lose it:', ...lockedOut].join('\n'),
    remedy: 'If that is intended, add this line to the step: allow-lockout: true',
    report: {
      ...planned,
      effects: [],
      nextSteps: [],
      wayBack: null,
      attachments: [],
    },
  });
}
