import type { Finding } from '../../finding.ts';

/** What a finding is weighed by. */
export interface Circumstances {
  /** Whether a test token was accepted, its signature verified by the key set that was looked at. */
  readonly proven: boolean;
  /** The inputs that this run names, those of discovered values among them. */
  readonly named: ReadonlySet<string>;
  /** The inputs whose settings this run changes. */
  readonly moved: ReadonlySet<string>;
  /** Whether this run changes anything, so that brokers restart. */
  readonly restarts: boolean;
}

/** A finding, and why it is no more than a warning. */
export interface Warning {
  readonly finding: Finding;
  /** A sentence. */
  readonly why: string;
}

/** What the findings come to. */
export interface Weighed {
  readonly refusals: readonly Finding[];
  readonly warnings: readonly Warning[];
}

/** Weighs findings: which of them this run is refused for, and which of them it only warns of. */
export function weigh(findings: readonly Finding[], circumstances: Circumstances): Weighed {
  const weighed = findings.map((finding) => ({ finding, why: excuse(finding, circumstances) }));
  return {
    refusals: weighed.flatMap(({ finding, why }) => (why === null ? [finding] : [])),
    warnings: weighed.flatMap(({ finding, why }) => (why === null ? [] : [{ finding, why }])),
  };
}

/** Why a finding does not stand in the way; null when it does. */
function excuse({ certainty, input }: Finding, circumstances: Circumstances): string | null {
  const { proven, named, moved, restarts } = circumstances;
  if (certainty === 'certain') {
    // Brokers that restart for another setting need their key set as well.
    const matters = named.has(input) || (restarts && input === 'jwks-endpoint-url');
    return matters ? null : UNTOUCHED;
  }
  if (certainty === 'suspicious' && proven) return PROVEN;
  if (!restarts) return 'Nothing would change and no broker restarts, so this is only a warning.';
  return moved.has(input) ? null : UNTOUCHED;
}

const PROVEN = 'The test token proves it right: a broker accepts it, and its signature was verified.';
const UNTOUCHED = 'The service has it already and this run does not change it, so this is only a warning.';
